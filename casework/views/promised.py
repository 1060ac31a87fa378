"""Promises that are made with a reply or a contact, as the form holds them: `promise` names the rows that are ticked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from casework.actions.promise import read_given
from casework.actions.promises_given import Given
from casework.calendars import SHOP_TIME
from casework.models import ContactAttempt
from casework.replies.patterns import CLAUSE, fold
from casework.replies.promises import find_promises
from casework.situation import Situation

MOST = 10


@dataclass(frozen=True)
class Offer:
    """A promise as it is offered beside a text: ticked where it is one for sure."""

    name: str
    words: str
    what: str
    due: str
    is_ticked: bool


def offers_of(text: str, at: Situation) -> list[Offer]:
    """What a text promises, to be ticked."""
    found = find_promises(text, at)[:MOST]
    return [
        Offer(str(number), each.words, sentence_of(text, each.words), f"{each.due_at.astimezone(SHOP_TIME):%Y-%m-%dT%H:%M}", each.is_sure)
        for number, each in enumerate(found)
    ]


def sentence_of(text: str, words: str) -> str:
    """The clause of the text in which the folded words stand."""
    return next((each[0].strip() for each in CLAUSE.finditer(text) if words in fold(each[0])), text.strip())[:500]


def promises_of(sent: QueryDict, now: dt.datetime) -> list[Given]:
    """The ticked promises of a form. Raises Malformed naming the field."""
    names = sent.getlist("promise")[:MOST]
    return [read_given(sent.get(f"promise_what_{name}", ""), sent.get(f"promise_due_{name}", ""), now) for name in names]


def warned(said: str, attempt: ContactAttempt) -> str:
    """What was done, and what the rules for replies warn of."""
    return " ".join([said, *(str(_("Mind next time: {finding}")).format(finding=each.message) for each in attempt.findings)])
