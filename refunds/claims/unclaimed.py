"""Losses of which no claim is made yet, and what a new claim is about (L13.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.lists.queues import held_in
from casework.registry import SUBJECTS, Subject
from logistics.actions.find_parcel import Finder, Wanted
from logistics.models import Loss
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotFound, Refused
from orders.models import Order
from orders.roles import AGENTS
from refunds.kinds.courier_claim import CourierClaim


def unclaimed(by: Actor, roles: frozenset[Any] = AGENTS) -> QuerySet[Loss]:
    """What couriers owe and nobody has claimed, the oldest first, in the shops where one of the roles is held."""
    rows: Any = Loss.objects.standing().filter(held_in(by, roles, "parcel__shop"), claims=None, amount__gt=0)
    return rows.select_related("parcel__shop", "courier", "case__order").order_by("at", "pk")


def subject_of(loss: Loss) -> Subject:
    """What a claim of the loss is about; the orders of its parcel are read. Raises Refused `no_order` where nobody knows whose goods were lost."""
    first = min(loss.parcel.orders.all(), key=lambda each: (each.paid_at is None, each.paid_at, each.pk), default=None)
    order = loss.case.order_id or (first.pk if first is not None else None)
    if order is None:
        raise Refused(_("No order is known of this parcel, so nobody knows what was lost."), code="no_order")
    label = f"{loss.courier.name} {loss.parcel.waybill}"
    facts = {"loss_id": loss.pk, "incident_id": loss.case_id, "amount": loss.amount}
    return Subject(f"loss:{loss.pk}", label, loss.parcel.shop_id, order, facts)


class LossSubject(Finder):
    """The one standing loss of a waybill or an order that is not claimed yet.

    Instead of it: NotFound, Refused `no_loss` where nothing is owed or all of it is claimed, Malformed naming `waybill` when the choice is not clear.
    """

    def of_many(self, by: Actor, wanted: Sequence[Wanted]) -> list[Subject | DeskError]:
        """As for one, for each of many. As many queries as for one."""
        numbers, waybills = {order for order, _waybill in wanted if order}, {waybill for _order, waybill in wanted if waybill}
        known = set(Order.objects.for_actor(by).filter(number__in=numbers).values_list("number", flat=True))
        rows = Loss.objects.for_actor(by).standing().filter(claims=None, amount__gt=0)
        rows = rows.filter(Q(parcel__orders__number__in=numbers) | Q(parcel__waybill__in=waybills)).distinct()
        losses = list(rows.select_related("parcel", "courier", "case").prefetch_related("parcel__orders").order_by("pk"))
        return [self._one(known, losses, order, waybill) for order, waybill in wanted]

    def _one(self, known: set[str], losses: Sequence[Loss], order: str, waybill: str) -> Subject | DeskError:
        if order and order not in known:
            return NotFound(_("No order has this number."), field="order")
        found = [each for each in losses if _is_meant(each, order, waybill)]
        if not found:
            text = _("No courier owes anything here that is not claimed already: the case of the parcel says what was lost.")
            return Refused(text, code="no_loss")
        if len(found) > 1:
            return Malformed(_("Several losses are open here; choose one under “Claims”."), code="several_losses", field="waybill")
        try:
            return subject_of(found[0])
        except DeskError as error:
            return error


def _is_meant(loss: Loss, order: str, waybill: str) -> bool:
    """Whether its parcel has the waybill, where one is given, and holds the order, where one is given."""
    is_inside = not order or any(each.number == order for each in loss.parcel.orders.all())
    return is_inside and waybill in ("", loss.parcel.waybill)


loss_subject = SUBJECTS[CourierClaim.KIND] = LossSubject()
