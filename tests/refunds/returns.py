"""Returns and exchanges for the tests, walked on by real steps."""

from itertools import count

from casework.actions.add_evidence import add_evidence
from casework.actions.answer_task import answer_task
from logistics.models import Parcel
from refunds.actions.ask_return import ask_exchange, ask_return
from refunds.models import Return, ReturnLine
from tests.builders import an_order
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import fresh, taken

numbers = count(1)


def a_delivered_order(shop, *, lines=("100.00",), signed=MONDAY, quantity=1, **fields):
    """An order whose parcel was signed for."""
    order = an_order(shop, lines=lines, waybill=f"7500000000{next(numbers):04d}", **fields)
    order.lines.update(quantity=quantity)
    Parcel.objects.filter(orders=order).update(delivered_at=signed)
    return order


def a_wish_to_return(order, *pieces, why="unwanted", unworn=True, **more):
    """So many pieces of the order's lines, from the first on."""
    lines = [{"line": line.pk, "quantity": number} for line, number in zip(order.lines.all(), pieces or (1,), strict=False) if number]
    return {"order": order.number, "lines": lines, "why": why, "unworn": unworn} | more


def a_return(agent, *pieces, order=None, at=MONDAY, **wish):
    """A return on an order."""
    order = order or a_delivered_order(agent.memberships.get().shop)
    return fresh(ask_return(a_wish_to_return(order, *pieces, **wish), by=acts(agent), at=at))


def an_exchange(agent, *pieces, order=None, at=MONDAY, **wish):
    """An exchange on an order."""
    order = order or a_delivered_order(agent.memberships.get().shop)
    return fresh(ask_exchange(a_wish_to_return(order, *pieces, **wish), by=acts(agent), at=at))


def arrived(case, packer, at=MONDAY, **facts):
    """The warehouse has it in hand."""
    taken(case, "received", packer, at=at, **facts)
    return fresh(case)


def photographed(case, packer, at=MONDAY):
    add_evidence(case.pk, upload=a_picture(), kind="photo_inspection", by=acts(packer), at=at)


def inspected(case, packer, *, at=MONDAY, step=None, remark="", **counts):
    """Arrived, photographed and inspected: the same counts for every line; nothing said = all as claimed."""
    if case.state != "to_inspect":
        arrived(case, packer, at=at)
    photographed(case, packer, at=at)
    rows = list(ReturnLine.objects.filter(case=case))
    found = [{"line": each.line_id} | (counts or {"good": each.quantity}) for each in rows]
    step = step or ("found_different" if counts else "found_right")
    taken(case, step, packer, at=at, found=found, remark=remark)
    return fresh(case)


def return_of(case):
    return Return.objects.get(case=case)


def shipped(case, packer, waybill="SF1234567890123", at=MONDAY):
    """The new goods left."""
    task = case.tasks.get(done_at=None)
    answer_task(case.pk, task.pk, answer="shipped", facts={"waybill": waybill, "courier": "shunfeng"}, by=acts(packer), at=at)
    return fresh(case)
