"""A poor or middling review on the platform: what it says, until when it can be changed or reported, and what came of it (R11). No money stands here (N1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet


class Rating(models.TextChoices):
    """The ratings that open a case."""

    POOR = "poor", _("Poor (差评)")
    MIDDLING = "middling", _("Middling (中评)")


class ReviewCause(models.TextChoices):
    """Why it was given, as the customer says. Each is mended as its own chapter says (R11.2)."""

    NOT_RECEIVED = "not_received", _("Not received")
    SLOW = "slow", _("Slow or rude courier")
    MISSING = "missing", _("Something is missing")
    WRONG = "wrong", _("Wrong goods")
    DAMAGED = "damaged", _("Arrived damaged")
    USE = "use", _("Trouble in use, or quality")
    SERVICE = "service", _("Service")
    OTHER = "other", _("Something else")


class Malice(models.TextChoices):
    """What the platform takes a report for (R11.3); nothing else is reported."""

    COMPETITOR = "competitor", _("A competitor's purchase")
    THREAT = "threat", _("Threat or unreasonable demand")
    MONEY = "money", _("Asks for money")


class ReviewFacts(models.Model):
    """Facts of a review, one row a case. `says` is redacted. `deal_closed_at` is what the platform shows where the order does not know it."""

    case = models.OneToOneField("casework.Case", models.CASCADE, primary_key=True, related_name="review_facts", verbose_name=_("case"))
    rating = models.CharField(_("rating"), max_length=8, choices=Rating.choices, blank=True)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)
    deal_closed_at = models.DateTimeField(_("deal closed at"), null=True, blank=True)
    says = models.CharField(_("what it says"), max_length=1000, blank=True)
    cause = models.CharField(_("cause"), max_length=12, choices=ReviewCause.choices, blank=True)
    answered_at = models.DateTimeField(_("answered on the platform at"), null=True, blank=True)
    asked_again_at = models.DateTimeField(_("asked once more at"), null=True, blank=True)
    malice = models.CharField(_("reported for"), max_length=10, choices=Malice.choices, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(condition=Q(rating__in=["", *Rating.values]), name="rating_of_a_review_is_known"),
            models.CheckConstraint(condition=Q(malice__in=["", *Malice.values]), name="a_review_is_reported_for_what_counts"),
            models.CheckConstraint(condition=Q(reported_at=None) | ~Q(malice=""), name="a_reported_review_says_for_what"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
