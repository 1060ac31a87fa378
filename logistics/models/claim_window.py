"""When a courier takes a claim and how soon it answers (L13.1): a part of the courier directory, filled in as it becomes known."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from logistics.models.courier import Courier


class ClaimWindow(models.Model):
    """Days of shop time in which a courier takes a claim of a cause: from the `earliest` day after the first to the `latest`, that day included.

    A row without a cause holds for the causes that have none of their own. An empty number is not known, and whoever files is warned of it.
    """

    class Since(models.TextChoices):
        """Which day is the first."""

        KNOWN = "known", _("the day when it became known")
        SHIPPED = "shipped", _("the day of shipping")
        SIGNED = "signed", _("the day of the signature")

    courier = models.ForeignKey(Courier, models.CASCADE, related_name="claim_windows", verbose_name=_("courier"))
    # A cause of a loss (logistics/models/loss.py), "" for all.
    cause = models.CharField(_("cause"), max_length=12, blank=True)
    since = models.CharField(_("days are counted from"), max_length=8, choices=Since.choices, default=Since.KNOWN)
    earliest = models.PositiveSmallIntegerField(_("may be filed from day"), null=True, blank=True)
    latest = models.PositiveSmallIntegerField(_("may be filed until day"), null=True, blank=True)
    answer = models.PositiveSmallIntegerField(_("answered within days"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim window")
        verbose_name_plural = _("claim windows")
        ordering = ["courier", "cause"]
        constraints = [
            models.UniqueConstraint(fields=["courier", "cause"], name="one_claim_window_per_courier_and_cause"),
            models.CheckConstraint(condition=Q(since__in=["known", "shipped", "signed"]), name="first_day_of_a_claim_window_is_known"),
            models.CheckConstraint(
                condition=Q(earliest=None) | Q(latest=None) | Q(earliest__lte=F("latest")), name="a_claim_window_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=(Q(earliest=None) | Q(earliest__lte=366))
                & (Q(latest=None) | Q(latest__lte=366))
                & (Q(answer=None) | Q(answer__range=(1, 366))),
                name="a_claim_window_is_of_days_to_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.courier} {self.cause}".strip()

    def opens_at(self, first: dt.datetime) -> dt.datetime | None:
        """The instant from which it may be filed, where the first day is that of `first`; None where it is not known."""
        return None if self.earliest is None else _midnight(first, self.earliest)

    def closes_at(self, first: dt.datetime) -> dt.datetime | None:
        """The instant from which it is too late; None where it is not known."""
        return None if self.latest is None else _midnight(first, self.latest + 1)


def _midnight(first: dt.datetime, days: int) -> dt.datetime:
    """The beginning of the day so many days after that of `first`, in shop time."""
    return localtime(first).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
