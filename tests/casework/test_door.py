"""DESIGN 3 The one door: what it refuses and how, what it writes, and what it costs."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note, record_contact
from casework.actions.door import door
from casework.actions.locks import lock_cases, lock_orders
from casework.models import Case, Journal, JournalText
from casework.reading import read_case, timeline
from casework.registry import CONSTRAINTS
from casework.situation import read_situations
from logistics.models import IncidentFacts
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Reason, Refused, Stale, StepRefused
from orders.models import Order
from orders.vault import seal, unseal
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts

SECRETS = "请联系王小明 13900001234, a.b@example.com, 文三路样例小区5幢"


def queries(deed):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        deed()
    return len(seen)


# Stale, unknown, malformed -------------------------------------------------------------------------


@pytest.mark.fault("C4")
def test_who_saw_an_older_version_is_told_so_and_changes_nothing(agent):
    case = an_unreachable(agent)
    take = {"by": acts(agent), "at": MONDAY, "version": case.version}
    moved = advance(case.pk, "customer_answered", **take)
    assert moved.version == case.version + 1
    with pytest.raises(Stale) as refused:
        advance(case.pk, "delivered", **take)
    assert (refused.value.status, refused.value.extra) == (409, {"version": moved.version})
    assert Case.objects.get(pk=case.pk).state == "answered"
    assert advance(case.pk, "delivered", **take | {"version": moved.version}).state == "delivered"


@pytest.mark.parametrize("version", [True, "1", 1.0, [], {}])
def test_a_version_is_a_whole_number(agent, version):
    case = an_unreachable(agent)
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "delivered", by=acts(agent), at=MONDAY, version=version)
    assert refused.value.field == "version"


def test_a_step_that_the_kind_lacks_is_not_found(agent):
    case = an_unreachable(agent)
    for name in ("approve", "", "state", "__init__", "refresh_from_db", "effects"):
        with pytest.raises(NotFound) as refused:
            advance(case.pk, name, by=acts(agent), at=MONDAY)
        assert refused.value.code == "unknown_step"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ([], "facts"),
        ("x", "facts"),
        ({"state": "settled"}, "state"),
        ({"agreed": "x", "version": 3}, "version"),
        ({"agreed": ["x"]}, "agreed"),
        ({"agreed": {"a": 1}}, "agreed"),
        ({"agreed": "x" * 501}, "agreed"),
        ({"agreed": "a\x00b"}, "agreed"),
        ({"agreed": None}, "agreed"),
        ({}, "agreed"),
        (None, "agreed"),
    ],
)
def test_facts_that_the_step_does_not_declare_or_cannot_read_are_refused_by_name(agent, facts, field):
    case = an_unreachable(agent, state="answered")
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "passed_on", by=acts(agent), at=MONDAY, facts=facts)
    assert (refused.value.status, refused.value.field) == (400, field)
    assert Case.objects.get(pk=case.pk).state == "answered"


@pytest.mark.parametrize("note", [None, 5, ["x"], "x" * 4001, "a\x00b"])
def test_a_note_is_a_text(agent, note):
    case = an_unreachable(agent)
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "delivered", by=acts(agent), at=MONDAY, note=note)
    assert refused.value.field == "note"
    with pytest.raises(Malformed):
        add_note(case.pk, note=note, by=acts(agent), at=MONDAY)


# Who -----------------------------------------------------------------------------------------------


def test_the_door_refuses_superusers_like_anyone(agent, superuser):
    case = an_unreachable(agent)
    with pytest.raises(NotFound):
        advance(case.pk, "delivered", by=acts(superuser), at=MONDAY)
    superuser.memberships.create(shop=case.shop, role="auditor")
    with pytest.raises(NotAllowed):
        advance(case.pk, "delivered", by=acts(superuser), at=MONDAY)


def test_clocks_and_the_programme_take_their_own_steps_only(agent):
    case = an_unreachable(agent)
    with pytest.raises(NotAllowed):
        advance(case.pk, "customer_answered", by=Actor.clock(), at=MONDAY)
    with pytest.raises(NotAllowed):
        advance(case.pk, "first_attempt_missed", by=Actor.system(), at=MONDAY)
    assert advance(case.pk, "delivered", by=Actor.system("tracking"), at=MONDAY).state == "delivered"
    assert timeline(case).last().channel == "tracking"


def test_a_right_that_is_missing_comes_before_what_is_wrong_with_the_facts(agent, auditor):
    case = an_unreachable(agent, state="answered")
    with pytest.raises(NotAllowed):
        advance(case.pk, "passed_on", by=acts(auditor), at=MONDAY, facts={"nonsense": 1})


# Refusals ------------------------------------------------------------------------------------------


def test_a_refused_step_leaves_one_row_that_says_who_what_and_why(agent, auditor):
    case = an_unreachable(agent)
    before = timeline(case).count()
    with pytest.raises(StepRefused):
        advance(case.pk, "passed_on", by=acts(agent, "api"), at=MONDAY, facts={"agreed": "x"}, note="13900001234")
    row = timeline(case).last()
    assert timeline(case).count() == before + 1
    assert (row.step, row.from_state, row.to_state, row.actor, row.role, row.channel) == (
        "refused:passed_on",
        "to_contact",
        "",
        agent,
        "agent",
        "api",
    )
    assert (row.facts, row.note, row.at) == ({"code": "step_refused", "reasons": ["wrong_state"]}, "", MONDAY)


def test_what_is_refused_on_a_colleagues_case_names_the_case(agent, agent2, outsider):
    case = an_unreachable(agent)
    for deed in (lambda: take_case(case.pk, by=acts(agent2), at=MONDAY), lambda: give_case(case.pk, None, by=acts(agent2), at=MONDAY)):
        with pytest.raises(NotAllowed):
            deed()
        assert (timeline(case).last().step, timeline(case).last().facts["code"]) == ("refused:", "owned_by_another")
    with pytest.raises(NotFound):
        take_case(case.pk, by=acts(outsider), at=MONDAY)


def test_nothing_is_changed_when_something_breaks_half_way(agent, monkeypatch):
    case = an_unreachable(agent, state="answered")
    rows = Journal.objects.count()

    def breaks(*args):
        raise RuntimeError

    monkeypatch.setattr("casework.actions.apply._write_outbox", breaks)
    with pytest.raises(RuntimeError):
        advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.version, Journal.objects.count()) == ("answered", case.version, rows)
    assert found.deadlines.filter(status="open").count() == 1


@pytest.mark.parametrize("on_the_case", [True, False])
def test_a_refusal_of_the_database_says_what_it_was_about(agent, monkeypatch, on_the_case):
    case = an_unreachable(agent)
    monkeypatch.setitem(CONSTRAINTS, "a_freight_decision_names_its_rule", Reason("no_rule", "No rule."))

    def breaks():
        lock_cases([case.pk]) if on_the_case else lock_orders([case.order_id])
        IncidentFacts.objects.filter(case=case).update(freight_payer="customer")

    with pytest.raises(StepRefused), door(acts(agent), MONDAY):
        breaks()
    row = Journal.objects.latest("pk")
    about = ("case", str(case.pk), case.pk, "to_contact") if on_the_case else ("order", str(case.order_id), None, "")
    assert (row.object_type, row.object_id, row.case_id, row.from_state) == about
    assert (row.shop, row.role, row.facts["reasons"]) == (case.shop, "agent", ["no_rule"])


def test_a_broken_constraint_that_nobody_gave_a_sentence_is_an_error_and_not_a_refusal(agent, shop):
    order = an_order(shop)
    with pytest.raises(IntegrityError), door(acts(agent), MONDAY):
        Order.objects.filter(pk=order.pk).update(status="lost")
    assert not Journal.objects.filter(step__startswith="refused").exists()


def test_a_door_within_a_door_is_one_deed(agent):
    first, second = an_unreachable(agent), an_unreachable(agent)

    def both(second_step, **options):
        with door(acts(agent), MONDAY):
            advance(first.pk, "delivered", by=acts(agent), at=MONDAY)
            advance(second.pk, second_step, by=acts(agent), at=MONDAY, **options)

    with pytest.raises(StepRefused):
        both("passed_on", facts={"agreed": "x"})
    assert {each.state for each in Case.objects.all()} == {"to_contact"}
    assert timeline(second).last().step == "refused:passed_on"
    both("delivered")
    assert {each.state for each in Case.objects.all()} == {"delivered"}


def test_after_the_door_direct_writes_are_seen_again(agent):
    case = an_unreachable(agent)
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    Case.objects.filter(pk=case.pk).update(subject_label="anders")
    assert Journal.objects.filter(object_type="case", step="update").count() == 1


# Texts ---------------------------------------------------------------------------------------------


@pytest.fixture
def with_a_person(agent, shop):
    order = an_order(
        shop, waybill="73000000000001", name_enc=seal("王小明"), street_enc=seal("文三路样例小区5幢"), phone_enc=seal("13900001234")
    )
    return an_unreachable(agent, order=order)


def clean(text):
    return not any(secret in text for secret in ("王小明", "13900001234", "example.com", "样例小区"))


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize("how", ["step", "note", "contact"])
def test_a_note_is_kept_twice_redacted_to_read_and_whole_but_encrypted(agent, with_a_person, how):
    case = with_a_person
    if how == "step":
        advance(case.pk, "delivered", by=acts(agent), at=MONDAY, note=SECRETS)
    elif how == "note":
        add_note(case.pk, note=SECRETS, by=acts(agent), at=MONDAY)
    else:
        attempt = record_contact(case.pk, channel="phone", outcome="no_answer", note=SECRETS, by=acts(agent), at=MONDAY)
        assert clean(attempt.note)
    row = timeline(case).last()
    assert clean(row.note)
    assert "[电话]" in row.note
    assert "[姓名]" in row.note
    kept = bytes(JournalText.objects.get(journal_id=row.pk).ciphertext)
    assert unseal(kept) == SECRETS
    assert b"13900001234" not in kept


@pytest.mark.rule("S5.1")
def test_a_fact_that_is_text_is_redacted_in_the_journal(agent, with_a_person):
    advance(with_a_person.pk, "customer_answered", by=acts(agent), at=MONDAY, facts={"answer": SECRETS})
    row = timeline(with_a_person).last()
    assert clean(row.facts["answer"])
    assert "[电话]" in row.facts["answer"]


def test_a_request_asked_anew_stands_masked_in_the_journal(agent):
    case = a_refund(agent)
    wish = {
        "reason": "quality",
        "ground": "photo_checked",
        "payee": {"channel": "alipay", "account": "13900001234", "name": "王小明"},
        "lines": [{"line": case.order.lines.get().pk, "amount": "10.00"}],
    }
    advance(case.pk, "ask_again", by=acts(agent), at=MONDAY, facts={"request": wish})
    assert timeline(case).last().facts == {"request": "***", "amount": "10.00", "version": 2, "reason": "quality"}


# Cost ----------------------------------------------------------------------------------------------


def test_the_situation_of_many_costs_what_that_of_one_costs(agent, supervisor):
    cases = [each for number in range(6) for each in (an_unreachable(agent), a_refund(agent))]
    cases = list(Case.objects.filter(pk__in=[case.pk for case in cases]))
    assert len({case.order_id for case in cases}) == 12

    def read(some):
        return lambda: read_situations(some, now=MONDAY, actor=acts(supervisor))

    assert queries(read(cases[:2])) == queries(read(cases))


def test_a_step_costs_the_same_whatever_has_happened_before(agent):
    young, old = an_unreachable(agent, state="answered"), an_unreachable(agent, state="answered")
    for number in range(15):
        add_note(old.pk, note=f"{number}", by=acts(agent), at=MONDAY)
        record_contact(old.pk, channel="chat", outcome="no_answer", by=acts(agent), at=MONDAY)
    counts = [queries(lambda case=case: advance(case.pk, "delivered", by=acts(agent), at=MONDAY)) for case in (young, old)]
    assert counts[0] == counts[1] < 45


def test_the_case_page_reads_the_same_number_of_queries_whatever_hangs_on_it(agent):
    young, old = an_unreachable(agent, state="returning"), an_unreachable(agent, state="returning")
    for _ in range(3):
        a_refund(agent, order=old.order, case=old.pk, amount="5.00")
        record_contact(old.pk, channel="chat", outcome="no_answer", by=acts(agent), at=MONDAY)
    counts = [queries(lambda case=case: read_case(case.pk, by=acts(agent), now=MONDAY)) for case in (young, old)]
    assert counts[0] == counts[1]


def test_what_is_offered_is_what_the_door_does(agent, supervisor, finance, warehouse):
    """Each offer that is allowed can be taken, each refused one is refused for the same reasons."""
    case = an_unreachable(agent, state="rule_not_kept")
    for user in (agent, supervisor, finance, warehouse):
        for offer in read_case(case.pk, by=acts(user), now=MONDAY).offers:
            if offer.allowed:
                continue
            with pytest.raises((StepRefused, NotAllowed)) as refused:
                advance(case.pk, offer.step.name, by=acts(user), at=MONDAY)
            assert {each.code for each in refused.value.reasons} <= {each.code for each in offer.reasons}
    allowed = [each.step.name for each in read_case(case.pk, by=acts(supervisor), now=MONDAY).offers if each.allowed]
    assert allowed == ["customer_answered", "grant_one_more_day", "return_at_our_cost", "delivered", "override_freight"]


def test_a_closed_case_takes_no_deed(agent):
    case = an_unreachable(agent, state="delivered")
    for deed in (
        lambda: add_note(case.pk, note="x", by=acts(agent), at=MONDAY),
        lambda: take_case(case.pk, by=acts(agent), at=MONDAY),
        lambda: give_case(case.pk, None, by=acts(agent), at=MONDAY),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "case_closed"
