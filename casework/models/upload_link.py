"""The customer's link: one case, the pictures that are asked for, no login, an end."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from orders.access import ScopedQuerySet


class Plea(models.TextChoices):
    """What the page says to the customer beside the list: chosen, never typed, so that nothing personal stands there."""

    NONE = "", _("Nothing more")
    CLOSER = "closer", _("Please take them clear and close, one thing a photo.")
    AGAIN = "again", _("The first photos could not be read. Please take them once more, in good light.")
    UNUSED = "unused", _("Please leave the goods unused and keep the packing until we have answered.")


class UploadLink(models.Model):
    """A link that was sent to a customer. The token itself is shown once; its digest is kept."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="upload_links", verbose_name=_("case"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("pictures"))
    plea = models.CharField(_("what is said beside them"), max_length=10, choices=Plea.choices, blank=True)
    created_at = models.DateTimeField(_("made at"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("ends at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer's link")
        verbose_name_plural = _("customers' links")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kinds__len__gt=0), name="upload_link_asks_for_something"),
            models.CheckConstraint(condition=models.Q(plea__in=Plea.values), name="upload_link_plea_is_known"),
            models.CheckConstraint(condition=models.Q(expires_at__gte=models.F("created_at")), name="upload_link_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
