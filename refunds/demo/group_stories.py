"""What takes several orders to tell: a courier that is stuck in one city (L3.3), a buyer whose claims stand out (R1.1), goods that go with a new order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.deeds import finish_task, record_contact
from casework.actions.open_case import open_case
from casework.actions.set_policy import set_policy
from casework.models import Case
from logistics.actions.open_outage import open_outage
from logistics.actions.take_back import take_back
from logistics.actions.work_together import tell_together
from logistics.models import Parcel
from orders.access import Actor
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.demo.orders import FINISHED, HOUR, PAID, SHIPPED, DemoOrder, an_order
from refunds.demo.people import digits

# So many parcels of a small shop at one place are worth an outage.
HELD_UP = 5
COURIER, CODE = "圆通速递", "yuantong"
# In the first the customers have their answer already; the others are told of where every state is shown.
STUCK_IN = ("湖北省 武汉市 洪山区", "河南省 郑州市 金水区", "山东省 青岛市 市南区")
ANSWER = "{buyer}您好，{courier}在{city}的转运受阻，您的包裹 {waybill} 也受影响。我们已联系快递，一有进展马上告诉您。"
# The newest, and as many before it as the policy `abuse_signal` counts.
CLAIMS = 4


def held_up(dice: Random, place: int, at: dt.datetime) -> list[DemoOrder]:
    """Orders whose parcels stand still, by courier and city."""
    return [_stuck(dice, place + number, at, STUCK_IN[number // HELD_UP]) for number in range(HELD_UP * len(STUCK_IN))]


def _stuck(dice: Random, place: int, at: dt.datetime, where: str) -> DemoOrder:
    order = an_order(dice, place, at - dice.randint(60, 90) * HOUR, SHIPPED)
    person = replace(order.person, address=f"{where} 样例路{dice.randint(1, 300)}号(430070)")
    return replace(order, person=person, courier=COURIER, waybill=f"YT{digits(dice, 13)}", nodes=2)


def an_outage(orders: Sequence[Order], by: Actor, at: dt.datetime) -> Case:
    """The customers ask one after the other, and it is put together."""
    for number, order in enumerate(orders):
        open_case("stalled", by=by, at=at - number * dt.timedelta(minutes=20), order=order.number, note="顾客催问，物流停在转运中心")
    return open_outage(orders[0].shop, courier=CODE, city=orders[0].city, by=by, at=at)


def answered_together(orders: Sequence[Order], people: Mapping[str, Actor], at: dt.datetime) -> None:
    """L3.3 One answer for all of them, each with its own facts."""
    set_policy("outage", HELD_UP, by=people["manager"], at=at - dt.timedelta(days=12), shop_id=orders[0].shop_id)
    outage = an_outage(orders, people["supervisor"], at)
    tell_together(outage.pk, ANSWER, version=outage.version, by=people["supervisor"], at=at)


def of_one_buyer(dice: Random, place: int, at: dt.datetime) -> list[DemoOrder]:
    """Orders of somebody who orders often, each signed for."""
    found = [an_order(dice, place + number, at - (7 + 3 * number) * 24 * HOUR, FINISHED, goods=(number,)) for number in range(CLAIMS)]
    return [replace(each, person=found[0].person) for each in found]


def claims_that_stand_out(orders: Sequence[Order], people: Mapping[str, Actor], at: dt.datetime) -> None:
    """R1.1 Not received once more: three parcels turned up at the neighbour's before. Shown to the lead who decides on the refund, never deciding."""
    newest, *before = orders
    for number, order in enumerate(before, start=1):
        began = at - number * 2 * 24 * HOUR
        case = open_case("signed_not_received", by=people["agent2"], at=began, order=order.number, note="显示签收，顾客说没收到")
        advance(case.pk, "found_with_somebody", by=people["agent2"], at=began + 3 * HOUR, facts={"with_whom": "neighbour"})
    line = newest.lines.order_by("pk")[0]
    wish = {
        "order": newest.number,
        "reason": "not_received",
        "ground": "courier_confirmed",
        "payee": {"channel": "platform"},
        "freight": "0.00",
    }
    ask_refund(wish | {"lines": [{"line": line.pk, "amount": str(line.paid)}]}, by=people["agent2"], at=at - HOUR)


def of_two_who_order_anew(dice: Random, place: int, at: dt.datetime) -> list[DemoOrder]:
    """Twice an order that is coming back, and what the same buyer has ordered since."""
    found: list[DemoOrder] = []
    for _ in range(2):
        old = an_order(dice, place + len(found), at - 9 * 24 * HOUR, SHIPPED, goods=(3,))
        new = an_order(dice, place + len(found) + 1, at - dice.randint(5, 20) * HOUR, PAID, goods=(8,))
        found += [replace(old, nodes=4), replace(new, person=old.person)]
    return found


def goes_with_the_new_order(orders: Sequence[Order], people: Mapping[str, Actor], at: dt.datetime) -> None:
    """L10.1 What came back goes along with what was ordered since: to be shipped, and gone."""
    _with_new_order(orders[0], orders[1], people, at - 8 * HOUR)
    case = _with_new_order(orders[2], orders[3], people, at - 9 * HOUR)
    for task in case.tasks.filter(done_at=None):
        finish_task(case.pk, task.pk, by=people["agent"], at=at - 3 * HOUR)
    advance(case.pk, "went_with_it", by=people["agent"], at=at - 2 * HOUR, facts={"sent_with": f"YT{case.pk:013d}"})


def _with_new_order(old: Order, new: Order, people: Mapping[str, Actor], at: dt.datetime) -> Case:
    by = people["agent"]
    case = open_case("returned_to_sender", by=by, at=at - 60 * HOUR, order=old.number, note="物流显示退回")
    advance(case.pk, "reason_found", by=by, at=at - 59 * HOUR, facts={"sent_back_for": "not_collected", "said": "驿站客服：超七天未取"})
    record_contact(case.pk, channel="chat", outcome="answered", note="顾客另拍了一单", by=by, at=at - 58 * HOUR)
    advance(case.pk, "told_and_offered", by=by, at=at - 57 * HOUR)
    advance(case.pk, "chosen_on_the_way", by=by, at=at - 56 * HOUR, facts={"choice": "new_order"})
    take_back(Parcel.objects.get(incidents__case=case).pk, by=by, at=at - 3 * HOUR)
    task = case.tasks.get(kind="look_at_it", done_at=None)
    answer_task(case.pk, task.pk, answer="looked_at", facts={"came_back_as": "whole"}, by=people["manager"], at=at - 2 * HOUR)
    return advance(case.pk, "new_order_placed", by=by, at=at, facts={"order": new.number})
