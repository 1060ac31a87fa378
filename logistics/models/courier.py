"""The courier directory (L12.1)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Courier(models.Model):
    """A courier as staff know it. A name that an import brings and nobody knows makes an inactive row.

    `code` is kuaidi100's code of the company where it has one.
    """

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=64)
    names = models.JSONField(_("names in files"), default=list, blank=True)
    inquiry = models.CharField(_("inquiry phone or desk"), max_length=120, blank=True)
    claims = models.CharField(_("claim contact"), max_length=120, blank=True)
    terms = models.CharField(_("account terms"), max_length=300, blank=True)
    pickup_phone = models.CharField(_("pick-up phone"), max_length=60, blank=True)
    return_price = models.DecimalField(_("usual price of a customer's return"), max_digits=8, decimal_places=2, null=True, blank=True)
    # A waybill that matches none of them is warned of, never refused: the couriers' ranges overlap and change.
    waybill_patterns = models.JSONField(_("patterns of waybills"), default=list, db_default=[], blank=True)
    wants_phone = models.BooleanField(_("tells a trace only with the recipient's phone"), default=False, db_default=False)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("courier")
        verbose_name_plural = _("couriers")
        ordering = ["-active", "name"]

    def __str__(self) -> str:
        return self.name
