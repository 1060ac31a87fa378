"""The person's own page: who they are, language, theme, density, single keys, the way out."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from casework.actions.keep_fold import keep_fold
from casework.actions.set_look import LOOK_WORDS, LOOKS, next_look, set_look
from orders.access import actor_of
from orders.models import User


@require_GET
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Roles by shop, and how the workbench looks."""
    user = person(request)
    looks = [(name, User._meta.get_field(name), getattr(user, name)) for name in LOOKS]
    return render(request, "casework/me.html", {"memberships": user.memberships.select_related("shop"), "looks": looks})


@require_POST
@login_required
def look(request: HttpRequest) -> HttpResponse:
    """Set a look (`theme=dark`), or turn it one further (`turn=theme`). The script gets JSON, everybody else goes back."""
    user, by = person(request), actor_of(request)
    turned = request.POST.get("turn", "")
    given = {turned: next_look(user, turned)} if turned else {name: request.POST[name] for name in LOOKS if name in request.POST}
    for name, value in given.items():
        set_look(user, name, value, by=by)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({name: {"value": value, "label": str(LOOK_WORDS[value])} for name, value in given.items()})
    return HttpResponseRedirect(way_back(request))


@require_POST
@login_required
def folds(request: HttpRequest) -> HttpResponse:
    """Keep a part of the case page open (`is_open=yes`) or shut. Raises Malformed."""
    keep_fold(request.POST.get("part", ""), is_open=request.POST.get("is_open") == "yes", by=actor_of(request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def person(request: HttpRequest) -> User:
    """The logged-in person; the caller is behind login_required."""
    assert isinstance(request.user, User)
    return request.user


def way_back(request: HttpRequest, otherwise: str = "/") -> str:
    """The address that a form wants to go to afterwards, when it is one of ours."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else otherwise
