"""A case on paper: what a courier or the platform wants to see in a dispute, with its person behind masks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.photos.gallery import ask_gallery
from casework.reading import CaseView, read_case
from casework.registry import PAPERS
from casework.views.case_parts import EVERYTHING, ask_events, ask_order, contact_table, task_lines
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.together import Reading, answer, side_by_side


@require_safe
@login_required
def paper(request: HttpRequest, case_id: int) -> HttpResponse:
    """Everything on one page for the printer; `notes=no` leaves out what staff wrote among themselves. Raises NotFound outside one's shops."""
    by, now = actor_of(request), now_of(request)
    view = read_case(case_id, by=by, now=now)
    with_notes = request.GET.get("notes") != "no"
    context = {"view": view, "case": view.case, "now": now, "with_notes": with_notes, **answer(_ask(view, by, with_notes))}
    return render(request, "casework/paper.html", context)


def _ask(view: CaseView, by: Actor, with_notes: bool) -> Reading[dict[str, Any]]:
    """All of it, the oldest entry first; what was refused is no part of what happened."""
    case = view.case
    (told, _refused), pictures, order, *papers = yield from side_by_side(
        ask_events(view, EVERYTHING, with_notes=with_notes),
        ask_gallery(view.evidence, by),
        ask_order(case.order, case, by),
        *(each.ask(case, by, view.at.now) for each in PAPERS),
    )
    return {
        "events": told.rows[::-1],
        "pictures": pictures,
        "tasks": task_lines(view, EVERYTHING),
        "contacts": contact_table(view, EVERYTHING) if case.HAS_CONTACTS else [],
        "papers": list(zip(PAPERS, papers, strict=True)),
        **order,
    }
