"""What leads set: norms, regions with their places, and what the providers' codes mean (L3.4). The journal keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from casework.registry import KINDS
from logistics.actions.keep_setting import KEEPERS, check_rule, keep_setting, keepers_of, remove_setting, roles_over_all
from logistics.carriers.kuaidi100 import PROVIDER as KUAIDI100
from logistics.imports.tracking import PROVIDER as FILE
from logistics.kinds.incident import may_be_found
from logistics.models import DetectionRule, FindingKind, Norm, Place, Region
from logistics.parcel_facts import word_of
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.stored_form import StoredForm
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import Malformed

# Hours; as the table's own check has it.
LONGEST_NORM = 24 * 120
# Whose codes there are.
PROVIDERS = {KUAIDI100: _("kuaidi100"), FILE: _("Tracking from a file")}


def _roles_over_all(request: HttpRequest) -> frozenset[str]:
    """Asked once a request, since the menu asks it of each table."""
    known: frozenset[str] | None = getattr(request, "_over_all", None)
    if known is None:
        known = request._over_all = roles_over_all(actor_of(request, CHANNEL))  # type: ignore[attr-defined]
    return known


class SettingAdmin(DeskAdmin):
    """A table that leads keep; every change goes through the action that journals it."""

    ADD = CHANGE = KEEPERS

    def holds(self, request: HttpRequest, roles: Collection[str], obj: Any = None) -> bool:
        """These tables hold for every shop, so a keeper is one in each of them."""
        keepers = keepers_of(self.model)
        return super().holds(request, roles, obj) and (roles != keepers or _roles_over_all(request) <= keepers)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """With an entry in the journal."""
        keep_setting(obj, by=actor_of(request, CHANNEL), at=now_of(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """With an entry in the journal."""
        remove_setting(obj, by=actor_of(request, CHANNEL), at=now_of(request))


class NormForm(StoredForm):
    """A norm with its bounds, said in words before the database says them."""

    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=LONGEST_NORM, widget=UnfoldAdminIntegerFieldWidget)


@admin.register(Norm)
class NormAdmin(SettingAdmin):
    """How many hours are normal. Without courier or region a norm holds for all; the row for all stays."""

    DELETE = KEEPERS
    form = NormForm
    list_display = ("measure", "courier", "region", "hours")
    list_select_related = ("courier", "region")
    list_filter = ("measure", "courier", "region")
    fields = ("measure", ("courier", "region"), "hours")
    ordering = ("measure", "courier__name", "region__position")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never the norm that holds where no other does."""
        is_for_all = isinstance(obj, Norm) and obj.courier_id is None and obj.region_id is None
        return not is_for_all and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it measures, and for whom, names the row."""
        return ("measure", "courier", "region") if obj else ()


@admin.register(Region)
class RegionAdmin(SettingAdmin):
    """Groups of destinations, in the order of the board."""

    list_display = ("name", "code", "is_remote", "extra_hours", "position")
    fields = (("name", "code"), ("is_remote", "extra_hours"), "position")
    ordering = ("position", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code names the region in programs."""
        return ("code",) if obj else ()


@admin.register(Place)
class PlaceAdmin(SettingAdmin):
    """Which places belong to which region. Parcels on their way follow at once."""

    DELETE = KEEPERS
    SEARCH = ("province", "city", "district")
    list_display = ("province", "city", "district", "region")
    list_select_related = ("region",)
    list_filter = ("region",)
    fields = (("province", "city", "district"), "region")
    ordering = ("province", "city", "district")


def rule_names() -> dict[str, dict[str, Any]]:
    """What a rule may name, in words, by what follows from it: kinds of case, kinds of finding, and the facts that rules keep already."""
    facts = DetectionRule.objects.filter(outcome=DetectionRule.Outcome.FACT).order_by("name").values_list("name", flat=True).distinct()
    return {
        DetectionRule.Outcome.CASE: {name: kind._meta.verbose_name for name, kind in KINDS.items() if may_be_found(kind)},
        DetectionRule.Outcome.FINDING: dict(FindingKind.choices),
        DetectionRule.Outcome.FACT: {name: word_of(name) for name in facts},
    }


class Suggestions(UnfoldAdminTextInputWidget):
    """A field with a list to choose from, in words; something of one's own may be typed as well."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()
        self.options = options

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field and its list."""
        field = super().render(name, value, {**(attrs or {}), "list": f"list-{name}"}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.options.items())
        return format_html('{}<datalist id="list-{}">{}</datalist>', field, name, options)


class RuleForm(StoredForm):
    """A rule as it is typed; what could not work is refused by name."""

    class Meta:
        model = DetectionRule
        fields = ("provider", "code", "pattern", "outcome", "name", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            own = {self.instance.provider: self.instance.provider} if self.instance.provider else {}
            self.fields["provider"].widget = UnfoldAdminSelectWidget(choices=list((own | PROVIDERS).items()))
        if "name" in self.fields:
            names = rule_names()
            self.fields["name"].widget = Suggestions({**names["fact"], **names["finding"], **names["case"]})
            kinds = ", ".join(f"{name} ({kind._meta.verbose_name})" for name, kind in KINDS.items() if may_be_found(kind))
            findings = ", ".join(f"{value} ({label})" for value, label in FindingKind.choices)
            self.fields["name"].help_text = _("A case: {kinds}. A finding: {findings}. A fact: a name of your own.").format(
                kinds=kinds, findings=findings
            )
        if "pattern" in self.fields:
            self.fields["pattern"].help_text = _("Words in the text, several of them separated by |. Empty: any text.")

    def clean(self) -> dict[str, Any]:
        """The rule as the action checks it."""
        cleaned = super().clean() or self.cleaned_data
        try:
            check_rule(DetectionRule(**{name: cleaned.get(name, getattr(self.instance, name)) for name in self._meta.fields or ()}))
        except Malformed as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
        return cleaned


@admin.register(DetectionRule)
class DetectionRuleAdmin(SettingAdmin):
    """What a provider's code means: a case, a finding or a fact. A rule is put out of use, never deleted."""

    form = RuleForm
    list_display = ("whose", "code", "pattern", "outcome", "which", "active")
    list_filter = ("provider", "outcome", "active")
    fields = (("provider", "code"), "pattern", ("outcome", "name"), "active")
    ordering = ("provider", "code", "pattern")

    @admin.display(description=_("which"), ordering="name")
    def which(self, rule: DetectionRule) -> str:
        """What it names, in words."""
        if rule.outcome == DetectionRule.Outcome.FACT:
            return word_of(rule.name)
        kinds = {name: kind._meta.verbose_name for name, kind in KINDS.items()}
        words = dict(FindingKind.choices) if rule.outcome == DetectionRule.Outcome.FINDING else kinds
        return str(words.get(rule.name, rule.name))

    @admin.display(description=_("provider"), ordering="provider")
    def whose(self, rule: DetectionRule) -> str:
        """Whose code it is, in words."""
        return str(PROVIDERS.get(rule.provider, rule.provider))
