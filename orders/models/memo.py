"""Memos on an order: what the seller wrote, with flag colour and the writer's code (L9.9)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from orders.models.order import Flag, Order


class Memo(models.Model):
    """One text of the order's memo, as it stood from `at` on."""

    class Source(models.TextChoices):
        IMPORT = "import", _("Import")
        DESK = "desk", _("Written here")

    order = models.ForeignKey(Order, models.CASCADE, related_name="memos", verbose_name=_("order"))
    at = models.DateTimeField(_("at"))
    flag = models.SmallIntegerField(_("flag"), null=True, blank=True, choices=Flag.choices)
    writer_code = models.CharField(_("writer's code"), max_length=20, blank=True)
    text = models.TextField(_("text"), blank=True)
    text_enc = models.BinaryField(null=True, editable=False)
    source = models.CharField(_("source"), max_length=6, choices=Source.choices)

    SHOP_PATH = "order__shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        ordering = ["at", "id"]
        constraints = [
            # Staff never choose the purple flag; only the printing software sets it (L9.9).
            models.CheckConstraint(condition=~models.Q(source="desk", flag=Flag.PURPLE), name="desk_never_sets_purple"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
