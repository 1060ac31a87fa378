"""Looking at what a refund would do while it is written: pieces become amounts, and the page says what all of it comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from orders.access import actor_of
from orders.clock import now_of
from orders.errors import Malformed, NotFound
from orders.models import Line
from refunds.asking.concerned import incident_of
from refunds.asking.draft import Draft, read_pieces
from refunds.asking.figures import ZERO
from refunds.asking.simulation import Simulation, simulate
from refunds.models import Beyond, Ground, Reason
from refunds.money import yuan
from refunds.views.ask_form import AskForm
from refunds.views.ask_target import target_of


@dataclass(frozen=True)
class Looked:
    """What the form would do. `amounts` are those that pieces have just become, by line id: nobody has seen them yet."""

    simulation: Simulation
    amounts: dict[int, Decimal]
    # Some pieces cannot be read.
    is_unclear: bool


@require_POST
@login_required
def look(request: HttpRequest) -> HttpResponse:
    """The panel for a form as it stands, with the amounts that pieces have become. Changes nothing."""
    target = target_of(request.GET, actor_of(request))
    if target is None:
        raise NotFound
    form = AskForm.sent(target, request.POST)
    looked = look_at(form, request.POST, now_of(request))
    changed = [each for each in form.rows if each["row"].line and each["row"].line.pk in looked.amounts]
    return render(request, "refunds/parts/looked.html", {"sim": looked.simulation, "changed": changed, "unread": bool(form.errors)})


def look_at(form: AskForm, post: Any, at: dt.datetime) -> Looked:
    """Read the form as far as it can be read. Pieces that were changed since the page was shown become amounts in it.

    What cannot be read stands in the form's errors and asks for nothing.
    """
    target = form.target
    lines = [row.line for row in target.figures.lines if row.line]
    form.pieces = {line.pk: post.get(f"pieces-{line.pk}", "") for line in lines}
    pieces = {line.pk: count for line in lines if (count := _changed(form, post, line)) is not None}
    amounts = {line.pk: amount for line in lines if line.pk not in pieces and (amount := _amount(form, f"line-{line.pk}")) is not None}
    reason, ground = _why(form)
    advanced = _amount(form, "advanced") or ZERO
    kind = Beyond.FREIGHT.value if advanced else ""
    freight = _amount(form, "freight") or ZERO
    draft = Draft(amounts, pieces, freight=freight, beyond=advanced, beyond_kind=kind, reason=reason, ground=ground)
    found = simulate(target.order, target.figures, draft, above=incident_of(target.above), before=target.before, at=at)
    new = {part.line.pk: part.proposed for part in found.parts if part.proposed is not None}
    for row in target.figures.lines:
        if row.line and row.line.pk in new:
            form.typed[f"line-{row.line.pk}"] = str(new[row.line.pk])
    return Looked(found, new, is_unclear=any(name.startswith("pieces-") for name in form.errors))


def _changed(form: AskForm, post: Any, line: Line) -> int | None:
    """How many pieces were typed since the page was shown; None for the same as before, or for nothing."""
    typed = form.pieces[line.pk].strip()
    if typed == post.get(f"shown-{line.pk}", "") or not typed:
        return None
    try:
        return read_pieces(int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else typed, line, "lines")
    except Malformed as error:
        form.errors[f"pieces-{line.pk}"] = str(error.detail)
        return None


def _amount(form: AskForm, name: str) -> Decimal | None:
    text = form.typed.get(name, "")
    if not text.strip():
        return None
    try:
        return yuan(text, name, zero=True)
    except Malformed as error:
        form.errors.setdefault(name, str(error.detail))
        return None


def _why(form: AskForm) -> tuple[str, str]:
    reason, ground = form.typed.get("reason", ""), form.typed.get("ground", "")
    return reason if reason in Reason.values else "", ground if ground in Ground.values else ""
