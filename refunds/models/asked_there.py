"""The customer's request on the platform, as a case of ours answers it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.models import PlatformRefund


class AskedThere(models.Model):
    """Which request a case answers, and what it last knew of it: a change is news. Empty where a person asked first.

    A request that was answered and is asked anew has a second case, so several may name it; of open ones one a kind.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="asked_there", verbose_name=_("case"))
    refund = models.ForeignKey(
        PlatformRefund, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("request on the platform")
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    status = models.CharField(_("status"), max_length=60, blank=True, default="", db_default="")

    SHOP_PATH = "case__shop"

    class Meta:
        verbose_name = _("request on the platform")
        verbose_name_plural = _("requests on the platform")

    def __str__(self) -> str:
        return str(self.refund or self.case_id)
