"""What has to leave the database, and answers that are kept for a repeated request."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Outbox(models.Model):
    """A message for the world outside, written with the deed and sent afterwards, at least once."""

    topic = models.CharField(_("topic"), max_length=40)
    payload = models.JSONField(_("payload"), default=dict)
    created_at = models.DateTimeField(_("written at"))
    wake_at = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    done_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    parked = models.BooleanField(_("parked for a person"), default=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outbox")
        ordering = ["id"]
        indexes = [models.Index(fields=["wake_at", "id"], name="outbox_to_send", condition=models.Q(done_at__isnull=True, parked=False))]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, kept in the same transaction as the deed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_user_and_key")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
