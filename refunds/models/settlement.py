"""How a difference between our books and the platform's list was settled: a note, its case, and whether it was booked. Never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.access import ScopedQuerySet
from orders.models import Order


class Settlement(models.Model):
    """Somebody's word about a difference of two amounts. It holds while both stay what they were; one that is booked, while both agree."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="settlements", verbose_name=_("order"))
    # What differs: refund:<id of the platform's refund> or payout:<id>.
    about = models.CharField(max_length=40)
    there = models.DecimalField(_("on the platform"), max_digits=12, decimal_places=2, null=True)
    here = models.DecimalField(_("in our books"), max_digits=12, decimal_places=2, null=True)
    note = models.TextField(_("note"))
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case"))
    # The ledger follows the platform's list: what is missing here is posted, as the database finds it.
    books = models.BooleanField(_("booked"), default=False, db_default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    SHOP_PATH = "order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("settled difference")
        verbose_name_plural = _("settled differences")
        ordering = ["id"]
        indexes = [models.Index(fields=["about", "-id"], name="settlement_by_difference")]

    def __str__(self) -> str:
        return self.about
