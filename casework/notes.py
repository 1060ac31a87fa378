"""Notes without a case: entries of the journal about an order. They are neither changed nor taken away."""

from __future__ import annotations

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from casework.models import Journal
from orders.models import Order

OF_ORDER, NOTE = "order", "note"


def notes_of(orders: QuerySet[Order]) -> QuerySet[Journal]:
    """The notes on these orders, the newest first. One query, by the index on the object."""
    ids = orders.order_by().annotate(as_text=Cast("pk", CharField())).values("as_text")
    rows = Journal.objects.filter(object_type=OF_ORDER, object_id__in=ids, step=NOTE, case=None)
    return rows.select_related("actor").order_by("-at", "-pk")
