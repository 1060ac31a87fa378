"""Orders, parcels and cases for the tests. Cases are walked to their state by real steps."""

import datetime as dt
from decimal import Decimal
from itertools import count

import factory

from casework.actions.advance import advance
from casework.actions.deeds import record_contact
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from logistics.models import Courier, Parcel
from orders.access import Actor
from orders.models import Buyer, Line, Order, PlatformRefund
from refunds.actions.ask import ask_refund
from refunds.actions.ask_compensation import ask_compensation
from refunds.actions.follow_platform import WAITS_FOR_US, follow_platform
from refunds.models import Refund
from tests.cast import MONDAY, acts

# Past what stories write down themselves: no two of them name one parcel.
numbers = count(1001)


class BuyerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Buyer

    nick = factory.Sequence(lambda n: f"tb_sample_{n:05d}")


class OrderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Order

    number = factory.Sequence(lambda n: f"51180{n:014d}")
    status = "shipped"
    paid = Decimal("100.00")
    freight_paid = Decimal("0.00")
    ordered_at = paid_at = shipped_at = MONDAY
    created_at = updated_at = MONDAY
    province, city, district = "浙江省", "杭州市", "西湖区"


def an_order(shop, *, lines=("100.00",), freight="0.00", waybill="", **fields):
    """An order whose lines and postage add up to what was paid, with a parcel when a waybill is given."""
    amounts = [Decimal(each) for each in lines]
    paid = sum(amounts, Decimal(freight))
    buyer = BuyerFactory(shop=shop)
    waybills = [waybill] if waybill else []
    order = OrderFactory(shop=shop, buyer=buyer, paid=paid, freight_paid=Decimal(freight), waybills=waybills, **fields)
    for position, amount in enumerate(amounts, 1):
        Line.objects.create(
            order=order, number=f"{order.number}{position}", position=position, title=f"样例商品{position}", price=amount, paid=amount
        )
    if waybill:
        a_parcel(order, waybill)
    return order


def a_parcel(order, waybill):
    """A parcel of the order with a known courier."""
    courier = Courier.objects.get(code="zhongtong")
    parcel, _new = Parcel.objects.get_or_create(shop=order.shop, courier=courier, waybill=waybill, defaults={"first_seen_at": MONDAY})
    parcel.orders.add(order)
    return parcel


def an_unreachable(agent, *, state="to_contact", at=MONDAY, order=None):
    """A case of L6, walked to the wanted state by the steps and clocks that lead there."""
    shop = agent.memberships.get().shop
    order = order or an_order(shop, waybill=f"7300000000{next(numbers):04d}")
    case = open_case("unreachable", by=acts(agent), at=at, order=order.number)
    for deed in WALKS[state]:
        deed(case.pk, acts(agent), at)
    case = type(case).objects.get(pk=case.pk)
    assert case.state == state
    return case


def tried(channel, outcome="no_answer"):
    """An attempt on a channel, as a part of a walk."""
    return lambda case_id, by, at: record_contact(case_id, channel=channel, outcome=outcome, by=by, at=at)


def steps(name, **facts):
    """A step, as a part of a walk."""
    return lambda case_id, by, at: advance(case_id, name, by=by, at=at, facts=facts)


def silence(case_id, by, at):
    """Nothing happens for the three days of the window."""
    fire_deadlines(at=at + dt.timedelta(hours=72))


WALKS = {
    "to_contact": [],
    "trying": [tried("chat")],
    "answered": [tried("chat"), tried("phone", "answered")],
    "settled": [tried("chat", "answered"), steps("passed_on", agreed="改约周六")],
    "rule_not_kept": [tried("chat"), silence],
    "returning": [tried("chat"), tried("phone"), tried("email", "not_available"), silence],
    "back": [tried("chat"), tried("phone"), tried("email"), silence, steps("parcel_back")],
    "delivered": [steps("delivered")],
}


def a_wish(order, amount="30.00", **changes):
    """A request for the order's first line, as the API takes it."""
    line = order.lines.first()
    wish = {
        "order": order.number,
        "reason": "damaged",
        "ground": "photo_checked",
        "evidence": [],
        "payee": {"channel": "platform"},
        "lines": [{"line": line.pk, "amount": amount}],
        "freight": "0.00",
    }
    return wish | changes


def a_wish_for(order, *amounts, freight="0.00", **changes):
    """A request for the order's lines from the first on; "" leaves a line out."""
    lines = [{"line": line.pk, "amount": amount} for line, amount in zip(order.lines.all(), amounts, strict=False) if amount]
    return a_wish(order, lines=lines, freight=freight, **changes)


def a_refund(agent, *, order=None, amount="30.00", at=MONDAY, approved_by=None, paid_by=None, **changes):
    """A refund, asked; approved and paid when somebody is named for it."""
    order = order or an_order(agent.memberships.get().shop)
    case = ask_refund(a_wish(order, amount, **changes), by=acts(agent), at=at)
    if approved_by:
        case = advance(case.pk, "approve", by=acts(approved_by, stepped_up_at=at), at=at)
    if paid_by:
        facts = {"platform_number": f"PAY{case.pk:08d}", "paid_at": at.isoformat()}
        case = advance(case.pk, "record_payout", by=acts(paid_by), at=at, facts=facts)
    return case


def a_platform_refund(order, amount="30.00", **fields):
    """The customer's request on the platform, as its list tells it."""
    usual = {
        "number": f"2100000000{order.pk:08d}",
        "status": WAITS_FOR_US,
        "requested_at": MONDAY - dt.timedelta(hours=2),
        "deadline_at": MONDAY + dt.timedelta(hours=48),
        "after_sale_type": "仅退款",
        "reason": "少件/漏发",
        "phase": "onsale",
        "version": "1795005959000",
    }
    return PlatformRefund.objects.create(shop=order.shop, order=order, amount=amount, **(usual | fields))


def a_list_comes(shop, at=MONDAY):
    """What follows in refunds when the platform's list has come in."""
    follow_platform(shop.pk, by=Actor.system("import"), at=at)


def a_requested_refund(shop, at=MONDAY):
    """A refund that the customer asked for on the platform, at which nobody has looked."""
    row = a_platform_refund(an_order(shop))
    a_list_comes(shop, at)
    return Refund.objects.get(asked_there__refund=row)


def a_compensation(agent, *, order=None, amount="5.00", at=MONDAY, **changes):
    """A compensation, asked for an order."""
    order = order or an_order(agent.memberships.get().shop, freight="8.00")
    wish = {"order": order.number, "amount": amount, "reason": "quality", "ground": "photo_checked", "payee": {"channel": "small_payment"}}
    return ask_compensation(wish | changes, by=acts(agent), at=at)
