"""The first screen: what runs out first, across kinds, for the shops of this person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.beginning import first_steps
from casework.lists.queues import GROUPS, OVERDUE, TURN, WAITING, counts, grouped
from casework.lists.rows import rows_of
from casework.promised import open_promises
from casework.reading import list_cases
from orders.access import actor_of
from orders.clock import now_of
from orders.demo import demo_of
from orders.keyset import page_of
from orders.roles import AGENTS

# Per group; the rest is one click away in the queue, of promises on their own page.
SHOWN = 15
# Where the rest of a group is found.
REST = {OVERDUE: "?tab=overdue", TURN: "?tab=all", WAITING: "?tab=all"}


@require_safe
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """Overdue, our turn, waiting; each begins with what runs out first."""
    by, now = actor_of(request), now_of(request)
    numbers = counts(by, now)
    opened = grouped(list_cases(by).filter(closed_at__isnull=True), by, now)
    cases = [case for bucket in GROUPS for case in opened.filter(bucket=bucket)[:SHOWN]]
    rows = rows_of(cases, by=by, now=now)
    context = {
        "groups": [(bucket, GROUPS[bucket], [row for row in rows if row.bucket == bucket], REST[bucket]) for bucket in GROUPS],
        "numbers": numbers,
        "by_group": {OVERDUE: numbers["overdue"], TURN: numbers["turn"], WAITING: numbers["waits"]},
        "may_take": by.has_role(AGENTS),
        "demo": demo_of(by),
        "first_steps": first_steps(by) if getattr(request.user, "start", "") == "on" else [],
        "promises": page_of(open_promises(by), {}, SHOWN),
        "now": now,
    }
    return render(request, "casework/today.html", context)
