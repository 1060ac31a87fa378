"""An order, its lines, and the money counters that cap every refund (DESIGN 5, 11)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from orders.models.shop import Buyer, Shop
from orders.pairs import pairs_index


class OrderStatus(models.TextChoices):
    """The platform's states; closed is an end, the others follow one another."""

    WAIT_PAY = "wait_pay", _("Waiting for payment")
    WAIT_SHIP = "wait_ship", _("Paid, to be shipped")
    PART_SHIPPED = "part_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    FINISHED = "finished", _("Finished")
    CLOSED = "closed", _("Closed")


class Flag(models.IntegerChoices):
    """Colour of the memo's flag. Purple is set by the printing software only (L9.8, L9.9)."""

    GREY = 0, _("Grey")
    RED = 1, _("Red")
    YELLOW = 2, _("Yellow")
    GREEN = 3, _("Green")
    BLUE = 4, _("Blue")
    PURPLE = 5, _("Purple")


def money(label: object, **options: object) -> models.DecimalField:
    """A column of yuan with two places, 0.00 by default."""
    zero = Decimal("0.00")
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=zero, db_default=zero, **options)  # type: ignore[arg-type]


MOST = Decimal("9999999999.99")


def counters_hold(paid: str, reserved: str, refunded: str, platform: str, name: str) -> list[models.CheckConstraint]:
    """The cap: what is reserved and refunded never passes what was paid, which is a number (NaN is above every bound)."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{paid}__gte": 0, f"{paid}__lte": MOST, f"{reserved}__gte": 0, f"{refunded}__gte": 0})
            & Q(**{f"{paid}__gte": F(reserved) + F(refunded)}),
            name=f"{name}_refunds_within_paid",
        ),
        models.CheckConstraint(condition=Q(**{f"{platform}__gte": 0, f"{platform}__lte": F(paid)}), name=f"{name}_platform_within_paid"),
    ]


class Order(models.Model):
    """One order of a shop as the platform's export tells it, with our counters beside it.

    Name, phone and street are encrypted; province, city and district are clear because norms need them.
    `reserved`, `refunded`, `platform_decided` and `approved_total` are moved by database triggers only.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="orders", verbose_name=_("shop"))
    number = models.CharField(_("order number"), max_length=32)
    buyer = models.ForeignKey(Buyer, models.SET_NULL, null=True, blank=True, related_name="orders", verbose_name=_("buyer"))
    status = models.CharField(_("status"), max_length=12, choices=OrderStatus.choices)
    close_reason = models.CharField(_("reason of closing"), max_length=200, blank=True)
    payment_number = models.CharField(_("payment number"), max_length=64, blank=True)

    paid = money(_("paid"))
    freight_paid = money(_("postage paid"))
    reserved = money(_("reserved"), editable=False)
    refunded = money(_("refunded"), editable=False)
    # Of `refunded`, what did not go by the platform: its own list never shows that.
    refunded_outside = money(_("refunded past the platform"), editable=False)
    platform_refunded = money(_("refunded by the platform"), editable=False)
    # What it has decided and its list does not show as paid yet.
    platform_decided = money(_("decided by the platform"), editable=False)
    approved_total = money(_("approved in all"), editable=False)
    freight_reserved = money(_("postage reserved"), editable=False)
    freight_refunded = money(_("postage refunded"), editable=False)

    ordered_at = models.DateTimeField(_("ordered at"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    shipped_seen_at = models.DateTimeField(_("first seen as shipped at"), null=True, blank=True)
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    auto_confirm_at = models.DateTimeField(_("confirms itself at"), null=True, blank=True)

    freight_insured = models.BooleanField(_("freight insurance"), null=True, blank=True)
    invoice_wish = models.CharField(_("invoice wish"), max_length=300, blank=True)
    waybills = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=_("waybills"))
    # One name for all waybills, or as many as there are, parted by commas.
    courier_name = models.CharField(_("courier as in the file"), max_length=500, blank=True)

    province = models.CharField(_("province"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    district = models.CharField(_("district"), max_length=60, blank=True)
    name_enc = models.BinaryField(null=True, editable=False)
    phone_enc = models.BinaryField(null=True, editable=False)
    street_enc = models.BinaryField(null=True, editable=False)
    phone_index = models.BinaryField(null=True, editable=False)
    phone_tail_index = models.BinaryField(null=True, editable=False)

    message = models.TextField(_("buyer's message"), blank=True)
    message_enc = models.BinaryField(null=True, editable=False)
    memo = models.TextField(_("memo"), blank=True)
    memo_enc = models.BinaryField(null=True, editable=False)
    flag = models.SmallIntegerField(_("flag"), null=True, blank=True, choices=Flag.choices)

    digest = models.BinaryField(null=True, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    created_at = models.DateTimeField(_("taken in at"), null=True)
    updated_at = models.DateTimeField(_("changed at"), null=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="one_order_per_shop_and_number"),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{6,32}$"), name="order_number_is_digits"),
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_is_known"),
            models.CheckConstraint(condition=Q(approved_total__gte=0), name="order_approved_not_negative"),
            models.CheckConstraint(
                condition=Q(freight_paid__gte=0, freight_paid__lte=F("paid"), freight_reserved__gte=0, freight_refunded__gte=0)
                & Q(freight_paid__gte=F("freight_reserved") + F("freight_refunded")),
                name="order_freight_refunds_within_paid",
            ),
            *counters_hold("paid", "reserved", "refunded", "platform_refunded", "order"),
        ]
        indexes = [
            models.Index(fields=["buyer", "ordered_at"], name="order_by_buyer"),
            models.Index(OpClass("number", name="varchar_pattern_ops"), name="order_by_beginning"),
            GinIndex(fields=["waybills"], name="order_by_waybill"),
            models.Index(fields=["phone_index"], name="order_by_phone", condition=Q(phone_index__isnull=False)),
            models.Index(fields=["phone_tail_index"], name="order_by_phone_tail", condition=Q(phone_tail_index__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def room(self) -> Decimal:
        """Yuan that may still be asked for: paid less reserved less what went back, whoever paid it."""
        return self.paid - self.reserved - self.gone

    @property
    def gone(self) -> Decimal:
        """Yuan that went back. What we record as paid on the platform and what its list says is the same money."""
        return self.refunded_outside + max(self.refunded - self.refunded_outside, self.platform_refunded + self.platform_decided)

    @property
    def freight_room(self) -> Decimal:
        """Yuan of postage that may still be asked for."""
        return self.freight_paid - self.freight_reserved - self.freight_refunded

    @property
    def shipped_since(self) -> object:
        """When it left us: the file's time, else when we first saw it shipped."""
        return self.shipped_at or self.shipped_seen_at


class Line(models.Model):
    """One sub-order. `paid` is its share of the order's money, without postage."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    number = models.CharField(_("sub-order number"), max_length=40)
    position = models.PositiveIntegerField(_("position"), default=1)
    title = models.CharField(_("title"), max_length=500, blank=True)
    sku = models.CharField(_("properties"), max_length=500, blank=True)
    merchant_code = models.CharField(_("merchant code"), max_length=100, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    price = money(_("price"))
    paid = money(_("paid"))
    reserved = money(_("reserved"), editable=False)
    refunded = money(_("refunded"), editable=False)
    refunded_outside = money(_("refunded past the platform"), editable=False)
    platform_refunded = money(_("refunded by the platform"), editable=False)
    # What it has decided and its list does not show as paid yet.
    platform_decided = money(_("decided by the platform"), editable=False)
    item_cost = models.DecimalField(_("cost of one"), max_digits=12, decimal_places=2, null=True, blank=True)
    made_to_order = models.BooleanField(_("made to order"), default=False)
    status = models.CharField(_("status"), max_length=12, choices=OrderStatus.choices, blank=True)
    refund_status = models.CharField(_("refund status"), max_length=60, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    waybills = ArrayField(models.CharField(max_length=64), default=list, db_default=[], blank=True, verbose_name=_("waybills"))
    courier_name = models.CharField(_("courier as in the file"), max_length=64, blank=True, db_default="")
    digest = models.BinaryField(null=True, editable=False)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)

    SHOP_PATH = "order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_line_per_order_and_number"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_quantity_at_least_one"),
            *counters_hold("paid", "reserved", "refunded", "platform_refunded", "line"),
        ]
        indexes = [pairs_index("title", "line_by_words")]

    def __str__(self) -> str:
        return self.title or self.number

    @property
    def room(self) -> Decimal:
        """Yuan of this line that may still be asked for."""
        return self.paid - self.reserved - self.gone

    @property
    def gone(self) -> Decimal:
        """Yuan of this line that went back, whoever paid it."""
        return self.refunded_outside + max(self.refunded - self.refunded_outside, self.platform_refunded + self.platform_decided)
