"""The causes of trouble in use that were looked at, one by one (P1.1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.access import ScopedQuerySet


class Verdict(models.TextChoices):
    """What came of a cause."""

    RULED_OUT = "ruled_out", _("Ruled out")
    IS_IT = "is_it", _("This is it")
    UNCLEAR = "unclear", _("Cannot be said")


class CauseLookedAt(models.Model):
    """One cause, how it was looked at, and what came of it. Looked at again it is another row; none is changed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="causes", verbose_name=_("case"))
    cause = models.CharField(_("possible cause"), max_length=200)
    how = models.CharField(_("how it was looked at"), max_length=500)
    verdict = models.CharField(_("what came of it"), max_length=10, choices=Verdict.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause looked at")
        verbose_name_plural = _("causes looked at")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verdict_of_a_cause_is_known"),
            models.CheckConstraint(condition=~Q(cause="") & ~Q(how=""), name="a_cause_says_how_it_was_looked_at"),
        ]

    def __str__(self) -> str:
        return self.cause
