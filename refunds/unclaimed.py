"""Losses of which no claim is made yet, and what a new claim is about (L13.1)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.queues import held_in
from casework.registry import SUBJECTS, Subject
from logistics.models import Loss
from orders.access import Actor
from orders.errors import Malformed, NotFound, Refused
from orders.models import Order
from orders.roles import AGENTS
from refunds.kinds.courier_claim import CourierClaim


def unclaimed(by: Actor, roles: frozenset[Any] = AGENTS) -> QuerySet[Loss]:
    """What couriers owe and nobody has claimed, the oldest first, in the shops where one of the roles is held."""
    rows: Any = Loss.objects.standing().filter(held_in(by, roles, "parcel__shop"), claims=None, amount__gt=0)
    return rows.select_related("parcel__shop", "courier", "case__order").order_by("at", "pk")


def how_many_unclaimed(by: Actor, now: Any = None) -> int:
    """How many of them, for the rail."""
    return unclaimed(by).count()


def subject_of(loss: Loss) -> Subject:
    """What a claim of the loss is about. Raises Refused `no_order` where nobody knows whose goods were lost."""
    order = (
        loss.case.order_id or Order.objects.filter(parcels=loss.parcel_id).order_by("paid_at", "pk").values_list("pk", flat=True).first()
    )
    if order is None:
        raise Refused(_("No order is known of this parcel, so nobody knows what was lost."), code="no_order")
    label = f"{loss.courier.name} {loss.parcel.waybill}"
    facts = {"loss_id": loss.pk, "incident_id": loss.case_id, "amount": loss.amount}
    return Subject(f"loss:{loss.pk}", label, loss.parcel.shop_id, order, facts)


def loss_subject(by: Actor, order: str, waybill: str) -> Subject:
    """The one standing loss of a waybill or an order that is not claimed yet.

    Raises NotFound, Refused `no_loss` where nothing is owed or all of it is claimed, Malformed naming `waybill` when the choice is not clear.
    """
    losses = Loss.objects.for_actor(by).standing().filter(amount__gt=0).select_related("parcel", "courier", "case")
    if order:
        if not Order.objects.for_actor(by).filter(number=order).exists():
            raise NotFound(_("No order has this number."), field="order")
        losses = losses.filter(parcel__orders__number=order)
    if waybill:
        losses = losses.filter(parcel__waybill=waybill)
    found = list(losses.filter(claims=None).distinct()[:2])
    if not found:
        raise Refused(
            _("No courier owes anything here that is not claimed already: the case of the parcel says what was lost."), code="no_loss"
        )
    if len(found) > 1:
        raise Malformed(_("Several losses are open here; choose one under “Claims”."), code="several_losses", field="waybill")
    return subject_of(found[0])


SUBJECTS[CourierClaim.KIND] = loss_subject
