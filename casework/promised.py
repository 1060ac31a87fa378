"""Promises that are still to be kept, for those who keep them (S1.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from casework.models import Promise
from casework.policies import Policies
from casework.undoing import undo_over
from orders.access import Actor
from orders.errors import DeskError, NotAllowed, Refused
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


def why_not_back(promise: Promise, by: Actor, shop_id: int, policies: Policies, now: dt.datetime) -> DeskError | None:
    """The refusal to take the end of a promise back; None when it may be taken back. Asks for the policies only where it counts."""
    if by.role_in(shop_id) in LEADS:
        return None
    if promise.ended_at is None or promise.ended_by_id != by.user_id:
        return NotAllowed(_("Only who said so takes it back, or a lead."), code="not_taker")
    late = undo_over(promise.ended_at, policies.value("undo_within", shop_id), now)
    return Refused(late.text, code=late.code) if late is not None else None
