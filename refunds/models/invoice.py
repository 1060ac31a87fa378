"""What only refunds knows of an invoice that a customer wants: which one, its data sealed, and what finance issued (I1)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from refunds.invoicing import InvoiceType

LONGEST_WANTED = 1000


class InvoiceFacts(models.Model):
    """One row a case. `data_enc` is the sealed JSON of the fields by name, `shown` the same masked; `missing` and `warnings` name fields and
    warnings (refunds/invoicing.py). `wanted` is what finance asks for before it issues."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="invoice", verbose_name=_("case"))
    type = models.CharField(_("invoice"), max_length=10, choices=InvoiceType.choices)
    data_enc = models.BinaryField(null=True, editable=False)
    shown = models.JSONField(_("data"), default=dict, blank=True)
    missing = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("missing"))
    warnings = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("warnings"))
    wanted = models.CharField(_("finance wants"), max_length=LONGEST_WANTED, blank=True)
    number = models.CharField(_("invoice number"), max_length=20, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )

    class Meta:
        verbose_name = _("invoice facts")
        verbose_name_plural = _("invoice facts")
        constraints = [
            models.CheckConstraint(condition=Q(type__in=InvoiceType.values), name="invoice_type_is_known"),
            models.CheckConstraint(
                condition=Q(number="", issued_on=None, issued_by=None)
                | ~Q(number="") & Q(issued_on__isnull=False, issued_by__isnull=False, missing=[]),
                name="an_issued_invoice_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
