"""What a refund may speak of: the orders of the case above it, and the pictures that may be named as evidence."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.models import Case, Evidence
from orders.models import Order


def orders_of(case: Case) -> QuerySet[Order]:
    """The case's own order, and every order of the shop that travels in the parcel it is about (merged parcels)."""
    return Order.objects.filter(Q(pk=case.order_id) | Q(parcels__incidents__case=case), shop=case.shop_id).distinct().order_by("pk")


def pictures_of(order_id: int | None, above_id: int | None) -> QuerySet[Evidence]:
    """Pictures on any case of the order, and on the case above the refund: a merged parcel is photographed once. The database asks the same."""
    return Evidence.objects.filter(Q(case__order=order_id) | Q(case=above_id))
