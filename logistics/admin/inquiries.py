"""What couriers were asked and promised, over all cases, for reading. It is recorded on the case's page."""

from __future__ import annotations

from django.contrib import admin

from logistics.models import Inquiry
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter


@admin.register(Inquiry)
class InquiryAdmin(DeskAdmin):
    """Talks with couriers: whom, by which way, what they answered, what they promised and until when."""

    SEARCH = ("case__number", "case__subject_label")
    list_display = ("case", "at", "whom", "way", "answer", "promise", "promised_until", "by")
    list_select_related = ("case", "by")
    list_filter = (ShopFilter, "whom", "way", "at")
    fields = (("case", "by"), ("at", "written_at"), ("whom", "way"), "answer", ("promise", "promised_until"))
    ordering = ("-id",)
