"""What a refund may speak of: the orders of the case above it, and the pictures that may be named as evidence."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.models import Case, Evidence
from logistics.models import IncidentFacts
from orders.models import Line, Order


def orders_of(case: Case) -> QuerySet[Order]:
    """The case's own order, and every order of the shop that travels in the parcel it is about (merged parcels)."""
    return Order.objects.filter(Q(pk=case.order_id) | Q(parcels__incidents__case=case), shop=case.shop_id).distinct().order_by("pk")


def incident_of(above: Case | None) -> Case | None:
    """The case under which a refund stands, or will stand: `above` itself, or what is above it where it is a refund that is asked anew."""
    if above is None or above.kind != "refund":
        return above
    return above.parent


def missing_of(above_id: int | None) -> set[int]:
    """The lines that the case above found missing; empty when it is about something else."""
    facts = IncidentFacts.objects.filter(case=above_id).first() if above_id is not None else None
    return {each["line"] for each in facts.items} if facts else set()


def begun_with(case: Case) -> int | None:
    """The order that a refund for the case begins with: its own, or the one in its parcel whose lines are missing (merged parcels)."""
    missing = Line.objects.filter(pk__in=missing_of(case.pk), order__in=orders_of(case)).order_by("order", "position")
    orders = list(missing.values_list("order", flat=True))
    return orders[0] if orders and case.order_id not in orders else case.order_id


def pictures_of(order_id: int | None, above_id: int | None) -> QuerySet[Evidence]:
    """Pictures on any case of the order, and on the case above the refund: a merged parcel is photographed once. The database asks the same."""
    return Evidence.objects.filter(Q(case__order=order_id) | Q(case=above_id))
