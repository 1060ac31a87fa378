"""What a reply is checked for before it is copied or sent (S4.2): rows that a lead edits."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.versioned import Versioned


class Check(models.TextChoices):
    """What a rule looks for. Words stand one a line; * is a few characters, # a number (casework/replies/patterns.py)."""

    SHORTEST = "shortest", _("At least so many characters")
    WHOLE = "whole", _("The whole reply is one of the words")
    ENDING = "ending", _("It ends on one of the words")
    HAS = "has", _("One of the words is in it")
    HAS_WITHOUT = "has_without", _("One of the words is in it, none of those that make it good")
    LACKS = "lacks", _("None of the words is in it")
    MONEY = "money", _("It gives money that is not approved on the case")
    GIFT = "gift", _("It gives a gift that is not agreed on the case")
    REPEATS = "repeats", _("The same was sent to this customer before")
    LAST_WORD = "last_word", _("The customer answered, and nothing is said to it")


class Severity(models.TextChoices):
    """What a finding does."""

    BLOCK = "block", _("Must not go out")
    WARN = "warn", _("Warning")


class ReplyRule(Versioned):
    """One rule with its sentence and a better wording."""

    WORDS = ("check_for", "words_in", "unless", "least", "severity", "message", "better", "position")

    check_for = models.CharField(_("what it looks for"), max_length=12, choices=Check.choices)
    words_in = models.TextField(_("words, one a line"), blank=True)
    unless = models.TextField(_("words that make it good, one a line"), blank=True)
    least = models.PositiveSmallIntegerField(_("number of characters"), null=True, blank=True)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity.choices, default=Severity.WARN)
    message = models.CharField(_("what is wrong"), max_length=200)
    better = models.CharField(_("a better wording"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=50)

    class Meta(Versioned.Meta):
        verbose_name = _("rule for replies")
        verbose_name_plural = _("rules for replies")
        constraints = [
            *Versioned.Meta.constraints,
            models.CheckConstraint(condition=Q(check_for__in=Check.values), name="check_of_a_reply_is_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="severity_of_a_rule_is_known"),
        ]

    @property
    def order(self) -> tuple[Any, ...]:
        """What must not go out first, then by position."""
        return (self.severity != Severity.BLOCK, self.position, self.code)
