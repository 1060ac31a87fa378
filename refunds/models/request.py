"""What is asked: one immutable row per version. A change is a new row and so voids the approval (R1.3)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Ledger
from orders.access import ScopedQuerySet
from orders.models.order import MOST, money


class Reason(models.TextChoices):
    """Why the customer wants money back (R1.1)."""

    NOT_RECEIVED = "not_received", _("Not received")
    DAMAGED = "damaged", _("Damaged")
    MISSING = "missing", _("Missing goods")
    WRONG_GOODS = "wrong_goods", _("Wrong goods")
    QUALITY = "quality", _("Quality")
    NOT_AS_DESCRIBED = "not_as_described", _("Not as described")
    WRONG_PURCHASE = "wrong_purchase", _("Bought the wrong thing (拍错)")
    UNWANTED = "unwanted", _("Not wanted")
    LATE = "late", _("Shipped too late")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    PRICE = "price", _("Price difference")
    FREIGHT = "freight", _("Postage")
    AGREED = "agreed", _("Agreed with the customer")
    OTHER = "other", _("Other")


class Ground(models.TextChoices):
    """What staff found (R1.1): a ground, or evidence instead."""

    COURIER_CONFIRMED = "courier_confirmed", _("The courier confirmed it")
    WAREHOUSE_CONFIRMED = "warehouse_confirmed", _("The warehouse confirmed it")
    RECORD_CHECKED = "record_checked", _("Seen in order and tracking")
    PHOTO_CHECKED = "photo_checked", _("Seen on the photos")
    GOODS_BACK = "goods_back", _("The goods are back")
    OUR_MISTAKE = "our_mistake", _("Our own mistake")
    GOODWILL = "goodwill", _("Goodwill")
    NONE = "", _("None; evidence is attached")


class Beyond(models.TextChoices):
    """What money beyond the order's own is for; "" = there is none."""

    FREIGHT = "freight", _("Postage that the customer advanced")
    COMPENSATION = "compensation", _("Compensation")


class PayeeChannel(models.TextChoices):
    """How the money goes back."""

    PLATFORM = "platform", _("Back the way it came, on the platform")
    SMALL_PAYMENT = "small_payment", _("Small payment (小额打款)")
    ALIPAY = "alipay", _("Alipay account")
    BANK = "bank", _("Bank transfer")


# What goes to an account of the payee's, which is kept encrypted with the name on it.
TO_AN_ACCOUNT = (PayeeChannel.ALIPAY, PayeeChannel.BANK)


class Request(models.Model):
    """One version of a request: yuan of lines, of the order's postage, and beyond the order. The database checks lines and cap,
    sets the order's money aside, and fills the party."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="requests", verbose_name=_("case"))
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="refund_requests", verbose_name=_("order"))
    seq = models.PositiveSmallIntegerField(_("version"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    freight = models.DecimalField(_("of it postage"), max_digits=12, decimal_places=2, default=0)
    beyond = money(_("beyond the order"))
    beyond_kind = models.CharField(_("beyond the order for"), max_length=12, choices=Beyond.choices, blank=True, default="", db_default="")
    lines = models.JSONField(_("lines"), default=list)
    # Whom the case above finds at fault when it is asked; the ledger's rows take it.
    party = models.CharField(
        _("at whose cost"), max_length=10, choices=Ledger.Party.choices, default=Ledger.Party.UNKNOWN, db_default="unknown", editable=False
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices, blank=True)
    evidence = models.JSONField(_("evidence"), default=list)
    payee_channel = models.CharField(_("paid by"), max_length=14, choices=PayeeChannel.choices)
    payee_account_enc = models.BinaryField(null=True, editable=False)
    payee_name_enc = models.BinaryField(null=True, editable=False)
    payee_mask = models.CharField(_("payee"), max_length=80, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))

    SHOP_PATH = "order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund request")
        verbose_name_plural = _("refund requests")
        ordering = ["case_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_request_per_case_and_version"),
            models.UniqueConstraint(fields=["id", "asked_by", "amount", "order"], name="request_as_approved"),
            models.CheckConstraint(condition=Q(amount__gt=0, freight__gte=0), name="request_amounts_are_positive"),
            models.CheckConstraint(
                condition=Q(beyond=0, beyond_kind="") | Q(beyond__gt=0, beyond__lte=MOST, beyond_kind__in=Beyond.values),
                name="request_beyond_has_its_kind",
            ),
            # The platform pays back no more than the order's own money.
            models.CheckConstraint(condition=Q(beyond=0) | ~Q(payee_channel="platform"), name="request_beyond_is_paid_past_the_platform"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="request_reason_is_known"),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="request_ground_is_known"),
            models.CheckConstraint(condition=Q(payee_channel__in=PayeeChannel.values), name="request_channel_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case} v{self.seq}"

    @property
    def of_order(self) -> Decimal:
        """Yuan of the order's own money: what is set aside of it."""
        return self.amount - self.beyond
