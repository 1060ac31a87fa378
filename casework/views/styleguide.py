"""The style guide: every part of the pages in every state, drawn by the very templates that the pages use. In debug only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.models import Task
from casework.registry import TASK_KINDS
from casework.views import guide
from casework.views.answers import drawn_answers
from casework.views.errors import TITLES
from casework.views.me import person
from casework.workflow import Category
from orders.clock import now_of
from orders.keyset import AFTER, part_of

COLOURS = ("bg", "surface", "sunk", "hover", "line", "line-2", "field", "ink", "ink-2", "ink-3", "accent", "accent-fill", "accent-soft")
SIZES = {1: 12, 2: 13, 3: 14, 4: 16, 5: 20, 6: 24}


@require_safe
@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; nowhere but where somebody works on the desk itself."""
    if not settings.DEBUG:
        raise Http404
    user, now = person(request), now_of(request)
    context = {
        "colours": COLOURS,
        "sizes": SIZES.items(),
        "symbols": guide.symbols(),
        "categories": Category.choices,
        "rows": list(guide.rows(user, now)),
        "wants": [{"tab": tab} for tab in ("overdue", "mine", "unassigned", "all")] + [{"text": "5118"}],
        "chips": guide.chips(),
        "said": guide.toasts(),
        "offer": guide.refused(user, now),
        "events": guide.events(now),
        "forms": [guide.SampleForm(), guide.SampleForm({"amount": "1e9", "channel": "none"}, auto_id="bad_%s")],
        "answers": drawn_answers(Task(pk=guide.SAMPLE, kind=next(iter(TASK_KINDS))), None),
        "page_of_many": part_of(range(30), {AFTER: "10"}, 10),
        "refusals": [(status, TITLES[status], reasons) for status, reasons in ((409, guide.reasons()), (404, []))],
    }
    return render(request, "casework/styleguide.html", context)
