"""The base of every admin page: rights by role, rows by shop, strict filters, every change signed for the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from unfold.admin import ModelAdmin, TabularInline

from orders.access import Actor, acting, actor_of
from orders.admin.stored_form import StoredForm
from orders.admin.turning import DeskChangeList
from orders.admin_site import CHANNEL, INSIDE
from orders.backends import RIGHTS

NOBODY: frozenset[str] = frozenset()
# What a filter of a column may ask for; nothing else is looked up, ever (Z6).
ASKS = {"exact", "id__exact", "isnull", "isempty", "gte", "lt", "year", "month", "day"}


class ByRole:
    """Rights of a page by role; being superuser counts only where the page says so."""

    VIEW: ClassVar[Collection[str]] = INSIDE
    ADD: ClassVar[Collection[str]] = NOBODY
    CHANGE: ClassVar[Collection[str]] = NOBODY
    DELETE: ClassVar[Collection[str]] = NOBODY
    # Accounts and shops, which somebody must be able to set up before there are roles.
    SUPERUSER: ClassVar[bool] = False
    SHOP_PATH: ClassVar[str] = ""
    model: type[Model]

    def holds(self, request: HttpRequest, roles: Collection[str], obj: Any = None) -> bool:
        """Whether one of the roles is held: in the row's shop when there is a row, else in any shop."""
        if self.SUPERUSER and request.user.is_superuser:
            return bool(roles)
        actor = actor_of(request, CHANNEL)
        shop_id = self.shop_of(obj)
        return actor.role_in(shop_id) in roles if shop_id else actor.has_role(set(roles))

    def shop_of(self, obj: Any) -> int | None:
        """The row's shop, when it has one."""
        if not isinstance(obj, self.model) or obj.pk is None:
            return None
        path = self.SHOP_PATH or getattr(self.model, "SHOP_PATH", "")
        *way, last = path.split("__")
        for name in way:
            obj = getattr(obj, name)
        return getattr(obj, "pk" if last == "pk" else f"{last}_id", None) if path else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """May look at it."""
        return self.holds(request, self.VIEW, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """May add one."""
        return self.holds(request, self.ADD)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """May change it."""
        return self.holds(request, self.CHANGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """May delete it."""
        return self.holds(request, self.DELETE, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """May see the table in the index."""
        return self.holds(request, self.VIEW)

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of those shops in which the person's role opens this page."""
        if self.SUPERUSER and request.user.is_superuser:
            return rows
        path = self.SHOP_PATH or getattr(self.model, "SHOP_PATH", "")
        shops = self.reader(request).shop_ids()
        return rows if shops is None or not path else rows.filter(**{f"{path}__in": shops})

    def reader(self, request: HttpRequest) -> Actor:
        """The acting person with those memberships only that open this page."""
        actor = actor_of(request, CHANNEL)
        return replace(actor, roles={shop_id: role for shop_id, role in actor.roles.items() if role in self.VIEW})


class DeskAdmin(ByRole, ModelAdmin):
    """A page of the admin that keeps the house's rules. Without a word from its class it is for reading only."""

    KEEPS_HOUSE_RULES = True
    # Columns that the search compares from their beginning on ("order__number"); `=` at the end means the whole value.
    SEARCH: ClassVar[tuple[str, ...]] = ()
    form: Any = StoredForm
    actions: Any = None
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    view_on_site = False
    save_as = False
    compressed_fields = True

    def __init__(self, model: type[Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        self.search_fields = self.SEARCH
        for what, roles in (("view", self.VIEW), ("add", self.ADD), ("change", self.CHANGE), ("delete", self.DELETE)):
            RIGHTS[f"{self.opts.app_label}.{what}_{self.opts.model_name}"] = frozenset(roles)

    # What is read -----------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the person's shops."""
        return self.scoped(request, super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskChangeList]:
        """The list, turned as every list of the desk is."""
        return DeskChangeList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """By the beginning of the named columns, as indexes are laid out for it."""
        text = search_term.strip()
        if not text or not self.SEARCH:
            return queryset, False
        wanted = Q()
        for column in self.SEARCH:
            wanted |= Q(**{column.removesuffix("=") if column.endswith("=") else f"{column}__startswith": text})
        return queryset.filter(wanted), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the filters of the page ask for. Anything else is a 400: no column is guessed letter by letter."""
        own = {getattr(each, "parameter_name", "") for each in self.list_filter if isinstance(each, type)}
        columns = [each if isinstance(each, str) else each[0] for each in self.list_filter if not isinstance(each, type)]
        columns += [self.date_hierarchy] if self.date_hierarchy else []
        return lookup in own or lookup in {f"{name}__{ask}" for name in columns for ask in ASKS}

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """What does not exist and what is another shop's look alike."""
        raise Http404

    # What is changed --------------------------------------------------------------------------------

    @contextmanager
    def signed(self, request: HttpRequest) -> Iterator[None]:
        """Changes of this request are journalled by the database under the person's name."""
        if request.method == "POST":
            with acting(actor_of(request, CHANNEL)):
                yield
        else:
            yield

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None) -> Any:
        """One row: looked at, added or changed."""
        with self.signed(request):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """One row, deleted; refused where the page is for reading."""
        with self.signed(request):
            return super().delete_view(request, object_id, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list. An action that it does not offer is refused, not ignored (Z8)."""
        if request.method == "POST" and request.POST.get("action", "") not in self.get_actions(request):
            raise PermissionDenied
        with self.signed(request):
            return super().changelist_view(request, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django keeps no history here; the journal does."""
        raise Http404

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the database has journalled it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the database has journalled it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the database has journalled it."""


class ReadInline(ByRole, TabularInline):
    """Rows of another table below a row, to be looked at. There is nothing in it that a POST could reach."""

    extra = 0
    max_num = 0
    hide_title = True
    can_delete = False
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows below the row; that one is of the person's shops already."""
        return super().get_queryset(request)
