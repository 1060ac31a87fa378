"""What a request for money is held to whenever it is asked or asked anew, through whichever door: by the page, the API or the step itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from logistics.models import IncidentFacts
from orders.access import Actor
from orders.errors import Malformed, Reason, StepRefused
from orders.models import Line, Order
from orders.roles import LEADS
from refunds.asking.concerned import missing_of, pictures_of
from refunds.asking.grounds import Place, a_lead_decides, read_around, why_not
from refunds.asking.less_freight import above_what_is_left
from refunds.asking.wish import Wish
from refunds.caps import ABOVE_PAID
from refunds.goods.resent import being_resent, resent_reason
from refunds.goods.returning import why_not_paid
from refunds.models.request import Beyond


def hold_to(order: Order, lines: Mapping[int, Line], wish: Wish, by: Actor, *, incident: int | None, own: int) -> None:
    """Compare the wish with the locked order, its lines by id, the case above (`incident`) and what runs beside.

    `own` is the case of the request, 0 for none yet.
    Raises Malformed naming the field for what is not the order's, StepRefused with the reasons for the rest.
    """
    for number, pk in enumerate(wish.lines):
        if pk not in lines:
            raise Malformed(_("This line is not of this order."), code="bad_line", field=f"lines.{number}.line")
    _check_evidence(wish, incident, order)
    _refuse_what_is_not_missing([lines[pk] for pk in wish.lines], incident)
    _check_reason(wish, order, by, incident, own)
    held = why_not_paid(wish.lines, incident) + _less_freight(order, wish, incident, own)
    if held:
        raise StepRefused(reasons=held)
    on_their_way = being_resent(list(wish.lines))
    if on_their_way:
        raise StepRefused(reasons=[resent_reason(lines[pk], number) for pk, number in on_their_way.items()])
    if wish.beyond_kind == Beyond.COMPENSATION and wish.beyond > order.paid:
        raise StepRefused(reasons=[Reason("above_what_was_paid", ABOVE_PAID, "R4.1")])


def _check_reason(wish: Wish, order: Order, by: Actor, incident: int | None, own: int) -> None:
    """R3.1, R7.1, R8.1, R9.1: what the reason wants. What is a lead's to decide a lead asks for; another one approves it and says why."""
    around = read_around([Place(order.pk, order.pk, incident or 0, own)])[order.pk]
    reasons, a_leads = why_not(wish, around), a_lead_decides(wish, around)
    if a_leads is not None and by.role_in(order.shop_id) not in LEADS:
        reasons.append(a_leads)
    if reasons:
        raise StepRefused(reasons=reasons)


def _less_freight(order: Order, wish: Wish, incident: int | None, own: int) -> list[Reason]:
    """L10.1: what the case above decided to be the customer's freight stays with us."""
    facts = IncidentFacts.objects.filter(case=incident).first() if incident is not None else None
    return list(above_what_is_left(order, wish.of_order, facts, own))


def _refuse_what_is_not_missing(lines: list[Line], incident: int | None) -> None:
    """L5.3: the refund is of the missing line; another line of the order is another matter, asked for without this case."""
    missing = missing_of(incident)
    text = _("{line} is none of the pieces that this case is about; ask for it without the case.")
    strange = [Reason("not_missing", str(text).format(line=line), "L5.3") for line in lines if missing and line.pk not in missing]
    if strange:
        raise StepRefused(reasons=strange)


def _check_evidence(wish: Wish, incident: int | None, order: Order) -> None:
    known = set(pictures_of(order.pk, incident).filter(pk__in=wish.evidence).values_list("pk", flat=True))
    if set(wish.evidence) - known:
        raise Malformed(_("This evidence does not belong to the order's cases."), code="bad_evidence", field="evidence")
    if not wish.ground and not wish.evidence:
        raise StepRefused(reasons=[Reason("has_ground_or_evidence", _("Neither a ground nor evidence is given."), "R1.1")])
