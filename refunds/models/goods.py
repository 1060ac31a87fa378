"""What leaves our stock for a case: sent again, given in exchange, or as a gift. The database posts it to the ledger at its cost."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Ledger
from orders.access import ScopedQuerySet
from orders.models import Line, Order
from orders.models.order import MOST


class GoodsOut(models.Model):
    """So many pieces of an order's line, or of something else in words. Their cost in yuan is the line's own; unknown stays unknown, never 0.

    The database fills order, time, party and the cost of a line, whatever is written.
    """

    class Kind(models.TextChoices):
        GIFT = "gift", _("Gift")
        RESHIPMENT = "reshipment", _("Re-shipment")

    case = models.ForeignKey(Case, models.PROTECT, related_name="goods_out", verbose_name=_("case"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="goods_out", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    line = models.ForeignKey(Line, models.PROTECT, null=True, blank=True, related_name="goods_out", verbose_name=_("order line"))
    what = models.CharField(_("what"), max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_cost = models.DecimalField(_("cost of one"), max_digits=12, decimal_places=2, null=True, blank=True)
    party = models.CharField(_("at whose cost"), max_length=10, choices=Ledger.Party.choices, db_default="unknown")
    at = models.DateTimeField(_("at"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods that left stock")
        verbose_name_plural = _("goods that left stock")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="a_line_leaves_once_per_case"),
            models.CheckConstraint(condition=Q(kind__in=["gift", "reshipment"]), name="goods_out_kind_is_known"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="goods_out_have_pieces"),
            models.CheckConstraint(
                condition=Q(unit_cost=None) | Q(unit_cost__gte=0, unit_cost__lte=MOST), name="goods_out_cost_is_a_number"
            ),
            models.CheckConstraint(
                condition=Q(line=None) & ~Q(what="") | Q(line__isnull=False, what=""), name="goods_out_are_a_line_or_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line or self.what} ×{self.quantity}"

    @property
    def cost(self) -> Decimal | None:
        """Yuan of all pieces; None where it is not known."""
        return None if self.unit_cost is None else self.unit_cost * self.quantity
