"""Which dates of automatic confirmation were seen to (L0.4): once for each date of an order, whichever case asked for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet


class Extension(models.Model):
    """An order would have confirmed its receipt by itself at `confirms_at`; the case got a task to extend it on the platform."""

    order = models.ForeignKey("orders.Order", models.CASCADE, related_name="extensions", verbose_name=_("order"))
    confirms_at = models.DateTimeField(_("confirms itself at"))
    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="extensions", verbose_name=_("case"))
    asked_at = models.DateTimeField(_("asked at"))

    SHOP_PATH = "order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension of receipt")
        verbose_name_plural = _("extensions of receipt")
        ordering = ["asked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["order", "confirms_at"], name="one_extension_per_order_and_date")]

    def __str__(self) -> str:
        return f"{self.order} {self.confirms_at:%Y-%m-%d %H:%M}"
