"""The list of cases: columns, filters and search. Nothing in it can be changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.reading import list_cases
from casework.registry import KINDS
from casework.searches import find_ids, search_text
from casework.wording import news_words
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from orders.admin_site import CHANNEL
from orders.clock import now_of


class KindFilter(admin.SimpleListFilter):
    """One kind of case."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """All kinds by name."""
        return [(name, str(kind._meta.verbose_name)) for name, kind in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The cases of the kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class StateFilter(admin.SimpleListFilter):
    """One state of the page's kind."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """The states in the order of the chapter."""
        return [(state.value, str(state.label)) for state in model_admin.model.STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The cases in that state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class WhoseFilter(admin.SimpleListFilter):
    """Mine, nobody's, overdue, closed; without a choice all open ones."""

    title = _("cases")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """The choices."""
        return [
            ("mine", _("Mine")),
            ("nobody", _("Unassigned")),
            ("overdue", _("Overdue")),
            ("closed", _("Closed")),
            ("any", _("With closed ones")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen cases; a search looks through closed ones as well."""
        if self.value() == "any" or (not self.value() and request.GET.get("q")):
            return queryset
        if self.value() == "closed":
            return queryset.filter(closed_at__isnull=False)
        still = queryset.filter(closed_at__isnull=True)
        if self.value() == "mine":
            return still.filter(owner=request.user.pk)
        if self.value() == "nobody":
            return still.filter(owner__isnull=True)
        return still.filter(next_due__lt=now_of(request)) if self.value() == "overdue" else still


class CaseList(DeskAdmin):
    """Cases of the person's shops; what runs out first stands on top."""

    # Any text: the ways of searching are casework's and its registry's.
    SEARCH = ("number",)
    list_display: Any = ("number", "kind_name", "state_name", "turn", "order_number", "buyer_name", "owner", "due", "news_of")
    list_filter: Any = (ShopFilter, KindFilter, WhoseFilter, "category")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """As every list of cases is read, of this page's kind."""
        rows: QuerySet[Any] = list_cases(self.reader(request))
        if self.model.KIND:  # type: ignore[attr-defined]  # Case or a kind
            rows = rows.filter(kind=self.model.KIND)  # type: ignore[attr-defined]
        return rows.order_by(F("next_due").asc(nulls_last=True), "-pk")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """What runs out first."""
        return (F("next_due").asc(nulls_last=True), "-pk")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """By case number, order number, waybill or the beginning of the buyer's name."""
        text = search_text(search_term)
        return (queryset.filter(pk__in=find_ids(text, actor_of(request, CHANNEL))) if text else queryset), False

    @admin.display(description=_("kind"))
    def kind_name(self, case: Case) -> str:
        """The kind as staff say it."""
        return case.kind_label

    @admin.display(description=_("state"))
    def state_name(self, case: Case) -> str:
        """The state as staff say it."""
        return case.state_label

    @admin.display(description=_("whose turn"))
    def turn(self, case: Case) -> str:
        """Whose turn it is."""
        return case.get_category_display()

    @admin.display(description=_("order"))
    def order_number(self, case: Case) -> str:
        """The order's number."""
        return case.order.number if case.order else ""

    @admin.display(description=_("buyer id"))
    def buyer_name(self, case: Case) -> str:
        """The buyer as the platform names them."""
        return str(case.order.buyer or "") if case.order else ""

    @admin.display(description=_("runs out at"), ordering="next_due")
    def due(self, case: Any) -> Any:
        """What runs out first."""
        return case.next_due

    @admin.display(description=_("news"), ordering="news_at")
    def news_of(self, case: Case) -> str:
        """What its owner has not seen yet."""
        return ", ".join(news_words(case))
