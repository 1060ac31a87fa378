"""Who works here, in which shops, with which role, and with which tokens."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from orders.roles import Role


class User(AbstractUser):
    """A person who logs in. `code` is what they sign memos with (L9.9)."""

    code = models.CharField(_("memo code"), max_length=20, blank=True)
    all_shops = models.BooleanField(_("sees every shop"), default=False)
    theme = models.CharField(
        _("theme"), max_length=5, default="auto", choices=[("auto", _("Auto")), ("light", _("Light")), ("dark", _("Dark"))]
    )
    density = models.CharField(
        _("density"), max_length=11, default="comfortable", choices=[("comfortable", _("Comfortable")), ("compact", _("Compact"))]
    )
    # Who speaks to the machine, or types with a stick, switches single keys off (WCAG 2.1.4).
    keys = models.CharField(_("single keys"), max_length=3, default="on", choices=[("on", _("On")), ("off", _("Off"))])
    # Who sets a desk up sees on the first screen what is still to do.
    start = models.CharField(_("first steps"), max_length=3, default="on", choices=[("on", _("On")), ("off", _("Off"))])
    # Columns and order of the lists of cases (casework/lists/columns.py); empty for who has chosen none.
    list_look = models.JSONField(
        _("look of lists"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True, editable=False
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("username"), name="user_name_ignores_case")]

    @property
    def shown_name(self) -> str:
        """The name that colleagues see."""
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A person's role in a shop; without a shop it is the role in every shop, for those who see all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    shop = models.ForeignKey("orders.Shop", models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("shop"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "shop"], nulls_distinct=False, name="one_role_per_user_and_shop"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.shop or '*'} {self.role}"


class ApiToken(models.Model):
    """A token for programs. Only its SHA-256 is kept; it is shown once, when it is made."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("person"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    read_only = models.BooleanField(_("read only"), default=False)
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.user} #{self.pk}"
