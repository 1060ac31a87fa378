"""How a case of each kind begins where the demo plays one: by hand, asked for in words of its own, below a case that wants it, or since a list tells of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from casework.actions.advance import advance
from casework.actions.deeds import record_contact
from casework.actions.open_below import open_below
from casework.actions.open_case import open_case
from casework.models import Case, Channel, Outcome
from casework.registry import SUBJECTS
from casework.workflow import Step
from logistics.kinds.endings import MENDED
from logistics.models import Loss
from orders.access import Actor
from orders.errors import NotFound
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.actions.ask_compensation import ask_compensation
from refunds.actions.ask_gift import ask_gift
from refunds.actions.ask_invoice import ask_invoice
from refunds.actions.ask_reshipment import ask_reshipment
from refunds.actions.ask_return import ask_exchange, ask_return
from refunds.actions.open_claims import open_claims
from refunds.actions.report_out_of_stock import report_out_of_stock
from refunds.demo.facts import NEW_ADDRESS
from refunds.demo.group_stories import CODE, HELD_UP, an_outage
from refunds.demo.seed import people_of_the_desk
from refunds.demo.told_later import PAID_THERE, TELL, courier_gives_up, courier_tells, listed_at, tell_refund

MINUTE = dt.timedelta(minutes=1)
Opener = Callable[[Order, Actor, dt.datetime], Case]
Below = Callable[[Case, Actor, dt.datetime], Case]


@dataclass(frozen=True)
class Way:
    """How a case begins on an order, and in which state."""

    opener: Opener
    first: str


def ways_of(kind: type[Case]) -> list[Way]:
    """How a case of the kind may begin; none for what begins with many orders at once."""
    own = OPENERS.get(kind.KIND)
    if own is None and kind.KIND in SUBJECTS and kind.OPENED_BY:
        own = _by_hand(kind.KIND)
    return ([Way(own, kind.FIRST)] if own else []) + OTHERWISE.get(kind.KIND, [])


def _by_hand(kind: str) -> Opener:
    return lambda order, by, at: open_case(kind, by=by, at=at, order=order.number)


def _asked(ask: Callable[..., Case], **wish: Any) -> Opener:
    return lambda order, by, at: ask({"order": order.number, **wish}, by=by, at=at)


def _below(ask: Callable[..., Case], **wish: Any) -> Below:
    return lambda case, by, at: ask({"case": case.pk, **wish}, by=by, at=at)


def _with_lines(ask: Callable[..., Case], **wish: Any) -> Opener:
    return lambda order, by, at: ask({"order": order.number, "lines": _pieces(order), **wish}, by=by, at=at)


def _pieces(order: Order) -> list[dict[str, int]]:
    return [{"line": each.pk, "quantity": 1} for each in order.lines.order_by("pk")[:1]]


def _refund(order: Order, by: Actor, at: dt.datetime, **above: Any) -> Case:
    line = order.lines.order_by("pk")[0]
    wish = {
        "order": order.number,
        "reason": "not_as_described",
        "ground": "photo_checked",
        "payee": {"channel": "platform"},
        "freight": "0.00",
    }
    return ask_refund(wish | {"lines": [{"line": line.pk, "amount": "10.00"}]} | above, by=by, at=at)


def _order_of(case: Case) -> Order:
    assert case.order is not None  # a case that is made good is about an order
    return case.order


def _of(order: Order, kind: str) -> Case:
    """The case that the programme has opened. Raises NotFound where it has not."""
    found: Case | None = Case.objects.filter(order=order, kind=kind).first()
    if found is None:
        raise NotFound
    return found


def _lost(order: Order, by: Actor, at: dt.datetime) -> Case:
    """A parcel that its courier has lost, and the customer would like it sent again."""
    case = open_case("stalled", by=by, at=at, order=order.number)
    advance(case.pk, "explained_and_urged", by=by, at=at + MINUTE)
    advance(case.pk, "courier_says_lost", by=by, at=at + 2 * MINUTE, facts={"said": "客服确认中转丢件"})
    return advance(case.pk, "loss_explained", by=by, at=at + 3 * MINUTE, facts={"wish": "resend"})


def _sent_again(order: Order, by: Actor, at: dt.datetime) -> Case:
    return BELOW["reshipment"](_lost(order, by, at), by, at + 4 * MINUTE)


def _claimed(order: Order, by: Actor, at: dt.datetime) -> Case:
    loss = Loss.objects.get(case=_lost(order, by, at))
    return open_claims([loss.pk], by=by, at=at + 4 * MINUTE)[0]


def _offered_cheaper(order: Order, by: Actor, at: dt.datetime) -> Case:
    """Other goods at a better price, to which a lead has agreed."""
    case = _with_lines(report_out_of_stock)(order, by, at)
    advance(case.pk, "ask_for_a_better_price", by=by, at=at + MINUTE, facts={"offer": "样例升级款", "price": "9.00"})
    lead = people_of_the_desk()["supervisor"]
    advance(case.pk, "lead_agrees_to_price", by=lead, at=at + 2 * MINUTE, facts={"reason": "缺货是我们的责任"})
    return advance(case.pk, "offer_at_the_price", by=by, at=at + 3 * MINUTE)


def _asked_there(order: Order, by: Actor, at: dt.datetime) -> Case:
    """The customer asks on the platform, and its list has brought it."""
    tell_refund(order, at)
    return _of(order, "refund")


def _stepped_in(order: Order, by: Actor, at: dt.datetime) -> Case:
    tell_refund(order, at, steps_in=True)
    return _of(order, "platform_dispute")


def _shipped_after_all(order: Order, by: Actor, at: dt.datetime) -> Case:
    """The platform has given all of it back; then it left all the same."""
    tell_refund(order, at, PAID_THERE, amount=f"{order.paid:.2f}")
    TELL["shipped"](order, max(at + MINUTE, listed_at(order)))
    return _of(order, "shipped_after_refund")


def _brought_back(order: Order, by: Actor, at: dt.datetime) -> Case:
    """The courier was asked to redirect its parcel, and brings it back instead."""
    case = open_case("address_change", by=by, at=at, order=order.number)
    advance(case.pk, "note_address", by=by, at=at + MINUTE, facts=NEW_ADDRESS)
    waybill = order.parcels.order_by("-pk").values_list("waybill", flat=True).first() or ""
    stop = open_case("intercept", by=by, at=at + 2 * MINUTE, waybill=waybill, parent=case.pk)
    advance(stop.pk, "courier_asked", by=by, at=at + 3 * MINUTE, facts={"purpose": "redirect", "whom": "courier", "way": "phone"})
    advance(stop.pk, "came_back", by=people_of_the_desk()["warehouse"], at=at + 4 * MINUTE)
    case.refresh_from_db()
    return case


def _postage_advanced(order: Order, by: Actor, at: dt.datetime) -> Case:
    """The customer has sent it at our cost, and says what the postage was."""
    case = OPENERS["return_goods"](order, by, at)
    facts = {"waybill": f"YT{case.pk:013d}", "courier": "yuantong", "postage": "12.00"}
    return advance(case.pk, "on_its_way", by=by, at=at + MINUTE, facts=facts)


def _cause_is_mended(order: Order, by: Actor, at: dt.datetime) -> Case:
    """The customer has told why the review is poor, and the case of the cause is under way."""
    case = open_case("review", by=by, at=at, order=order.number)
    noted = {"rating": "poor", "posted_at": (at - MINUTE).isoformat(), "says": "客服回复太慢，态度一般"}
    advance(case.pk, "noted", by=by, at=at + MINUTE, facts=noted)
    record_contact(case.pk, channel=Channel.CHAT, outcome=Outcome.ANSWERED, note="", by=by, at=at + 2 * MINUTE)
    advance(case.pk, "cause_told", by=by, at=at + 3 * MINUTE, facts={"cause": "service", "said": "等了半天没人回"})
    open_below(case.pk, kind="complaint", by=by, at=at + 4 * MINUTE)
    case.refresh_from_db()
    return case


def _gift_for_another_parcel(case: Case, by: Actor, at: dt.datetime) -> Case:
    """The customer has ordered again, so that something leaves with which it can go."""
    TELL["ordered again"](_order_of(case), at)
    return ask_gift({"case": case.pk, "what": "样例杯垫", "pieces": 1, "worth": "5.00"}, by=by, at=at)


def _found(kind: str, code: str, text: str) -> Opener:
    """The courier tells something that opens a case by itself."""

    def told(order: Order, by: Actor, at: dt.datetime) -> Case:
        if order.finished_at is not None:
            raise NotFound  # nobody waits for it any more
        courier_tells(order, at, text, code=code, stage="signed" if code == "303" else "")
        return _of(order, kind)

    return told


def _without_record(order: Order, by: Actor, at: dt.datetime) -> Case:
    """The provider has given its waybill up."""
    courier_gives_up(order, at, "3天查询无记录")
    return _of(order, "no_record")


def open_remedy(name: str, case: Case, by: Actor, at: dt.datetime) -> Case:
    """A remedy below the case: asked for in words of its own, or the case of another chapter. Raises what a page would refuse with."""
    return BELOW[name](case, by, at) if name in BELOW else open_below(case.pk, kind=name, by=by, at=at)


def remedies_for(step: Step, kind: type[Case], away: Collection[str]) -> list[str]:
    """Which remedies of the kind bring about a step of its own, by being opened or by their end; only those with an end on the way, where one has."""
    if step.name in UNDER_WAY:
        ends = {each.name: each.target for each in kind.steps()}
        return [name for name in kind.REMEDIES if ends.get(MENDED.get(name, "")) in away] or list(kind.REMEDIES)
    return [name for name in kind.REMEDIES if MENDED.get(name) == step.name]


def _stuck_in_one_city(order: Order, by: Actor, at: dt.datetime) -> Case:
    """Wherever in the order's shop enough parcels of the courier stand still to which nothing has happened yet. Raises NotFound where they do not."""
    held = Order.objects.select_related("shop").filter(
        shop=order.shop_id, cases=None, parcels__courier__code=CODE, parcels__stage="transit"
    )
    city = (
        held.values("city").annotate(number=Count("pk")).filter(number__gte=HELD_UP).order_by("city").values_list("city", flat=True).first()
    )
    if city is None:
        raise NotFound
    return an_outage(list(held.filter(city=city).order_by("-ordered_at")[:HELD_UP]), by, at)


