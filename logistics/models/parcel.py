"""Parcels: one waybill of one courier, with the orders that travel in it."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier
from orders.access import ScopedQuerySet


class Parcel(models.Model):
    """A parcel on its way to a customer. Several orders of one buyer may travel in one (merged)."""

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="parcels", verbose_name=_("shop"))
    courier = models.ForeignKey(Courier, models.PROTECT, related_name="parcels", verbose_name=_("courier"))
    waybill = models.CharField(_("waybill"), max_length=64)
    orders = models.ManyToManyField("orders.Order", related_name="parcels", verbose_name=_("orders"))
    first_seen_at = models.DateTimeField(_("first seen at"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    back_at = models.DateTimeField(_("back with us at"), null=True, blank=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [models.UniqueConstraint(fields=["shop", "courier", "waybill"], name="one_parcel_per_shop_courier_and_waybill")]
        # A waybill is typed from its beginning, and looked up whole.
        indexes = [models.Index(OpClass("waybill", name="varchar_pattern_ops"), name="parcel_by_beginning_of_waybill")]

    def __str__(self) -> str:
        return self.waybill
