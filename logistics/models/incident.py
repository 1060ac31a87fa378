"""What only logistics knows about a case: its parcel, its clocks' facts, who pays the freight and by which rule."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from logistics.models.parcel import Parcel


class Party(models.TextChoices):
    """Who bears the freight."""

    CUSTOMER = "customer", _("Customer")
    SHOP = "shop", _("Shop")
    COURIER = "courier", _("Courier")


class IncidentFacts(models.Model):
    """Facts of an incident, one row a case. The payer of freight stands with the rule that decided it."""

    case = models.OneToOneField("casework.Case", models.CASCADE, primary_key=True, related_name="incident", verbose_name=_("case"))
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name=_("parcel"))
    freight_payer = models.CharField(_("freight is paid by"), max_length=10, choices=Party.choices, blank=True)
    freight_rule = models.CharField(_("by rule"), max_length=10, blank=True)
    freight_decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    first_attempt_at = models.DateTimeField(_("first attempt at"), null=True, blank=True)
    courier_returns_at = models.DateTimeField(_("courier sends it back at"), null=True, blank=True)
    extended_until = models.DateTimeField(_("one more day until"), null=True, blank=True)

    class Meta:
        verbose_name = _("incident facts")
        verbose_name_plural = _("incident facts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(freight_payer="") | ~models.Q(freight_rule=""), name="a_freight_decision_names_its_rule"
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)
