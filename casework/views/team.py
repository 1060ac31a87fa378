"""The leads' screen: who has how much, what is late, what nobody has; and giving a case to somebody from there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.actions.assign import give_case
from casework.lists.rows import rows_of
from casework.lists.team import free_cases, late_cases, loads, takers_of
from casework.views.verbs import refuse_stale
from orders.access import actor_of
from orders.clock import now_of
from orders.counting import how_many
from orders.errors import DeskError, Malformed, NotAllowed, NotFound
from orders.roles import LEADS
from orders.storable import whole

# Of each list; the rest is in the queue.
SHOWN = 12


@require_safe
@login_required
def team(request: HttpRequest) -> HttpResponse:
    """The screen. Raises NotAllowed for who leads no shop."""
    by, now = actor_of(request), now_of(request)
    if not by.has_role(LEADS):
        raise NotAllowed(_("Only leads see who has how much."), code="leads_only")
    late, free = late_cases(by, now), free_cases(by, now)
    numbers = how_many({"late": late, "free": free})
    people = loads(by, now)
    shown = rows_of([*late[:SHOWN], *free[:SHOWN]], by=by, now=now)
    takers = takers_of([row.case for row in shown], people)
    offered = [(row, takers[row.case.pk]) for row in shown]
    return render(
        request,
        "casework/team.html",
        {
            "people": people,
            "most": max((each.open for each in people), default=0),
            "groups": [
                ("late", _("Late"), numbers["late"], [each for each in offered if each[0].is_late], "?tab=overdue"),
                (
                    "free",
                    _("Nobody has it"),
                    numbers["free"],
                    [each for each in offered if not each[0].is_late],
                    "?tab=unassigned&waits=agents",
                ),
            ],
            "now": now,
        },
    )


@require_POST
@login_required
def give_from_team(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a case to the person that was chosen, and come back. A refusal is said there; nothing has changed then."""
    by, to = actor_of(request), request.POST.get("to", "")
    try:
        refuse_stale(request, case_id, by)
        colleague = whole(to)
        if colleague is None:
            raise Malformed(_("Choose a colleague."), code="bad_owner", field="to")
        given = give_case(case_id, colleague, by=by, at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("{number}: handed to {name}.").format(number=given.number, name=given.owner.shown_name))  # type: ignore[union-attr]
    return redirect("team")
