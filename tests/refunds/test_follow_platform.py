"""What customers ask on the platform opens, follows and closes refund cases, by batch (R2.3); what the platform paid itself is in the ledger (R13.2)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.deeds import record_contact
from casework.actions.door import door
from casework.actions.open_case import open_on
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Deadline, Journal, Ledger, Outbox
from casework.registry import Subject
from orders.access import Actor
from orders.errors import NotAllowed, StepRefused
from orders.models import Order, PlatformRefund
from refunds.actions.ask import ask_refund
from refunds.actions.follow_platform import WAITS_FOR_US
from refunds.models import AskedThere, Payout, Refund, Request
from tests.builders import a_list_comes, a_platform_refund, a_refund, a_wish, an_order, an_unreachable
from tests.cast import MONDAY, acts

LIST = Actor.system("import")
HOUR = dt.timedelta(hours=1)
REFUSED, CLOSED, SUCCESS = "卖家拒绝退款", "退款关闭", "退款成功"
FACTS = {"paid_at": MONDAY.isoformat()}


def changes(row, **fields):
    PlatformRefund.objects.filter(pk=row.pk).update(**fields)


def pays(row, **fields):
    """The platform shows it as refunded; the import moves the order's counter with it."""
    changes(row, is_open=False, is_paid=True, status=SUCCESS, **fields)
    row.refresh_from_db()
    order = row.order
    order.refresh_from_db()
    Order.objects.filter(pk=order.pk).update(platform_refunded=order.platform_refunded + row.amount)


def case_of(row):
    return Refund.objects.filter(asked_there__refund=row).order_by("-pk").first()


def clock(case, kind):
    return Deadline.objects.filter(case=case, kind=kind).order_by("-pk").first()


def told(case):
    return list(Journal.objects.filter(case=case).order_by("pk").values_list("step", flat=True))


def posted():
    return list(Ledger.objects.filter(entry="post").values_list("case_id", "amount", "kind", "channel", "party", "key"))


# A request opens its case ----------------------------------------------------------------------------


