"""Policies, holidays and the owner's test clock."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """A value that a manager sets, from `valid_from` on. Append-only; the shop's row wins over the common one."""

    name = models.CharField(_("name"), max_length=60)
    shop = models.ForeignKey("orders.Shop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop"))
    value = models.JSONField(_("value"))
    valid_from = models.DateTimeField(_("valid from"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["name", "shop", "valid_from", "id"]
        indexes = [models.Index(fields=["name", "shop", "-valid_from", "-id"], name="policy_in_force")]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day that differs from the week's pattern: off, or a make-up working day."""

    day = models.DateField(_("day"), primary_key=True)
    working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class TestClock(models.Model):
    """One row of the owner's: when it is on, the database believes the transaction's `casework.now`."""

    is_on = models.BooleanField()

    class Meta:
        db_table = "casework_test_clock"

    def __str__(self) -> str:
        return str(self.is_on)
