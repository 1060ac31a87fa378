"""Incidents of chapter L: the page of a case with its parcel and who pays the freight."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.reading import CaseView
from logistics.actions.record_inquiry import record_inquiry
from logistics.goods.checked import read_checks
from logistics.inquiring import Inquired, inquiry_sent
from logistics.models import (
    Complaint,
    Confiscated,
    Damaged,
    Doubtful,
    Intercept,
    LogisticsComplaint,
    MissingItems,
    NoRecord,
    Outage,
    OutOfArea,
    Parcel,
    RefusedAtDoor,
    ReturnedToSender,
    SignedNotReceived,
    Stalled,
    Unreachable,
    WrongItems,
)
from logistics.panels import ask_freight_words, inquiries_of
from logistics.work import order_of_work
from orders.admin.filters import ShopFilter
from orders.admin.form_page import dress
from orders.together import answer


class IncidentAdmin(WorkedCase):
    """A kind about a parcel: its list, and its page with the parcel and what is known of it."""

    list_display = ("number", "state_name", "turn", "subject_label", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)
    KIND_DEEDS = {"inquiry": lambda case_id, sent, **by: record_inquiry(case_id, facts=inquiry_sent(sent), **by)}

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The parcel and the facts of the incident."""
        facts = found.case.facts
        parcel = Parcel.objects.select_related("courier").filter(pk=facts.parcel_id).first() if facts else None
        asked = {
            "inquiries": inquiries_of(found.case),
            "inquiry_form": dress(Inquired(auto_id="inquiry_%s")),
            "inquiry_address": self.address(found.case, "deed", "inquiry"),
        }
        return {
            "kind_template": "admin/logistics/incident.html",
            "facts": facts,
            "parcel": parcel,
            **asked,
            **answer(ask_freight_words(found.case)),
        }


@admin.register(Unreachable)
class UnreachableAdmin(IncidentAdmin):
    """Customers who cannot be reached (L6)."""


@admin.register(LogisticsComplaint)
class LogisticsComplaintAdmin(IncidentAdmin):
    """Complaints about logistics (L0), with the order of work."""

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The order of work beside the parcel."""
        return super().kind_context(request, found) | {"work": order_of_work(found.case)}


@admin.register(SignedNotReceived)
class SignedNotReceivedAdmin(IncidentAdmin):
    """Parcels that were signed for and have not arrived (L1)."""


@admin.register(Doubtful)
class DoubtfulAdmin(IncidentAdmin):
    """Parcels that are stuck at a hub or their destination (L2)."""


@admin.register(OutOfArea)
class OutOfAreaAdmin(IncidentAdmin):
    """Parcels that are out of their courier's area (L8)."""


@admin.register(Confiscated)
class ConfiscatedAdmin(IncidentAdmin):
    """Parcels out of which security inspection took something (L11)."""


@admin.register(RefusedAtDoor)
class RefusedAtDoorAdmin(IncidentAdmin):
    """Parcels that are refused at the door (L7.5)."""


@admin.register(ReturnedToSender)
class ReturnedToSenderAdmin(IncidentAdmin):
    """Parcels that come back to us (L10)."""


@admin.register(Outage)
class OutageAdmin(WorkedCase):
    """Outages of couriers, with the cases under them."""


@admin.register(Stalled)
class StalledAdmin(IncidentAdmin):
    """Parcels whose tracking does not update (L3)."""


@admin.register(NoRecord)
class NoRecordAdmin(IncidentAdmin):
    """Waybills without any record (L4)."""


class GoodsAdmin(IncidentAdmin):
    """Goods that are missing, wrong or damaged, with what was checked of them."""

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The checks beside the parcel."""
        return super().kind_context(request, found) | {"checks": read_checks(found.case)}


@admin.register(MissingItems)
class MissingItemsAdmin(GoodsAdmin):
    """Missing items (L5), with the four checks and the weights side by side."""


@admin.register(Complaint)
class ComplaintAdmin(IncidentAdmin):
    """Complaints about us and our goods (S3.2)."""


@admin.register(WrongItems)
class WrongItemsAdmin(GoodsAdmin):
    """Wrong items (L5.4), with the same checks."""


@admin.register(Damaged)
class DamagedAdmin(GoodsAdmin):
    """Damaged goods (L7)."""


@admin.register(Intercept)
class InterceptAdmin(IncidentAdmin):
    """Parcels that a courier redirects or brings back (L9.6)."""
