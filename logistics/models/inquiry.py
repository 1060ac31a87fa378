"""What a courier was asked about a parcel and what it answered and promised (L0.1, L1.2, L2.2). Append-only: a later answer is a row of its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet


class Asked(models.TextChoices):
    """Who was asked."""

    COURIER = "courier", _("The courier's desk")
    DRIVER = "driver", _("The delivery man or his station")
    SIGNER = "signer", _("Whoever signed")
    POST = "post", _("The post")


class Way(models.TextChoices):
    """By which way."""

    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    DESK = "desk", _("The courier's inquiry page")
    TRACKING = "tracking", _("Its tracking page")
    EMAIL = "email", _("E-mail")


class Inquiry(models.Model):
    """One talk about the parcel of a case. `answer` is "" while nothing was answered; `way` is "" where a step did not ask for it.

    A promise has its time, and that time is a deadline of the case (`clock_kind`) until the same side is talked to again.
    """

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="inquiries", verbose_name=_("case"))
    at = models.DateTimeField(_("asked at"))
    whom = models.CharField(_("asked whom"), max_length=8, choices=Asked.choices)
    way = models.CharField(_("by which way"), max_length=8, choices=Way.choices, blank=True)
    answer = models.TextField(_("what they answered"), blank=True)
    promise = models.CharField(_("what they promised"), max_length=500, blank=True)
    promised_until = models.DateTimeField(_("promised until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written at"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(whom__in=Asked.values), name="whom_of_an_inquiry_is_known"),
            models.CheckConstraint(condition=Q(way__in=["", *Way.values]), name="way_of_an_inquiry_is_known"),
            models.CheckConstraint(
                condition=Q(promise="", promised_until=None) | ~Q(promise="") & ~Q(promised_until=None), name="a_promise_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_whom_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def clock_kind(self) -> str:
        """The name of its promise's own deadline."""
        return f"{INQUIRY}_{self.pk}"


# How the deadlines of promises begin (casework.registry.OWN_CLOCKS).
INQUIRY = "inquiry"
