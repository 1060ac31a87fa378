"""Who wants to know when a case changes, without owning it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Watch(models.Model):
    """A person watches a case: what others do to it is a notice for them (casework/migrations/sql/notices.sql)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="watches", verbose_name=_("case"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    since = models.DateTimeField(_("since"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("watched case")
        verbose_name_plural = _("watched cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="watched_once")]

    def __str__(self) -> str:
        return f"{self.case} {self.user}"
