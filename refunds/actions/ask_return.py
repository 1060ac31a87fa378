"""Asking that goods come back: a return (R5) or an exchange (R6), for a case or on an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import choice, text_of
from casework.actions.door import door
from casework.actions.locks import lock_orders
from casework.actions.open_case import may_open, open_on
from casework.calendars import SHOP_TIME
from casework.effects import Effects
from casework.models import Case
from casework.policies import Policies
from casework.registry import Subject
from logistics.fault import decide
from logistics.freight import Checked, Decision, Fault, Leg
from logistics.goods.claimed import least, refunded_reason
from logistics.goods.items import items_of, pieces, pieces_words
from logistics.models import IncidentFacts, Parcel
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, Reason, StepRefused
from orders.models import Line, Order
from orders.models.order import OrderStatus
from orders.persons import redact_for_order
from refunds.actions.on_order import above_of, known_fields, order_of
from refunds.asking.concerned import orders_of
from refunds.goods.resent import being_resent, resent_reason
from refunds.goods.returning import coming_back, coming_reason
from refunds.kinds.coming_back import ComesBack, circumstances_of
from refunds.kinds.exchange import Exchange
from refunds.kinds.return_goods import ReturnGoods
from refunds.models.returned import Return, ReturnLine, Why

FIELDS = {"case", "order", "lines", "why", "said", "unworn"}
LONGEST_SAID, LONGEST_WANTED = 300, 200
# Not with the customer yet: there is nothing to send back (R8.1, R12.1).
NOT_SHIPPED = (OrderStatus.WAIT_PAY, OrderStatus.WAIT_SHIP)


@dataclass(frozen=True)
class Asked:
    """What was asked, read and compared with the orders."""

    pieces: list[tuple[Line, int]]
    why: Why
    said: str
    unworn: bool
    wanted: str

    def effects(self) -> Effects:
        """The rows of a new case, and what its journal says."""
        effects = Effects()
        # The case is set when they are written.
        effects.write(Return(why=self.why, unworn=self.unworn, wanted=self.wanted))
        for line, quantity in self.pieces:
            effects.write(ReturnLine(line=line, quantity=quantity))
        effects.note(pieces=pieces_words(self.pieces).replace("\n", "; "), returned_for=self.why)
        if self.said:
            effects.note(why=self.said)
        return effects


def ask_return(given: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Open a return from {case or order, lines: [{line, quantity}], why, said, unworn}. `case` is the incident that it makes good.

    Raises Malformed naming the field (400), NotFound, NotAllowed, and StepRefused (422): the seven days are over, the line was made to order,
    refunded, is coming back or being sent already, or the chapter of the case wants something else first.
    """
    return _ask(ReturnGoods, given, by, at or wall_clock(), FIELDS)


