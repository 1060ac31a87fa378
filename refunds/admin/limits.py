"""Approval limits (R1.2): seen by everybody inside, set by managers and administrators through one function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.access import Actor, actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.form_page import form_page, tell_refusal
from orders.admin_site import CHANNEL
from orders.errors import DeskError
from orders.models import Shop, User
from orders.roles import LEADS, Role
from refunds.actions.set_limit import KEEPERS, set_limit
from refunds.models import ApprovalLimit


class LimitForm(forms.Form):
    """Whose limit, where, and how much."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[(role.value, role.label) for role in Role if role in LEADS])
    shop = forms.ChoiceField(label=gettext_lazy("Shop"), required=False)
    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Only for this person"), required=False)
    per_order = forms.DecimalField(label=gettext_lazy("Per order, in all"), min_value=0, max_digits=12, decimal_places=2)
    per_day = forms.DecimalField(label=gettext_lazy("Per day"), min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, by: Actor, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        shops = Shop.objects.for_actor(by)
        everywhere = by.shop_ids() is None
        choices = [("", _("all shops"))] if everywhere else []
        self.fields["shop"].choices = choices + [(str(each.pk), each.name) for each in shops]  # type: ignore[attr-defined]
        leads = User.objects.filter(is_active=True, memberships__role__in=LEADS)
        near = leads if everywhere else leads.filter(memberships__shop__in=shops)
        self.fields["user"].queryset = near.distinct().order_by("username")  # type: ignore[attr-defined]


@admin.register(ApprovalLimit)
class LimitAdmin(DeskAdmin):
    """The person's row wins over the role's, the shop's over the common one."""

    ADD = KEEPERS
    list_display = ("role", "shop", "user", "per_order", "per_day")
    list_select_related = ("shop", "user")
    list_filter = ("role",)
    fields = ("role", "shop", "user", "per_order", "per_day")
    ordering = ("role", "shop", "user")

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The common ones and those of the person's shops."""
        shops = self.reader(request).shop_ids()
        return rows if shops is None else rows.filter(Q(shop=None) | Q(shop__in=shops))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Set a limit; where there is one already it is replaced, and the journal keeps the old one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        by, sent = actor_of(request, CHANNEL), request.POST if request.method == "POST" else None
        form, back, status = LimitForm(by, sent), reverse("admin:refunds_approvallimit_changelist"), 200
        if sent is not None and form.is_valid():
            try:
                self._set(form, by)
                messages.success(request, _("The limit is set."))
                return HttpResponseRedirect(back)
            except DeskError as error:
                tell_refusal(request, error, form)
                status = error.status
        return form_page(self, request, form, title=_("Set a limit"), submit=_("Set the limit"), back=back, status=status)

    def _set(self, form: LimitForm, by: Actor) -> None:
        cleaned = form.cleaned_data
        set_limit(
            by=by,
            role=cleaned["role"],
            per_order=cleaned["per_order"],
            per_day=cleaned["per_day"],
            shop_id=int(cleaned["shop"]) if cleaned["shop"] else None,
            user_id=cleaned["user"].pk if cleaned["user"] else None,
        )
