"""How much a lead may approve, per order and per day. Changed only by a database function that journals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApprovalLimit(models.Model):
    """A limit in force from its row on. The person's row wins over the role's, the shop's over the common one."""

    shop = models.ForeignKey("orders.Shop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop"))
    role = models.CharField(_("role"), max_length=12)
    user = models.ForeignKey("orders.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    per_order = models.DecimalField(_("per order"), max_digits=12, decimal_places=2)
    per_day = models.DecimalField(_("per day"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("approval limit")
        verbose_name_plural = _("approval limits")
        constraints = [
            models.UniqueConstraint(fields=["shop", "role", "user"], nulls_distinct=False, name="one_limit_per_shop_role_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.per_order}"


class ApproverDay(models.Model):
    """What an approver has approved on a day of shop time."""

    user = models.ForeignKey("orders.User", models.PROTECT, related_name="+")
    day = models.DateField()
    total = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_row_per_approver_and_day"),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="approver_day_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
