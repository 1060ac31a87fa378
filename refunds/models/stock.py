"""What only refunds knows of goods that are paid and not there: which pieces, what was offered instead, at which price (R12)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case

LONGEST_OFFER = 300


class OutOfStockFacts(models.Model):
    """One row a case. `items` are the pieces that are not there: [{"line": id, "quantity": number}]. `price` is a better price for `offer`,
    in yuan, None for its usual one; it may be named once a lead has agreed (`price_agreed_by`), none of those who asked for it (`askers`)."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="out_of_stock", verbose_name=_("case"))
    items = models.JSONField(_("pieces that are not there"), default=list, blank=True)
    offer = models.CharField(_("other goods that are offered"), max_length=LONGEST_OFFER, blank=True)
    price = models.DecimalField(_("better price (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    askers = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("better price asked for by"))
    price_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("better price agreed by")
    )

    # What goes back of the order since the customer has taken the other goods at their better price; None while there is nothing of it.
    difference = models.DecimalField(_("difference to refund (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("out-of-stock facts")
        verbose_name_plural = _("out-of-stock facts")
        constraints = [
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0) & ~Q(offer=""), name="a_better_price_is_for_an_offer"),
            models.CheckConstraint(condition=Q(price_agreed_by__isnull=True) | Q(price__isnull=False), name="a_price_is_agreed_once_asked"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
