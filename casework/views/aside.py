"""Laying a case aside, taking it back, watching it: what is done beside the work itself."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.actions.snooze import back_at, snooze, wake
from casework.actions.watch import stop_watching, watch
from casework.models import SnoozedFor
from casework.situation import read_situations
from casework.templatetags.workbench import stamp
from casework.views.verbs import verb
from orders.access import Actor
from orders.clock import now_of, parse_instant


@verb("snooze")
def lay_aside(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Lay the case aside until a time, or until somebody answers."""
    # A time of one's own is what the person said, whichever button went with it.
    given = request.POST.get("until_own") or request.POST.get("until", "")
    wants = request.POST.get("waits_for") or SnoozedFor.TIME
    case = snooze(case_id, until=parse_instant(given, "until") if given else None, wants=wants, by=by, at=now_of(request))
    back = back_at(case, read_situations([case], now=now_of(request), actor=by)[case.pk])
    assert back is not None  # it was just laid aside
    return _("Laid aside until {when}; earlier when something happens.").format(when=stamp(back))


@verb("snooze")
def take_back(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Take it back now."""
    wake(case_id, by=by, at=now_of(request))
    return _("The case is among yours again.")


@verb("watch")
def set_watch(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Watch the case, or no longer."""
    if request.POST.get("on") == "no":
        stop_watching(case_id, by=by)
        return _("You are not told of this case any more.")
    watch(case_id, by=by, at=now_of(request))
    return _("You are told when others change this case.")
