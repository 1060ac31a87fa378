"""What the platform decided after it had stepped in (R13.2). Nobody of ours approves it; the database writes its ledger line."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Ledger
from orders.access import ScopedQuerySet


class PlatformDecision(models.Model):
    """The platform's word, once a dispute: yuan to the customer, none where it decided for us, and at whose cost they are."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="platform_decision", verbose_name=_("case"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    party = models.CharField(_("at whose cost"), max_length=10, choices=Ledger.Party.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of the platform")
        verbose_name_plural = _("decisions of the platform")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=Decimal(0)), name="platform_decision_is_no_debt"),
            models.CheckConstraint(condition=Q(party__in=Ledger.Party.values), name="platform_decision_party_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.amount}"
