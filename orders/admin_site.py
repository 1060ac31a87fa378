"""The admin as a place of the desk: who gets in, by which login, and what it leaves out of Django's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from orders.access import acting, actor_of
from orders.roles import Role

CHANNEL = "admin"
# Those who have something to do or to look up there. Packers work in the workbench alone.
INSIDE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.FINANCE, Role.AUDITOR, Role.ADMIN})
# Addresses of Django's that lead past our querysets.
LEFT_OUT = {"view_on_site"}


class DeskSite(UnfoldAdminSite):
    """Entered by role. A superuser without a role keeps accounts and shops, and sees nothing of a case."""

    site_header = _("After-sales desk")
    index_title = _("Back office")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in what keeps the rules of this house (DeskAdmin); what comes along with other apps stays out."""
        if getattr(admin_class, "KEEPS_HOUSE_RULES", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person's roles open the admin at all."""
        user = request.user
        if not user.is_authenticated or not user.is_active:
            return False
        return bool(user.is_superuser) or actor_of(request, CHANNEL).has_role(INSIDE)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Strangers log in first; who is logged in and has no business here is told so."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return inner

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one login for the whole desk."""
        query = QueryDict(mutable=True)
        query["next"] = request.GET.get("next", resolve_url("admin:index"))
        return HttpResponseRedirect(f"{resolve_url('login')}?{query.urlencode(safe='/')}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own password; the journal says whose it was."""
        with acting(actor_of(request, CHANNEL)):
            return super().password_change(request, extra_context)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The theme's search over everything is not used; each list has its own."""
        raise Http404

    def get_urls(self) -> list[Any]:
        """Django's addresses without those that lead past our querysets."""
        return [each for each in super().get_urls() if getattr(each, "name", None) not in LEFT_OUT]

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Django's own history is not kept: the journal is (DESIGN 3)."""
        return super().get_log_entries(request).none()

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """The tables by app, when they are asked for: a page with a sidebar does not, and sorting them translates each name many times."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page gets. Colours stand in our stylesheet, so that no page carries styles of its own."""
        return super().each_context(request) | {"colors": None, "border_radius": None}
