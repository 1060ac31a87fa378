"""The money ledger. Rows are written by database functions only; the application reads (DESIGN 5)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Ledger(models.Model):
    """One movement. reserve and release change what is set aside, settle turns it into money that left."""

    class Entry(models.TextChoices):
        RESERVE = "reserve", _("Set aside")
        RELEASE = "release", _("Set free")
        SETTLE = "settle", _("Paid")
        POST = "post", _("Posted")

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        FREIGHT = "freight", _("Postage")
        COMPENSATION = "compensation", _("Compensation")
        GIFT = "gift", _("Gift")
        RESHIPMENT = "reshipment", _("Re-shipment")
        CLAIM = "claim", _("Courier claim")

    class Direction(models.TextChoices):
        OUT = "out", _("Out")
        IN = "in", _("In")

    class PayChannel(models.TextChoices):
        PLATFORM = "platform", _("Platform")
        SMALL_PAYMENT = "small_payment", _("Small payment (小额打款)")
        ALIPAY = "alipay", _("Alipay")
        BANK = "bank", _("Bank transfer")
        COURIER = "courier", _("Courier account")
        STOCK = "stock", _("Stock")

    class Party(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        SHOP = "shop", _("Shop")
        WAREHOUSE = "warehouse", _("Warehouse")
        COURIER = "courier", _("Courier")
        PLATFORM = "platform", _("Platform")
        UNKNOWN = "unknown", _("Not decided")

    at = models.DateTimeField(_("at"))
    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="+", verbose_name=_("shop"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="ledger", verbose_name=_("case"))
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="ledger", verbose_name=_("order"))
    line = models.ForeignKey("orders.Line", models.PROTECT, null=True, related_name="ledger", verbose_name=_("order line"))
    entry = models.CharField(_("entry"), max_length=8, choices=Entry.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    channel = models.CharField(_("channel"), max_length=14, choices=PayChannel.choices)
    party = models.CharField(_("at whose cost"), max_length=10, choices=Party.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    key = models.CharField(_("key"), max_length=120, unique=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_amount_is_positive"),
            models.CheckConstraint(condition=Q(entry__in=["reserve", "release", "settle", "post"]), name="ledger_entry_is_known"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="ledger_by_case"), models.Index(fields=["order", "id"], name="ledger_by_order")]

    def __str__(self) -> str:
        return f"{self.get_entry_display()} {self.amount}"
