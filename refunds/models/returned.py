"""What a customer sends back: why and in which parcel, which pieces, and what the warehouse found when it opened it (R5, R6)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.freight import SentBy
from orders.access import ScopedQuerySet
from orders.models import Line


class Why(models.TextChoices):
    """Why goods come back. Only the first is the customer's own reason and has a window (R5.1)."""

    UNWANTED = "unwanted", _("Not wanted (seven days without reason)")
    QUALITY = "quality", _("Quality")
    WRONG = "wrong", _("Wrong goods")
    DAMAGED = "damaged", _("Damaged")
    PACKING = "packing", _("Badly packed")
    NOT_AS_DESCRIBED = "not_as_described", _("Not as described")


# How a parcel is sent that is not taken (R3.6).
NOT_TAKEN = [(SentBy.COLLECT.value, _("Collect on delivery")), (SentBy.SURFACE.value, _("Surface mail"))]


class Settled(models.TextChoices):
    """How the postage of an exchange was settled (R6.1)."""

    NOTHING_OWED = "nothing_owed", _("Nobody owes anything")
    CUSTOMER_PAID = "customer_paid", _("The customer has paid their part")
    PAID_BACK = "paid_back", _("Paid back to the customer, or asked for")


class Return(models.Model):
    """Facts of a return or an exchange, one row a case. Once the new goods of an exchange travel, their parcel stands in the facts of the
    incident; the customer's is known by `waybill` still."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="return_facts", verbose_name=_("case"))
    why = models.CharField(_("why"), max_length=20, choices=Why.choices)
    # As the customer says: unworn, unwashed, fit for sale.
    unworn = models.BooleanField(_("unworn, as the customer says"), default=False)
    # What is wanted instead, in words; "" = the same goods once more.
    wanted = models.CharField(_("wanted instead"), max_length=200, blank=True)

    waybill = models.CharField(_("waybill of the return"), max_length=64, blank=True)
    # What the customer advanced for the way back, by the receipt (R3.1).
    postage = models.DecimalField(_("postage advanced"), max_digits=8, decimal_places=2, null=True, blank=True)
    arrived_at = models.DateTimeField(_("in the warehouse at"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("inspected at"), null=True, blank=True)
    inspected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inspected by")
    )
    remark = models.CharField(_("remark of the inspection"), max_length=500, blank=True)
    # A lead let the money go before or beside the inspection; the reason stands in the journal.
    released_at = models.DateTimeField(_("released by a lead at"), null=True, blank=True)
    # A lead let the new goods of an exchange go in spite of a difference; of money that says nothing.
    exchange_in_spite_at = models.DateTimeField(_("exchanged in spite of the difference at"), null=True, blank=True)
    settled = models.CharField(_("postage settled"), max_length=14, choices=Settled.choices, blank=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.CheckConstraint(condition=Q(why__in=Why.values), name="return_reason_is_known"),
            models.CheckConstraint(condition=Q(postage=None) | Q(postage__gte=0), name="return_postage_is_not_negative"),
            models.CheckConstraint(condition=Q(inspected_at=None) | Q(inspected_by__isnull=False), name="somebody_inspected_it"),
        ]
        indexes = [models.Index(fields=["waybill"], name="return_by_waybill", condition=~Q(waybill=""))]

    def __str__(self) -> str:
        return str(self.case_id)


class ReturnLine(models.Model):
    """So many pieces of an order's line that come back, and in which condition they came. What is in none of them is short."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="return_lines", verbose_name=_("case"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="return_lines", verbose_name=_("order line"))
    quantity = models.PositiveIntegerField(_("quantity"))
    good = models.PositiveIntegerField(_("as claimed, fit for sale"), default=0)
    unsaleable = models.PositiveIntegerField(_("as claimed, not fit for sale"), default=0)
    worn = models.PositiveIntegerField(_("worn, or not as claimed"), default=0)
    wrong = models.PositiveIntegerField(_("another thing"), default=0)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("line that comes back")
        verbose_name_plural = _("lines that come back")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="one_return_line_per_case_and_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_return_line_has_pieces"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("good") + F("unsaleable") + F("worn") + F("wrong")),
                name="no_more_pieces_came_than_were_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} ×{self.quantity}"

    @property
    def accepted(self) -> int:
        """Pieces that came as claimed: their price may go back."""
        return self.good + self.unsaleable

    @property
    def differs(self) -> int:
        """Pieces that came otherwise than claimed."""
        return self.worn + self.wrong

    @property
    def short(self) -> int:
        """Pieces that did not come."""
        return self.quantity - self.accepted - self.differs


