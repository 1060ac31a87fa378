"""Delegations (R1.1, R1.2): seen by everybody inside, set and taken back by leads through the functions of the database."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.calendars import SHOP_TIME
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from orders.admin.form_page import form_page, tell_refusal
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import DeskError
from orders.roles import LEADS
from refunds.actions.delegate import end_delegation
from refunds.models import Delegation
from refunds.views.delegation_form import DelegationForm


@admin.register(Delegation)
class DelegationAdmin(DeskAdmin):
    """Who stands in for whom, and for which days."""

    ADD = LEADS
    list_display = ("approver", "delegate", "shop", "first_day", "last_day", "given_by", "given_at", "revoked_by", "revoked_at")
    list_select_related = ("approver", "delegate", "shop", "given_by", "revoked_by")
    list_filter = (ShopFilter, "first_day")
    fields = (("approver", "delegate", "shop"), ("first_day", "last_day"), ("given_by", "given_at"), ("revoked_by", "revoked_at"))
    ordering = ("-id",)
    actions = ("take_back",)

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        """Those who lend take back."""
        return self.holds(request, self.ADD)

    @admin.action(description=gettext_lazy("Take back"), permissions=["take_back"])
    def take_back(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """End the chosen ones at once, each by itself."""
        for each in rows:
            try:
                end_delegation(each.pk, by=actor_of(request, CHANNEL), at=now_of(request))
                messages.success(request, _("Taken back. What was approved by it stays approved."))
            except DeskError as error:
                tell_refusal(request, error)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Set one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        by, now = actor_of(request, CHANNEL), now_of(request)
        sent = request.POST if request.method == "POST" else None
        form, back, status = (
            DelegationForm(by, sent, today=now.astimezone(SHOP_TIME).date()),
            reverse("admin:refunds_delegation_changelist"),
            200,
        )
        if sent is not None and form.is_valid():
            try:
                form.save(by, now)
                messages.success(request, _("Done."))
                return HttpResponseRedirect(back)
            except DeskError as error:
                tell_refusal(request, error, form)
                status = error.status
        return form_page(self, request, form, title=_("Let stand in"), submit=_("Let stand in"), back=back, status=status)
