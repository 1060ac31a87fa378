"""Saved views of the queue: a name for its filters, one's own or shared with a shop, and who has which among their tabs."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from orders.access import Actor, ScopedQuerySet

LONGEST_NAME, LONGEST_QUERY = 40, 2000


class SavedViewQuerySet(ScopedQuerySet):
    """Views that somebody made, and those that are shared with their shops."""

    def for_actor(self, actor: Actor) -> Self:
        """One's own, and those shared with a shop that one sees. Whoever looks through a view sees only what they may see."""
        shops = actor.shop_ids()
        shared = Q(shop__isnull=False) if shops is None else Q(shop__in=shops)
        return self.filter(Q(owner=actor.user_id) | shared)


class SavedView(models.Model):
    """A name for tab and filters of the queue. `query` is the part of its address, read anew each time and for whoever looks."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.CharField(_("filters"), max_length=LONGEST_QUERY, blank=True)
    shop = models.ForeignKey(
        "orders.Shop",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shared with"),
        help_text=_("Empty: one's own."),
    )
    made_at = models.DateTimeField(_("made at"))

    SHOP_PATH = "shop"
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["id"]
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="one_view_of_a_name_per_person")]

    def __str__(self) -> str:
        return self.name


class Pin(models.Model):
    """A view among somebody's tabs, in the order in which they put them there."""

    view = models.ForeignKey(SavedView, models.CASCADE, related_name="pins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "user"], name="one_pin_per_view_and_person")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.view_id}"
