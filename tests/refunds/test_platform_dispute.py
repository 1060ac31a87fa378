"""R13 The platform steps in: evidence first, a lead at once, its decision recorded and in the ledger with its cause."""

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.actions.open_case import open_case
from casework.actions.step_back import step_back
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Deadline, Evidence, Journal, Ledger, Outbox
from casework.photos.checklist import checklist
from casework.situation import read_situations
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, Refused, StepRefused
from orders.models import Order, PlatformRefund
from orders.roles import Role
from refunds.actions.follow_disputes import follow_disputes
from refunds.models import AskedThere, GiftFacts, InvoiceFacts, OutOfStockFacts, PlatformDecision, PlatformDispute, ResentLine
from tests.builders import a_list_comes, a_platform_refund, a_refund, an_order
from tests.callers import program
from tests.cast import MONDAY, acts

HOUR = dt.timedelta(hours=1)
STEPPED_IN = {"intervention": "客服已经介入", "evidence_deadline_at": MONDAY + 20 * HOUR}
COST = {"party": "warehouse", "why": "商家举证不足"}
FACTS = {
    "decided_for_customer": COST,
    "decided_in_part": COST | {"amount": "10.00"},
    "decided_for_us": {"why": "商家举证成立"},
}


def a_list_with_disputes(shop, at=MONDAY):
    a_list_comes(shop, at)
    follow_disputes(shop.pk, by=Actor.system("import"), at=at)


def a_dispute(shop, **fields):
    row = a_platform_refund(an_order(shop), **(STEPPED_IN | fields))
    a_list_with_disputes(shop)
    return PlatformDispute.objects.get(asked_there__refund=row)


def take(case, step, by, at=MONDAY, **facts):
    return advance(case.pk, step, by=acts(by), at=at, facts=facts or FACTS.get(step))


def clock(case, kind):
    return Deadline.objects.filter(case=case, kind=kind).order_by("-pk").first()


def posted():
    return list(Ledger.objects.filter(entry="post").values_list("case_id", "amount", "party"))


@pytest.mark.rule("R13.1")
def test_the_list_opens_it_its_evidence_deadline_is_the_first_clock_and_a_lead_is_told_at_once(shop):
    case = a_dispute(shop)
    assert (case.state, case.owner, case.subject_label) == ("to_prove", None, "¥30.00")
    first = Deadline.objects.filter(case=case, status="open").order_by("due_at").first()
    assert (first.kind, first.due_at, first.rule) == ("evidence", MONDAY + 20 * HOUR, "R13.1")
    assert list(Outbox.objects.filter(payload__case=case.pk).values_list("payload__to", "payload__about")) == [
        ("leads", "platform_steps_in")
    ]
    assert Journal.objects.get(case=case).facts["platform_says"] == "客服已经介入"
    assert (verify_invariants(), verify_audit()) == ([], [])


@pytest.mark.rule("R13.1")
def test_by_hand_it_is_opened_for_the_request_of_the_order_and_a_lead_is_told_as_well(agent, shop):
    row = a_platform_refund(an_order(shop), evidence_deadline_at=MONDAY + 20 * HOUR)
    case = open_case("platform_dispute", order=row.order.number, by=acts(agent), at=MONDAY)
    assert (case.subject, clock(case, "evidence").due_at) == (f"platform_refund:{row.pk}", MONDAY + 20 * HOUR)
    assert Outbox.objects.get(payload__case=case.pk).payload["to"] == "leads"
    PlatformRefund.objects.update(**STEPPED_IN)
    a_list_with_disputes(shop)
    assert PlatformDispute.objects.count() == 1


def test_opened_by_hand_before_the_list_came_it_is_linked_by_the_list(agent, supervisor, shop):
    order = an_order(shop)
    case = open_case("platform_dispute", order=order.number, by=acts(agent), at=MONDAY)
    assert clock(case, "evidence") is None
    with pytest.raises(StepRefused) as refused:
        take(case, "decided_for_customer", supervisor)
    assert [each.code for each in refused.value.reasons] == ["request_is_known"]
    row = a_platform_refund(order, **STEPPED_IN)
    a_list_with_disputes(shop)
    assert (PlatformDispute.objects.get().asked_there.refund, clock(case, "evidence").due_at) == (row, MONDAY + 20 * HOUR)
    assert Journal.objects.get(case=case, step="asked_there").facts["platform_request"] == row.number
    assert Case.objects.get(pk=case.pk).news["asked_there"] == 1


