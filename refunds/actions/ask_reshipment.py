"""Asking that something is sent again: a child of the case that it makes good, and a question to those who pack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import door
from casework.actions.locks import lock_orders
from casework.actions.open_case import may_open, open_on
from casework.effects import Effects
from casework.models import Case
from casework.registry import Subject
from logistics.items import ItemsField, pieces, pieces_words
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotFound, Reason, StepRefused
from orders.models import Line
from orders.persons import redact_for_order
from refunds.concerned import orders_of
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
    if not isinstance(given, dict):
        raise Malformed(_("A reshipment is an object."), code="malformed")
    for name in sorted(set(given) - FIELDS):
        raise Malformed(_("There is no such field."), code="unknown_field", field=str(name)[:60])
    reason = text_of(given.get("reason", ""), "reason", length=LONGEST_REASON)
    if not reason:
        raise Malformed(_("Say why it is sent again."), code="reason_required", field="reason")
    with door(by, now):
        above = _parent(given.get("case"), by)
        may_open(Reshipment, above.shop_id, by)
        assert above.order_id is not None  # _parent saw to it
        orders = list(orders_of(above))
        lock_orders([each.pk for each in orders])
        lines = Line.objects.filter(order__in=orders).select_related("order")
        wanted = pieces(_items(given.get("lines")), lines, field="lines")
        _refuse_twice(wanted)
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


def _items(value: Any) -> list[dict[str, int]]:
    if not isinstance(value, list):
        raise Malformed(_("Lines are a list of line and quantity."), code="bad_value", field="lines")
    try:
        return ItemsField().clean(value)
    except forms.ValidationError as error:
        raise Malformed(str(error.messages[0]), code="bad_value", field="lines") from None


def _parent(value: Any, by: Actor) -> Case:
    """The case that it makes good."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(_("The case is named by its id."), code="bad_value", field="case")
    above: Case | None = Case.objects.for_actor(by).filter(pk=value).first()
    if above is None:
        raise NotFound(field="case")
    if Reshipment.KIND not in type(above).REMEDIES or above.order_id is None:
        text = _("The chapter of this case does not end in a reshipment.")
        raise StepRefused(reasons=[Reason("not_a_remedy", text, str(above.CHAPTER))])
    return above


def _refuse_twice(wanted: list[tuple[Line, int]]) -> None:
    """No line is sent again twice at once, nor sent again and refunded. The order is locked, so nobody else asks meanwhile."""
    on_their_way = being_resent([line.pk for line, _quantity in wanted])
    reasons = [resent_reason(line, on_their_way[line.pk]) for line, _quantity in wanted if line.pk in on_their_way]
    for line, _quantity in wanted:
        if line.reserved:
            reasons.append(Reason("refund_asked", str(_("A refund of {line} is asked for.")).format(line=line), "L5.3"))
        elif line.paid and line.room <= 0:
            reasons.append(Reason("refunded_already", str(_("{line} is refunded already.")).format(line=line), "L5.2"))
    if reasons:
        raise StepRefused(reasons=reasons)


def being_resent(lines: list[int]) -> dict[int, str]:
    """Of these lines those that are sent again right now: line id -> number of the reshipment."""
    rows = ResentLine.objects.filter(line__in=lines, case__closed_at=None)
    return dict(rows.values_list("line_id", "case__number"))


def resent_reason(line: Line, number: str) -> Reason:
    """Why a line that is on its way again is neither sent once more nor refunded."""
    return Reason("being_resent", str(_("{line} is being sent again: {number}.")).format(line=line, number=number), "L5.3")
