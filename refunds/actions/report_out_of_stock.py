"""Reporting that goods of a paid order are not there (R12.1): clerk or warehouse say which pieces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import door
from casework.actions.open_case import open_on
from casework.effects import Effects
from casework.models import Case
from casework.registry import Subject
from logistics.goods.items import items_of, pieces, pieces_words
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Reason, Refused, StepRefused
from orders.models import Line, Order
from refunds.actions.on_order import known_fields, order_and_parent
from refunds.goods.carriers import TO_PACK
from refunds.kinds.out_of_stock import OutOfStock

FIELDS = {"order", "lines", "note"}


def report_out_of_stock(given: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Open a case from {order, lines: [{line, quantity}], note}.

    Raises Malformed naming the field (400), NotFound, NotAllowed, Refused `nothing_to_ship` and `already_open` (422), and StepRefused
    `already_shipped` naming the lines that have left.
    """
    now = at or wall_clock()
    sent = known_fields(given, FIELDS)
    note, items = text_of(sent.get("note") or "", "note"), items_of(sent.get("lines"), "lines")
    with door(by, now):
        order, _above = order_and_parent(sent, OutOfStock, by)
        if order.status not in TO_PACK:
            raise _about(Refused(_("Nothing of this order waits for shipping."), code="nothing_to_ship", field="order"), order)
        wanted = pieces(items, list(Line.objects.filter(order=order)), field="lines")
        _refuse_shipped([line for line, _quantity in wanted], order)
        words = pieces_words(wanted)
        effects = Effects()
        effects.note(pieces=words.replace("\n", "; "))
        facts = {"items": [{"line": line.pk, "quantity": quantity} for line, quantity in wanted]}
        subject = Subject(f"order:{order.pk}", words.partition("\n")[0], order.shop_id, order.pk, facts)
        return open_on(OutOfStock, subject, by=by, at=now, note=note, effects=effects)


def _refuse_shipped(lines: Sequence[Line], order: Order) -> None:
    """What has left is there; what is wrong with it is another chapter."""
    text = _("{line} has left already.")
    left = [Reason("already_shipped", str(text).format(line=each), "R12.1") for each in lines if each.waybills or each.shipped_at]
    if left:
        raise _about(StepRefused(reasons=left), order)


def _about(error: Any, order: Order) -> Any:
    error.about = {"shop_id": order.shop_id, "order_id": order.pk, "step": f"open {OutOfStock.KIND}"}
    return error
