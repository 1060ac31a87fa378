"""The courier directory (L12.1). Managers change it; the journal keeps what stood there before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from logistics.actions.keep_setting import DIRECTORY_KEEPERS, check_window
from logistics.admin.settings import SettingAdmin
from logistics.models import ClaimWindow, Courier, Loss
from logistics.patterns import check_patterns
from orders.admin.stored_form import StoredForm
from orders.errors import Malformed


class CourierForm(StoredForm):
    """The names under which files know the courier, separated by commas; patterns of its waybills, one a line."""

    waybill_patterns = forms.CharField(
        label=_("patterns of waybills"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Regular expressions for the whole waybill, one a line. A waybill that fits none is warned of, never refused."),
    )
    names = forms.CharField(label=_("names in files"), required=False, max_length=1000, help_text=_("Separated by commas."))

    class Meta:
        model = Courier
        fields = (
            "name",
            "code",
            "names",
            "inquiry",
            "claims",
            "pickup_phone",
            "terms",
            "return_price",
            "waybill_patterns",
            "wants_phone",
            "active",
        )

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The list as it is typed."""
        value = super().get_initial_for_field(field, field_name)
        if field_name == "waybill_patterns" and isinstance(value, list):
            return "\n".join(value)
        return ", ".join(value) if field_name == "names" and isinstance(value, list) else value

    def clean_names(self) -> list[str]:
        """The names as a list, each once."""
        given = self.cleaned_data["names"].replace("，", ",").split(",")
        return list(dict.fromkeys(name.strip() for name in given if name.strip()))

    def clean_waybill_patterns(self) -> list[str]:
        """The patterns as a list, each readable by us and by the database."""
        patterns = list(dict.fromkeys(line.strip() for line in self.cleaned_data["waybill_patterns"].splitlines() if line.strip()))
        try:
            check_patterns(patterns)
        except Malformed as error:
            raise forms.ValidationError(error.detail, code=error.code) from error
        return patterns


@admin.register(Courier)
class CourierAdmin(SettingAdmin):
    """Couriers with inquiry, claims and pick-up. One that an import brought and nobody knows is not in use yet."""

    ADD = CHANGE = DIRECTORY_KEEPERS
    form = CourierForm
    SEARCH = ("name", "code")
    list_display = ("name", "code", "active", "inquiry", "claims", "pickup_phone", "return_price")
    list_filter = ("active",)
    fields = (
        ("name", "code"),
        "names",
        ("inquiry", "claims"),
        ("pickup_phone", "terms"),
        ("return_price", "active"),
        ("waybill_patterns", "wants_phone"),
    )
    ordering = ("-active", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code names the courier in programs."""
        return ("code",) if obj else ()


class ClaimWindowForm(StoredForm):
    """A window with its bounds, said in words before the database says them."""

    cause = forms.ChoiceField(label=_("cause"), required=False, widget=UnfoldAdminSelectWidget)
    earliest = forms.IntegerField(
        label=_("may be filed from day"), required=False, min_value=0, max_value=366, widget=UnfoldAdminIntegerFieldWidget
    )
    latest = forms.IntegerField(
        label=_("may be filed until day"), required=False, min_value=0, max_value=366, widget=UnfoldAdminIntegerFieldWidget
    )
    answer = forms.IntegerField(
        label=_("answered within days"), required=False, min_value=1, max_value=366, widget=UnfoldAdminIntegerFieldWidget
    )

    class Meta:
        model = ClaimWindow
        fields = ("courier", "cause", "since", "earliest", "latest", "answer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "cause" in self.fields:
            self.fields["cause"].choices = [("", _("all others")), *Loss.Cause.choices]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """The window as the action checks it."""
        cleaned = super().clean() or self.cleaned_data
        known = {name: cleaned.get(name, getattr(self.instance, name)) for name in ("cause", "earliest", "latest")}
        try:
            check_window(ClaimWindow(**known))
        except Malformed as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
        return cleaned


@admin.register(ClaimWindow)
class ClaimWindowAdmin(SettingAdmin):
    """When each courier takes a claim, by its cause, and how soon it answers. What is empty is not known yet."""

    ADD = CHANGE = DELETE = DIRECTORY_KEEPERS
    form = ClaimWindowForm
    list_display = ("courier", "cause_name", "since", "earliest", "latest", "answer")
    list_select_related = ("courier",)
    list_filter = (("courier", admin.RelatedOnlyFieldListFilter),)
    fields = (("courier", "cause"), "since", ("earliest", "latest"), "answer")
    ordering = ("courier__name", "cause")

    @admin.display(description=_("cause"), ordering="cause")
    def cause_name(self, window: ClaimWindow) -> str:
        """The cause in words."""
        return str(dict(Loss.Cause.choices).get(window.cause, window.cause) if window.cause else _("all others"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Courier and cause name the row."""
        return ("courier", "cause") if obj else ()