# Steps that follow from the opening of whatever remedy.
UNDER_WAY = ("being_mended", "being_refunded", "waits_for_courier")
LATE: dict[str, Any] = {"reason": "late", "ground": "record_checked", "payee": {"channel": "small_payment"}}
# What makes good a case that stands above it.
BELOW: Mapping[str, Below] = {
    "reshipment": lambda case, by, at: ask_reshipment(
        {"case": case.pk, "lines": _pieces(_order_of(case)), "reason": "给顾客补发"}, by=by, at=at
    ),
    "refund": lambda case, by, at: _refund(_order_of(case), by, at, case=case.pk),
    "compensation": _below(ask_compensation, amount="6.00", **LATE),
    "gift": _gift_for_another_parcel,
    "return_goods": lambda case, by, at: ask_return({"case": case.pk, "lines": _pieces(_order_of(case)), "why": "quality"}, by=by, at=at),
    "exchange": lambda case, by, at: ask_exchange({"case": case.pk, "lines": _pieces(_order_of(case)), "why": "wrong"}, by=by, at=at),
}
# Kinds that begin in a way of their own.
OPENERS: Mapping[str, Opener] = {
    "refund": _refund,
    "compensation": _asked(ask_compensation, amount="6.00", **LATE),
    "gift": _asked(ask_gift, what="样例杯垫", pieces=1, worth="5.00"),
    "invoice": _asked(ask_invoice, type="company", title="宁波样例科技有限公司", tax_number="91330203MA2AMPLE0U"),
    "out_of_stock": _with_lines(report_out_of_stock),
    "return_goods": _with_lines(ask_return, why="quality", said="开线了"),
    "exchange": _with_lines(ask_exchange, why="wrong", wanted="样例颜色：原木色"),
    "reshipment": _sent_again,
    "courier_claim": _claimed,
    "platform_dispute": _stepped_in,
    "shipped_after_refund": _shipped_after_all,
    "outage": _stuck_in_one_city,
}
# How else.
OTHERWISE: Mapping[str, list[Way]] = {
    "refund": [Way(_asked_there, "requested")],
    "address_change": [Way(_brought_back, "to_tell")],
    "out_of_stock": [Way(_offered_cheaper, "offered")],
    "return_goods": [Way(_postage_advanced, "under_way")],
    "review": [Way(_cause_is_mended, "mending")],
    "damaged": [Way(_found("damaged", "209", "快件外包装破损，联系寄件人"), "to_warn")],
    "signed_not_received": [Way(_found("signed_not_received", "303", "已签收，签收人：门卫"), "to_tell")],
    "stalled": [Way(_found("stalled", "202", "快件长时间没有物流更新，请联系快递公司核实"), "to_check")],
    "doubtful": [Way(_found("doubtful", "204", "派送不成功，原因：客户要求更改派送时间"), "to_ask")],
    "out_of_area": [Way(_found("out_of_area", "207", "该地址超出派送范围"), "to_read")],
    "no_record": [Way(_without_record, "to_check")],
}
