"""Attempts to reach the customer, counted by channel (L6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from casework.models.script import Script
from orders.access import ScopedQuerySet


class Channel(models.TextChoices):
    """Ways to reach a customer."""

    CHAT = "chat", _("Chat")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")


class Outcome(models.TextChoices):
    """What came of an attempt. "Not available" means that there is no address for the channel; "sent", that our text went out by it."""

    ANSWERED = "answered", _("Answered")
    NO_ANSWER = "no_answer", _("No answer")
    NOT_AVAILABLE = "not_available", _("No address for it")
    SENT = "sent", _("Sent")


class ContactAttempt(models.Model):
    """One attempt: when, how, by whom, with which outcome. Of a text that was sent (S4.1) `note` holds it, redacted; the original is with its journal row."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts", verbose_name=_("case"))
    at = models.DateTimeField(_("at"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    outcome = models.CharField(_("outcome"), max_length=15, choices=Outcome.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    note = models.TextField(_("note"), blank=True)
    # The very version of the script that was sent.
    script = models.ForeignKey(Script, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reply script"))

    # What the rules for replies found when it was recorded; the journal keeps it.
    findings: Sequence[Any] = ()

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact attempt")
        verbose_name_plural = _("contact attempts")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="contact_channel_is_known"),
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="contact_outcome_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.get_outcome_display()}"
