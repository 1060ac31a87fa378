"""What somebody has typed on a case page and not sent yet, kept through reloads, other devices and refusals."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Draft(models.Model):
    """The texts of one form of one case by one person: {field: text} as JSON, sealed. Nobody else reads it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    form = models.CharField(max_length=60)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case", "form"], name="one_draft_per_person_case_and_form")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id} {self.form}"
