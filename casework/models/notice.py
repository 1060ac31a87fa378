"""What one person is told of cases, quietly: merged while it is unread, and kept for a while."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Notice(models.Model):
    """Something about a case that its reader shall know. The same again, while unread, counts up and makes no second row.

    Written by triggers (casework/migrations/sql/notices.sql), so that it comes whatever door a change took.
    """

    class What(models.TextChoices):
        ASSIGNED = "assigned", _("Given to you")
        MENTIONED = "mentioned", _("You are mentioned")
        CHANGED = "changed", _("A case that you watch has changed")
        NEWS = "news", _("News of your case")
        SOON = "soon", _("Runs out soon")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person"))
    case = models.ForeignKey(Case, models.CASCADE, related_name="notices", verbose_name=_("case"))
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    # Of news their code (registry.NEWS), of what runs out soon its deadline's number.
    about = models.CharField(_("about"), max_length=60, blank=True, db_default="")
    count = models.PositiveIntegerField(_("how often"), db_default=1)
    at = models.DateTimeField(_("at"))
    # Whose deed it was last; nobody where the programme tells.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    read_at = models.DateTimeField(_("read at"), null=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "case", "what", "about"], condition=models.Q(read_at__isnull=True), name="one_unread_notice_of_a_kind"
            ),
        ]
        indexes = [models.Index(fields=["user", "-at", "-id"], name="notices_of_person")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.what}"
