"""Money that left. One per approval, of the exact amount, never by the one who asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from refunds.models.decision import Approval
from refunds.models.request import PayeeChannel

# Small payments and transfers are both Alipay's; a refund on the platform has the platform's own number, a bank transfer the bank's.
NUMBERED_BY = Case(
    When(channel=PayeeChannel.PLATFORM, then=Value("platform")),
    When(channel=PayeeChannel.BANK, then=Value("bank")),
    default=Value("alipay"),
)


class Payout(models.Model):
    """A payment as finance recorded it, with the platform's own number. The database settles the ledger."""

    approval = models.OneToOneField(Approval, models.PROTECT, related_name="payout", verbose_name=_("approval"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("paid by"))
    gateway = models.CharField(_("gateway"), max_length=20, default="manual")
    channel = models.CharField(_("channel"), max_length=14, choices=PayeeChannel.choices)
    platform_number = models.CharField(_("platform's number"), max_length=64)
    paid_at = models.DateTimeField(_("paid at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    key = models.CharField(_("key"), max_length=64, unique=True)

    SHOP_PATH = "approval__order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(paid_by=F("asked_by")), name="payer_did_not_ask"),
            # However it is written, and over the channels that Alipay numbers alike: one number in two rows would be one payment.
            models.UniqueConstraint(Upper("platform_number"), NUMBERED_BY, name="a_platform_number_is_used_once"),
        ]
        indexes = [models.Index(fields=["paid_at"], name="payout_by_time")]

    def __str__(self) -> str:
        return self.platform_number
