"""News of a case for its owner: a chip on lists and page, and one letter, until somebody has seen them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from casework.actions.bulk import execute, insert_from
from casework.models import Case, Outbox
from casework.models.case import AWAKE
from casework.registry import NEWS
from orders.access import Actor

News = tuple[tuple[str, int], ...]


def tell_owner(case: Case, what: str, *, at: dt.datetime, count: int = 1) -> None:
    """Tell the owner of a case that `what` (a code of registry.NEWS) happened, `count` times. See tell_owners."""
    tell_owners([case], what, at=at, count=count)


def tell_owners(cases: Sequence[Case], what: str, *, at: dt.datetime, count: int = 1) -> None:
    """Put news on open cases, inside the door, in the same transaction as the deed; the caller holds the locks of the cases.

    The same news twice is one chip that counts, and one letter. A case that nobody owns shows its chip and sends no
    letter; a closed one is left alone; one that was laid aside comes back. As many statements for one case as for a thousand with equal
    news. Raises KeyError for an unknown code.
    """
    assert NEWS[what]
    told = [case for case in cases if case.is_open]
    Outbox.objects.bulk_create(_letter(case, what, at) for case in told if case.owner_id and what not in case.news)
    groups: dict[News, list[int]] = defaultdict(list)
    for case in told:
        case.news = case.news | {what: case.news.get(what, 0) + count}
        case.news_at = at
        case.snoozed_until, case.snoozed_for = None, ""
        groups[tuple(case.news.items())].append(case.pk)
    for news, ids in groups.items():
        Case.objects.filter(pk__in=ids).update(news=dict(news), news_at=at, **AWAKE)


LETTERS = """
FROM {table} t JOIN casework_case c ON c.id = t.case_id
WHERE c.closed_at IS NULL AND c.owner_id IS NOT NULL AND NOT jsonb_exists(c.news, {what}) ORDER BY c.id
"""
CHIPS = """
UPDATE casework_case c SET news = c.news || jsonb_build_object({what}, coalesce((c.news ->> {what})::int, 0) + 1), news_at = %(at)s,
    snoozed_until = NULL, snoozed_for = ''
FROM {table} t WHERE c.id = t.case_id AND c.closed_at IS NULL
"""


def tell_many(table: str, what: str = "", *, at: dt.datetime) -> None:
    """tell_owners for the cases of a temporary table (column case_id), in two statements whatever their number.

    Without `what` each row says it itself: its column `facts` holds {"news": code}.
    """
    assert not what or NEWS[what]
    code = "%(what)s::text" if what else "(t.facts ->> 'news')"
    columns = {
        "topic": "'notice'",
        "payload": f"jsonb_build_object('to', 'owner', 'about', {code}, 'case', c.id)",
        "created_at": "%(at)s",
        "wake_at": "%(at)s",
    }
    insert_from(Outbox, columns, LETTERS.replace("{what}", code), table, what=what, at=at)
    execute(CHIPS.replace("{what}", code), table, what=what, at=at)


def tell_leads(table: str, about: str, *, at: dt.datetime) -> None:
    """A letter to the leads about each case of a temporary table (column case_id), in one statement."""
    columns = {
        "topic": "'notice'",
        "payload": "jsonb_build_object('to', 'leads', 'about', %(about)s::text, 'case', t.case_id)",
        "created_at": "%(at)s",
        "wake_at": "%(at)s",
    }
    insert_from(Outbox, columns, "FROM {table} t WHERE t.case_id IS NOT NULL ORDER BY t.case_id", table, about=about, at=at)


def forget_news(cases: Sequence[Case], by: Actor) -> None:
    """Whoever the news are for has worked on the case, or the case has ended: they were seen. No statement when there are none."""
    seen = [case for case in cases if case.news and (not case.is_open or (by.is_person and case.owner_id in (None, by.user_id)))]
    if seen:
        Case.objects.filter(pk__in=[case.pk for case in seen]).update(news={}, news_at=None)
    for case in seen:
        case.news, case.news_at = {}, None


def _letter(case: Case, what: str, at: dt.datetime) -> Outbox:
    return Outbox(topic="notice", payload={"to": "owner", "about": what, "case": case.pk}, created_at=at, wake_at=at)
