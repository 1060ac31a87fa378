"""R10.2 A refunded order that gets a waybill later is an alarm."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.bulk import temporary
from casework.models import Case, Deadline, Outbox
from orders.access import Actor
from orders.errors import NotAllowed
from orders.models import Order
from refunds.actions.alarm_shipped import alarm_shipped
from refunds.models import ShippedAfterRefund
from tests.builders import a_parcel, a_platform_refund, a_refund, an_order, numbers
from tests.cast import MONDAY, acts

HOUR = dt.timedelta(hours=1)


def a_list_comes(shop, at=MONDAY):
    """An import that tells of every order of the shop."""
    temporary("told", "SELECT id AS order_id FROM orders_order WHERE shop_id = %(shop)s", shop=shop.pk)
    alarm_shipped(shop.pk, "told", by=Actor.system("import"), at=at)


def refunded(shop, amount="100.00", back=MONDAY - 5 * HOUR, shipped=MONDAY - HOUR, waybill=True, **fields):
    """An order whose money the platform gave back, and whose parcel left afterwards."""
    number = f"7366666666{next(numbers):04d}" if waybill else ""
    order = an_order(shop, waybill=number, shipped_at=shipped, platform_refunded=amount, **fields)
    a_platform_refund(order, amount, is_open=False, is_paid=True, status="退款成功", finished_at=back)
    return order


@pytest.mark.rule("R10.2")
def test_a_refunded_order_that_got_a_waybill_later_is_an_alarm_for_the_leads(shop):
    order = refunded(shop)
    a_list_comes(shop)
    case = ShippedAfterRefund.objects.get()
    assert (case.order, case.state, case.queue, case.subject_label) == (order, "found", "leads", f"中通 {order.waybills[0]}")
    assert Deadline.objects.get(case=case).due_at == MONDAY + 2 * HOUR
    assert Outbox.objects.get().payload == {"to": "leads", "about": "shipped_after_refund", "case": case.pk}
    a_list_comes(shop, MONDAY + HOUR)
    assert (Case.objects.count(), Outbox.objects.count()) == (1, 1)


@pytest.mark.rule("R10.2")
@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "30.00"},
        {"back": MONDAY - HOUR, "shipped": MONDAY - 5 * HOUR},
        {"back": MONDAY - HOUR, "shipped": MONDAY - HOUR},
        {"waybill": False},
    ],
    ids=["a part", "shipped first", "at once", "no waybill"],
)
def test_what_is_no_alarm(shop, fields):
    refunded(shop, **fields)
    a_list_comes(shop)
    assert not Case.objects.exists()


def test_a_refund_that_we_paid_out_counts_as_well(agent, supervisor, finance, shop):
    order = an_order(shop, shipped_at=MONDAY + HOUR)
    a_refund(agent, order=order, amount="100.00", approved_by=supervisor, paid_by=finance)
    a_list_comes(shop)
    assert not ShippedAfterRefund.objects.exists()
    a_parcel(order, "73666666669999")
    a_list_comes(shop, MONDAY + HOUR)
    assert ShippedAfterRefund.objects.get().order == order


def test_without_a_time_of_shipping_it_left_when_its_waybill_was_first_seen(shop):
    order = refunded(shop, shipped=None)
    order.parcels.update(first_seen_at=MONDAY)
    a_list_comes(shop)
    assert ShippedAfterRefund.objects.count() == 1


def test_a_parcel_in_which_another_order_is_paid_for_goes_its_way(shop):
    order = refunded(shop)
    order.parcels.get().orders.add(an_order(shop))
    a_list_comes(shop)
    assert not ShippedAfterRefund.objects.exists()


@pytest.mark.parametrize("fact", ["back_at", "voided_at"])
def test_an_alarm_whose_parcel_is_back_or_cancelled_closes(shop, fact):
    order = refunded(shop)
    a_list_comes(shop)
    order.parcels.update(**{fact: MONDAY + HOUR})
    a_list_comes(shop, MONDAY + 2 * HOUR)
    assert ShippedAfterRefund.objects.get().state == "back"


@pytest.mark.rule("R10.2")
@pytest.mark.parametrize(
    ("steps", "who", "state"),
    [
        (["hold_back"], "warehouse", "held_back"),
        (["recall"], "agent", "recalled"),
        (["recall", "came_back"], "agent", "back"),
        (["let_go"], "supervisor", "let_go"),
        (["recall", "let_go"], "manager", "let_go"),
    ],
)
def test_the_parcel_is_stopped_or_a_lead_lets_it_go(request, shop, steps, who, state):
    refunded(shop)
    a_list_comes(shop)
    by = request.getfixturevalue(who)
    for step in steps:
        case = advance(ShippedAfterRefund.objects.get().pk, step, by=acts(by), at=MONDAY, note="客户重新付款")
    assert case.state == state
    assert Deadline.objects.filter(case=case, status="open").count() == (1 if state == "recalled" else 0)


def test_that_it_may_go_is_no_agents_word(agent, shop):
    refunded(shop)
    a_list_comes(shop)
    with pytest.raises(NotAllowed):
        advance(ShippedAfterRefund.objects.get().pk, "let_go", by=acts(agent), at=MONDAY, note="x")


def test_many_alarms_take_as_many_statements_as_two(shop):
    for _ in range(2):
        refunded(shop)
    with CaptureQueriesContext(connection) as few:
        a_list_comes(shop)
    for _ in range(20):
        refunded(shop)
    with CaptureQueriesContext(connection) as many:
        a_list_comes(shop)
    assert len(few) == len(many)
    assert ShippedAfterRefund.objects.count() == 22
    assert Order.objects.count() == 22
