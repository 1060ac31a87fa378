"""@name in a note: that colleague gets a notice, when they may see the case."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Notice
from orders.access import Actor
from orders.errors import Malformed
from orders.models import User
from orders.people import people_of
from orders.straight import straight

# Not the middle of a mail address.
SIGN = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠](?=\S)")
GOES_ON = re.compile(r"[A-Za-z0-9_-]")
TELL = """
INSERT INTO casework_notice (user_id, case_id, what, about, count, at, by_id)
SELECT who, %(case)s, %(what)s, '', 1, %(at)s, %(by)s FROM unnest(%(users)s::bigint[]) who
ON CONFLICT (user_id, case_id, what, about) WHERE read_at IS NULL
DO UPDATE SET count = casework_notice.count + 1, at = excluded.at, by_id = excluded.by_id
"""


def mentioned_in(text: str, case: Case, *, strict: bool = True) -> list[int]:
    """The people whose names follow an @ in the text, all of one name. No query without one.

    Anybody else is left out, or, where it is `strict`, raises Malformed `unknown_mention`: the same for no such person and for one who may not
    see the case.
    """
    # As a page shows it, from which a name may have been copied.
    text = straight(text)
    signs = list(SIGN.finditer(text))
    names = _names(case) if signs else []
    found: list[int] = []
    for sign in signs:
        rest = text[sign.end() :]
        fit = [(len(name), person) for name, person in names if _begins_with(rest, name)]
        if not fit and not strict:
            continue
        if not fit:
            word = re.split(r"[\s,.;:!?，。；：！？、]", rest, maxsplit=1)[0][:20]
            sentence = str(_("“@{word}” is nobody who sees this case. Write a colleague's name behind the @, or leave it out."))
            raise Malformed(sentence.format(word=word), code="unknown_mention", field="note")
        found += [person for length, person in fit if length == fit[0][0]]
    return list(dict.fromkeys(found))


def _begins_with(rest: str, name: str) -> bool:
    """Chinese writes on without a blank; a Latin name ends where its word does."""
    return rest.casefold().startswith(name.casefold()) and not (GOES_ON.match(name[-1]) and GOES_ON.match(rest[len(name) :]))


def _names(case: Case) -> list[tuple[str, int]]:
    """Who may see the case, with every name that colleagues use, the longest first."""
    names = [(name, each.pk) for each in people_of([case.shop_id]) for name in _names_of(each)]
    return sorted(names, key=lambda pair: -len(pair[0]))


def _names_of(person: User) -> set[str]:
    return set(filter(None, map(straight, (person.code, person.username, person.shown_name))))


def names_to_write(people: Sequence[User]) -> list[tuple[User, str]]:
    """Each with the name by which a note tells them alone: the one that is shown, or where another has it too that of their account."""
    times = Counter(name for each in people for name in {name.casefold() for name in _names_of(each)})
    shown = [(each, straight(each.shown_name)) for each in people]
    return [(each, name if times[name.casefold()] == 1 else each.username) for each, name in shown]


def tell_mentioned(case: Case, users: list[int], *, by: Actor, at: dt.datetime) -> None:
    """Give them their notices, in the transaction of the note; nobody tells themselves. No query when there is nobody."""
    others = [each for each in users if each != by.user_id]
    if others:
        with connection.cursor() as cursor:
            cursor.execute(TELL, {"users": others, "case": case.pk, "what": Notice.What.MENTIONED, "at": at, "by": by.user_id})
