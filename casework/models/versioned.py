"""Rows that leads word: each change is a new version, and the shop's own wins over the common one, as with policies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """Whether a version holds. A shop that goes with all shops again says so in a version of its own."""

    ON = "on", _("In use")
    OFF = "off", _("Not in use")
    COMMON = "common", _("As in all shops")


class VersionedQuerySet(models.QuerySet[Any]):
    """Versions of one kind of row."""

    def newest(self, shop_id: int | None) -> dict[str, Any]:
        """The version of each code that a shop has, in use or not: its own, else the common one. One query."""
        mine = self.filter(Q(shop=None) | Q(shop=shop_id)).order_by("code", "shop_id", "-number").distinct("code", "shop_id")
        rows: list[Any] = list(mine.select_related("shop", "changed_by"))
        common = {row.code: row for row in rows if row.shop_id is None}
        return common | {row.code: row for row in rows if row.shop_id is not None and row.standing != Standing.COMMON}

    def in_force(self, shop_id: int | None) -> list[Any]:
        """The versions that hold for a shop, None for all shops."""
        return sorted((each for each in self.newest(shop_id).values() if each.standing == Standing.ON), key=lambda each: each.order)

    def of(self, code: str, shop_id: int | None) -> VersionedQuerySet:
        """All versions of one row for one shop, newest first."""
        return self.filter(code=code, shop=shop_id).select_related("shop", "changed_by").order_by("-number")


class Versioned(models.Model):
    """One version of a row: its code, whose, and who wrote it. Append-only."""

    # The columns that a version words; going back copies them.
    WORDS: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(_("code"), max_length=60)
    shop = models.ForeignKey("orders.Shop", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop"))
    number = models.PositiveIntegerField(_("version"))
    standing = models.CharField(_("standing"), max_length=6, choices=Standing.choices, default=Standing.ON)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    objects = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["code", "shop", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "shop", "number"], nulls_distinct=False, name="%(class)s_has_one_row_per_version"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="%(class)s_standing_is_known"),
            models.CheckConstraint(
                condition=~Q(standing=Standing.COMMON) | Q(shop__isnull=False), name="%(class)s_of_all_shops_stands_for_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"

    @property
    def order(self) -> tuple[Any, ...]:
        """Where it stands in a list (tables override)."""
        return (self.code,)

    def words(self) -> dict[str, Any]:
        """What this version says."""
        return {name: getattr(self, name) for name in self.WORDS}
