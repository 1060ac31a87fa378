"""How an address can still be changed (L9.2 to L9.8), part by part. Pure: a part of an order and an instant give a way, its rule and the reason.

The rules stand from the door of the customer back to the unpaid order; the first that fits counts, and the last takes what the others left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.errors import Reason, Text
from orders.models.order import OrderStatus


class Way(models.TextChoices):
    """What is done about a part of the order."""

    NOTHING = "nothing", _("Nothing to change")
    REORDER = "reorder", _("Close it and order again")
    ASK = "ask", _("Print clerk or warehouse agree first")
    MEMO = "memo", _("A memo is enough")
    EDIT = "edit", _("Edit the order twice; the print clerk confirms")
    PULL = "pull", _("Print clerk pulls the parcel and changes it")
    LEAVES = "leaves", _("Too late to stop; the courier is asked once it has left")
    COURIER = "courier", _("Ask the courier to change it")
    GET_BACK = "get_back", _("Try to get it back, at the customer's cost")


class PrintSays(models.TextChoices):
    """What print clerk or warehouse have answered about a part. "" = nothing yet."""

    NOT_COLLECTED = "not_collected", _("Not collected for printing yet")
    HELD = "held", _("We hold it; it may be changed")
    PULLED = "pulled", _("Pulled out; it lies here")
    CONFIRMED = "confirmed", _("The new address is printed")
    TOO_LATE = "too_late", _("Too late, it leaves as it is")


@dataclass(frozen=True)
class Part:
    """A parcel of the order, or what is in none yet, at a moment. `collected`: the purple flag; None while the flag is not known (L9.8)."""

    status: str
    paid_at: dt.datetime | None = None
    collected: bool | None = None
    print_says: str = ""
    has_waybill: bool = False
    has_left: bool = False
    is_signed: bool = False
    comes_back: bool = False

    @property
    def is_collected(self) -> bool | None:
        """The print clerk's word goes before the flag."""
        return False if self.print_says == PrintSays.NOT_COLLECTED else self.collected

    @property
    def is_held(self) -> bool:
        """Whether those who print and pack agreed."""
        return self.print_says in (PrintSays.HELD, PrintSays.PULLED, PrintSays.CONFIRMED)


Fits = Callable[[Part, dt.datetime, dt.timedelta], bool]


@dataclass(frozen=True)
class Rule:
    """An entry of the handbook as it is met: a name, the id, the way, the sentence, and whether it fits."""

    name: str
    id: str
    way: Way
    sentence: Text
    fits: Fits

    @property
    def reason(self) -> Reason:
        """The rule as it is shown."""
        return Reason(self.name, self.sentence, self.id)


def is_recent(part: Part, now: dt.datetime, memo_only: dt.timedelta) -> bool:
    """L9.3: paid, and not longer ago than the policy; nothing is recent where it is 0, or when nobody knows when it was paid."""
    return bool(memo_only) and part.paid_at is not None and now - part.paid_at <= memo_only


RULES = (
    Rule("closed", "L9.1", Way.NOTHING, _("The order is closed; nothing travels."), lambda part, *_: part.status == OrderStatus.CLOSED),
    Rule(
        "comes_back",
        "L10.1",
        Way.NOTHING,
        _("It comes back to us; it can be sent again to the new address."),
        lambda part, *_: part.comes_back,
    ),
    Rule(
        "signed",
        "L9.7",
        Way.GET_BACK,
        _("It was signed for: we try to get it back; all cost is the customer's."),
        lambda part, *_: part.is_signed,
    ),
    Rule("shipped", "L9.6", Way.COURIER, _("It is shipped: the courier is asked to change it."), lambda part, *_: part.has_left),
    Rule(
        "unpaid",
        "L9.2",
        Way.REORDER,
        _("It is not paid: it is closed, and the customer orders again."),
        lambda part, *_: part.status == OrderStatus.WAIT_PAY,
    ),
    Rule(
        "too_late",
        "L9.6",
        Way.LEAVES,
        _("It cannot be stopped any more: the courier is asked once it has left."),
        lambda part, *_: part.print_says == PrintSays.TOO_LATE,
    ),
    Rule(
        "printed",
        "L9.5",
        Way.PULL,
        _("It has a waybill: the print clerk pulls it, changes it and confirms."),
        lambda part, *_: part.has_waybill,
    ),
    Rule(
        "flag_unknown",
        "L9.8",
        Way.ASK,
        _("Nobody knows whether it is collected for printing: ask, do not guess."),
        lambda part, *_: part.is_collected is None and not part.is_held,
    ),
    Rule(
        "purple",
        "L9.8",
        Way.ASK,
        _("Purple flag: collected for printing. Print clerk or warehouse agree first, whatever the minutes."),
        lambda part, *_: bool(part.is_collected) and not part.is_held,
    ),
    Rule(
        "just_paid",
        "L9.3",
        Way.MEMO,
        _("Paid a moment ago and not collected for printing: a memo is enough."),
        lambda part, now, memo_only: part.is_collected is False and not part.is_held and is_recent(part, now, memo_only),
    ),
    Rule("to_print", "L9.4", Way.EDIT, _("Paid and not printed: the order is edited; the print clerk has the last word."), lambda *_: True),
)
REASONS = {each.name: each.reason for each in RULES}


@dataclass(frozen=True)
class Decision:
    """The way, and the rule that says so with its reason."""

    way: Way
    reason: Reason


def decide(part: Part, now: dt.datetime, memo_only: dt.timedelta) -> Decision:
    """The way for a part of an order. Total: every part gets one, by the first rule that fits."""
    rule = next(each for each in RULES if each.fits(part, now, memo_only))
    return Decision(rule.way, rule.reason)