def ask_exchange(given: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Open an exchange; `wanted` says what is sent instead, "" the same goods. Raises as ask_return, and StepRefused `insured`: with freight
    insurance it is done as a return and a new order (R3.5).
    """
    return _ask(Exchange, given, by, at or wall_clock(), FIELDS | {"wanted"})


def _ask(kind: type[ComesBack], given: Any, by: Actor, now: dt.datetime, fields: set[str]) -> Case:
    given = known_fields(given, fields)
    with door(by, now):
        above, orders = _target(kind, given, by)
        order = orders[0]
        may_open(kind, order.shop_id, by)
        lock_orders([each.pk for each in orders])
        asked = _read(given, orders)
        policies = Policies(now)
        refuse(kind, asked, orders, policies, now)
        about = _freight(kind, asked.why, orders, above, policies, now)
        subject = Subject("", pieces_words(asked.pieces).partition("\n")[0], order.shop_id, order.pk, about)
        return open_on(kind, subject, by=by, at=now, parent=above.pk if above else None, effects=asked.effects())


def _target(kind: type[ComesBack], given: dict[str, Any], by: Actor) -> tuple[Case | None, list[Order]]:
    """The case above with every order in its parcel, its own first; or the order alone."""
    above = above_of(given.get("case"), kind, by)
    if above is None or above.order_id is None:
        return above, [order_of(given.get("order"), above, by)]
    return above, sorted(orders_of(above), key=lambda each: each.pk != above.order_id)


def _read(given: dict[str, Any], orders: Sequence[Order]) -> Asked:
    why = Why(choice(given.get("why"), Why, "why"))
    unworn = given.get("unworn", False)
    if not isinstance(unworn, bool):
        raise Malformed(_("This value has the wrong form."), code="bad_value", field="unworn")
    said, wanted = (
        text_of(given.get("said") or "", "said", length=LONGEST_SAID),
        text_of(given.get("wanted") or "", "wanted", length=LONGEST_WANTED),
    )
    for order in orders:
        said, wanted = redact_for_order(said, order), redact_for_order(wanted, order)
    lines = Line.objects.filter(order__in=orders).select_related("order")
    return Asked(pieces(items_of(given.get("lines"), "lines"), lines, field="lines"), why, said, unworn, wanted[:LONGEST_WANTED])


def refuse(kind: type[ComesBack], asked: Asked, orders: Sequence[Order], policies: Policies, now: dt.datetime) -> None:
    """Raise StepRefused with every reason why these goods do not come back."""
    reasons = [*_of_the_orders(kind, orders), *_of_the_lines(asked)]
    if asked.why == Why.UNWANTED:
        reasons += [*_without_reason(asked), *_window(orders, policies, now)]
    if reasons:
        raise StepRefused(reasons=reasons)


def _of_the_orders(kind: type[ComesBack], orders: Sequence[Order]) -> list[Reason]:
    reasons = []
    if all(each.status in NOT_SHIPPED for each in orders):
        reasons.append(Reason("not_shipped", _("It has not been shipped: there is nothing to send back. A refund is asked for."), "R5.1"))
    if kind is Exchange and any(each.freight_insured for each in orders):
        text = _("The order has freight insurance: it is done as a return with refund, and the customer orders anew.")
        reasons.append(Reason("insured", text, "R3.5"))
    return reasons


def _of_the_lines(asked: Asked) -> list[Reason]:
    """No line comes back twice, nor while it is sent again, nor when its price went back. A refund that is only asked for may wait for it."""
    lines = [line.pk for line, _quantity in asked.pieces]
    back, sent = coming_back(lines), being_resent(lines)
    reasons = []
    for line, quantity in asked.pieces:
        if line.pk in back:
            reasons.append(coming_reason(line, back[line.pk]))
        elif line.pk in sent:
            reasons.append(resent_reason(line, sent[line.pk]))
        elif line.paid and line.paid - line.gone < least(line, quantity):
            reasons.append(refunded_reason(line))
    return reasons


def _without_reason(asked: Asked) -> list[Reason]:
    """R5.1: unworn, and not made to order."""
    reasons = [] if asked.unworn else [Reason("not_unworn", _("Without reason only what is unworn, unwashed and fit for sale."), "R5.1")]
    text = _("{line} was made to order: it is returned for a fault only.")
    return reasons + [Reason("made_to_order", str(text).format(line=line), "R5.1") for line, _n in asked.pieces if line.made_to_order]


def _window(orders: Sequence[Order], policies: Policies, now: dt.datetime) -> list[Reason]:
    """R5.1: seven days from the day after signing, each a day of shop time. While nothing is known of the signing nothing has run out."""
    last = window_ends(orders, policies)
    if last is None or now.astimezone(SHOP_TIME).date() <= last:
        return []
    text = _("Signed for: the days without reason ended on {day:%Y-%m-%d}. For a fault there is no such limit.")
    return [Reason("window_over", str(text).format(day=last), "R5.1")]


def window_ends(orders: Sequence[Order], policies: Policies) -> dt.date | None:
    """The last day on which these goods come back without reason; None while their arrival is not known."""
    ours = Parcel.objects.filter(orders__in=orders, is_return=False)
    signed = ours.aggregate(at=Max("delivered_at"))["at"]
    days = policies.value("return_days", orders[0].shop_id)
    return signed.astimezone(SHOP_TIME).date() + dt.timedelta(days=days) if signed else None


# With whom it lay, as the case above found: what was proven there needs no proof here.
CHECKED = {
    Fault.COURIER: Checked.COURIER,
    Fault.WAREHOUSE: Checked.WAREHOUSE,
    Fault.SHOP: Checked.CONFIRMED,
    Fault.UNKNOWN: Checked.CONFIRMED,
}

# What a lead's word on the freight consists of.
BY_LEAD = ("freight_payer", "freight_rule", "freight_decided_at", "freight_by_lead")


def _freight(
    kind: type[ComesBack], why: Why, orders: Sequence[Order], above: Case | None, policies: Policies, now: dt.datetime
) -> dict[str, Any]:
    """Who pays the way back, for the facts of the case; what is not proven yet charges nobody. What a lead decided above goes along (L10.1)."""
    known = IncidentFacts.objects.filter(case=above).first() if above is not None else None
    decision = freight_decision(kind, why, orders, known, policies, now)
    facts: dict[str, Any] = {
        "fault": decision.at_fault,
        "fault_rule": decision.fault_rule,
        "rules": [each.rule for each in decision.reasons],
    }
    if decision.is_decided:
        back = decision.legs[Leg.BACK]
        facts |= {"freight_payer": back.payer, "freight_rule": back.rule, "freight_decided_at": now}
    if known is not None and known.freight_by_lead:
        facts |= {name: getattr(known, name) for name in BY_LEAD}
    return facts


def freight_decision(
    kind: type[ComesBack], why: Why, orders: Sequence[Order], known: IncidentFacts | None, policies: Policies, now: dt.datetime
) -> Decision:
    """What the rules of freight say of such a return (R3). `known` is what the case above has come to."""
    checked = CHECKED.get(Fault(known.fault), Checked.NOT_YET) if known and known.fault else Checked.NOT_YET
    insured, shop = any(each.freight_insured for each in orders), orders[0].shop_id
    facts = circumstances_of(why, kind.REMEDY, checked, is_insured=insured, policy=lambda name: policies.value(name, shop))
    return decide(facts, now)