class QualityFault(models.Model):
    """Pieces that came back for their quality, to be given to the department that answers for them, with the product (R5.3)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="quality_faults", verbose_name=_("case"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="quality_faults", verbose_name=_("order line"))
    quantity = models.PositiveIntegerField(_("quantity"))
    found_at = models.DateTimeField(_("found at"))
    given_at = models.DateTimeField(_("given to the department at"), null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    department = models.CharField(_("department"), max_length=60, blank=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality fault")
        verbose_name_plural = _("quality faults")
        ordering = ["found_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="one_quality_fault_per_case_and_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_quality_fault_has_pieces"),
            models.CheckConstraint(
                condition=Q(given_at=None, given_by=None, department="")
                | Q(given_at__isnull=False, given_by__isnull=False) & ~Q(department=""),
                name="a_given_fault_says_to_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} ×{self.quantity}"


class StrayParcel(models.Model):
    """A parcel that came without anybody knowing whose it is: parked until a clerk finds its case, or not taken (R3.6)."""

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="stray_parcels", verbose_name=_("shop"))
    waybill = models.CharField(_("waybill"), max_length=64)
    courier = models.ForeignKey("logistics.Courier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("courier"))
    came_at = models.DateTimeField(_("came at"))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    note = models.CharField(_("what is on the slip and in it"), max_length=500, blank=True)
    # Not taken because of how it was sent; "" = it lies here.
    refused = models.CharField(_("not taken"), max_length=8, blank=True, choices=NOT_TAKEN)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="stray_parcels", verbose_name=_("its case"))
    matched_at = models.DateTimeField(_("matched at"), null=True, blank=True)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("matched by")
    )

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel without a case")
        verbose_name_plural = _("parcels without a case")
        ordering = ["came_at", "id"]
        constraints = [
            # Whoever scans it again finds it here.
            models.UniqueConstraint(
                fields=["shop", "waybill"], condition=Q(matched_at=None, refused=""), name="a_stray_parcel_is_parked_once"
            ),
            models.CheckConstraint(
                condition=Q(matched_at=None, case=None, matched_by=None)
                | Q(matched_at__isnull=False, case__isnull=False, matched_by__isnull=False, refused=""),
                name="a_matched_parcel_names_its_case",
            ),
        ]
        indexes = [models.Index(fields=["shop", "came_at"], name="stray_parcel_waiting", condition=Q(matched_at=None, refused=""))]

    def __str__(self) -> str:
        return self.waybill


class CameBackAfterRefund(models.Model):
    """A parcel of ours that came back although its goods were refunded: finance learns of it, and a claim against the courier counts with it.

    `refunded` is what had gone back of its orders by then, in yuan, whoever paid it.
    """

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="late_arrivals", verbose_name=_("shop"))
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="late_arrivals", verbose_name=_("order"))
    waybill = models.CharField(_("waybill"), max_length=64)
    courier = models.ForeignKey("logistics.Courier", models.PROTECT, related_name="+", verbose_name=_("courier"))
    refunded = models.DecimalField(_("refunded by then"), max_digits=12, decimal_places=2)
    at = models.DateTimeField(_("came back at"))
    seen_at = models.DateTimeField(_("seen by finance at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel back after the refund")
        verbose_name_plural = _("parcels back after the refund")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "waybill"], name="a_late_arrival_is_told_once"),
            models.CheckConstraint(condition=Q(refunded__gt=0), name="a_late_arrival_was_refunded"),
        ]

    def __str__(self) -> str:
        return f"{self.waybill} {self.refunded}"
