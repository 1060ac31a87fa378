"""What was agreed with a customer, with its time (S1.4): on record until it is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from casework.models.contact import ContactAttempt
from orders.access import ScopedQuerySet

# How the deadlines of promises begin (casework.registry.OWN_CLOCKS).
PROMISE = "promise"


class Promise(models.Model):
    """One promise. Its time is a deadline of the case (`clock_kind`); it stays open when the case closes."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        DROPPED = "dropped", _("Off")

    case = models.ForeignKey(Case, models.PROTECT, related_name="promises", verbose_name=_("case"))
    what = models.CharField(_("what was promised"), max_length=500)
    due_at = models.DateTimeField(_("due at"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    # What was sent with it in it.
    contact = models.ForeignKey(ContactAttempt, models.PROTECT, null=True, related_name="promises", verbose_name=_("contact attempt"))
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.OPEN)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True) | Q(status__in=["kept", "dropped"], ended_at__isnull=False),
                name="an_ended_promise_has_its_end",
            ),
            models.CheckConstraint(condition=~Q(status="dropped") | ~Q(reason=""), name="a_dropped_promise_has_a_reason"),
        ]
        indexes = [models.Index(fields=["due_at"], name="promise_open", condition=Q(status="open"))]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        """Whether it is still to be kept."""
        return self.status == self.Status.OPEN

    @property
    def clock_kind(self) -> str:
        """The name of its own deadline."""
        return f"{PROMISE}_{self.pk}"
