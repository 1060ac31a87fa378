"""Filters that name nothing of other shops."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.models import Shop


class ShopFilter(SimpleListFilter):
    """One of the person's shops; with a single shop there is nothing to choose."""

    title = _("shop")
    parameter_name = "shop"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """The shops by name."""
        self.path = model_admin.SHOP_PATH or getattr(model_admin.model, "SHOP_PATH", "shop")
        shops = list(Shop.objects.for_actor(model_admin.reader(request)).values_list("pk", "name"))
        return [(str(pk), name) for pk, name in shops] if len(shops) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen shop; a value that is none of the choices finds nothing."""
        value = self.value()
        if value is None:
            return queryset
        known = {pk for pk, _name in self.lookup_choices}
        return queryset.filter(**{self.path: int(value)}) if value in known else queryset.none()
