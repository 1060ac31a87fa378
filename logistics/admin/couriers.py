"""The courier directory (L12.1). Managers change it; the journal keeps what stood there before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from logistics.actions.keep_courier import KEEPERS, keep_courier
from logistics.models import Courier
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin_site import CHANNEL
from orders.clock import now_of


class CourierForm(forms.ModelForm):
    """The names under which files know the courier, separated by commas."""

    names = forms.CharField(label=_("names in files"), required=False, max_length=1000, help_text=_("Separated by commas."))

    class Meta:
        model = Courier
        fields = ("name", "code", "names", "inquiry", "claims", "pickup_phone", "terms", "return_price", "active")

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The list as it is typed."""
        value = super().get_initial_for_field(field, field_name)
        return ", ".join(value) if field_name == "names" and isinstance(value, list) else value

    def clean_names(self) -> list[str]:
        """The names as a list, each once."""
        given = self.cleaned_data["names"].replace("，", ",").split(",")
        return list(dict.fromkeys(name.strip() for name in given if name.strip()))


@admin.register(Courier)
class CourierAdmin(DeskAdmin):
    """Couriers with inquiry, claims and pick-up. One that an import brought and nobody knows is not in use yet."""

    ADD = CHANGE = KEEPERS
    form = CourierForm
    SEARCH = ("name", "code")
    list_display = ("name", "code", "active", "inquiry", "claims", "pickup_phone", "return_price")
    list_filter = ("active",)
    fields = (("name", "code"), "names", ("inquiry", "claims"), ("pickup_phone", "terms"), ("return_price", "active"))
    ordering = ("-active", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code names the courier in programs."""
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With an entry in the journal."""
        keep_courier(obj, by=actor_of(request, CHANNEL), at=now_of(request))