@pytest.mark.rule("R2.3")
def test_an_open_request_gets_a_case_at_which_nobody_has_looked(shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = case_of(row)
    assert (case.state, case.owner, case.opened_by, case.subject_label) == ("requested", None, None, "¥30.00")
    assert (clock(case, "answer").started_at, clock(case, "answer").due_at) == (MONDAY - 2 * HOUR, MONDAY + 22 * HOUR)
    assert clock(case, "platform").due_at == MONDAY + 48 * HOUR
    entry = Journal.objects.get(case=case)
    assert (entry.step, entry.role) == ("open", "system")
    assert entry.facts == {
        "platform_request": row.number,
        "after_sale": "仅退款",
        "amount": "30.00",
        "their_reason": "少件/漏发",
        "phase": "onsale",
        "platform_version": "1795005959000",
        "platform_says": WAITS_FOR_US,
    }


@pytest.mark.rule("R1.1")
def test_no_money_is_set_aside_before_a_person_a_platform_refund(shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    row.order.refresh_from_db()
    assert (row.order.reserved, Request.objects.count(), Ledger.objects.count()) == (0, 0, 0)
    assert verify_invariants() == []


@pytest.mark.fault("I3")
def test_the_same_list_again_changes_nothing(shop):
    a_platform_refund(an_order(shop))
    a_list_comes(shop)
    before = [list(table.objects.order_by("pk").values()) for table in (Case, Journal, Deadline, AskedThere, Outbox)]
    a_list_comes(shop, MONDAY + HOUR)
    assert [list(table.objects.order_by("pk").values()) for table in (Case, Journal, Deadline, AskedThere, Outbox)] == before


def test_a_second_open_request_of_an_order_is_its_own_case(shop):
    order = an_order(shop)
    first, second = a_platform_refund(order), a_platform_refund(order, number="210000000000000002")
    a_list_comes(shop)
    assert case_of(first).pk != case_of(second).pk


def test_a_list_of_another_shop_opens_nothing_here(shop, other_shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(other_shop)
    assert case_of(row) is None


def test_a_request_without_a_time_or_deadline_is_answered_within_a_day_of_the_list(shop):
    a_platform_refund(an_order(shop), requested_at=None, deadline_at=None)
    a_list_comes(shop)
    case = Refund.objects.get()
    assert (clock(case, "answer").due_at, clock(case, "platform")) == (MONDAY + 24 * HOUR, None)


def test_a_case_opened_by_the_list_has_the_rows_of_one_opened_alone(shop):
    first, second = a_platform_refund(an_order(shop)), a_platform_refund(an_order(shop))
    subject = Subject(
        f"platform_refund:{second.pk}",
        "¥30.00",
        shop.pk,
        second.order_id,
        {"refund_id": second.pk, "amount": "30.00", "status": WAITS_FOR_US},
    )
    with door(LIST, MONDAY):
        alone = open_on(Refund, subject, by=LIST, at=MONDAY)
    a_list_comes(shop)
    own = {"id", "case_id", "due_at", "wake_at"}

    def rows(case):
        return [{name: value for name, value in row.items() if name not in own} for row in Deadline.objects.filter(case=case).values()]

    # By hand nobody waits on the platform's list, so only the state differs in which it begins.
    assert rows(case_of(first)) == rows(alone)
    assert (case_of(first).state, alone.state) == ("requested", "asked")


def test_a_thousand_requests_take_as_many_statements_as_two(shop):
    for _ in range(2):
        a_platform_refund(an_order(shop))
    with CaptureQueriesContext(connection) as few:
        a_list_comes(shop)
    for _ in range(40):
        a_platform_refund(an_order(shop), requested_at=MONDAY - HOUR)
    with CaptureQueriesContext(connection) as many:
        a_list_comes(shop)
    assert len(many) == len(few) <= 40
    assert Refund.objects.filter(state="requested").count() == 42
    assert verify_audit() == []


# What somebody asked for first is linked ----------------------------------------------------------


def test_a_refund_that_somebody_asked_for_first_is_linked_and_not_doubled(agent, shop):
    case = a_refund(agent)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    assert (case_of(row).pk, Refund.objects.count()) == (case.pk, 1)
    assert (told(case)[-1], Outbox.objects.filter(payload__about="asked_there").count()) == ("asked_there", 1)
    assert clock(case, "answer").started_at == MONDAY - 2 * HOUR


def test_of_two_requests_each_finds_the_refund_of_its_line_and_amount(agent, shop):
    order = an_order(shop, lines=("50.00", "50.00"))
    first, second = order.lines.all()
    ours = [ask_refund(a_wish(order, lines=[{"line": each.pk, "amount": "20.00"}]), by=acts(agent), at=MONDAY) for each in (first, second)]
    theirs = [
        a_platform_refund(order, "20.00", line=second, number="210000000000000002"),
        a_platform_refund(order, "20.00", line=first),
        a_platform_refund(order, "5.00", number="210000000000000003"),
    ]
    a_list_comes(shop)
    assert [case_of(each).pk for each in theirs[:2]] == [ours[1].pk, ours[0].pk]
    assert case_of(theirs[2]).state == "requested"


def test_a_refund_of_another_amount_is_the_same_only_where_there_is_no_other(agent, shop):
    case = a_refund(agent, amount="20.00")
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    assert case_of(row).pk == case.pk


def test_who_asks_here_takes_on_the_case_of_the_customers_request(agent, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = ask_refund(a_wish(row.order), by=acts(agent), at=MONDAY + HOUR)
    assert (case.pk, Refund.objects.count()) == (case_of(row).pk, 1)
    case = Refund.objects.get()
    assert (case.state, case.owner, case.requests.get().amount) == ("asked", agent, 30)
    row.order.refresh_from_db()
    assert row.order.reserved == 30
    assert clock(case, "answer").due_at == MONDAY + 22 * HOUR
    assert verify_invariants() == []


def test_an_incident_takes_the_customers_request_as_its_remedy(agent, shop):
    order = an_order(shop, waybill="73000000009999")
    above = an_unreachable(agent, state="returning", order=order)
    row = a_platform_refund(order)
    a_list_comes(shop)
    case = ask_refund(a_wish(order, case=above.pk), by=acts(agent), at=MONDAY + 80 * HOUR)
    assert (case.pk, Case.objects.get(pk=case.pk).parent_id) == (case_of(row).pk, above.pk)
    assert Journal.objects.filter(case=above, step="child_opened").count() == 1


@pytest.mark.rule("R1.1")
def test_a_lead_refuses_what_nobody_has_asked_for_here_with_a_reason(agent, supervisor, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = case_of(row)
    with pytest.raises(NotAllowed):
        advance(case.pk, "refuse", by=acts(agent), at=MONDAY, facts={"reason": "签收完好"})
    advance(case.pk, "refuse", by=acts(supervisor), at=MONDAY, facts={"reason": "签收完好"})
    assert Refund.objects.get().state == "rejected"
    assert verify_invariants() == []


def test_no_step_of_money_is_possible_before_somebody_has_asked(agent, supervisor, finance, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    for step, by, facts in [
        ("approve", supervisor, None),
        ("reject", supervisor, {"reason": "x"}),
        ("withdraw", agent, None),
        ("record_payout", finance, FACTS | {"platform_number": "PAY1"}),
    ]:
        with pytest.raises(StepRefused):
            advance(case_of(row).pk, step, by=acts(by), at=MONDAY, facts=facts, note="x")


# A changed row ------------------------------------------------------------------------------------


@pytest.mark.rule("R2.3")
def test_a_changed_request_changes_case_and_clocks(shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    changes(row, amount="45.00", deadline_at=MONDAY + 60 * HOUR, requested_at=MONDAY - 5 * HOUR)
    a_list_comes(shop, MONDAY + HOUR)
    case = case_of(row)
    assert (case.subject_label, case.asked_there.amount) == ("¥45.00", 45)
    assert (clock(case, "platform").due_at, clock(case, "answer").due_at) == (MONDAY + 60 * HOUR, MONDAY + 19 * HOUR)
    entry = Journal.objects.get(case=case, step="changed_there")
    assert (entry.facts["amount"], entry.facts["amount_was"], entry.facts["news"]) == ("45.00", "30.00", "changed_there")


def test_the_owner_is_told_of_a_change_once(agent, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = ask_refund(a_wish(row.order), by=acts(agent), at=MONDAY)
    changes(row, status=REFUSED)
    a_list_comes(shop, MONDAY + HOUR)
    a_list_comes(shop, MONDAY + HOUR)
    assert Case.objects.get(pk=case.pk).news == {"changed_there": 1}
    assert Outbox.objects.filter(payload__about="changed_there").count() == 1


@pytest.mark.parametrize(("end", "state"), [({"status": CLOSED}, "taken_back"), ({"status": SUCCESS, "is_paid": True}, "refunded_there")])
def test_a_request_that_ended_closes_a_case_that_nobody_touched(shop, end, state):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    changes(row, is_open=False, **end)
    a_list_comes(shop, MONDAY + HOUR)
    case = case_of(row)
    assert (case.state, case.closed_at) == (state, MONDAY + HOUR)
    assert told(case)[:2] == ["open", state]
    assert not Deadline.objects.filter(case=case, status__in=Deadline.STANDING).exists()
    a_list_comes(shop, MONDAY + 2 * HOUR)
    assert (Refund.objects.count(), verify_invariants()) == (1, [])


@pytest.mark.parametrize(
    ("paid", "news", "step"), [(False, "taken_back", "close_taken_back"), (True, "refunded_there", "close_refunded_there")]
)
def test_of_a_case_that_somebody_touched_the_owner_is_told_and_closes_it(agent, shop, paid, news, step):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    case = case_of(row)
    record_contact(case.pk, channel="phone", outcome="no_answer", by=acts(agent), at=MONDAY)
    for name in ("close_taken_back", "close_refunded_there"):
        with pytest.raises(StepRefused):
            advance(case.pk, name, by=acts(agent), at=MONDAY)
    changes(row, is_open=False, is_paid=paid, status=SUCCESS if paid else CLOSED)
    a_list_comes(shop, MONDAY + HOUR)
    case = case_of(row)
    assert (case.state, case.news) == ("requested", {news: 1})
    assert advance(case.pk, step, by=acts(agent), at=MONDAY + HOUR).state == news


def test_what_the_platform_paid_while_we_thought_is_closed_and_set_free(agent, supervisor, shop):
    case = a_refund(agent, approved_by=supervisor)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.news["refunded_there"]) == ("to_pay", 1)
    advance(case.pk, "close_refunded_there", by=acts(agent), at=MONDAY + HOUR)
    order = Order.objects.get(pk=case.order_id)
    assert (order.reserved, order.approved_total, order.room) == (0, 0, 70)
    assert Case.objects.get(pk=case.pk).state == "refunded_there"
    assert verify_invariants() == []


def test_a_request_that_was_refused_and_asked_again_has_a_new_case(supervisor, shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    first = case_of(row)
    advance(first.pk, "refuse", by=acts(supervisor), at=MONDAY, facts={"reason": "x"})
    a_list_comes(shop, MONDAY + HOUR)
    changes(row, status=REFUSED)
    a_list_comes(shop, MONDAY + 2 * HOUR)
    assert case_of(row).pk == first.pk
    changes(row, status=WAITS_FOR_US)
    a_list_comes(shop, MONDAY + 3 * HOUR)
    second = case_of(row)
    assert (second.pk != first.pk, second.state) == (True, "requested")
    a_list_comes(shop, MONDAY + 4 * HOUR)
    assert Refund.objects.count() == 2


# What the platform paid by its own decision -------------------------------------------------------


@pytest.mark.rule("R13.2")
@pytest.mark.parametrize("decision", [{"forced": True}, {"intervention": "客服处理完成"}])
def test_what_the_platform_paid_by_its_own_decision_is_in_the_ledger_without_approval(shop, decision):
    order = an_order(shop)
    row = a_platform_refund(order, line=order.lines.get(), party="courier", **decision)
    pays(row)
    a_list_comes(shop)
    case = case_of(row)
    assert (case.state, case.closed_at, Deadline.objects.filter(late=True).exists()) == ("refunded_there", MONDAY, False)
    assert posted() == [(case.pk, 30, "goods", "platform", "courier", f"platform:{shop.pk}:{row.number}")]
    assert Ledger.objects.get().line == row.line
    order.refresh_from_db()
    assert (order.reserved, order.refunded, order.platform_refunded, order.room) == (0, 0, 30, 70)
    a_list_comes(shop, MONDAY + HOUR)
    assert (len(posted()), Refund.objects.count(), verify_invariants()) == (1, 1, [])


def test_what_somebody_agreed_to_there_before_the_shop_had_any_case_is_history(shop):
    pays(a_platform_refund(an_order(shop)))
    a_list_comes(shop)
    assert (posted(), Refund.objects.count()) == ([], 0)


def test_a_forced_refund_of_an_open_case_is_posted_to_that_case(shop):
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop)
    pays(row, forced=True)
    a_list_comes(shop, MONDAY + HOUR)
    assert [(case, party) for case, _amount, _kind, _channel, party, _key in posted()] == [(case_of(row).pk, "unknown")]


@pytest.mark.fault("M1")
def test_our_own_payout_of_the_request_is_the_same_money(agent, supervisor, finance, shop):
    case = a_refund(agent, approved_by=supervisor)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=FACTS | {"platform_number": "2026112300099"})
    pays(row, forced=True)
    a_list_comes(shop, MONDAY + HOUR)
    assert posted() == []


def test_a_payout_under_the_platforms_number_is_the_same_money_also_where_nothing_links_them(agent, supervisor, finance, shop):
    case = a_refund(agent, approved_by=supervisor)
    row = a_platform_refund(case.order, is_open=False, is_paid=True, forced=True, status=SUCCESS)
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=FACTS | {"platform_number": row.number})
    a_list_comes(shop)
    assert (posted(), Refund.objects.count(), verify_invariants()) == ([], 1, [])


def test_what_the_platform_paid_itself_is_not_paid_out_by_us_once_more(agent, supervisor, finance, shop):
    case = a_refund(agent, approved_by=supervisor)
    row = a_platform_refund(case.order)
    a_list_comes(shop)
    pays(row, forced=True)
    a_list_comes(shop, MONDAY + HOUR)
    with pytest.raises(StepRefused) as refused:
        advance(case.pk, "record_payout", by=acts(finance), at=MONDAY + HOUR, facts=FACTS | {"platform_number": "2026112300099"})
    assert [each.code for each in refused.value.reasons] == ["platform_has_not_decided"]
    # Round Python, and under the number of a request that nothing links.
    other = a_refund(agent, order=case.order, amount="10.00", approved_by=supervisor)
    with pytest.raises(StepRefused) as refused:
        advance(other.pk, "record_payout", by=acts(finance), at=MONDAY + HOUR, facts=FACTS | {"platform_number": row.number})
    assert [each.code for each in refused.value.reasons] == ["platform_has_not_decided"]
    assert (Payout.objects.count(), len(posted())) == (0, 1)
    assert posted()[0][1] == Decimal("30.00")
