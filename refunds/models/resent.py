"""What is sent again: the pieces of a reshipment. Once shipped, its parcel stands in the facts of the incident."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.access import ScopedQuerySet
from orders.models import Line


class ResentLine(models.Model):
    """So many pieces of an order's line, in one reshipment."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="resent_lines", verbose_name=_("case"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="resent_lines", verbose_name=_("order line"))
    quantity = models.PositiveIntegerField(_("quantity"))
    # What the customer took in its place where it was out of stock, in words; "" = itself.
    instead = models.CharField(_("sent instead"), max_length=200, blank=True, default="", db_default="")

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("line that is sent again")
        verbose_name_plural = _("lines that are sent again")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "line"], name="one_resent_line_per_case_and_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_resent_line_has_pieces"),
        ]

    def __str__(self) -> str:
        return f"{self.line} ×{self.quantity}"
