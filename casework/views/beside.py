"""What stands beside the work on the case page: drafts, what changed meanwhile, laying aside, who else is here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from casework.actions.snooze import back_at
from casework.calendars import SHOP_TIME
from casework.clocks import SOON
from casework.drafts import drafts_of
from casework.live import changed_since
from casework.models import Deadline, Draft
from casework.reading import CaseView
from casework.views.typed import Typed
from orders.access import Actor
from orders.roles import STAFF
from orders.storable import whole

MORNING = dt.time(9)


def beside(view: CaseView, by: Actor, typed: Typed | None, drafts: Iterable[Draft]) -> dict[str, Any]:
    """For the templates of these parts. `seen` is the newest entry of what is drawn."""
    case, works = view.case, by.role_in(view.case.shop_id) in STAFF
    mine = case.is_open and case.owner_id == by.user_id
    return {
        "seen": max((each.pk for each in view.newest), default=0),
        # What a refused form held is in the form already.
        "drafts": [each for each in drafts_of(case, drafts) if typed is None or each.form != typed.form] if works else [],
        "meanwhile": _meanwhile(view, typed),
        "may_watch": works and (case.is_open or case.is_watched),
        "may_snooze": mine and not case.snoozed_until and not _is_due_soon(view),
        "may_wake": mine and bool(case.snoozed_until),
        "back_at": back_at(case, view.at),
        "times": choices_of_time(view.at.now) if mine else [],
    }


def _meanwhile(view: CaseView, typed: Typed | None) -> list[tuple[str, list[str]]]:
    """What others did since the page was drawn from which a stale form came."""
    seen = typed.value("seen") if typed is not None and typed.error.status == HTTPStatus.CONFLICT else ""
    entry = whole(seen)
    return changed_since(view.case, entry) if entry is not None else []


def _is_due_soon(view: CaseView) -> bool:
    return any(each.status in Deadline.RUNNING and each.due_at - view.at.now <= SOON for each in view.deadlines)


def choices_of_time(now: dt.datetime) -> list[tuple[str, str]]:
    """The usual times to lay a case aside until, each with its instant; days begin at nine in shop time."""
    local = now.astimezone(SHOP_TIME)
    days_to_monday = 7 - local.weekday()
    found = [
        (_("In three hours"), local + dt.timedelta(hours=3)),
        (_("Tomorrow morning"), _morning(local, 1)),
        (_("Monday morning"), _morning(local, days_to_monday)),
    ]
    return [(label, at.isoformat(timespec="minutes")) for label, at in found[: 3 if days_to_monday > 1 else 2]]


def _morning(local: dt.datetime, days: int) -> dt.datetime:
    return dt.datetime.combine(local.date() + dt.timedelta(days=days), MORNING, SHOP_TIME)
