"""Notices in words, and how many are new: for the list, the bell and the page that is open."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.models import Notice
from casework.models.case import Case
from casework.registry import NEWS
from orders.access import Actor, ScopedQuerySet

NEWEST = 200


def notices_of(by: Actor) -> ScopedQuerySet:
    """The person's own notices of cases that they may still see, the newest first."""
    rows: ScopedQuerySet = Notice.objects.for_actor(by).filter(user=by.user_id)
    return rows


def notice_words(notice: Notice) -> str:
    """What a notice says, in the reader's language; how often when it is more than once."""
    words = str(NEWS.get(notice.about, notice.about)) if notice.what == Notice.What.NEWS else str(Notice.What(notice.what).label)
    return f"{words} ×{notice.count}" if notice.count > 1 else words


def fresh_words(by: Actor, since: dt.datetime | None) -> str:
    """What came since, in one sentence however much it is; "" when nothing did, or on the first look of a page."""
    if since is None:
        return ""
    fresh = list(notices_of(by).filter(read_at__isnull=True, at__gt=since).select_related("case")[:NEWEST])
    cases = {each.case_id for each in fresh}
    if len(cases) == 1:
        case: Case = fresh[0].case
        return _("{what}: {number}").format(what=notice_words(fresh[0]), number=case.number)
    return (
        ngettext("%(count)d case has something new for you", "%(count)d cases have something new for you", len(cases))
        % {"count": len(cases)}
        if cases
        else ""
    )
