"""What a courier owes us: kept as a fact from the day it is known, until a claim is made of it (L3.2, L13.1)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier
from logistics.models.parcel import Parcel
from orders.access import ScopedQuerySet


class LossQuerySet(ScopedQuerySet):
    """Losses of the actor's shops."""

    def standing(self) -> Self:
        """What the courier still owes."""
        return self.exclude(_is_none())

    def turned_up(self) -> Self:
        """What was claimed and is none: it ended, a lost parcel arrived, or what was lost as a whole came back to us."""
        return self.filter(_is_none())


def _is_none() -> Q:
    arrived = Q(cause=Loss.Cause.LOST, parcel__delivered_at__isnull=False)
    is_here = Q(cause__in=Loss.WHOLE, parcel__back_at__isnull=False)
    return Q(ended_at__isnull=False) | arrived | is_here


class Loss(models.Model):
    """Yuan that a courier owes for a parcel, with the rule that says so. A parcel lost counts its orders' full price (L13.1).

    At most one stands per case, and one for the loss of a parcel; `ended_at` says when it turned out to be none.
    """

    class Cause(models.TextChoices):
        LOST = "lost", _("Parcel lost")
        MISDELIVERED = "misdelivered", _("Parcel delivered to somebody else")
        MISSING = "missing", _("Pieces missing")
        DAMAGED = "damaged", _("Goods damaged")
        CONFISCATED = "confiscated", _("Taken by security inspection")

    # What is lost as a whole, all orders in the parcel with it.
    WHOLE = (Cause.LOST, Cause.MISDELIVERED)

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="losses", verbose_name=_("case"))
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="losses", verbose_name=_("parcel"))
    courier = models.ForeignKey(Courier, models.PROTECT, related_name="losses", verbose_name=_("courier"))
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    rule = models.CharField(_("rule"), max_length=10)
    at = models.DateTimeField(_("known since"))
    ended_at = models.DateTimeField(_("none after all since"), null=True, blank=True)

    SHOP_PATH = "parcel__shop"
    objects = LossQuerySet.as_manager()

    class Meta:
        verbose_name = _("loss that a courier owes")
        verbose_name_plural = _("losses that couriers owe")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_standing_loss_per_case"),
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(ended_at=None, cause__in=["lost", "misdelivered"]), name="one_standing_loss_per_lost_parcel"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_loss_is_not_negative"),
            models.CheckConstraint(condition=~Q(rule=""), name="a_loss_names_its_rule"),
            models.CheckConstraint(
                condition=Q(cause__in=["lost", "misdelivered", "missing", "damaged", "confiscated"]), name="cause_of_a_loss_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel} {self.amount}"
