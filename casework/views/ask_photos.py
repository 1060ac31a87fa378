"""Asking the customer for photos from the case page: the link is made and shown once, or revoked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.actions.ask_photos import make_link, revoke_link
from casework.photos.asking import message_of
from casework.views.case import case_page
from casework.views.typed import Typed
from casework.views.verbs import verb
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound


@login_required
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    """Make a link; the answer, and no other page, holds the message with it."""
    if request.method != "POST":
        return redirect("case", case_id)
    sent = request.POST
    try:
        link, token = make_link(case_id, kinds=sent.getlist("kinds"), plea=sent.get("plea", ""), by=actor_of(request), at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return case_page(request, case_id, Typed("photos", sent, error))
    return case_page(request, case_id, letter=message_of(link, link_url(request, token)))


@verb("photos")
def revoke(request: HttpRequest, case_id: int, by: Actor, link_id: int) -> str:
    """End a link."""
    revoke_link(case_id, link_id, by=by, at=now_of(request))
    return _("The link no longer opens.")


def link_url(request: HttpRequest, token: str) -> str:
    """The whole address of a customer's link."""
    return request.build_absolute_uri(reverse("customer_upload", args=[token]))
