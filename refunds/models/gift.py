"""What only refunds knows of a gift: what it is, who asked and who agreed, and with which order's parcel it goes (S4.3)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.models import Order

LONGEST = 200


class GiftFacts(models.Model):
    """One row a case. `worth` is in yuan for all pieces together; `unit_cost` what one costs us, None where nobody knows.

    `askers` asked for one version of it: none of them decides as a lead. `carrier` is the order whose next parcel takes it, None while
    none of the buyer's orders waits for shipping.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="gift", verbose_name=_("case"))
    what = models.CharField(_("gift"), max_length=LONGEST)
    pieces = models.PositiveIntegerField(_("pieces"), default=1, validators=[MinValueValidator(1)])
    worth = models.DecimalField(_("worth in all (yuan)"), max_digits=12, decimal_places=2)
    unit_cost = models.DecimalField(_("cost of one (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    askers = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("asked for by"))
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed by")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    carrier = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="gifts", verbose_name=_("goes with the order"))
    waybill = models.CharField(_("waybill"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("gift facts")
        verbose_name_plural = _("gift facts")
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gte=1, worth__gt=0), name="a_gift_has_pieces_and_worth"),
            models.CheckConstraint(condition=Q(unit_cost__isnull=True) | Q(unit_cost__gte=0), name="a_gift_costs_nothing_or_more"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="a_gift_is_agreed_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} ×{self.pieces}"

    @property
    def counts_as(self) -> Decimal:
        """Yuan that the table looks at: what it is worth, and no less than what all pieces cost us, where that is known."""
        return max(self.worth, (self.unit_cost or Decimal("0.00")) * self.pieces)
