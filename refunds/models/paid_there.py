"""What the platform paid without a payout of ours and without a decision of its own: somebody agreed to it there. The database writes its ledger line."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.access import ScopedQuerySet
from orders.models import PlatformRefund
from refunds.models.decision import Approval


class PaidThere(models.Model):
    """Once a refund of the platform, under the case that answers it. Without `approval` it left with no yes of a lead here: four eyes were walked round."""

    refund = models.OneToOneField(PlatformRefund, models.PROTECT, related_name="paid_there", verbose_name=_("request on the platform"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="paid_there", verbose_name=_("case"))
    # The yes that waited for its payment when the platform's was taken down; the database finds it.
    approval = models.ForeignKey(
        Approval, models.PROTECT, null=True, db_default=None, editable=False, related_name="+", verbose_name=_("approval")
    )
    # Yuan as the platform's list has them, filled by the database.
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, db_default=0, editable=False)
    # Whoever took it down; empty where the list did.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment on the platform")
        verbose_name_plural = _("payments on the platform")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.refund)
