"""A shop on the platform and the buyers it knows."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet


class Shop(models.Model):
    """A shop on Taobao or Tmall; `code` names it in commands and addresses."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]*$")])
    name = models.CharField(_("name"), max_length=100)
    # Said when the shop is made and never afterwards: everything in it is invented, and may be taken away.
    is_demo = models.BooleanField(_("invented"), default=False, db_default=False, editable=False)

    SHOP_PATH = "pk"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Buyer(models.Model):
    """A buyer of a shop, known by the platform's name (旺旺名)."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="buyers", verbose_name=_("shop"))
    nick = models.CharField(_("buyer id"), max_length=100)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("buyer")
        verbose_name_plural = _("buyers")
        constraints = [models.UniqueConstraint(fields=["shop", "nick"], name="one_buyer_per_shop_and_nick")]
        # Search finds a buyer by the beginning of the name.
        indexes = [models.Index(OpClass("nick", name="varchar_pattern_ops"), name="buyer_by_beginning_of_nick")]

    def __str__(self) -> str:
        return self.nick
