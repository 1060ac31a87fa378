"""Detection by code: a node opens a case or leaves a fact, by the table that a lead may change."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.assign import take_case
from casework.actions.deeds import add_note
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Journal, Outbox, Task
from logistics.actions.detect import detect
from logistics.actions.flag_stalled import flag_stalled
from logistics.models import DetectionRule, Finding, Parcel, ParcelFact
from tests.builders import a_parcel, an_unreachable, tried
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


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize(("code", "kind"), [("206", "unreachable"), ("202", "stalled"), ("208", "stalled")])
@pytest.mark.parametrize("remark", ["", "201"])
def test_a_remark_behind_the_node_that_tells_takes_nothing_back(shop, code, kind, remark):
    told = trouble(code) if code == "206" else node(MONDAY + 4 * HOUR, "", code)
    parcel = tell(a_parcel_of(shop), out(), told, node(MONDAY + 5 * HOUR, "", remark, "客服已登记"))
    assert [each.kind for each in Case.objects.all()] == [kind]
    tell(parcel, node(MONDAY + 6 * HOUR, "", "", "已催促"))
    case = Case.objects.get()
    assert (case.is_open, case.news) == (True, {})
    assert verify_invariants() == []


@pytest.mark.parametrize("stage", ["signed", "returning"])
def test_trouble_after_the_signature_or_on_the_way_back_opens_nothing(shop, stage):
    tell(a_parcel_of(shop), node(MONDAY + HOUR, stage, "x"), trouble("206"))
    assert not Case.objects.exists()


@pytest.mark.parametrize(("code", "fact"), [("13", "customs_trouble"), ("7", "handed_to_another_courier")])
def test_what_opens_no_case_stays_a_fact_of_the_parcel(shop, code, fact):
    parcel = tell(a_parcel_of(shop), out(), trouble(code))
    tell(parcel, out(), trouble(code))
    kept = ParcelFact.objects.get(parcel=parcel)
    assert (kept.name, kept.at, kept.provider, kept.code) == (fact, MONDAY + 4 * HOUR, "kuaidi100", code)
    assert not Case.objects.exists()


@pytest.mark.rule("L8.1")
def test_out_of_area_opens_its_case_which_closes_by_itself_when_the_parcel_goes_on(shop):
    parcel = tell(a_parcel_of(shop), out(), trouble("207"))
    case = Case.objects.get()
    assert (case.kind, case.state, case.owner, Journal.objects.get(case=case).facts) == ("out_of_area", "to_read", None, {"code": "207"})
    tell(parcel, node(MONDAY + 9 * HOUR, "transit", "7", "转投邮政"))
    assert Case.objects.get().state == "moved_on"
    assert verify_invariants() == []


@pytest.mark.rule("L8.2")
def test_out_of_area_that_waits_at_a_station_stays_open_until_the_customer_was_asked(shop):
    parcel = tell(a_parcel_of(shop), out(), trouble("207"))
    tell(parcel, node(MONDAY + 9 * HOUR, "station", "501", "已到驿站"))
    assert Case.objects.get().state == "to_read"


@pytest.mark.rule("L8.2")
@pytest.mark.parametrize(("stage", "state", "news"), [("transit", "moves_again", "moves_again"), ("returning", "returning", "returning")])
def test_who_works_on_it_is_told_once_that_it_goes_on_or_turns_back(shop, agent, stage, state, news):
    parcel = tell(a_parcel_of(shop), out(), trouble("207"))
    take_case(Case.objects.get().pk, by=acts(agent), at=MONDAY + 5 * HOUR)
    for _again in range(2):
        tell(parcel, node(MONDAY + 9 * HOUR, stage, "x"))
    case = Case.objects.get(kind="out_of_area")
    assert (case.state, case.news) == (state, {news: 1})


@pytest.mark.rule("L6.2")
def test_of_a_parcel_that_turns_back_the_owner_of_an_unreachable_is_told_and_the_case_stays(shop, agent):
    case = an_unreachable(agent, state="trying")
    for _again in range(2):
        tell(case.incident.parcel, node(MONDAY + 6 * HOUR, "returning", "6"))
    case.refresh_from_db()
    assert (case.state, case.news) == ("trying", {"returning": 1})
    assert Case.objects.count() == 1, "what sees to the parcel already is enough"


@pytest.mark.rule("L7.1")
def test_damage_that_the_courier_tells_of_has_its_case_and_the_signature_is_news(shop):
    parcel = tell(a_parcel_of(shop), out(), trouble("209"))
    assert Case.objects.get().state == "to_warn"
    for _again in range(2):
        tell(parcel, node(MONDAY + 9 * HOUR, "signed", "301"))
    case = Case.objects.get()
    assert (case.kind, case.state, case.news) == ("damaged", "to_ask", {"delivered": 1})


@pytest.mark.rule("L3.3")
def test_not_signed_for_in_time_is_a_standstill_at_once(shop):
    tell(a_parcel_of(shop), out(), node(MONDAY + 30 * HOUR, "", "201"))
    finding = Finding.objects.get()
    assert (finding.kind, finding.code, finding.case.kind, finding.since) == ("delivering", "201", "stalled", MONDAY + 2 * HOUR)


# Cancelled waybills (L4) --------------------------------------------------------------------------------------------


@pytest.mark.rule("L4.1")
@pytest.mark.parametrize("code", ["401", "210"])
def test_a_cancelled_waybill_of_an_awaited_order_has_its_case(shop, code):
    parcel = tell(a_parcel_of(shop), node(MONDAY + HOUR, "voided", code))
    case = Case.objects.get()
    assert (case.kind, case.state, case.subject) == ("no_record", "to_check", f"parcel:{parcel.pk}")
    assert not Finding.objects.exists()
    tell(parcel, node(MONDAY + 3 * HOUR, "transit", "0"))
    assert Case.objects.get().state == "moved_on"


@pytest.mark.rule("L4.1")
def test_one_that_a_later_waybill_replaces_or_that_nobody_awaits_has_none(shop):
    replaced, unwanted = a_parcel_of(shop), a_parcel_of(shop, is_awaited=False)
    a_parcel(replaced.orders.get(), "7399999999999")
    for parcel in (replaced, unwanted):
        tell(parcel, node(MONDAY + HOUR, "voided", "401"))
    assert not Case.objects.exists()


# Odd signatures (L1) ------------------------------------------------------------------------------------------------


def signed_by(words, hours=6):
    return node(MONDAY + hours * HOUR, "signed", "303", f"签收人：{words}代签")


@pytest.mark.rule("L1.1")
@pytest.mark.parametrize(("who", "opens"), [("门卫", True), ("邻居", True), ("家人", False), ("母亲", False)])
def test_signed_for_by_somebody_outside_the_house_is_asked_before_the_customer_complains(shop, who, opens):
    parcel = tell(a_parcel_of(shop), out(), signed_by(who))
    tell(parcel, out(), signed_by(who))
    found = list(Case.objects.values_list("kind", "state", "subject"))
    assert found == ([("signed_not_received", "to_tell", f"parcel:{parcel.pk}")] if opens else [])
    assert "signed_by_other" in facts_of(parcel)
    if opens:
        assert Deadline.objects.get(status="open").due_at == MONDAY + 30 * HOUR


@pytest.mark.rule("L1.1")
def test_a_parcel_that_moves_after_the_signature_is_asked_for_too_and_only_once(shop, agent):
    parcel = tell(a_parcel_of(shop), out(), node(MONDAY + 5 * HOUR, "signed", "301"))
    tell(parcel, node(MONDAY + 8 * HOUR, "transit", "0", "离开网点"))
    case = Case.objects.get()
    assert (case.kind, case.state) == ("signed_not_received", "to_tell")
    advance(case.pk, "delivered_again", by=acts(agent), at=MONDAY + 9 * HOUR)
    tell(parcel, node(MONDAY + 12 * HOUR, "delivering", "5"))
    assert Case.objects.count() == 1
    assert verify_invariants() == []


@pytest.mark.fault("W4")
@pytest.mark.parametrize("words", ["快件已由样例菜鸟驿站代收，请及时取件", "已放入丰巢快递柜"])
def test_a_locker_behind_the_signature_is_no_way_on(shop, words):
    parcel = tell(a_parcel_of(shop), out(), node(MONDAY + 5 * HOUR, "signed", "301"), node(MONDAY + 6 * HOUR, "transit", "0", words))
    assert facts_of(parcel) == ["moved_after_signing"]
    assert not Case.objects.exists()


@pytest.mark.rule("L0.4")
def test_a_receipt_that_the_platform_confirms_closes_what_nobody_touched(shop, agent):
    left, taken_up = [tell(a_parcel_of(shop), out(), signed_by("门卫")) for _ in range(2)]
    take_case(Case.objects.get(subject=f"parcel:{taken_up.pk}").pk, by=acts(agent), at=MONDAY + 7 * HOUR)
    flag_stalled(shop, at=MONDAY + 20 * HOUR, by=PROVIDER)
    assert set(Case.objects.values_list("state", flat=True)) == {"to_tell"}
    Parcel.objects.update(is_awaited=False)
    flag_stalled(shop, at=MONDAY + 24 * HOUR, by=PROVIDER)
    assert Case.objects.get(subject=f"parcel:{left.pk}").state == "confirmed"
    assert Case.objects.get(subject=f"parcel:{taken_up.pk}").state == "to_tell"


def test_a_locker_that_is_too_full_of_time_is_a_finding_and_no_case_yet(shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "station", "501"), trouble("205", 100))
    finding = Finding.objects.get(parcel=parcel)
    assert (finding.kind, finding.code, finding.norm_hours, finding.ended_at) == ("at_station", "205", 48, None)
    assert not Case.objects.exists()
    tell(parcel, node(MONDAY + 110 * HOUR, "signed", "304"))
    finding.refresh_from_db()
    assert finding.ended_at == MONDAY + 110 * HOUR


def test_a_rule_looks_at_the_words_when_it_names_some(shop):
    DetectionRule.objects.create(provider="kuaidi100", code="13", pattern="电话|停机", outcome="case", name="unreachable")
    silent, spoken = a_parcel_of(shop), a_parcel_of(shop)
    tell(silent, out(), trouble("13", text="派件异常，地址不详"))
    tell(spoken, out(), trouble("13", text="派件异常，收件人停机"))
    assert [each.subject for each in Case.objects.all()] == [f"parcel:{spoken.pk}"]
    assert sorted(facts_of(spoken)) == ["customs_trouble", "unreachable"]


def test_a_rule_out_of_use_and_a_code_of_another_provider_mean_nothing(shop):
    DetectionRule.objects.filter(code="206").update(active=False)
    parcel = tell(a_parcel_of(shop), out(), trouble("206"))
    DetectionRule.objects.filter(code="206").update(active=True, provider="kdniao")
    tell(parcel, out(), trouble("206", 6))
    assert not Case.objects.exists()
    assert facts_of(parcel) == []


def test_a_kind_that_is_not_built_stays_a_fact(shop):
    DetectionRule.objects.create(provider="kuaidi100", code="13", outcome="case", name="of_the_future")
    parcel = tell(a_parcel_of(shop), out(), trouble("13"))
    assert sorted(facts_of(parcel)) == ["customs_trouble", "of_the_future"]
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


# Findings that a code tells of (L3, L4) ---------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize("code", ["202", "208"])
def test_what_the_courier_says_is_not_moving_has_its_finding_and_case_at_once(shop, code):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"), node(MONDAY + 50 * HOUR, "", code))
    case, finding = Case.objects.get(), Finding.objects.get()
    assert (case.kind, case.state, finding.case) == ("stalled", "to_check", case)
    assert (finding.kind, finding.code, finding.since, finding.norm_hours) == ("not_moving", code, MONDAY + 50 * HOUR, 48)
    kept = case.incident
    assert (kept.parcel, kept.finding, kept.finding_since, kept.norm_hours) == (parcel, "not_moving", finding.since, 48)
    assert Journal.objects.get(case=case).facts["code"] == code


@pytest.mark.rule("L4.1")
def test_an_end_of_tracking_without_a_record_opens_its_case_once(shop):
    parcel = a_parcel_of(shop)
    for _again in range(3):
        tell(parcel, at=MONDAY + 80 * HOUR, aborted="3天查询无记录")
    case, finding = Case.objects.get(), Finding.objects.get()
    assert (case.kind, finding.kind, finding.since, finding.code, finding.case) == ("no_record", "no_record", MONDAY, "abort", case)
    assert facts_of(parcel) == []


def test_an_end_of_tracking_without_a_record_of_what_has_one_means_nothing(shop):
    tell(a_parcel_of(shop), out(), aborted="3天查询无记录")
    assert not Case.objects.exists()


def test_an_end_of_tracking_without_change_is_a_parcel_that_stands_still_where_it_is(shop):
    tell(a_parcel_of(shop), out(), at=MONDAY + 1440 * HOUR, aborted="60天无变化")
    finding = Finding.objects.get()
    assert (finding.kind, finding.since, finding.case.kind) == ("delivering", MONDAY + 2 * HOUR, "stalled")


def test_an_end_of_tracking_means_what_the_table_says_for_its_provider(shop):
    tell(a_parcel_of(shop), at=MONDAY + 80 * HOUR, aborted="3天查询无记录", provider="kdniao")
    assert not Finding.objects.exists()
    DetectionRule.objects.create(provider="kdniao", code="abort", pattern="无记录", outcome="case", name="no_record")
    parcel = tell(a_parcel_of(shop), at=MONDAY + 80 * HOUR, aborted="3天查询无记录", provider="kdniao")
    assert Finding.objects.get().parcel == parcel


@pytest.mark.parametrize("message", ["快递公司参数异常", "", "已签收"])
def test_another_end_of_tracking_opens_nothing(shop, message):
    tell(a_parcel_of(shop), out(), aborted=message)
    assert not Case.objects.exists()
    assert not Finding.objects.exists()


def test_a_parcel_with_an_open_case_gets_no_second_one_but_an_entry(shop):
    parcel = tell(a_parcel_of(shop), out(), trouble("206"))
    for _again in range(2):
        tell(parcel, node(MONDAY + 60 * HOUR, "", "208"))
    case, finding = Case.objects.get(), Finding.objects.get()
    assert (case.kind, finding.case) == ("unreachable", case)
    assert [each.step for each in Journal.objects.filter(case=case).order_by("id")] == ["open", "found"]
    assert Journal.objects.get(step="found").facts["finding"] == finding.kind


@pytest.mark.rule("L3.3")
def test_a_parcel_that_moves_again_closes_the_case_that_nobody_touched(shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"), node(MONDAY + 50 * HOUR, "", "202"))
    tell(parcel, node(MONDAY + 51 * HOUR, "transit", "1001"))
    case, finding = Case.objects.get(), Finding.objects.get()
    assert (case.state, case.closed_at, finding.ended_at) == ("moved_on", MONDAY + 51 * HOUR, MONDAY + 51 * HOUR)
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize("remark", ["", "201", "205"])
def test_a_remark_moves_nothing_and_ends_no_finding(shop, remark):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"), node(MONDAY + 50 * HOUR, "", "202"))
    tell(parcel, node(MONDAY + 52 * HOUR, "", remark, "客服已登记"))
    finding = Finding.objects.get(kind="not_moving")
    assert (finding.since, finding.ended_at, finding.case.state) == (MONDAY + 50 * HOUR, None, "to_check")
    tell(parcel, node(MONDAY + 53 * HOUR, "transit", "1001"))
    assert Case.objects.get().state == "moved_on"


def taken(case_id, by):
    """Somebody has taken it."""
    take_case(case_id, by=by, at=MONDAY + 50 * HOUR)


def noted(case_id, by):
    """Somebody wrote on it, and laid it down again."""
    add_note(case_id, note="已联系快递", by=by, at=MONDAY + 50 * HOUR)


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize("deed", [taken, noted, tried("chat")])
def test_a_parcel_that_moves_again_tells_the_owner_of_a_case_that_somebody_touched(shop, agent, deed):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"), node(MONDAY + 50 * HOUR, "", "202"))
    case = Case.objects.get()
    deed(case.pk, acts(agent)) if deed in (taken, noted) else deed(case.pk, acts(agent), MONDAY + 50 * HOUR)
    tell(parcel, node(MONDAY + 51 * HOUR, "transit", "1001"))
    case = Case.objects.get()
    assert (case.state, case.category, case.news) == ("moves_again", "open", {"moves_again": 1})
    assert Outbox.objects.filter(topic="notice", payload__about="moves_again").count() == (0 if deed is noted else 1)


@pytest.mark.rule("L10.1")
def test_a_standstill_that_turns_back_goes_on_as_a_returned_parcel_once(shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"), node(MONDAY + 50 * HOUR, "", "202"))
    for hours in (51, 52):
        tell(parcel, node(MONDAY + hours * HOUR, "returning", "6"))
    before = Case.objects.get(kind="stalled")
    assert before.state == "gone_on"
    assert Journal.objects.get(case=before, step="goes_on_as_returned").facts["news"] == "returning"
    case = Case.objects.open().get()
    assert (case.kind, case.news) == ("returned_to_sender", {"returning": 1})
    assert not Finding.objects.filter(ended_at=None).exists()


def test_what_is_late_by_our_norm_and_by_the_couriers_word_is_one_finding(shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"))
    Finding.objects.create(parcel=parcel, kind="not_moving", since=MONDAY, norm_hours=48, found_at=MONDAY + 49 * HOUR)
    tell(parcel, node(MONDAY + 50 * HOUR, "", "202"))
    finding = Finding.objects.get()
    assert (finding.since, finding.code, finding.ended_at) == (MONDAY, "202", None)


def test_trouble_in_a_parcel_that_nobody_awaits_any_more_is_no_finding(shop):
    tell(a_parcel_of(shop, is_awaited=False), out(), node(MONDAY + 50 * HOUR, "", "208"))
    assert not Finding.objects.exists()
