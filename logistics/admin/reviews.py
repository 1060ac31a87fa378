"""Reviews in the admin."""

from __future__ import annotations

from django.contrib import admin

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from logistics.models import Review
from orders.admin.filters import ShopFilter


@admin.register(Review)
class ReviewAdmin(WorkedCase):
    """Poor and middling reviews (R11)."""

    list_display = ("number", "state_name", "turn", "subject_label", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)
