"""The inspection: per line how many pieces came in which condition, with photos (R5.2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.models import EvidenceKind
from casework.reading import CaseView, read_case
from casework.views.given import version_of
from casework.views.once import new_key, once
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotAllowed, NotFound
from refunds.actions.inspect import inspect as do_inspect
from refunds.goods.coming import Coming, coming
from refunds.goods.findings import CONDITIONS, found_of
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.coming_back.part import RECEIVERS
from refunds.models.returned import ReturnLine

PHOTO = EvidenceKind.PHOTO_INSPECTION
LONGEST_REMARK = 500


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inspect(request: HttpRequest, case_id: int) -> HttpResponse:
    """The form, and what it brings about: all as claimed, or a difference. Raises NotFound for other kinds of case, NotAllowed."""
    by, now = actor_of(request), now_of(request)
    view = read_case(case_id, by=by, now=now)
    if not isinstance(view.case, ComesBack):
        raise NotFound
    if by.role_in(view.case.shop_id) not in RECEIVERS:
        raise NotAllowed
    if request.method != "POST":
        return _show(request, view)
    try:
        said = once(request, lambda: _inspect(request, case_id, coming(view.at)))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, read_case(case_id, by=by, now=now), error)
    messages.success(request, said)
    return redirect("returns")


def _inspect(request: HttpRequest, case_id: int, found: Coming) -> str:
    """The step that the numbers say, with its photos."""
    by, now = actor_of(request), now_of(request)
    given = [{"line": each.line_id} | {name: _number(request, name, each) for name in CONDITIONS} for each in found.lines]
    for each, counts in found_of(given, found.lines):
        for name, number in counts.items():
            setattr(each, name, number)
    facts = {"found": given, "remark": request.POST.get("remark", "")}
    step, photos = "found_right" if found.is_right else "found_different", request.FILES.getlist("photos")
    do_inspect(case_id, step, photos=photos, facts=facts, version=version_of(request), by=by, at=now)
    return _("Inspected: all as claimed.") if found.is_right else _("Inspected. The difference is back with the agent.")


def _number(request: HttpRequest, name: str, each: ReturnLine) -> int:
    field = field_name(name, each)
    text = request.POST.get(field, "").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Malformed(_("This is no number of pieces."), code="bad_quantity", field=field)
    return int(text)


def field_name(name: str, each: ReturnLine) -> str:
    """How the field of a condition of a line is called."""
    return f"{name}-{each.line_id}"


def _show(request: HttpRequest, view: CaseView, error: DeskError | None = None) -> HttpResponse:
    found = coming(view.at)
    offer = next(each for each in view.offers if each.step.name == "found_right")
    typed = request.POST if error else {}
    rows = [(each, [_cell(each, name, typed) for name in CONDITIONS]) for each in found.lines]
    context: dict[str, Any] = {
        "view": view,
        "case": view.case,
        "coming": found,
        "rows": rows,
        "offer": offer,
        "closed": [] if offer.starts_here else offer.reasons,
        "photos": [each for each in view.at.evidence if each.kind == PHOTO],
        "error": error,
        "remark": typed.get("remark", ""),
        "once": new_key(),
        "longest": LONGEST_REMARK,
    }
    return render(request, "refunds/inspect.html", context, status=error.status if error else 200)


def _cell(each: ReturnLine, name: str, typed: Any) -> tuple[str, str]:
    """A field's name and what stands in it: at first everything is as claimed."""
    field = field_name(name, each)
    return field, typed.get(field, "") if typed else str(each.quantity) if name == "good" else ""
