"""Asking that something is sent again: a child of the case that it makes good, and a question to those who pack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import door
from casework.actions.locks import lock_orders
from casework.actions.open_case import may_open, open_on
from casework.effects import Effects
from casework.models import Case
from casework.registry import Subject
from logistics.goods.claimed import least, refunded_reason
from logistics.goods.items import items_of, pieces, pieces_words
from logistics.models import IncidentFacts
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, Reason, StepRefused
from orders.models import Line
from orders.persons import redact_for_order
from refunds.actions.on_order import above_of, known_fields
from refunds.asking.concerned import orders_of
from refunds.goods.resent import being_resent, resent_reason
from refunds.goods.returning import coming_back, coming_reason
from refunds.kinds.reshipment import Reshipment
from refunds.models.resent import ResentLine
from refunds.task_kinds import SHIP_AGAIN

FIELDS = {"case", "lines", "reason"}
LONGEST_REASON = 300


def ask_reshipment(given: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Open a reshipment from {case, lines: [{line, quantity}], reason}. `case` is the incident that it makes good.

    Raises Malformed naming the field (400), NotFound, NotAllowed, and StepRefused (422): the chapter wants something else first, or a
    line is on its way already, refunded, or asked to be.
    """
    now = at or wall_clock()
    given = known_fields(given, FIELDS)
    reason = text_of(given.get("reason", ""), "reason", length=LONGEST_REASON)
    if not reason:
        raise Malformed(_("Say why it is sent again."), code="reason_required", field="reason")
    with door(by, now):
        above = above_of(given.get("case"), Reshipment, by)
        if above is None or above.order_id is None:
            raise Malformed(_("Name the case of an order that it makes good."), code="bad_value", field="case")
        may_open(Reshipment, above.shop_id, by)
        orders = list(orders_of(above))
        lock_orders([each.pk for each in orders])
        lines = Line.objects.filter(order__in=orders).select_related("order")
        wanted = pieces(items_of(given.get("lines"), "lines"), lines, field="lines")
        _refuse_twice(wanted, above)
        effects = Effects()
        for line, quantity in wanted:
            effects.write(ResentLine(line=line, quantity=quantity))
        words = pieces_words(wanted)
        said = reason
        for order in orders:
            said = redact_for_order(said, order)
        effects.note(pieces=words.replace("\n", "; "), why=said)
        effects.ask(SHIP_AGAIN.asked(f"{words}\n{said}", rule="L5.3"))
        subject = Subject("", words.partition("\n")[0], above.shop_id, above.order_id)
        return open_on(Reshipment, subject, by=by, at=now, parent=above.pk, effects=effects)


def _refuse_twice(wanted: list[tuple[Line, int]], above: Case) -> None:
    """No line is sent again twice, nor sent again and refunded. The order is locked, so nobody else asks meanwhile."""
    lines = [line.pk for line, _quantity in wanted]
    on_their_way, arrived = being_resent(lines), _resent_before(lines, above)
    back = coming_back(lines)
    reasons = [_why_not(line, quantity, on_their_way.get(line.pk, ""), arrived.get(line.pk, 0)) for line, quantity in wanted]
    reasons += [coming_reason(line, back[line.pk]) for line, _quantity in wanted if line.pk in back]
    if any(reasons):
        raise StepRefused(reasons=[each for each in reasons if each])


def _why_not(line: Line, quantity: int, on_its_way: str, arrived: int) -> Reason | None:
    """Why so many pieces of a line are not sent again. Their whole price is to be with us still, beside that of pieces sent before."""
    if on_its_way:
        return resent_reason(line, on_its_way)
    if line.reserved:
        return Reason("refund_asked", str(_("A refund of {line} is asked for.")).format(line=line), "L5.3")
    if line.paid and line.room < least(line, quantity):
        return refunded_reason(line)
    if quantity + arrived > line.quantity or (line.paid and line.room < least(line, quantity + arrived)):
        text = _("Of {line} {number} were sent again already, and arrived.")
        return Reason("resent_already", str(text).format(line=line, number=arrived), "L5.3")
    return None


def _resent_before(lines: list[int], above: Case) -> dict[int, int]:
    """Pieces of these lines that were sent again and arrived: line id -> number. Not by the parcel that `above` is about: it went wrong."""
    rows = ResentLine.objects.filter(line__in=lines, case__kind=Reshipment.KIND, case__state__in=Reshipment.MADE_GOOD)
    gone_wrong = IncidentFacts.objects.filter(case=above.pk, parcel__isnull=False).values("parcel")
    rows = rows.exclude(case__incident__parcel__in=gone_wrong)
    return dict(rows.order_by().values("line").annotate(number=Sum("quantity")).values_list("line", "number"))
