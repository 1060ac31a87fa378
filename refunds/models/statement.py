"""A courier's monthly statement: its lines as they came, which claim each of them pays, and how each courier calls its columns (L13.1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.models import Courier
from orders.access import ScopedQuerySet
from orders.models import ImportFile
from orders.models.order import MOST

LONGEST_KEY = 200
LONGEST_NOTE = 500


class StatementLineQuerySet(ScopedQuerySet):
    """Lines of the actor's shops."""

    def unmatched(self) -> StatementLineQuerySet:
        """Lines that pay no claim yet, and of which nobody has said what they are."""
        return self.filter(settled_at=None, recovery=None)


class StatementLine(models.Model):
    """Yuan that a courier's statement pays for a waybill. What it says is never changed.

    `key` is what makes it the same line in another file. One that pays no claim is settled by somebody's word.
    """

    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="statement_lines", verbose_name=_("shop"))
    courier = models.ForeignKey(Courier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("courier"))
    waybill = models.CharField(_("waybill"), max_length=64)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    reference = models.CharField(_("the courier's number"), max_length=64, blank=True)
    file = models.ForeignKey(ImportFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    key = models.CharField(max_length=LONGEST_KEY)
    at = models.DateTimeField(_("came in at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    note = models.CharField(_("what it is"), max_length=LONGEST_NOTE, blank=True)

    SHOP_PATH = "shop"
    objects = StatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "key"], name="a_statement_line_comes_in_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=MOST), name="a_statement_line_pays_something"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, note="")
                | Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(note=""),
                name="a_settled_line_has_a_name_and_a_word",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "waybill"], name="statement_line_by_waybill"),
            # The list of what nobody has said anything of.
            models.Index(fields=["shop", "id"], name="statement_line_not_settled", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.waybill} {self.amount}"


class Recovery(models.Model):
    """Money of a claim that truly moved: paid by one line of a statement, or given back by finance when there was no loss.

    The database fills amount and time of what came in, posts the ledger and moves the claim's counter, whatever is written.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Paid by the courier")
        OUT = "out", _("Given back to the courier")

    case = models.ForeignKey(Case, models.PROTECT, related_name="recoveries", verbose_name=_("case"))
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    line = models.OneToOneField(StatementLine, models.PROTECT, null=True, blank=True, related_name="recovery", verbose_name=_("line"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("money of a claim")
        verbose_name_plural = _("money of claims")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_recovery_moves_something"),
            models.CheckConstraint(
                condition=Q(direction="in", line__isnull=False) | Q(direction="out", line=None, by__isnull=False) & ~Q(note=""),
                name="what_came_in_has_its_line_and_what_went_back_its_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.amount}"


class StatementColumns(models.Model):
    """How one courier's statement to a shop calls its columns: field -> header; `minus` = "yes" where what it pays stands with a minus."""

    shop = models.ForeignKey("orders.Shop", models.CASCADE, related_name="+", verbose_name=_("shop"))
    courier = models.ForeignKey(Courier, models.CASCADE, related_name="+", verbose_name=_("courier"))
    columns = models.JSONField(_("columns"), default=dict)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("columns of a statement")
        verbose_name_plural = _("columns of statements")
        ordering = ["courier"]
        constraints = [models.UniqueConstraint(fields=["shop", "courier"], name="one_set_of_columns_per_shop_and_courier")]

    def __str__(self) -> str:
        return str(self.courier)
