"""Evidence files: checked by content, re-encoded, hashed, private (R1.1, L7.1)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from casework.models.upload_link import UploadLink
from orders.access import ScopedQuerySet


class EvidenceKind(models.TextChoices):
    """What a photo or picture shows."""

    PHOTO_DAMAGE = "photo_damage", _("Photo of the damage")
    PHOTO_WAYBILL = "photo_waybill", _("Photo of the waybill")
    PHOTO_GOODS = "photo_goods", _("Photo of all goods")
    PHOTO_BOX = "photo_box", _("Photo of the box")
    PHOTO_PACKING = "photo_packing", _("Photo of the packing inside")
    PHOTO_CARD = "photo_card", _("Photo of the after-sales card")
    PHOTO_LETTER = "photo_letter", _("Photo of the apology letter")
    PHOTO_INSPECTION = "photo_inspection", _("Photo of the inspection")
    BASE_SLIP = "base_slip", _("Base slip")
    CHAT = "chat", _("Picture of the chat")
    COURIER_REPLY = "courier_reply", _("Courier's answer")
    PLATFORM = "platform", _("Picture of the platform")
    OTHER = "other", _("Other")


class Evidence(models.Model):
    """One picture of a case. `sha256` is of the stored bytes, `original_sha256` of what was sent.

    `link` is the customer's link by which it came; nobody of ours uploaded it then.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=20, choices=EvidenceKind.choices)
    path = models.CharField(max_length=120, unique=True, editable=False)
    mime = models.CharField(max_length=20, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    original_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # How it looks (casework/photos/looks.py); null where it looks like nothing, and for pictures of before.
    look = models.BigIntegerField(null=True, editable=False)
    look_parts = ArrayField(models.IntegerField(), null=True, editable=False)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by"))
    link = models.ForeignKey(UploadLink, models.PROTECT, null=True, related_name="evidence", verbose_name=_("customer's link"))

    SHOP_PATH = "case__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_is_known")]
        indexes = [GinIndex(fields=["look_parts"], name="evidence_by_look")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
