"""The scripts of a case: found by a word, filled from its facts, copied; personal data only by a reveal (S4.1, S5.1)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from casework.actions.reveal import reveal
from casework.models import Case, Check, Outcome
from casework.replies.checking import Draft, Finding, check, rules_of
from casework.scripts.library import Offered, script_for, scripts_for
from casework.scripts.told import told_of
from casework.scripts.variables import Told
from casework.situation import Situation
from casework.views.given import is_part
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.roles import AGENTS

LONGEST_SEARCH = 60


def taken_over(request: HttpRequest, case: Case, at: Situation, by: Actor) -> tuple[str, str]:
    """The text and the code of the script that the address asks for; "" where there is none, or something is missing in it."""
    code = request.GET.get("script", "")
    if not code or not case.is_open or by.role_in(case.shop_id) not in AGENTS:
        return "", ""
    offered = script_for(Told(case, at, by), code)
    return (offered.filled.text, offered.script.code) if offered.filled.may_copy else ("", "")


def checked(offered: list[Offered], told: Told) -> list[tuple[Offered, list[Finding]]]:
    """Each script with what the rules for replies find in it; whether it was sent before is asked when it is used."""
    rules = [each for each in rules_of(told.case.shop_id) if each.check_for != Check.REPEATS]
    return [(each, check(Draft(each.filled.text, told.case, outcome=Outcome.SENT), rules)) for each in offered]


@require_safe
@login_required
def scripts(request: HttpRequest, case_id: int) -> HttpResponse:
    """The list, as a page or as the part of the dialog."""
    return _page(request, told_of(case_id, by=actor_of(request), now=now_of(request)), words=request.GET.get("q", "")[:LONGEST_SEARCH])


@login_required
def reveal_script(request: HttpRequest, case_id: int, code: str) -> HttpResponse:
    """One script with the person in clear, on this answer alone; journalled with the reason."""
    if request.method != "POST":
        return redirect("case_scripts", case_id)
    told = told_of(case_id, by=actor_of(request), now=now_of(request))
    script_for(told, code)
    try:
        told.person = reveal(case_id, reason=request.POST.get("reason", ""), by=told.by, at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return _page(request, told, only=code, error=error)
    return _page(request, told, only=code)


def _page(request: HttpRequest, told: Told, *, words: str = "", only: str = "", error: DeskError | None = None) -> HttpResponse:
    found = [script_for(told, only)] if only else scripts_for(told, words)
    context: dict[str, Any] = {
        "case": told.case,
        "offered": checked(found, told),
        "script_words": words,
        "only": only,
        "error": error,
        "reason": request.POST.get("reason", ""),
    }
    name = "casework/reply/scripts_list.html" if is_part(request) else "casework/reply/scripts.html"
    return render(request, name, context, status=error.status if error else 200)
