"""An order to a provider to pay what was approved. One per approval, with one number for ever; a Payout follows only when money is known to have left."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from refunds.models.decision import Approval


class Transfer(models.Model):
    """What we told the provider and what we know. The database checks who may pay before the row is in, and guards its way.

    `key` is the provider's own guard against paying twice: case and version of the request, whatever is tried and however often.
    """

    class Status(models.TextChoices):
        SENDING = "sending", _("Being sent")
        UNKNOWN = "unknown", _("No clear answer yet")
        PARKED = "parked", _("Waits for a person")
        FAILED = "failed", _("Not paid")
        DONE = "done", _("Paid")
        LATE = "late", _("Paid after all, the provider says")
        BESIDE = "beside", _("Paid beside its approval")

    # Money may have left: nothing else pays, and the approval does not end.
    OPEN = (Status.SENDING, Status.UNKNOWN, Status.PARKED)
    # Held to be not paid, paid all the same, and its approval no longer waits for it: no other payout of the case.
    AFTER_ALL = (Status.LATE, Status.BESIDE)

    approval = models.OneToOneField(Approval, models.PROTECT, related_name="transfer", verbose_name=_("approval"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    gateway = models.CharField(_("gateway"), max_length=20)
    key = models.CharField(_("our number at the provider"), max_length=64, unique=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.SENDING)
    sent_at = models.DateTimeField(_("sent at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tried_at = models.DateTimeField(_("last try"), null=True, blank=True)
    wake_at = models.DateTimeField(_("next try"))
    # The provider's code, or a word of ours; never a text of the provider's.
    code = models.CharField(_("last answer"), max_length=60, blank=True)
    # The provider's own number of what it says to have paid after it was held to be not paid.
    number = models.CharField(_("provider's number"), max_length=64, blank=True, default="", db_default="")

    SHOP_PATH = "approval__order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(sent_by=F("asked_by")), name="sender_did_not_ask"),
            models.CheckConstraint(
                condition=Q(status__in=["sending", "unknown", "parked", "failed", "done", "late", "beside"]),
                name="transfer_status_is_known",
            ),
        ]
        indexes = [models.Index(fields=["wake_at", "id"], name="transfers_to_send", condition=Q(status__in=["sending", "unknown"]))]

    def __str__(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        """Whether money may have left, as far as we know."""
        return self.status in self.OPEN
