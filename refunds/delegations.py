"""Delegations for those who look: what stands, what comes, what was; and between whom one may be set."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from orders.access import Actor
from orders.models import Shop, User
from orders.people import people_of, shops_with
from orders.roles import LEADS, Role
from refunds.models import Delegation


class DelegationState(models.TextChoices):
    """How a delegation stands on a day."""

    IN_FORCE = "in_force", _("In force")
    COMING = "coming", _("Coming")
    OVER = "over", _("Over")
    REVOKED = "revoked", _("Taken back")


def delegations_of(by: Actor, now: dt.datetime) -> QuerySet[Delegation]:
    """Those of the actor's shops, the newest first, each with `standing`."""
    today = now.astimezone(SHOP_TIME).date()
    standing = Case(
        When(revoked_at__isnull=False, then=Value(DelegationState.REVOKED.value)),
        When(last_day__lt=today, then=Value(DelegationState.OVER.value)),
        When(first_day__gt=today, then=Value(DelegationState.COMING.value)),
        default=Value(DelegationState.IN_FORCE.value),
        output_field=models.CharField(max_length=8, choices=DelegationState.choices),
    )
    rows: QuerySet[Delegation] = Delegation.objects.for_actor(by).annotate(standing=standing)
    return rows.select_related("shop", "approver", "delegate", "given_by", "revoked_by")


def may_end(row: Delegation, by: Actor) -> bool:
    """Whether the actor may take it back: it is not over, and they are one of the two or a manager there."""
    if row.standing not in (DelegationState.IN_FORCE, DelegationState.COMING):  # type: ignore[attr-defined]  # annotated by delegations_of
        return False
    role = by.role_in(row.shop_id)
    return role == Role.MANAGER or (role in LEADS and by.user_id in (row.approver_id, row.delegate_id))


def shops_to_lend_in(by: Actor) -> QuerySet[Shop]:
    """The shops in which the actor is a lead."""
    return Shop.objects.filter(pk__in=[each.pk for each in shops_with(by, LEADS)]).order_by("name")


def leads_of(shops: QuerySet[Shop], role: str = "") -> QuerySet[User]:
    """The leads of some of the shops, or those of one role."""
    return people_of(shops, {role} if role else LEADS).order_by("username")
