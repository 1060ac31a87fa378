"""Cases of every kind in every state: where the stories leave a blank, somebody plays a case there on an order to which nothing has happened yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import chain
from random import Random
from typing import Any

from django.db import transaction

from casework.actions.open_case import open_case
from casework.models import Case
from casework.registry import KINDS, SUBJECTS
from casework.workflow import Clock
from orders.access import Actor
from orders.errors import DeskError
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.actions.ask_compensation import ask_compensation
from refunds.actions.ask_gift import ask_gift
from refunds.actions.ask_invoice import ask_invoice
from refunds.actions.ask_reshipment import ask_reshipment
from refunds.actions.ask_return import ask_exchange, ask_return
from refunds.actions.report_out_of_stock import report_out_of_stock
from refunds.demo.play import MOVES, Below, Play
from refunds.demo.roads import distances

HOUR = dt.timedelta(hours=1)
# So many orders are tried before a state is left blank.
TRIES = 2
# A play begins at most so long before the audience comes: orders of the demo are not older.
LONGEST = dt.timedelta(days=12)
Opener = Callable[[Order, Actor, dt.datetime], Case]


def show_every_state(*, at: dt.datetime, people: Mapping[str, Actor], dice: Random) -> int:
    """Play a case to each state that no case is in, as far as people, clocks and couriers get there. The number of cases made; each is whole by itself."""
    found = 0
    for kind in KINDS.values():
        opener = _opener(kind)
        if opener is not None:
            found += sum(_play_to(kind, state, opener, at, people, dice) for state in _blank(kind))
    return found


def _blank(kind: type[Case]) -> list[str]:
    """The states of a kind that no case is in, the nearest first."""
    met = set(Case.objects.filter(kind=kind.KIND).values_list("state", flat=True))
    return [state.value for state in kind.STATES if state.value not in met]


def _play_to(
    kind: type[Case],
    state: str,
    opener: Opener,
    at: dt.datetime,
    people: Mapping[str, Actor],
    dice: Random,
) -> bool:
    if state not in _blank(kind) or kind.FIRST.value not in distances(kind, [state]):
        return False
    for order in _quiet(kind):
        play = Play(Case(), at, at, people, dice, openers=BELOW)
        try:
            with transaction.atomic():
                play.at = max(at - _lasts(kind, state), _began(order) + HOUR)
                play.case = opener(order, people[dice.choice(("agent", "agent2"))], play.at)
                if not play.go([state]):
                    raise _NotThere
        except (DeskError, _NotThere):
            play.drop_pictures()
        else:
            return True
    return False


class _NotThere(Exception):
    """The play ended elsewhere; what it did is undone."""


def _quiet(kind: type[Case]) -> list[Order]:
    """Orders without a case, those first whose status the kind is about."""
    free = Order.objects.filter(cases=None).exclude(ordered_at=None).order_by("-ordered_at")
    statuses = STATUSES.get(kind.KIND, ("shipped", "finished"))
    return list(chain.from_iterable(free.filter(status=status)[:TRIES] for status in statuses))


def _began(order: Order) -> dt.datetime:
    assert order.ordered_at is not None  # others were left out
    return order.paid_at or order.ordered_at


def _lasts(kind: type[Case], state: str) -> dt.timedelta:
    """How long before the audience a play has to begin: some time for each step, and the whole of each clock that has to run out."""
    length, here, away = HOUR, str(kind.FIRST), distances(kind, [state])
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
    # Working hours stand for a third of a day.
    return dt.timedelta(hours=lasts["hours"] * (3 if lasts["working"] else 1) + 1) if lasts else dt.timedelta(hours=80)


def _by_hand(kind: str) -> Opener:
    return lambda order, by, at: open_case(kind, by=by, at=at, order=order.number)


def _asked(ask: Callable[..., Case], **wish: Any) -> Opener:
    return lambda order, by, at: ask({"order": order.number, **wish}, by=by, at=at)


def _below(ask: Callable[..., Case], **wish: Any) -> Below:
    return lambda case, by, at: ask({"case": case.pk, **wish}, by=by, at=at)


def _with_lines(ask: Callable[..., Case], **wish: Any) -> Opener:
    return lambda order, by, at: ask({"order": order.number, "lines": _pieces(order), **wish}, by=by, at=at)


def _pieces(order: Order) -> list[dict[str, int]]:
    return [{"line": each.pk, "quantity": 1} for each in order.lines.order_by("pk")[:1]]


def _refund(order: Order, by: Actor, at: dt.datetime, **above: Any) -> Case:
    line = order.lines.order_by("pk")[0]
    wish = {
        "order": order.number,
        "reason": "not_as_described",
        "ground": "photo_checked",
        "payee": {"channel": "platform"},
        "freight": "0.00",
    }
    return ask_refund(wish | {"lines": [{"line": line.pk, "amount": "10.00"}]} | above, by=by, at=at)


def _order_of(case: Case) -> Order:
    assert case.order is not None  # a case that is made good is about an order
    return case.order


LATE: dict[str, Any] = {"reason": "late", "ground": "record_checked", "payee": {"channel": "small_payment"}}
# What makes good a case that stands above it.
BELOW: dict[str, Below] = {
    "reshipment": lambda case, by, at: ask_reshipment(
        {"case": case.pk, "lines": _pieces(_order_of(case)), "reason": "给顾客补发"}, by=by, at=at
    ),
    "refund": lambda case, by, at: _refund(_order_of(case), by, at, case=case.pk),
    "compensation": _below(ask_compensation, amount="6.00", **LATE),
}


# Kinds that are asked for in words of their own.
OPENERS: dict[str, Opener] = {
    "refund": _refund,
    "compensation": _asked(ask_compensation, amount="6.00", **LATE),
    "gift": _asked(ask_gift, what="样例杯垫", pieces=1, worth="5.00"),
    "invoice": _asked(ask_invoice, type="company", title="宁波样例科技有限公司", tax_number="91330203MA2AMPLE0U"),
    "out_of_stock": _with_lines(report_out_of_stock),
    "return_goods": _with_lines(ask_return, why="quality", said="开线了"),
    "exchange": _with_lines(ask_exchange, why="wrong", wanted="样例颜色：原木色"),
}
STATUSES = {
    "out_of_stock": ("wait_ship",),
    "gift": ("wait_ship",),
    "return_goods": ("finished",),
    "exchange": ("finished",),
    "signed_not_received": ("finished",),
    "missing_items": ("finished",),
    "stalled": ("shipped",),
    "no_record": ("shipped",),
}


def _opener(kind: type[Case]) -> Opener | None:
    if kind.KIND in OPENERS:
        return OPENERS[kind.KIND]
    return _by_hand(kind.KIND) if kind.KIND in SUBJECTS and kind.OPENED_BY else None
