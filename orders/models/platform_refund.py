"""A refund request as the platform tells it (FORMATS 1.6)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from orders.models.order import Line, Order, money
from orders.models.shop import Shop

# Money that went back without anybody of ours: forced, or decided after the platform had stepped in (R13.2).
IS_ITS_DECISION = Q(is_paid=True) & (Q(forced=True) | ~Q(intervention=""))


class PlatformRefund(models.Model):
    """What the platform says of one refund, with its own deadlines. Never changed by us."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="platform_refunds", verbose_name=_("shop"))
    order = models.ForeignKey(Order, models.CASCADE, related_name="platform_refunds", verbose_name=_("order"))
    line = models.ForeignKey(Line, models.SET_NULL, null=True, blank=True, related_name="platform_refunds", verbose_name=_("order line"))
    number = models.CharField(_("refund number"), max_length=40)
    amount = money(_("amount"))
    status = models.CharField(_("status"), max_length=60)
    is_open = models.BooleanField(_("open"), default=True)
    is_paid = models.BooleanField(_("paid"), default=False)
    forced = models.BooleanField(_("refunded by the platform itself"), default=False)
    after_sale_type = models.CharField(_("kind of after-sale"), max_length=60, blank=True)
    phase = models.CharField(_("phase"), max_length=20, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    requested_at = models.DateTimeField(_("requested at"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("platform's deadline"), null=True, blank=True)
    evidence_deadline_at = models.DateTimeField(_("evidence due"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    return_waybill = models.CharField(_("return waybill"), max_length=64, blank=True)
    # The platform's own words for how far it has stepped in (客服介入); "" where it has not.
    intervention = models.CharField(_("the platform steps in"), max_length=60, blank=True, default="", db_default="")
    # At whose cost, as the platform says (责任方): a party of the ledger, or "".
    party = models.CharField(_("at whose cost"), max_length=10, blank=True, default="", db_default="")
    # The open platform's own mark of each change.
    version = models.CharField(_("version"), max_length=20, blank=True, default="", db_default="")
    digest = models.BinaryField(null=True, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("platform refund")
        verbose_name_plural = _("platform refunds")
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="one_platform_refund_per_number")]
        indexes = [
            models.Index(fields=["shop", "id"], name="platform_refund_open", condition=Q(is_open=True)),
            # What the platform paid by its own decision.
            models.Index(fields=["shop", "id"], name="platform_refund_decided", condition=IS_ITS_DECISION),
            models.Index(fields=["number"], name="platform_refund_by_number"),
        ]

    def __str__(self) -> str:
        return self.number
