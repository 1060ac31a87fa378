"""Weights of parcels from four sides, compared when something is missing (L5.2), and how a shop's shipping list names its columns."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from logistics.models.parcel import Parcel
from orders.access import ScopedQuerySet


class WeighedBy(models.TextChoices):
    """Whose scale."""

    WAREHOUSE = "warehouse", _("Our warehouse")
    WAYBILL = "waybill", _("On the waybill")
    COURIER = "courier", _("The courier's record")
    SLIP = "slip", _("On the base slip")


class Weight(models.Model):
    """One weighing of a parcel, in grams. The newest of each side counts; none is ever changed."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="weights", verbose_name=_("parcel"))
    source = models.CharField(_("whose scale"), max_length=10, choices=WeighedBy.choices)
    grams = models.PositiveIntegerField(_("grams"))
    weighed_at = models.DateTimeField(_("weighed at"), null=True, blank=True)
    # Redacted: who packed it, as the file or a person says.
    packed_by = models.CharField(_("packed by"), max_length=60, blank=True)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )

    SHOP_PATH = "parcel__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        ordering = ["entered_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=WeighedBy.values), name="scale_is_known"),
            models.CheckConstraint(condition=Q(grams__gte=1, grams__lte=1_000_000), name="a_parcel_weighs_grams_to_a_ton"),
        ]
        indexes = [models.Index(fields=["parcel", "source", "-entered_at"], name="weight_by_parcel")]

    def __str__(self) -> str:
        return f"{self.grams} g"


class ShippingColumns(models.Model):
    """How the columns of a shop's shipping list are called: field -> header. A shop without a row uses the usual names."""

    shop = models.OneToOneField("orders.Shop", models.CASCADE, primary_key=True, related_name="+", verbose_name=_("shop"))
    columns = models.JSONField(_("columns"), default=dict)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("columns of the shipping list")
        verbose_name_plural = _("columns of shipping lists")

    def __str__(self) -> str:
        return str(self.shop_id)
