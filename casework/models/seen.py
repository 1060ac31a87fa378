"""What one person has seen, and how their page is folded. Nobody else reads it, and nothing is decided by it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case


class Seen(models.Model):
    """When a person last looked at a case. `before` is the end of their visit before this one: what came later is marked as new.

    Looks that follow one another within minutes are one visit (casework/actions/look_at.py), so that a mark outlives the next click.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seen", verbose_name=_("user"))
    case = models.ForeignKey(Case, models.CASCADE, related_name="seen", verbose_name=_("case"))
    at = models.DateTimeField(_("at"))
    before = models.DateTimeField(_("before"), null=True, blank=True)

    class Meta:
        verbose_name = _("last look")
        verbose_name_plural = _("last looks")
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="one_last_look_per_person_and_case")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id}: {self.at:%Y-%m-%d %H:%M}"


class Fold(models.Model):
    """A part of the case page that a person keeps open or shut against the usual."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="folds", verbose_name=_("user"))
    part = models.SlugField(_("part"), max_length=20)
    is_open = models.BooleanField(_("open"))

    class Meta:
        verbose_name = _("folded part")
        verbose_name_plural = _("folded parts")
        constraints = [models.UniqueConstraint(fields=["user", "part"], name="one_fold_per_person_and_part")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.part}"
