"""Accounts with kuaidi100, and the numbers it told of and nobody knew. Salt and key are written, never read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from logistics.actions.keep_account import KEEPERS, check_value, keep_account
from logistics.models import RefusedPush, TrackingAccount
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from orders.admin.stored_form import StoredForm
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import Malformed
from orders.models import Shop
from orders.roles import Role

LOOK = " ".join(INPUT_CLASSES)


class Secret(forms.CharField):
    """What is typed replaces the old value; empty leaves it. Never filled in."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "class": LOOK})
        super().__init__(required=False, strip=False, widget=widget, help_text=_("Empty: stays as it is."), **kwargs)


class AccountForm(StoredForm):
    """The account as it is typed."""

    salt = Secret(label=_("Salt of pushes"))
    key = Secret(label=_("Key for asking"))
    callback = forms.URLField(
        label=_("Address of this desk for the provider"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": LOOK}),
    )

    class Meta:
        model = TrackingAccount
        fields = ("shop", "customer")

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The address as it stands."""
        return self.instance.callback_base if field_name == "callback" else super().get_initial_for_field(field, field_name)

    def given(self) -> dict[str, str]:
        """What keep_account is told."""
        secrets = {name: self.cleaned_data[name] for name in ("salt", "key") if self.cleaned_data.get(name)}
        return secrets | {"customer": self.cleaned_data.get("customer", ""), "callback": self.cleaned_data.get("callback", "")}

    def clean(self) -> dict[str, Any]:
        """Each value as the action takes it."""
        for name, value in self.given().items():
            try:
                check_value(name, value)
            except Malformed as error:
                self.add_error(name, str(error))
        return self.cleaned_data


@admin.register(TrackingAccount)
class TrackingAccountAdmin(DeskAdmin):
    """One account a shop, with what came in and why asking rests."""

    VIEW = KEEPERS | {Role.AUDITOR}
    ADD = CHANGE = KEEPERS
    form = AccountForm
    list_display = ("shop", "has_salt", "has_key", "accepted", "refused", "last_push_at", "last_error")
    list_select_related = ("shop",)
    list_filter = (ShopFilter,)
    fields = (
        "shop",
        ("salt", "key"),
        ("customer", "callback"),
        ("accepted", "refused", "last_push_at"),
        ("last_error", "paused_until"),
    )
    readonly_fields = ("accepted", "refused", "last_push_at", "last_error", "paused_until")
    ordering = ("shop__code",)

    @admin.display(description=_("has a salt"), boolean=True)
    def has_salt(self, account: TrackingAccount) -> bool:
        """Whether pushes can come in."""
        return account.salt_enc is not None

    @admin.display(description=_("has a key"), boolean=True)
    def has_key(self, account: TrackingAccount) -> bool:
        """Whether the provider can be asked."""
        return account.key_enc is not None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The shop is chosen once."""
        return ("shop", *self.readonly_fields) if obj else self.readonly_fields

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Shops that the person keeps."""
        actor = actor_of(request, CHANNEL)
        shops: QuerySet[Shop] = Shop.objects.for_actor(actor)
        kept = [shop.pk for shop in shops if actor.role_in(shop.pk) in KEEPERS]
        return super().formfield_for_foreignkey(db_field, request, queryset=shops.filter(pk__in=kept), **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """By the action, which seals and journals."""
        obj.pk = keep_account(obj.shop, form.given(), by=actor_of(request, CHANNEL), at=now_of(request)).pk


@admin.register(RefusedPush)
class RefusedPushAdmin(DeskAdmin):
    """Waybills that a provider told of and nobody knew, for reading."""

    SEARCH = ("waybill",)
    list_display = ("waybill", "company", "shop", "times", "last_at", "settled_at")
    list_select_related = ("shop",)
    list_filter = (ShopFilter, ("settled_at", admin.EmptyFieldListFilter))
    fields = (("waybill", "company", "shop"), ("times", "last_at", "settled_at"))
    ordering = ("-last_at",)
