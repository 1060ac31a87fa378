"""Detection by code: a node opens a case or leaves a fact, by the table that a lead may change."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Journal, Task
from logistics.actions.detect import detect
from logistics.models import DetectionRule, Finding, Parcel, ParcelFact
from tests.builders import an_unreachable, tried
from tests.cast import MONDAY, acts
from tests.logistics.nodes import PROVIDER, a_parcel_of, merge, node, tell

HOUR = dt.timedelta(hours=1)


def out(hours=2):
    """The parcel is out for delivery."""
    return node(MONDAY + hours * HOUR, "delivering", "5")


def trouble(code, hours=4, text=""):
    """The courier tells of trouble."""
    return node(MONDAY + hours * HOUR, "problem", code, text)


def facts_of(parcel):
    return list(parcel.facts.values_list("name", flat=True))


@pytest.mark.rule("L6.1")
def test_a_customer_whom_the_courier_cannot_reach_has_a_case_at_once(shop):
    parcel = tell(a_parcel_of(shop), out(), trouble("206"))
    case = Case.objects.get()
    assert (case.kind, case.state, case.subject, case.owner) == ("unreachable", "to_contact", f"parcel:{parcel.pk}", None)
    assert case.subject_label == f"中通 {parcel.waybill}"
    assert case.incident.parcel == parcel
    entry = Journal.objects.get(case=case)
    assert (entry.step, entry.channel, entry.facts) == ("open", "webhook", {"code": "206"})
    assert Deadline.objects.get(case=case).kind == "first_attempt"


def test_the_same_told_a_hundred_times_opens_one_case_even_when_that_is_closed(shop, agent):
    parcel = a_parcel_of(shop)
    for _again in range(5):
        tell(parcel, out(), trouble("206"))
    case = Case.objects.get()
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY + 5 * HOUR)
    Parcel.objects.filter(pk=parcel.pk).update(delivered_at=None)
    tell(parcel, out(), trouble("206"))
    assert Case.objects.count() == Journal.objects.filter(step="open").count() == 1
    assert facts_of(parcel) == ["unreachable"]


def test_called_for_help_again_after_the_first_case_was_settled_it_opens_another(shop, agent):
    parcel = tell(a_parcel_of(shop), out(), trouble("206"))
    case = Case.objects.get()
    tried("chat", "answered")(case.pk, acts(agent), MONDAY + 5 * HOUR)
    advance(case.pk, "passed_on", by=acts(agent), at=MONDAY + 6 * HOUR, facts={"agreed": "明天再送"})
    tell(parcel, out(24), trouble("206", 28))
    assert Case.objects.filter(kind="unreachable").count() == 2


def test_trouble_that_is_no_longer_the_last_word_opens_nothing_and_is_kept(shop):
    parcel = tell(a_parcel_of(shop), trouble("206", 1), out(2))
    assert not Case.objects.exists()
    assert facts_of(parcel) == ["unreachable"]


@pytest.mark.parametrize("stage", ["signed", "returning"])
def test_trouble_after_the_signature_or_on_the_way_back_opens_nothing(shop, stage):
    tell(a_parcel_of(shop), node(MONDAY + HOUR, stage, "x"), trouble("206"))
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("201", "not_signed_in_time"),
        ("203", "refusal_raised"),
        ("204", "delivery_failed"),
        ("207", "out_of_area"),
        ("209", "damaged"),
        ("210", "waybill_cancelled"),
    ],
)
def test_what_opens_no_case_yet_stays_a_fact_of_the_parcel(shop, code, fact):
    parcel = tell(a_parcel_of(shop), out(), trouble(code))
    tell(parcel, out(), trouble(code))
    kept = ParcelFact.objects.get(parcel=parcel)
    assert (kept.name, kept.at, kept.provider, kept.code) == (fact, MONDAY + 4 * HOUR, "kuaidi100", code)
    assert not Case.objects.exists()


def test_a_locker_that_is_too_full_of_time_is_a_finding_and_no_case_yet(shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "station", "501"), trouble("205", 100))
    finding = Finding.objects.get(parcel=parcel)
    assert (finding.kind, finding.code, finding.norm_hours, finding.ended_at) == ("at_station", "205", 48, None)
    assert not Case.objects.exists()
    tell(parcel, node(MONDAY + 110 * HOUR, "signed", "304"))
    finding.refresh_from_db()
    assert finding.ended_at == MONDAY + 110 * HOUR


def test_a_rule_looks_at_the_words_when_it_names_some(shop):
    DetectionRule.objects.create(provider="kuaidi100", code="204", pattern="电话|停机", outcome="case", name="unreachable")
    silent, spoken = a_parcel_of(shop), a_parcel_of(shop)
    tell(silent, out(), trouble("204", text="派件异常，地址不详"))
    tell(spoken, out(), trouble("204", text="派件异常，收件人停机"))
    assert [each.subject for each in Case.objects.all()] == [f"parcel:{spoken.pk}"]
    assert sorted(facts_of(spoken)) == ["delivery_failed", "unreachable"]


def test_a_rule_out_of_use_and_a_code_of_another_provider_mean_nothing(shop):
    DetectionRule.objects.filter(code="206").update(active=False)
    parcel = tell(a_parcel_of(shop), out(), trouble("206"))
    DetectionRule.objects.filter(code="206").update(active=True, provider="kdniao")
    tell(parcel, out(), trouble("206", 6))
    assert not Case.objects.exists()
    assert facts_of(parcel) == []


def test_a_kind_that_is_not_built_stays_a_fact(shop):
    DetectionRule.objects.create(provider="kuaidi100", code="209", outcome="case", name="of_the_future")
    parcel = tell(a_parcel_of(shop), out(), trouble("209"))
    assert sorted(facts_of(parcel)) == ["damaged", "of_the_future"]
    assert not Case.objects.exists()


def test_a_parcel_that_arrives_after_all_closes_its_case_with_the_time_of_the_signature(shop, agent):
    parcel = tell(a_parcel_of(shop), out(), trouble("206"))
    case = Case.objects.get()
    tried("chat")(case.pk, acts(agent), MONDAY + 5 * HOUR)
    tell(parcel, node(MONDAY + 6 * HOUR, "signed", "301"), at=MONDAY + 9 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("delivered", MONDAY + 9 * HOUR)
    assert parcel.delivered_at == MONDAY + 6 * HOUR
    assert not Deadline.objects.filter(case=case, status__in=Deadline.STANDING).exists()
    assert verify_invariants() == []


def test_an_open_task_keeps_the_case_open_and_its_owner_is_told_once(shop, agent):
    case = an_unreachable(agent)
    parcel = case.incident.parcel
    Task.objects.create(case=case, kind="weigh", title="称重", role="warehouse", created_at=MONDAY)
    for _again in range(2):
        tell(parcel, node(MONDAY + 6 * HOUR, "signed", "301"))
    case.refresh_from_db()
    assert (case.state, case.news) == ("to_contact", {"delivered": 1})
    assert Journal.objects.get(case=case, step="parcel_told").facts == {"news": "delivered"}


def test_several_parcels_are_as_many_statements_as_one(shop):
    one, *several = [a_parcel_of(shop) for _ in range(7)]
    for each in (one, *several):
        merge(each, out(), trouble("206"))
    with CaptureQueriesContext(connection) as for_one:
        detect([one.pk], by=PROVIDER, at=MONDAY + 10 * HOUR)
    with CaptureQueriesContext(connection) as for_several:
        detect([each.pk for each in several], by=PROVIDER, at=MONDAY + 10 * HOUR)
    assert len(for_several) == len(for_one)
    assert Case.objects.count() == 7


def test_what_tells_of_nothing_new_takes_few_statements(shop):
    parcel = tell(a_parcel_of(shop), out())
    with CaptureQueriesContext(connection) as statements:
        detect([parcel.pk], by=PROVIDER, at=MONDAY + 10 * HOUR)
    # The door, the locks, and one look at facts, findings and open cases each.
    assert len(statements) <= 13
