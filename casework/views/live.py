"""What an open page asks again and again: whether something has changed, who else is here, and what is new for its reader."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework import presence
from casework.live import Pulse, changed_since, pulse_of
from casework.models import Case
from casework.notices import fresh_words
from orders.access import actor_of
from orders.clock import now_of, parse_instant
from orders.errors import Malformed
from orders.people import people_of
from orders.storable import whole
from orders.straight import straight

FORM = re.compile(r"[a-z0-9_-]{1,60}")
# A page says each time when it will ask again, in seconds; somebody counts as here for so much longer.
SLOWEST = 60
LEEWAY = 2.5


@require_safe
@login_required
def live(request: HttpRequest) -> HttpResponse:
    """304 while nothing has changed: three queries and one question to Redis. Else what has, in words, as JSON.

    `case` and `seen`: the case of the page and its newest entry there; `writing`: the form in which one types; `pace`: when the page asks
    again; `told`: when it was last told of notices. Whatever cannot be read is left out.
    """
    given, now = request.GET, now_of(request)
    user_id, case_id, seen = _me(request), whole(given.get("case", "")), whole(given.get("seen", "")) or 0
    pulse = pulse_of(user_id, case_id, now)
    people = _here(given, case_id, user_id, now) if case_id and pulse.is_seen else {}
    tag = _tag(user_id, case_id, seen, pulse, people)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    told = {
        "lists": pulse.lists,
        "lists_at": pulse.lists_at and pulse.lists_at.isoformat(),
        "now": now.isoformat(),
        "unread": pulse.unread,
        "notices": fresh_words(actor_of(request), _instant(given.get("told", ""))) if pulse.unread else "",
        **(_about(case_id, seen, pulse, people) if case_id and pulse.is_seen else {}),
    }
    return JsonResponse(told, headers={"ETag": tag})


def _me(request: HttpRequest) -> int:
    assert request.user.pk is not None  # behind login_required
    return request.user.pk


def _instant(text: str) -> dt.datetime | None:
    try:
        return parse_instant(text) if text else None
    except Malformed:
        return None


def _here(given: Any, case_id: int, user_id: int, now: dt.datetime) -> dict[int, str]:
    """The others at the case, after having said that this person is there, for a bit longer than until the page asks again."""
    form, pace = given.get("writing", ""), min(whole(given.get("pace", "")) or SLOWEST, SLOWEST)
    return presence.say(case_id, user_id, form if FORM.fullmatch(form) else "", stays=round(pace * LEEWAY), now=now)


def _tag(user_id: int, *parts: Any) -> str:
    """Changes with whatever the answer says. Nobody's is another's."""
    return f'"{hashlib.sha256(repr((user_id, get_language(), *parts)).encode()).hexdigest()[:32]}"'


def _about(case_id: int, seen: int, pulse: Pulse, people: dict[int, str]) -> dict[str, Any]:
    case = Case.objects.get(pk=case_id)
    changed = changed_since(case, seen) if pulse.newest > seen else []
    return {
        "newest": max(pulse.newest, seen),
        "changed": [straight(_("{name}: {what}").format(name=name, what=", ".join(what))) for name, what in changed],
        "is_told": pulse.is_told,
        "people": _people(case, people),
    }


def _people(case: Case, people: dict[int, str]) -> list[dict[str, str]]:
    """Those who may see the case, by name: who looks, and who writes in which form."""
    found = people_of([case.shop_id]).filter(pk__in=people).order_by("pk") if people else []
    words = {True: _("{name} is writing"), False: _("{name} is looking")}
    return [{"form": people[each.pk], "words": words[bool(people[each.pk])].format(name=straight(each.shown_name))} for each in found]