def test_the_same_list_again_changes_nothing_and_a_moved_deadline_moves_the_clock(shop):
    case = a_dispute(shop)
    before = list(Journal.objects.values()), list(Deadline.objects.order_by("pk").values()), Outbox.objects.count()
    a_list_with_disputes(shop, MONDAY + HOUR)
    assert (list(Journal.objects.values()), list(Deadline.objects.order_by("pk").values()), Outbox.objects.count()) == before
    PlatformRefund.objects.update(evidence_deadline_at=MONDAY + 30 * HOUR)
    a_list_with_disputes(shop, MONDAY + HOUR)
    assert clock(case, "evidence").due_at == MONDAY + 30 * HOUR


def test_many_disputes_take_as_many_statements_as_two(shop):
    for _ in range(2):
        a_platform_refund(an_order(shop), **STEPPED_IN)
    with CaptureQueriesContext(connection) as few:
        a_list_with_disputes(shop)
    for _ in range(20):
        a_platform_refund(an_order(shop), **STEPPED_IN)
    with CaptureQueriesContext(connection) as many:
        a_list_with_disputes(shop)
    assert len(few) == len(many)
    assert PlatformDispute.objects.count() == 22


@pytest.mark.rule("R13.1")
@pytest.mark.parametrize("told", [MONDAY + 15 * HOUR, MONDAY + 30 * HOUR, None])
def test_a_deadline_that_the_platform_moves_meanwhile_is_not_taken_back(agent, supervisor, shop, told):
    case = take(a_dispute(shop), "hand_in", agent)
    PlatformRefund.objects.update(evidence_deadline_at=told)
    a_list_with_disputes(shop, MONDAY + HOUR)
    step_back(case.pk, by=acts(supervisor), at=MONDAY + 2 * HOUR)
    running = Deadline.objects.filter(case=case, status__in=Deadline.STANDING).order_by("kind").values_list("kind", "due_at")
    assert dict(running).get("evidence") == told
    assert "prove" in dict(running)
    assert verify_invariants() == []


@pytest.mark.rule("R13.1")
def test_the_papers_are_listed_those_of_the_orders_other_cases_as_well(agent, shop):
    case = a_dispute(shop)
    incident = a_refund(agent, order=case.order)
    about = {"path": "x", "mime": "image/png", "size": 1, "width": 1, "height": 1, "sha256": "0", "original_sha256": "0"}
    Evidence.objects.create(case=incident, kind="photo_waybill", uploaded_at=MONDAY, **about)
    case = PlatformDispute.objects.get()
    at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
    assert [(line.wanted.kind, line.is_there) for line in checklist(case, at)] == [
        ("chat", False),
        ("platform", False),
        ("photo_waybill", True),
        ("photo_goods", False),
    ]


@pytest.mark.rule("R13.1")
def test_evidence_that_is_handed_in_stops_its_clocks_and_the_decision_is_awaited(agent, shop):
    case = take(a_dispute(shop), "hand_in", agent)
    assert (case.state, clock(case, "evidence").status, clock(case, "prove").status) == ("handed_in", "met", "met")
    assert clock(case, "decision").due_at == MONDAY + dt.timedelta(days=7)
    fire_deadlines(at=MONDAY + dt.timedelta(days=7))
    assert clock(case, "decision").status == "over"


@pytest.mark.rule("R13.2")
@pytest.mark.parametrize(
    ("step", "state", "ledger"),
    [
        ("decided_for_customer", "for_customer", [(30, "warehouse")]),
        ("decided_in_part", "in_part", [(10, "warehouse")]),
        ("decided_for_us", "for_us", []),
    ],
)
def test_its_decision_needs_no_approval_and_stands_in_the_ledger_with_its_cause(agent, supervisor, shop, step, state, ledger):
    case = take(take(a_dispute(shop), "hand_in", agent), step, supervisor)
    assert (case.state, [row[1:] for row in posted()]) == (state, ledger)
    decision = PlatformDecision.objects.get()
    assert (decision.amount, decision.by) == (sum(amount for amount, _party in ledger), supervisor)
    entry = Journal.objects.filter(case=case).order_by("pk").last()
    assert (entry.step, entry.note) == (step, FACTS[step]["why"])
    case.order.refresh_from_db()
    assert (case.order.reserved, case.order.refunded) == (0, 0)
    assert verify_invariants() == []


def test_what_the_list_shows_as_paid_afterwards_is_the_same_money(supervisor, shop):
    case = take(a_dispute(shop), "decided_for_customer", supervisor)
    PlatformRefund.objects.update(is_open=False, is_paid=True, status="退款成功")
    a_list_with_disputes(shop, MONDAY + HOUR)
    assert posted() == [(case.pk, 30, "warehouse")]


@pytest.mark.fault("M4")
@pytest.mark.parametrize("amount", ["1e1", "１０", "1_0", "+10", " 10", "10\n", "010", "10.", 10, True])
def test_a_part_is_written_as_an_amount_or_nothing_is_decided(supervisor, shop, amount):
    case = a_dispute(shop)
    with pytest.raises(Malformed) as bad:
        take(case, "decided_in_part", supervisor, **COST, amount=amount)
    assert (bad.value.field, posted()) == ("amount", [])


