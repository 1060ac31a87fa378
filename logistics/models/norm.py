"""What is normal: regions of destination, and how long each courier may take there (L3.1, L3.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier


class Region(models.Model):
    """A group of destinations with norms of its own. `extra_hours` come on top of the courier's normal delivery (remote: 6 days)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    is_remote = models.BooleanField(_("remote"), default=False)
    extra_hours = models.PositiveSmallIntegerField(_("hours on top of the normal delivery"), default=0)
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """Which places belong to a region, by the beginning of their names. The narrowest that fits counts: a district before its province."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="places", verbose_name=_("region"))
    province = models.CharField(_("province"), max_length=40)
    city = models.CharField(_("city"), max_length=60, blank=True)
    district = models.CharField(_("district"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["province", "city", "district"]
        constraints = [
            models.UniqueConstraint(fields=["province", "city", "district"], name="one_region_per_place"),
            models.CheckConstraint(condition=~Q(province=""), name="a_place_names_its_province"),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.province, self.city, self.district)))


class FindingKind(models.TextChoices):
    """Why a parcel stands out. Each has its norm."""

    NO_RECORD = "no_record", _("No record at all")
    NOT_PICKED_UP = "not_picked_up", _("Not picked up")
    NOT_MOVING = "not_moving", _("Not moving")
    DELIVERING = "delivering", _("Out for delivery too long")
    AT_STATION = "at_station", _("At a station too long")
    RETURNING = "returning", _("Return not arriving")


DELIVERY = "delivery"


class Norm(models.Model):
    """How many hours are normal, for one measure: a kind of finding, or the whole delivery.

    Without courier or region it holds for all. A row for both comes first; of a row for the courier and one for
    the region the longer counts; then the row for all.
    """

    MEASURES = [*FindingKind.choices, (DELIVERY, _("Delivery in all"))]

    measure = models.CharField(_("measure"), max_length=20, choices=MEASURES)
    courier = models.ForeignKey(Courier, models.CASCADE, null=True, blank=True, related_name="norms", verbose_name=_("courier"))
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, related_name="norms", verbose_name=_("region"))
    hours = models.PositiveSmallIntegerField(_("hours"))

    class Meta:
        verbose_name = _("norm")
        verbose_name_plural = _("norms")
        ordering = ["measure", "courier", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "courier", "region"], nulls_distinct=False, name="one_norm_per_measure_courier_and_region"
            ),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=24 * 120), name="a_norm_is_hours_to_months"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.hours} h"
