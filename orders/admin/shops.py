"""Shops, and the buyers that they know."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from orders.admin_site import CHANNEL
from orders.models import Buyer, Shop
from orders.roles import Role


@admin.register(Shop)
class ShopAdmin(DeskAdmin):
    """Names of shops. The code stays as it was made: commands and addresses use it."""

    ADD = CHANGE = frozenset({Role.ADMIN})
    SUPERUSER = True
    list_display = ("name", "code")
    fields = ("code", "name")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by those who see every shop: else the new one would be out of their sight."""
        return super().has_add_permission(request) and (request.user.is_superuser or actor_of(request, CHANNEL).shop_ids() is None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code is given once."""
        return ("code",) if obj else ()


@admin.register(Buyer)
class BuyerAdmin(DeskAdmin):
    """Buyers as the platform names them; searched by the beginning of the name."""

    list_display = ("nick", "shop")
    list_select_related = ("shop",)
    list_filter = (ShopFilter,)
    fields = ("nick", "shop")
    ordering = ("-id",)
    SEARCH = ("nick",)