def test_a_part_is_less_than_what_was_asked(supervisor, shop):
    case = a_dispute(shop)
    with pytest.raises(Malformed) as bad:
        take(case, "decided_in_part", supervisor, **COST, amount="30.00")
    assert bad.value.field == "amount"
    assert posted() == []


@pytest.mark.parametrize("step", ["decided_for_customer", "decided_in_part", "decided_for_us"])
def test_what_the_platform_decided_is_recorded_by_leads_in_person(supervisor, agent, finance, warehouse, shop, step):
    case = a_dispute(shop)
    for person in (agent, finance, warehouse):
        assert person.memberships.get().role in set(Role)
        with pytest.raises(NotAllowed):
            take(case, step, person)
    sent = {"version": case.version, "facts": FACTS[step]}
    answer = program(supervisor).post(f"cases/{case.pk}/steps/{step}/", sent)
    assert (answer.status_code, [each["code"] for each in answer.json()["reasons"]], posted()) == (403, ["token_may_not_decide"], [])


@pytest.mark.parametrize(("ended", "state"), [({"status": "退款成功", "is_paid": True}, "for_customer"), ({"status": "退款关闭"}, "ended")])
def test_one_that_ended_there_closes_when_nobody_touched_it_else_its_owner_is_told(agent, shop, ended, state):
    untouched, touched = a_dispute(shop), a_dispute(shop, number="210000000000000777")
    add_note(touched.pk, note="聊天记录在整理", by=acts(agent), at=MONDAY)
    PlatformRefund.objects.update(is_open=False, **ended)
    a_list_with_disputes(shop, MONDAY + HOUR)
    a_list_with_disputes(shop, MONDAY + 2 * HOUR)
    assert Case.objects.get(pk=untouched.pk).state == state
    left = Case.objects.get(pk=touched.pk)
    assert (left.state, list(left.news.values())) == ("to_prove", [1])
    assert verify_invariants() == []


@pytest.mark.parametrize(
    ("kind", "amount", "why"), [("platform_dispute", "31.00", "more than was asked"), ("refund", "1.00", "no dispute")]
)
def test_the_database_refuses_a_decision_of_more_or_of_something_else(supervisor, shop, kind, amount, why):
    a_dispute(shop)
    case = Case.objects.get(kind=kind)
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        PlatformDecision.objects.create(case=case, amount=amount, party="shop", by=supervisor, at=MONDAY)
    assert posted() == []


@pytest.mark.rule("R13.2")
def test_what_it_decided_takes_its_room_before_the_list_shows_it_as_paid(agent, supervisor, shop):
    case = take(a_dispute(shop, amount="100.00"), "decided_for_customer", supervisor)
    order = Order.objects.get(pk=case.order_id)
    assert (order.platform_decided, order.room) == (100, 0)
    with pytest.raises(Refused) as refused:
        a_refund(agent, order=order, amount="50.00", payee={"channel": "small_payment"})
    assert refused.value.code == "over_the_cap"
    PlatformRefund.objects.update(is_open=False, is_paid=True, status="退款成功")
    order.refresh_from_db()
    assert order.platform_decided == 0
    assert verify_invariants() == []


@pytest.mark.rule("R13.2")
def test_what_was_decided_and_closed_without_money_comes_back_once_and_goes_out_again_when_it_is_paid(supervisor, shop):
    case = take(a_dispute(shop), "decided_for_customer", supervisor)
    for _ in range(2):
        PlatformRefund.objects.update(is_open=False, status="退款关闭")
    order = Order.objects.get(pk=case.order_id)
    assert (order.platform_decided, order.room) == (0, 100)
    assert list(Ledger.objects.order_by("pk").values_list("direction", "amount", "party")) == [
        ("out", 30, "warehouse"),
        ("in", 30, "warehouse"),
    ]
    assert verify_invariants() == []
    PlatformRefund.objects.update(is_paid=True, status="退款成功")
    assert list(Ledger.objects.order_by("pk").values_list("direction", flat=True)) == ["out", "in", "out"]
    assert verify_invariants() == []


def test_a_link_that_is_cut_past_the_door_leaves_a_row_and_nobody_deletes_one(shop):
    case = a_dispute(shop)
    was = AskedThere.objects.get(case=case).refund_id
    AskedThere.objects.filter(case=case).update(refund=None)
    entry = Journal.objects.get(object_type="askedthere", step="update")
    assert (entry.before, entry.after) == ({"refund_id": was}, {"refund_id": None})
    for table in (AskedThere, GiftFacts, OutOfStockFacts, InvoiceFacts, ResentLine):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table._meta.db_table}")
