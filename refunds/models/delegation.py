"""A lead who is away lends their power to another lead, from a day to a day. Written by database functions that journal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet


class Delegation(models.Model):
    """In force on each of its days of shop time, both ends included, until it is taken back. What is lent are the limits of the approver."""

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="+", verbose_name=_("shop"))
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("away"))
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("stands in"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    given_at = models.DateTimeField(_("set at"))
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by"))
    revoked_at = models.DateTimeField(_("taken back at"), null=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="delegation_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(approver=F("delegate")), name="delegation_is_to_another"),
            models.CheckConstraint(
                condition=Q(revoked_by__isnull=True, revoked_at__isnull=True) | Q(revoked_by__isnull=False, revoked_at__isnull=False),
                name="delegation_is_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approver} > {self.delegate} {self.first_day} - {self.last_day}"
