"""Policies: what is in force, what was and will be, and a new value from a day on. Nothing is changed or removed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.actions.set_policy import KEEPERS, may_set, set_policy
from casework.admin.policy_form import PolicyForm, typed_value
from casework.models import Policy
from casework.policies import KNOWN, Policies, PolicyKind
from casework.policy_words import shown_value, spoken
from orders.access import Actor, actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.form_page import form_page, tell_refusal
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import DeskError
from orders.models import Shop


class NameFilter(admin.SimpleListFilter):
    """One policy."""

    title = gettext_lazy("policy")
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """All known policies in words."""
        return [(each.name, str(each.label)) for each in KNOWN.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Its rows."""
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Policy)
class PolicyAdmin(DeskAdmin):
    """The shop's value wins over the common one. Who changed it, and when, stands beside it."""

    ADD = KEEPERS
    list_display = ("label", "shop", "shown", "valid_from", "changed_by", "changed_at")
    list_select_related = ("shop", "changed_by")
    list_filter = (NameFilter,)
    list_before_template = "admin/casework/policy/in_force.html"
    fields = ("label", "name", "shop", "shown", "valid_from", "changed_by", "changed_at")
    readonly_fields = ("label", "shown")
    ordering = ("name", "shop", "-valid_from", "-id")

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The common ones and those of the person's shops."""
        shops = self.reader(request).shop_ids()
        return rows if shops is None else rows.filter(Q(shop=None) | Q(shop__in=shops))

    @admin.display(description=gettext_lazy("policy"), ordering="name")
    def label(self, policy: Policy) -> str:
        """What it says, in words."""
        kind = KNOWN.get(policy.name)
        return str(kind.label) if kind else policy.name

    @admin.display(description=gettext_lazy("value"))
    def shown(self, policy: Policy) -> str:
        """The value in words."""
        return shown_value(KNOWN.get(policy.name), policy.value)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With what is in force now, for the common case and for each shop that differs."""
        return super().changelist_view(
            request,
            (extra_context or {})
            | {"in_force": self._in_force(request), "may_add": self.has_add_permission(request), "has_add_permission": False},
        )

    def _in_force(self, request: HttpRequest) -> list[dict[str, Any]]:
        now = now_of(request)
        policies, shops = Policies(now), list(Shop.objects.for_actor(self.reader(request)))
        rows = []
        for kind in KNOWN.values():
            common = policies.value(kind.name, None)
            own = [(shop, policies.value(kind.name, shop.pk)) for shop in shops]
            differing = [(shop.name, spoken(value, kind)) for shop, value in own if value != common]
            rows.append({"kind": kind, "common": spoken(common, kind), "shops": differing})
        return rows

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new value of `?name=`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kind, back = KNOWN.get(request.GET.get("name", "")), reverse("admin:casework_policy_changelist")
        if kind is None:
            messages.info(request, _("Choose the policy that gets a new value."))
            return HttpResponseRedirect(back)
        return self._new_value(request, kind, back)

    def _new_value(self, request: HttpRequest, kind: PolicyKind, back: str) -> HttpResponse:
        by, now, status = actor_of(request, CHANNEL), now_of(request), 200
        sent = request.POST if request.method == "POST" else None
        form = PolicyForm(kind, shops_to_keep(by), sent, initial=typed_value(kind, Policies(now).value(kind.name, None)))
        if sent is not None and form.is_valid():
            try:
                row = self._set(form, by, now)
                since = f"{timezone.localtime(row.valid_from):%Y-%m-%d %H:%M}"
                messages.success(request, _("The new value stands from {day} on.").format(day=since))
                return HttpResponseRedirect(back)
            except DeskError as error:
                tell_refusal(request, error, form)
                status = error.status
        return form_page(self, request, form, title=kind.label, submit=_("Set from then on"), back=back, status=status)

    def _set(self, form: PolicyForm, by: Actor, now: dt.datetime) -> Policy:
        cleaned = form.cleaned_data
        shop_id = int(cleaned["shop"]) if cleaned["shop"] else None
        return set_policy(form.kind.name, cleaned["value"], by=by, at=now, shop_id=shop_id, valid_from=cleaned["valid_from"])


def shops_to_keep(by: Actor) -> list[tuple[str, Any]]:
    """The shops for which the person may set values; "" is all shops, for those who keep them all."""
    shops = [(str(shop.pk), shop.name) for shop in Shop.objects.for_actor(by) if may_set(by, shop.pk)]
    return [("", _("all shops")), *shops] if may_set(by, None) else shops
