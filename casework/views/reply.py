"""The reply box of the case page: checked while one types, recorded as sent with its very text (S4.1, S4.2, S1.4)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from casework.actions.deeds import record_contact
from casework.actions.promise import end_promise, make_promise, take_promise_back
from casework.models import Outcome
from casework.replies.checking import Draft, check, rules_of
from casework.scripts.fill import LONGEST
from casework.scripts.told import told_of
from casework.views.promised import offers_of, promises_of, warned
from casework.views.verbs import verb
from orders.access import Actor, actor_of
from orders.clock import now_of


@verb("reply")
def send(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Record a text as sent. What was typed comes back when a rule forbids it."""
    now, sent = now_of(request), request.POST
    attempt = record_contact(
        case_id,
        channel=sent.get("channel", ""),
        outcome=Outcome.SENT,
        note=sent.get("text", ""),
        script=sent.get("script", ""),
        promises=promises_of(sent, now),
        by=by,
        at=now,
    )
    return warned(_("Recorded as sent."), attempt)


@login_required
def look_at(request: HttpRequest, case_id: int) -> HttpResponse:
    """What the rules find in a text, and what it promises; changes nothing. A note is looked through for promises only."""
    if request.method != "POST":
        return redirect("case", case_id)
    told = told_of(case_id, by=actor_of(request), now=now_of(request))
    is_note = "text" not in request.POST
    text = request.POST.get("note" if is_note else "text", "")[:LONGEST]
    kept_as = told.case.redacted(text, told.at)
    draft = Draft(text, told.case, script=request.POST.get("script", "")[:60], kept_as=kept_as)
    context: dict[str, Any] = {
        "findings": [] if is_note or not text.strip() else check(draft, rules_of(told.case.shop_id)),
        "offers": offers_of(text, told.at),
        "form": "" if is_note else "reply-form",
        "is_looked_at": bool(text.strip()) and not is_note,
    }
    return render(request, "casework/reply/findings.html", context)


@verb("promise")
def promise(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Put a promise on record."""
    make_promise(case_id, what=request.POST.get("what", ""), due_at=request.POST.get("due_at", ""), by=by, at=now_of(request))
    return _("The promise is on record.")


@verb("promise-{promise_id}")
def promise_kept(request: HttpRequest, case_id: int, by: Actor, promise_id: int) -> str:
    """Say that it was kept."""
    end_promise(case_id, promise_id, is_kept=True, by=by, at=now_of(request))
    return _("The promise is kept.")


@verb("promise-{promise_id}")
def promise_off(request: HttpRequest, case_id: int, by: Actor, promise_id: int) -> str:
    """Say that it is off, and why."""
    end_promise(case_id, promise_id, is_kept=False, reason=request.POST.get("reason", ""), by=by, at=now_of(request))
    return _("The promise is off.")


@verb("promise-{promise_id}")
def promise_back(request: HttpRequest, case_id: int, by: Actor, promise_id: int) -> str:
    """Take its end back."""
    take_promise_back(case_id, promise_id, by=by, at=now_of(request))
    return _("The promise stands again.")
