"""What a lead decides, and how a request ends without money."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from refunds.models.request import Request


class Approval(models.Model):
    """A lead's yes to one version. The database fills sums, limits and times and refuses what passes them."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="approval", verbose_name=_("request"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="+", verbose_name=_("order"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by"))
    # Whose limits and day counter were used; empty where it is the approver's own.
    power_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by the power of"))
    # When the approver gave their password once more for it; needed above the policy `step_up_above`.
    stepped_up_at = models.DateTimeField(_("password given again at"), null=True)
    decided_at = models.DateTimeField(_("approved at"), null=True)
    cumulated = models.DecimalField(_("approved for the order in all"), max_digits=12, decimal_places=2, null=True)
    limit_at = models.DecimalField(_("limit at that time"), max_digits=12, decimal_places=2, null=True)
    day = models.DateField(_("day"), null=True)
    day_total = models.DecimalField(_("approved that day"), max_digits=12, decimal_places=2, null=True)
    day_limit = models.DecimalField(_("limit of the day"), max_digits=12, decimal_places=2, null=True)
    # Why, where it is beyond what the handbook allows by itself (R4.1, R8.1).
    reason = models.TextField(_("reason"), blank=True, default="", db_default="")
    # The policies as they were, by name: a decision keeps those that it was made under. Filled by the database.
    policies = models.JSONField(_("policies at that time"), default=dict, db_default={}, editable=False)
    # With a default of the database's its value comes back from the insert, as the trigger made it.
    valid_until = models.DateTimeField(_("valid until"), null=True, db_default=None)

    SHOP_PATH = "order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="four_eyes"),
            models.CheckConstraint(condition=Q(cumulated__lte=F("limit_at"), cumulated__gte=F("amount")), name="approval_within_limit"),
            models.CheckConstraint(
                condition=Q(day_total__lte=F("day_limit"), day_total__gte=F("amount")), name="approval_within_day_limit"
            ),
            models.UniqueConstraint(fields=["id", "amount", "asked_by"], name="approval_as_paid"),
            models.CheckConstraint(condition=~Q(power_of=F("asked_by")), name="four_eyes_of_the_power"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} #{self.pk}"


class SendBack(models.Model):
    """A lead wants more before deciding. The money stays set aside until a new version replaces the request."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="send_back", verbose_name=_("request"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("what is wanted"))

    class Meta:
        verbose_name = _("request sent back")
        verbose_name_plural = _("requests sent back")

    def __str__(self) -> str:
        return str(self.request_id)


class Ending(models.Model):
    """The end of a request without money: what was set aside is set free, once."""

    class Kind(models.TextChoices):
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REVOKED = "revoked", _("Approval taken back")
        EXPIRED = "expired", _("Approval ran out")
        REPLACED = "replaced", _("Replaced by a new version")

    request = models.OneToOneField(Request, models.PROTECT, related_name="ending", verbose_name=_("request"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("end of a request")
        verbose_name_plural = _("ends of requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["rejected", "withdrawn", "revoked", "expired", "replaced"]), name="ending_kind_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.request_id}"
