"""What the platform has paid is not paid once more another way (R2.3): refused at approval and payment, told, and seen by the invariants."""

import datetime as dt

import pytest
from django.core import mail

from casework.actions.advance import advance
from casework.actions.outbox import SENDERS
from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, Outbox
from casework.situation import read_situations
from orders.errors import StepRefused
from orders.models import Order, User
from refunds.kinds.money_out.asked import PAID_THERE
from refunds.models import Payout, Request
from tests.builders import a_list_comes, a_platform_refund, a_refund, an_order
from tests.cast import MONDAY, acts
from tests.refunds.test_follow_platform import pays
from tests.refunds.test_money_in_the_database import APPROVE, fails

pytestmark = pytest.mark.rule("R2.3")

HOUR = dt.timedelta(hours=1)
SMALL = {"payee": {"channel": "small_payment"}}
PAID = {"platform_number": "2026112300099", "paid_at": MONDAY.isoformat()}
MANUAL = (
    "INSERT INTO refunds_payout (approval_id, amount, asked_by_id, paid_by_id, gateway, channel, platform_number, paid_at, recorded_at, key)"
    " SELECT id, amount, asked_by_id, %s, 'manual', 'small_payment', 'RAW' || id, now(), now(), 'raw' || id FROM refunds_approval WHERE request_id = %s"
)
BROKEN = "nothing_is_paid_here_that_the_platform_paid"


def codes(case, step, by, **more):
    with pytest.raises(StepRefused) as refused:
        advance(case.pk, step, by=acts(by), at=MONDAY + HOUR, **more)
    return [each.code for each in refused.value.reasons]


def broken():
    return {finding.rule for finding in verify_invariants()}


def the_platform_pays(case, amount, at=MONDAY + HOUR, **fields):
    """A refund of the order that comes to our knowledge as paid, as a forced one does."""
    row = a_platform_refund(case.order, amount, **fields)
    pays(row)
    a_list_comes(case.shop, at)
    return row


def test_a_forced_refund_of_what_is_approved_another_way_lets_nothing_leave(agent, supervisor, finance, shop):
    case = a_refund(agent, amount="100.00", approved_by=supervisor, **SMALL)
    the_platform_pays(case, "100.00", forced=True)
    assert codes(case, "record_payout", finance, facts=PAID) == ["is_not_paid_there"]
    fails("not_paid_there_meanwhile", MANUAL, finance.pk, Request.objects.get().pk)
    assert Payout.objects.count() == 0
    assert broken() == {BROKEN}


def test_of_a_line_as_well_though_the_order_has_room(agent, supervisor, finance, shop):
    order = an_order(shop, lines=("100.00", "100.00"))
    case = a_refund(agent, order=order, amount="100.00", approved_by=supervisor, **SMALL)
    line = order.lines.first()
    the_platform_pays(case, "100.00", line=line, forced=True)
    type(line).objects.filter(pk=line.pk).update(platform_refunded="100.00")
    assert Order.objects.get(pk=order.pk).room == 0
    assert codes(case, "record_payout", finance, facts=PAID) == ["is_not_paid_there"]
    assert broken() == {BROKEN}


def test_a_request_that_was_agreed_to_there_is_paid_neither_approved_nor_paid_here_within_the_cap(agent, supervisor, finance, shop):
    order = an_order(shop, lines=("200.00",))
    approved = a_refund(agent, order=order, approved_by=supervisor, **SMALL)
    row = a_platform_refund(order)
    a_list_comes(shop)
    asked = a_refund(agent, order=order, amount="20.00", **SMALL)
    other = a_platform_refund(order, "20.00", number="210000000000000777")
    a_list_comes(shop)
    pays(row)
    pays(other)
    a_list_comes(shop, MONDAY + HOUR)
    assert codes(approved, "record_payout", finance, facts=PAID) == ["is_not_paid_there"]
    assert codes(asked, "approve", supervisor) == ["is_not_paid_there"]
    fails("not_paid_there_meanwhile", APPROVE, supervisor.pk, Request.objects.get(case=asked).pk)
    advance(approved.pk, "close_refunded_there", by=acts(agent), at=MONDAY + HOUR)
    assert broken() == set()


def test_what_goes_by_the_platform_is_its_own_payment_and_is_recorded(agent, supervisor, finance, shop):
    case = a_refund(agent, amount="100.00", approved_by=supervisor)
    row = a_platform_refund(case.order, "100.00")
    a_list_comes(shop)
    pays(row)
    a_list_comes(shop, MONDAY + HOUR)
    assert broken() == set()
    facts = PAID | {"platform_number": row.number}
    assert advance(case.pk, "record_payout", by=acts(finance), at=MONDAY + HOUR, facts=facts).state == "paid"
    assert broken() == set()


def test_owner_and_finance_are_told_once_and_the_page_says_why(agent, supervisor, finance, shop):
    case = a_refund(agent, amount="100.00", approved_by=supervisor, **SMALL)
    User.objects.filter(pk=finance.pk).update(email="finance@example.com")
    the_platform_pays(case, "100.00", forced=True)
    a_list_comes(shop, MONDAY + 2 * HOUR)
    case = Case.objects.get(pk=case.pk)
    assert case.news == {"paid_there": 1}
    assert Journal.objects.get(case=case, step="paid_there").facts == {"amount": "100.00"}
    letter = Outbox.objects.get(topic="paid_there")
    SENDERS["paid_there"](letter.payload)
    assert [each.to for each in mail.outbox] == [["finance@example.com"]]
    at = read_situations([case], now=MONDAY, actor=acts(finance))[case.pk]
    assert case.why_here(at) == str(PAID_THERE)


def test_paid_twice_all_the_same_is_found(agent, supervisor, finance, shop):
    case = a_refund(agent, amount="100.00", approved_by=supervisor, paid_by=finance, **SMALL)
    assert broken() == set()
    the_platform_pays(case, "100.00", forced=True)
    assert broken() == {BROKEN}
