"""Accounts: made, changed and closed by managers and administrators of the shop. Nobody is ever deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from unfold.forms import UserCreationForm

from orders.access import actor_of
from orders.actions.manage_people import KEEPERS, decides, end_password, may_manage, sees_all, set_password
from orders.admin.desk import DeskAdmin
from orders.admin.form_page import form_page
from orders.admin.memberships import MembershipInline
from orders.admin_site import CHANNEL
from orders.models import User
from orders.people import people_ever_of
from orders.roles import Role


class NewPersonForm(UserCreationForm):
    """A new account with its first password."""

    usable_password = None

    class Meta:
        model = User
        fields = ("username",)


@admin.register(User)
class PersonAdmin(DeskAdmin):
    """People of one's shops. Closing an account sends its open cases back into their queues (a database trigger)."""

    VIEW = KEEPERS | {Role.AUDITOR}
    ADD = CHANGE = KEEPERS
    SUPERUSER = True
    SEARCH = ("username", "first_name", "last_name", "code")
    list_display = ("username", "first_name", "last_name", "code", "roles", "is_active", "all_shops", "last_login")
    list_filter = ("is_active",)
    ordering = ("username",)
    add_form = NewPersonForm
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2", ("first_name", "last_name"), ("code", "email"), "all_shops")}),
    )
    fieldsets = (
        (None, {"fields": ("username", ("first_name", "last_name"), ("code", "email"), ("is_active", "all_shops"), "last_login")}),
    )
    readonly_fields = ("last_login",)
    inlines = (MembershipInline,)
    change_form_outer_before_template = "admin/desk/person_links.html"

    # Who is seen, who is looked after ---------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those who work in the person's shops."""
        return super().get_queryset(request).prefetch_related("memberships__shop")

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Everybody for those who see every shop; else the people of the shops."""
        shops = self.reader(request).shop_ids()
        if shops is None or request.user.is_superuser:
            return rows
        return rows.filter(pk__in=people_ever_of(shops))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person looks after this account."""
        if not super().has_change_permission(request):
            return False
        by = actor_of(request, CHANNEL)
        return obj is None or may_manage(by, obj, is_superuser=bool(request.user.is_superuser))

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        """Role and shop, as they stand."""
        return ", ".join(f"{each.get_role_display()} · {each.shop or _('every shop')}" for each in person.memberships.all())

    # Adding and changing ----------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        """The account's form; a new one has its password in it."""
        return super().get_form(request, obj, change=change, **({"form": self.add_form} if obj is None else {}) | kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who sees every shop is said by those who do."""
        fixed = tuple(self.readonly_fields)
        if request.user.is_superuser or sees_all(actor_of(request, CHANNEL)):
            return fixed
        return (*fixed, "all_shops")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whoever begins to approve or to pay begins with a new password, which an administrator sets."""
        person = form.instance
        decided = not change or decides(person)
        super().save_related(request, form, formsets, change)
        if not decided and decides(person):
            end_password(person, by=actor_of(request, CHANNEL))
            messages.warning(
                request, _("This person approves or pays from now on: the old password and tokens have ended. Set a new password.")
            )

    def get_urls(self) -> list[Any]:
        """With the page for a new password."""
        own = path("<path:object_id>/password/", self.admin_site.admin_view(self.password_view), name="orders_user_password")
        return [own, *super().get_urls()]

    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give somebody a new password."""
        person = self.get_object(request, object_id)
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        form = SetPasswordForm(person, request.POST or None)
        back = reverse("admin:orders_user_change", args=[person.pk])
        if request.method == "POST" and form.is_valid():
            by, is_superuser = actor_of(request, CHANNEL), bool(request.user.is_superuser)
            set_password(person, form.cleaned_data["new_password1"], by=by, is_superuser=is_superuser)
            messages.success(request, _("The password was changed; sessions and tokens of this account have ended."))
            return HttpResponseRedirect(back)
        title = _("New password for {name}").format(name=person.shown_name)
        return form_page(self, request, form, title=title, submit=_("Set password"), back=back)
