"""Asking for a refund: what is asked becomes a case with its first request, and the money is set aside (R1.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance
from casework.actions.door import concerns, door
from casework.actions.locks import lock_orders
from casework.actions.open_case import may_open, open_on, put_under
from casework.effects import Effects
from casework.models import Case
from casework.registry import Subject
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, Reason, Refused
from orders.models import Line, Order
from refunds.actions.on_order import above_of, known_fields, order_of
from refunds.asking.held_to import hold_to
from refunds.asking.there import request_there, requested_case
from refunds.asking.wish import Wish, read_wish
from refunds.kinds.money_out import MoneyOut
from refunds.kinds.refund import Refund
from refunds.kinds.refund_state import State
from refunds.memos import GOODS_STAY_WANTED, is_to_ship, ship_as_normal


def ask_refund(given: Any, *, by: Actor, at: dt.datetime | None = None, version: int | None = None) -> Case:
    """Open a refund from {case, order, reason, ground, evidence, payee, lines, freight, beyond}, or ask anew when `case` is a refund.

    Where the customer has asked for it on the platform, and nobody here yet, the case of that request is taken on.
    `version` is the refund's that was seen, when it is asked anew; another one is Stale.
    Raises Malformed naming the field (400), NotFound, NotAllowed, Refused and StepRefused (422, `over_the_cap` with what is left).
    """
    return ask_for(Refund, given, by=by, at=at or wall_clock(), version=version)


def ask_for(kind: type[MoneyOut], given: Any, *, by: Actor, at: dt.datetime, version: int | None = None) -> Case:
    """Ask for money of a kind: open its case with the first request, or write the next version where `case` is of that kind."""
    now = at
    wish = read_wish(_only_wish(known_fields(given, FIELDS)))
    _refuse_another_kind(wish, kind)
    with door(by, now):
        concerns(step=f"ask_{kind.KIND}")
        above = above_of(given.get("case"), kind, by)
        order = order_of(given.get("order"), above, by)
        may_open(kind, order.shop_id, by)
        lock_orders([order.pk])
        if given.get("version") is not None and (above is None or above.kind != kind.KIND):
            raise Malformed(_("There is no such field."), code="unknown_field", field="version")
        check_against(order, wish, above, by, kind)
        if above is not None and above.kind == kind.KIND:
            seen = version if version is not None else given.get("version")
            if isinstance(seen, bool) or not isinstance(seen, int):
                raise Malformed(_("The version is a whole number."), code="version_required", field="version")
            step = "ask" if above.state == State.REQUESTED else "ask_again"
            return advance(above.pk, step, by=by, at=now, version=seen, facts={"request": _only_wish(given)})
        asked = requested_case(order, wish) if kind.ANSWERS_PLATFORM and wish.of_order else None
        if asked is not None:
            if above is not None:
                put_under(asked, above.pk, by=by, at=now)
            return advance(asked.pk, "ask", by=by, at=now, facts={"request": _only_wish(given)})
        effects = Effects()
        effects.write(wish.row(seq=1, order_id=order.pk, asked_by=by.person_id, at=now))
        effects.note(amount=wish.amount, reason=wish.reason, version=1)
        effects.send("notice", to="leads", about="refund_asked")
        if kind is Refund and wish.reason in GOODS_STAY_WANTED and is_to_ship(order):
            effects.ask(ship_as_normal(by.person_id, now))
        facts = request_there(order, wish) if kind.ANSWERS_PLATFORM and wish.of_order else {}
        subject = Subject("", f"¥{wish.amount}", order.shop_id, order.pk, facts=facts)
        return open_on(kind, subject, by=by, at=now, parent=above.pk if above else None, effects=effects)


FIELDS = {"case", "version", "order", "reason", "ground", "evidence", "payee", "lines", "freight", "beyond"}


def _only_wish(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in ("case", "version", "order")}


def _refuse_another_kind(wish: Wish, kind: type[MoneyOut]) -> None:
    """R4.1: a refund gives no compensation, and a compensation nothing of the order. The database asks the same."""
    if wish.beyond_kind and wish.beyond_kind not in kind.BEYOND:
        text = _("A refund gives back what was paid; a compensation is asked for by itself.")
        raise Malformed(text, code="not_of_this_kind", field="beyond.kind")


def check_against(order: Order, wish: Wish, above: Case | None, by: Actor, kind: type[MoneyOut] = Refund) -> None:
    """Compare the wish with the locked order: its lines, its evidence, what is left. The steps and the database check again."""
    order.refresh_from_db()
    lines = {each.pk: each for each in Line.objects.filter(order=order)}
    own = isinstance(above, MoneyOut)
    incident = (above.parent_id if own else above.pk) if above is not None else None
    hold_to(order, lines, wish, by, incident=incident, own=above.pk if above is not None and own else 0)
    if above is None or above.kind != kind.KIND or above.state == State.REQUESTED:
        _check_room(order, lines, wish)


def _check_room(order: Order, lines: dict[int, Line], wish: Wish) -> None:
    fits = wish.of_order <= order.room and wish.freight <= order.freight_room
    if fits and all(amount <= lines[pk].room for pk, amount in wish.lines.items()):
        return
    text = str(_("More than is left: order {order}, postage {freight}.")).format(order=order.room, freight=order.freight_room)
    left = {"order": str(order.room), "freight": str(order.freight_room), "lines": {str(pk): str(lines[pk].room) for pk in wish.lines}}
    error = Refused(text, code="over_the_cap", reasons=[Reason("over_the_cap", text, "R1.1")], extra={"left": left})
    error.about = {"shop_id": order.shop_id, "object_type": "order", "object_id": order.pk, "step": "ask_refund"}
    raise error
