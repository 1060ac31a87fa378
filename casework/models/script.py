"""Reply scripts (话术) by kind and state (S4.1), in the shop's own words."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.versioned import Versioned


class Script(Versioned):
    """What is said to a customer; {variables} are filled from the case (casework/scripts/variables.py)."""

    WORDS = ("kind", "states", "title", "text")

    # "" = any kind; no states = any state.
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    states = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("states"))
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))

    class Meta(Versioned.Meta):
        verbose_name = _("reply script")
        verbose_name_plural = _("reply scripts")

    @property
    def order(self) -> tuple[Any, ...]:
        """By kind; what holds for all of them stands last."""
        return (self.kind == "", self.kind, not self.states, self.code)

    def fits(self, kind: str, state: str) -> bool:
        """Whether it is meant for a case of that kind in that state."""
        return self.kind in ("", kind) and (not self.states or state in self.states)
