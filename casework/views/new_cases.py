"""Several cases at once: a paste or a sheet, a look at what each row would do, one confirmation, and what became of each."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.open_all import open_all
from casework.actions.open_case import kind_by_hand
from casework.intake.rows import Line, Outcome, counts_of, lines_of, preview
from casework.intake.sheets import lines_of_sheet, text_of
from casework.likely import chapter_order
from casework.models import Case
from casework.registry import KINDS, SUBJECTS
from casework.views.once import new_key, once
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotAllowed

FIELDS = ("kind", "text", "note")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_cases(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST the preview, or with `open` opens the cases and says of each row what became of it."""
    by = actor_of(request)
    if not _kinds(by):
        raise NotAllowed
    given = {name: request.POST.get(name, "") for name in FIELDS}
    if request.method != "POST" or "begin" in request.POST:
        return _show(request, by, given)
    try:
        lines = _lines(request, given["text"])
        given["text"] = text_of(lines)
        if "open" in request.POST:
            return _open(request, by, given, lines)
        rows = preview(kind_by_hand(given["kind"]), lines, by=by)
    except DeskError as error:
        return _show(request, by, given, error=error)
    return _show(request, by, given, rows=rows, counts=counts_of(rows))


def _lines(request: HttpRequest, text: str) -> list[Line]:
    """The rows of the sheet when there is one, else the lines of the paste. Raises Malformed, BadFile."""
    file = request.FILES.get("file")
    lines = lines_of_sheet(file) if file is not None else lines_of(text)
    if not lines:
        raise Malformed(_("There is no number in it."), code="nothing_to_open", field="text")
    return lines


def _open(request: HttpRequest, by: Actor, given: dict[str, str], lines: list[Line]) -> HttpResponse:
    """Once for the form: a second sending shows what the first one did."""

    def deed() -> str:
        rows = open_all(given["kind"], lines, note=given["note"], by=by, at=now_of(request))
        return json.dumps([(each.line, each.text, each.outcome, str(each.reason), each.case.pk if each.case else None) for each in rows])

    told = json.loads(once(request, deed))
    cases = Case.objects.for_actor(by).in_bulk([pk for *_row, pk in told if pk])
    done = [
        {"line": line, "text": text, "outcome": outcome, "reason": reason, "case": cases.get(pk)}
        for line, text, outcome, reason, pk in told
    ]
    return _show(request, by, given, done=done, opened=sum(each["outcome"] == Outcome.OPENS for each in done))


def _kinds(by: Actor) -> list[type[Case]]:
    kinds = [kind for name, kind in KINDS.items() if name in SUBJECTS and by.has_role(frozenset(kind.OPENED_BY))]
    return sorted(kinds, key=chapter_order)


def _show(request: HttpRequest, by: Actor, given: dict[str, Any], *, error: DeskError | None = None, **more: Any) -> HttpResponse:
    kinds = [(kind.KIND, kind._meta.verbose_name, kind.CHAPTER) for kind in _kinds(by)]
    context = {"given": given, "kinds": kinds, "error": error, "once": new_key(), **more}
    return render(request, "casework/new_cases.html", context, status=error.status if error else 200)
