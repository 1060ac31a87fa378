"""A parcel of ours that comes back after its goods were refunded as lost: finance is told, and the fact stays for the courier's claim (L13.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.tell_owner import tell_owners
from casework.models import Journal, Outbox
from logistics.models import Loss, Parcel
from orders.access import Actor
from orders.models import Order
from refunds.models.request import Reason, Request
from refunds.models.returned import CameBackAfterRefund

STEP = "came_back_after_refund"
# Nobody expected the goods any more when the money went.
AS_LOST = (Reason.NOT_RECEIVED, Reason.LATE)


def note_late_arrival(sender: Any, *, parcel: int, by: Actor, at: dt.datetime, **_: Any) -> None:
    """Keep the fact for each order in the parcel whose money went back as for a lost parcel, once; tell the owners of refunds under way."""
    found = Parcel.objects.select_related("courier").get(pk=parcel)
    orders = list(found.orders.order_by("pk"))
    late = [order for order in orders if order.gone > 0 and _went_as_lost(order, found)]
    for order in late:
        _keep(found, order, by, at)
    waiting = Request.objects.filter(order__in=orders, case__closed_at=None, case__kind="refund").select_related("case")
    tell_owners(list({each.case_id: each.case for each in waiting}.values()), "goods_came_back", at=at)


def _went_as_lost(order: Order, parcel: Parcel) -> bool:
    """The courier owed its loss, the reason said so, or all of the goods' money went."""
    asked = Request.objects.filter(order=order, reason__in=AS_LOST, approval__payout__isnull=False)
    is_whole = order.gone >= order.paid - order.freight_paid
    return is_whole or asked.exists() or Loss.objects.filter(parcel=parcel, cause=Loss.Cause.LOST).exists()


def _keep(parcel: Parcel, order: Order, by: Actor, at: dt.datetime) -> None:
    told = {"shop_id": parcel.shop_id, "courier": parcel.courier, "refunded": order.gone, "at": at}
    row, is_new = CameBackAfterRefund.objects.get_or_create(order=order, waybill=parcel.waybill, defaults=told)
    if not is_new:
        return
    journal_desk(parcel.shop_id, "parcel", parcel.pk, STEP, by=by, at=at, facts={"waybill": parcel.waybill, "amount": str(order.gone)})
    Outbox.objects.create(topic=STEP, payload={"late": row.pk}, created_at=at, wake_at=at)


def journal_desk(
    shop_id: int, what: str, pk: int, step: str, *, by: Actor, at: dt.datetime, facts: dict[str, Any], case_id: int | None = None
) -> None:
    """A row for what the returns desk does beside the cases."""
    Journal.objects.create(
        at=at,
        shop_id=shop_id,
        case_id=case_id,
        object_type=what,
        object_id=str(pk),
        step=step,
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role_in(shop_id),
        channel=by.channel,
        facts=facts,
        request_id=by.request_id,
    )
