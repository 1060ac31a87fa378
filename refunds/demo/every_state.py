"""Cases of every kind in every state: where the stories leave a blank, somebody plays a case there on an untouched order of the demo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from random import Random

from django.db import connection, transaction
from django.db.models import Q

from casework.actions.sweep import fire_case
from casework.models import Case
from casework.registry import KINDS
from casework.workflow import Clock
from orders.access import Actor
from orders.errors import DeskError
from orders.models import Order, Shop
from refunds.demo.not_shown import NOT_SHOWN
from refunds.demo.openers import Way, ways_of
from refunds.demo.play import MOVES, Play
from refunds.demo.roads import distances

HOUR, MINUTE, NO_TIME = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta()
OPENING = 10 * MINUTE
# So many of the newest orders of each sort, and of the oldest, are tried before all others.
TRIES = 3
# How an order stands.
# With freight insurance goods are returned, never exchanged.
UNINSURED = Q(freight_insured=False)
UNPAID, PAID, RECEIVED = Q(status="wait_pay"), Q(status="wait_ship"), Q(status="finished")
TRAVELS, NOT_PICKED_UP = (Q(status="shipped", parcels__picked_up_at__isnull=unknown) for unknown in (False, True))
# The orders that a kind is about, where these are not those that travel or were received.
ABOUT: Mapping[str, tuple[Q, ...]] = {
    "out_of_stock": (PAID,),
    "gift": (PAID, RECEIVED),
    "shipped_after_refund": (PAID,),
    "address_change": (UNPAID, PAID, TRAVELS, RECEIVED),
    "return_goods": (RECEIVED,),
    "exchange": (RECEIVED & UNINSURED,),
    "signed_not_received": (RECEIVED, TRAVELS),
    "missing_items": (RECEIVED,),
    "wrong_items": (RECEIVED & UNINSURED,),
    "trouble_in_use": (RECEIVED & UNINSURED,),
    "review": (RECEIVED,),
    "stalled": (TRAVELS, NOT_PICKED_UP),
    "no_record": (NOT_PICKED_UP,),
    "outage": (TRAVELS,),
}
# What the night's job alone brings about comes last: it leaves few parcels alone, for it opens a case for whatever stands still.
OVERNIGHT = (("signed_not_received", "confirmed"),)
# A play begins at most so long before the audience comes: no order of the demo is older.
LONGEST = dt.timedelta(days=32)


@dataclass(frozen=True)
class Stage:
    """When the audience comes, who plays, and what chance decides."""

    at: dt.datetime
    people: Mapping[str, Actor]
    dice: Random


def show_every_state(*, at: dt.datetime, people: Mapping[str, Actor], dice: Random) -> int:
    """Play a case to each state that the demo has no case in, as far as people, clocks and lists get there. The number of plays; each is whole by itself.

    Raises DemoIsGone when somebody removes the demo meanwhile: nothing is made anew.
    """
    stage = Stage(at, people, dice)
    # What many orders tell together comes first, while nothing else has happened to them.
    kinds = sorted(KINDS.values(), key=lambda kind: not kind.GATHERS)
    by_day = ((kind, state) for kind in kinds for state in blank(kind) if (kind.KIND, state) not in OVERNIGHT)
    at_night = ((KINDS[name], state) for name, state in OVERNIGHT if name in KINDS)
    return sum(_play_to(kind, state, stage) for kind, state in chain(by_day, at_night))


def blank(kind: type[Case]) -> list[str]:
    """The states of a kind that no case of the demo is in, without those that a demo cannot show."""
    met = set(Case.objects.filter(kind=kind.KIND, shop__is_demo=True).values_list("state", flat=True))
    return [state.value for state in kind.STATES if state.value not in met and (kind.KIND, state.value) not in NOT_SHOWN]


def _play_to(kind: type[Case], state: str, stage: Stage) -> bool:
    """Whether a play came to stand there. Another play may have left its case there meanwhile."""
    away = distances(kind, [state])
    leading = sorted((way for way in ways_of(kind) if way.first in away), key=lambda way: away[way.first])
    if not leading or state not in blank(kind):
        return False
    return any(_plays(kind, state, way, order, stage) for order in _quiet(kind) for way in leading)


def _plays(kind: type[Case], state: str, way: Way, order: Order, stage: Stage, later: dt.timedelta = NO_TIME) -> bool:
    """One try, on one order; begun anew so much `later` where a clock had moved the case on before the audience came. What did not come to
    stand there is undone."""
    play = Play(Case(), stage.at, stage.at, stage.people, stage.dice)
    try:
        with transaction.atomic():
            _hold_the_demo()
            play.at = max(stage.at - _lasts(kind, way.first, state), _began(order) + HOUR) + later
            play.case = way.opener(order, stage.people[stage.dice.choice(("agent", "agent2"))], play.at)
            # An opening may be several deeds, and a list may have told of it late.
            play.at = min(max(play.at, play.case.opened_at) + OPENING, stage.at)
            if not play.go([state]):
                raise _NotThere
            if not _stays(play.case, state, stage.at):
                raise _TooEarly
    except (DeskError, _NotThere):
        play.drop_pictures()
        return False
    except _TooEarly:
        play.drop_pictures()
        return not later and _plays(kind, state, way, order, stage, max(stage.at - play.at - HOUR, MINUTE))
    return True


def _stays(case: Case, state: str, at: dt.datetime) -> bool:
    """Whether it is still there when the audience comes, whatever clock has run out by then."""
    fire_case(case.pk, by=Actor.clock(), at=at)
    return Case.objects.filter(pk=case.pk, state=state).exists()


class DemoIsGone(Exception):
    """Somebody has removed the demo."""


def _hold_the_demo() -> None:
    """It is not removed before this play has ended: the lock is one that casework_remove_demo() waits for. Raises DemoIsGone where it was."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE orders_shop IN ROW EXCLUSIVE MODE")
    if not Shop.objects.filter(is_demo=True).exists():
        raise DemoIsGone


