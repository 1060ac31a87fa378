"""Addresses that are to be changed (L9): the page of a case with what was decided for each part of the order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.reading import CaseView
from logistics.addresses.shown import read_address
from logistics.models import AddressChange
from orders.admin.filters import ShopFilter


@admin.register(AddressChange)
class AddressChangeAdmin(WorkedCase):
    """Changes of address or recipient (L9)."""

    list_display = ("number", "state_name", "turn", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The new address behind masks, and the parts."""
        return {"kind_template": "admin/logistics/address.html", "shown": read_address(found.case)}
