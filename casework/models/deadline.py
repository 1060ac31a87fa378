"""Deadlines as rows. Nothing that must happen at a time lives anywhere else (DESIGN 4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Deadline(models.Model):
    """When a clock of a case runs out. `due_at` never changes by retrying; `wake_at` is when the sweep looks."""

    class Status(models.TextChoices):
        OPEN = "open", _("Running")
        PAUSED = "paused", _("Paused")
        FIRED = "fired", _("Ran out")
        MET = "met", _("Stopped in time")
        # A clock that takes no step: it ran out, and the case is overdue until it moves on.
        OVER = "over", _("Ran out; still to be done")
        PARKED = "parked", _("Parked for a person")

    # What still stands on a case, and what of it has an instant that can be waited for.
    STANDING = (Status.OPEN, Status.PAUSED, Status.OVER, Status.PARKED)
    RUNNING = (Status.OPEN, Status.OVER, Status.PARKED)

    case = models.ForeignKey(Case, models.CASCADE, related_name="deadlines", verbose_name=_("case"))
    kind = models.CharField(_("clock"), max_length=40)
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    wake_at = models.DateTimeField(_("looked at"))
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.OPEN)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    # The state that stops it, by its stable name; `why_paused` says it in words.
    pause_reason = models.CharField(_("why it stands still"), max_length=200, blank=True)
    left = models.DurationField(_("time left"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    late = models.BooleanField(_("late"), default=False)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    rule = models.CharField(_("rule"), max_length=10, blank=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(status__in=["open", "paused"]), name="one_running_deadline_per_case_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "paused"], ended_at__isnull=True) | ~Q(status__in=["open", "paused"]),
                name="an_ended_deadline_has_one_end",
            ),
        ]
        indexes = [
            # The sweep: what is due now.
            models.Index(fields=["wake_at", "id"], name="deadline_to_wake", condition=Q(status="open")),
            # "Today" and the queue: what runs out first.
            models.Index(fields=["case", "due_at"], name="deadline_of_case", condition=Q(status__in=["open", "over", "parked"])),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def why_paused(self) -> str:
        """The name of the state that stops the clock, in the reader's language; "" while it runs."""
        if not self.pause_reason or not self.case.KIND:
            return self.pause_reason
        known = type(self.case).STATES
        return str(dict(known.choices).get(self.pause_reason, self.pause_reason))