class _TooEarly(Exception):
    """The play came there, and a clock has moved the case on since; what it did is undone."""


class _NotThere(Exception):
    """The play ended elsewhere; what it did is undone."""


def _quiet(kind: type[Case]) -> Iterator[Order]:
    """Orders of the demo without a case that the kind is about: of each sort the newest, then of each the oldest, and so on; then all others, for
    a state that stands for some days only. A real shop's are left alone."""
    free = Order.objects.filter(cases=None, shop__is_demo=True).exclude(ordered_at=None)
    found = [free.filter(about) for about in ABOUT.get(kind.KIND, (TRAVELS, RECEIVED))]
    sorts = [order for each in found for order in (each.order_by("-ordered_at")[:TRIES], each.order_by("ordered_at")[:TRIES])]
    first = [order for each in zip_longest(*sorts) for order in each if order is not None]
    yield from first
    yield from (order for each in found for order in each.exclude(pk__in=[order.pk for order in first]).order_by("ordered_at", "pk"))


def _began(order: Order) -> dt.datetime:
    assert order.ordered_at is not None  # others were left out
    return order.finished_at or order.paid_at or order.ordered_at


def _lasts(kind: type[Case], first: str, state: str) -> dt.timedelta:
    """How long before the audience a play has to begin: some time for each step, and the whole of each clock that has to run out."""
    length, here, away = HOUR, first, distances(kind, [state])
    while here != state:
        leading = [each for each in kind.steps() if each.target is not None and here in each.source]
        step = min(leading, key=lambda each: away.get(str(each.target), MOVES))
        clock = next((each for each in kind.CLOCKS if step.name in each.then), None)
        length += HOUR if clock is None else _span(clock)
        here = str(step.target)
    return min(length, LONGEST)


def _span(clock: Clock) -> dt.timedelta:
    from casework.policies import defaults

    lasts = next((each.default for each in defaults() if each.name == clock.lasts), None)
    # Working hours stand for a third of a day. A clock that ends at a date may take weeks.
    return dt.timedelta(hours=lasts["hours"] * (3 if lasts["working"] else 1) + 1) if lasts else LONGEST
