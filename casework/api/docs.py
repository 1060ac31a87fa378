"""The API's description for programs, and pages to read it on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from casework.api.described import Operation, described
from orders.api.views import refuse_unknown
from orders.errors import Text

# In the order in which a program needs them.
CHAPTERS: dict[str, Text] = {
    "orders": _("Orders"),
    "cases": _("Cases"),
    "tasks": _("Questions to others"),
    "notices": _("Notices"),
    "intake": _("What is this about?"),
    "scripts": _("Reply scripts"),
    "refunds": _("Refunds"),
    "compensations": _("Compensations"),
    "register": _("Refund register"),
    "delegations": _("Stand-ins"),
    "step-up": _("The password again"),
    "returns": _("Returns"),
    "exchanges": _("Exchanges"),
    "reshipments": _("Reshipments"),
    "gifts": _("Gifts"),
    "out-of-stock": _("Out of stock"),
    "invoices": _("Invoices"),
    "parcels": _("Parcels"),
    "outages": _("Outages"),
    "nightly-runs": _("Nightly runs"),
    "complaints": _("Complaints by department"),
    "claims": _("Claims against couriers"),
}


class Schema(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON as the caller accepts, or `?format=json`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Only the format may be chosen."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, {"format"})


@require_safe
def docs(request: HttpRequest, chapter: str = "") -> HttpResponse:
    """How to call, what refusals mean and every operation in a line; or one chapter's operations in full. For everybody, as the schema is."""
    api = described()
    about: dict[str, Any] = {"chapters": [(name, title, api.chapters[name]) for name, title in CHAPTERS.items()]}
    if not chapter:
        return render(request, "casework/api/start.html", about | {"refusals": api.refusals.items()})
    if chapter not in CHAPTERS:
        raise Http404
    operations = api.chapters[chapter]
    about |= {"here": chapter, "title": CHAPTERS[chapter], "operations": operations, "shapes": _shapes(operations)}
    return render(request, "casework/api/chapter.html", about)


def _shapes(operations: tuple[Operation, ...]) -> list[Any]:
    """What the operations answer, each shape once."""
    answers = [body for each in operations for body in each.answers.values() if body]
    return list({each.anchor: each for each in answers}.values())
