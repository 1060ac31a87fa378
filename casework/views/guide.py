"""Samples for the style guide: what the parts of the pages are drawn from, in every state. Nothing of it is kept in the database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.staticfiles import finders
from django.utils.translation import gettext_lazy as _

from casework.actions.offers import Offer
from casework.facts import Facts
from casework.lists.queues import OVERDUE, TURN, WAITING
from casework.lists.rows import Row
from casework.models import Case, Deadline, Journal
from casework.registry import KINDS, NEWS
from casework.views.case_parts import Event
from casework.workflow import Category, steps_of
from orders.access import Actor
from orders.errors import Reason
from orders.models import Buyer, Order, Shop, User

SAMPLE = 1
HOUR = dt.timedelta(hours=1)
LONG = "tb_一个长得不得了的买家昵称_2026_双十一"
BOX = {"class": "input"}
SYMBOL = re.compile(r'id="i-([a-z-]+)"')


@dataclass(frozen=True)
class Said:
    """A message as Django hands it to a page."""

    text: Any
    level_tag: str

    def __str__(self) -> str:
        return str(self.text)


class SampleForm(Facts):
    """A field of each look: box, choice, tick, text, select; with a hint."""

    amount = forms.DecimalField(label=_("Amount (yuan)"), help_text=_("At most what is left of the line."), widget=forms.NumberInput(BOX))
    who = forms.ChoiceField(label=_("Who"), choices=[("", "–"), ("a", _("Agents"))], widget=forms.Select(BOX))
    channel = forms.ChoiceField(label=_("Channel"), choices=[("chat", _("Chat")), ("phone", _("Phone"))], widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("The customer agreed"))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"class": "input", "rows": 2}), required=False)


def symbols() -> list[str]:
    """The names of all icons."""
    path = finders.find("casework/icons.svg")
    with open(str(path), encoding="utf-8") as sprite:
        return SYMBOL.findall(sprite.read())


def chips() -> list[dict[str, Any]]:
    """A filter of the queue, and one whose value there is not."""
    return [
        {"label": _("Kind"), "words": _("Complaints"), "without": "", "wrong": ""},
        {"label": _("Kind"), "words": "nonsense", "without": "", "wrong": _("there is no such value")},
    ]


def toasts() -> list[Said]:
    """A toast of each level."""
    tags = constants.DEFAULT_TAGS
    return [
        Said(_("The attempt is recorded."), tags[constants.SUCCESS]),
        Said(_("No case is free."), tags[constants.WARNING]),
        Said(_("Somebody was faster"), tags[constants.ERROR]),
    ]


def reasons() -> list[Reason]:
    """Why something is refused, with its rule."""
    return [
        Reason("sample", _("Nobody approves what they asked for themselves."), "R2.2"),
        Reason("other", _("Wait for the courier's answer."), "L1.4"),
    ]


def rows(user: User, now: dt.datetime) -> Iterator[Row]:
    """Rows of the queue: each mark, each tone of the clock, taken and free, with news and with a long name."""
    by = Actor.of(user, "page")
    for case in _cases(user, now):
        bucket = {Category.OPEN: TURN, Category.LEAD: TURN}.get(Category(case.category), WAITING)
        yield Row(case, bucket, "", _clock(now + 26 * HOUR), "", False, now, by)
    first = _case(user, now, Category.OPEN, owner=user)
    first.news = dict.fromkeys(NEWS, 1)
    yield Row(first, OVERDUE, str(_("Record the attempt")), _clock(now - HOUR), str(_("Answer")), True, now, by)
    yield Row(_case(user, now, Category.OPEN), TURN, "", _clock(now + HOUR), "", False, now, by)
    yield Row(_case(user, now, Category.COURIER), WAITING, "", _clock(now, left=5 * HOUR), "", False, now, by)


def events(now: dt.datetime) -> list[Event]:
    """A line of the timeline of each mark."""
    row = Journal(at=now, step="note", note=LONG, actor_name="agent", role="agent")
    return [Event(row, str(each.label), "", [str(_("Channel"))], str(_("Agent")), str(each)) for each in Category]


def refused(user: User, now: dt.datetime) -> Offer:
    """A step that is not for now, with the reasons."""
    step = steps_of(type(_case(user, now, Category.OPEN)))[0]
    return Offer(step, reasons(), starts_here=True)


def _cases(user: User, now: dt.datetime) -> list[Case]:
    return [_case(user, now, category, nick=LONG) for category in Category]


def _case(user: User, now: dt.datetime, category: Category, *, owner: User | None = None, nick: str = "tb_sample") -> Case:
    kind, state = next((kind, state) for kind in KINDS.values() for state in kind.STATES if state.category == category)
    shop = Shop(pk=SAMPLE, code="demo", name=str(_("Sample shop")))
    order = Order(pk=SAMPLE, shop=shop, buyer=Buyer(shop=shop, nick=nick), number="5118000990002971099")
    done = {"closed_at": now} if category == Category.DONE else {"queue": state.queue}
    case = kind(
        pk=SAMPLE,
        number="AS-202611-0001",
        kind=kind.KIND,
        shop=shop,
        order=order,
        owner=owner,
        opened_at=now,
        state=state,
        category=category,
        **done,
    )
    case.subject_label = "73000000001234"
    return case


def _clock(due: dt.datetime, left: dt.timedelta | None = None) -> Deadline:
    status = Deadline.Status.PAUSED if left is not None else Deadline.Status.OPEN
    return Deadline(kind="answer", due_at=due, wake_at=due, left=left, status=status)
