"""Promises that are still to be kept, for those who keep them (S1.4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from casework.models import Promise
from orders.access import Actor
from orders.roles import AGENTS, LEADS


def open_promises(by: Actor) -> QuerySet[Any]:
    """Open ones, the first to be kept first: of one's own cases, of cases that nobody has, and one's own words; to leads all of their shops.

    Of closed cases as well: closing a case keeps no promise.
    """
    rows: QuerySet[Any] = Promise.objects.for_actor(by).filter(status=Promise.Status.OPEN).select_related("case", "made_by")
    if not by.has_role(AGENTS):
        return rows.none()
    if not by.has_role(LEADS):
        rows = rows.filter(Q(case__owner=by.user_id) | Q(case__owner=None) | Q(made_by=by.user_id))
    return rows.order_by("due_at", "pk")
