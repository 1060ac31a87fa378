"""Tokens of programs: listed, made and revoked. A token is shown once, when it is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.access import acting, actor_of
from orders.actions.create_token import create_token
from orders.actions.manage_people import KEEPERS, may_manage
from orders.admin.desk import DeskAdmin
from orders.admin.form_page import form_page
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.models import ApiToken, User
from orders.roles import Role


class NewToken(forms.Form):
    """For whom, and what it may do."""

    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Person"))
    read_only = forms.BooleanField(label=gettext_lazy("Reads only"), required=False, initial=True)


@admin.register(ApiToken)
class TokenAdmin(DeskAdmin):
    """Tokens of people whom one looks after, and one's own."""

    VIEW = KEEPERS | {Role.AUDITOR}
    ADD = KEEPERS
    SUPERUSER = True
    SEARCH = ("user__username",)
    list_display = ("id", "user", "read_only", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("read_only", ("revoked_at", admin.EmptyFieldListFilter))
    fields = ("user", "read_only", "created_at", "expires_at", "revoked_at")
    ordering = ("-id",)
    actions = ("revoke",)

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The tokens of the people that one sees."""
        return rows.filter(user__in=self._people(request))

    def _people(self, request: HttpRequest) -> QuerySet[User]:
        return self.admin_site.get_model_admin(User).scoped(request, User.objects.all())

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Those who make tokens revoke them."""
        return self.holds(request, self.ADD)

    @admin.action(description=gettext_lazy("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """End the chosen tokens that are one's to look after."""
        mine = [each.pk for each in rows.select_related("user") if self._is_mine(request, each.user)]
        count = ApiToken.objects.filter(pk__in=mine, revoked_at=None).update(revoked_at=now_of(request))
        messages.success(request, ngettext("{count} token revoked.", "{count} tokens revoked.", count).format(count=count))

    def _is_mine(self, request: HttpRequest, person: User) -> bool:
        by = actor_of(request, CHANNEL)
        return person.pk == by.user_id or may_manage(by, person, is_superuser=bool(request.user.is_superuser))

    def _looked_after(self, request: HttpRequest) -> QuerySet[User]:
        people = self._people(request).filter(is_active=True)
        return people.filter(pk__in=[each.pk for each in people.prefetch_related("memberships") if self._is_mine(request, each)])

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Make a token and show it, once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewToken(request.POST or None)
        form.fields["user"].queryset = self._looked_after(request)  # type: ignore[attr-defined]
        back = reverse("admin:orders_apitoken_changelist")
        if request.method != "POST" or not form.is_valid():
            return form_page(self, request, form, title=_("New token"), submit=_("Make the token"), back=back)
        if not self._is_mine(request, form.cleaned_data["user"]):
            raise PermissionDenied
        with acting(actor_of(request, CHANNEL)):
            token = create_token(form.cleaned_data["user"], read_only=form.cleaned_data["read_only"], at=now_of(request))
        return form_page(self, request, None, title=_("New token"), back=back, context={"shown_once": token})
