"""What makes a kind of case likely when somebody asks about an order. Each kind declares its signs in its class (`LIKELY`); here they are ranked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from orders.errors import Text
from orders.models import Order

if TYPE_CHECKING:
    from casework.models.case import Case


class Weight(IntEnum):
    """How much a sign says. Of a kind's signs the heaviest counts."""

    # It could be, as other kinds could.
    POSSIBLE = 1
    # How the order or its parcel stands now calls for it.
    FITS = 2
    # Somebody has said just this: the courier, the platform, our own night.
    TOLD = 3


@dataclass(frozen=True)
class Seen:
    """What the data know of that which somebody asks about, as of `now`. Read-only for signs: no queries, no clock.

    `more` has what higher apps know, by the name under which they registered it (registry.SEEN).
    """

    now: dt.datetime
    order: Order | None = None
    waybill: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


Test = Callable[[Seen], bool]
Params = Callable[[Seen], Mapping[str, Any]]


@dataclass(frozen=True)
class Sign:
    """Something seen that makes a kind likely, with the reason as staff read it. `says` fills the sentence's placeholders."""

    weight: Weight
    test: Test
    text: Text
    says: Params | None = None

    def reason(self, seen: Seen) -> str:
        """The sentence."""
        return str(self.text).format(**self.says(seen)) if self.says is not None else str(self.text)


def sign(weight: Weight, text: Text, *, says: Params | None = None) -> Callable[[Test], Sign]:
    """Make a sign of a test `(seen) -> bool`."""

    def make(test: Test) -> Sign:
        return Sign(weight, test, text, says)

    return make


@dataclass(frozen=True)
class Ranked:
    """A kind with the reason that makes it likely; weight 0 and no reason where nothing speaks for it."""

    kind: type[Case]
    weight: int
    reason: str

    @property
    def is_likely(self) -> bool:
        """Whether anything speaks for it."""
        return self.weight > 0


def rank(kinds: Iterable[type[Case]], seen: Seen) -> list[Ranked]:
    """The kinds, the likeliest first; those of one weight in the handbook's order. Every kind is among them."""
    return sorted((_ranked(kind, seen) for kind in kinds), key=lambda each: (-each.weight, *chapter_order(each.kind)))


def _ranked(kind: type[Case], seen: Seen) -> Ranked:
    found = [each for each in kind.signs() if each.test(seen)]
    heaviest = max(found, key=lambda each: each.weight, default=None)
    return Ranked(kind, heaviest.weight, heaviest.reason(seen)) if heaviest else Ranked(kind, 0, "")


def chapter_order(kind: type[Case]) -> tuple[str, list[int], str]:
    """L before R, L2 before L10."""
    return kind.CHAPTER[:1], [int(number) for number in re.findall(r"\d+", kind.CHAPTER)], kind.KIND


def day_words(at: dt.datetime, now: dt.datetime) -> str:
    """Today, yesterday, or the day of shop time."""
    day, today = at.astimezone(SHOP_TIME).date(), now.astimezone(SHOP_TIME).date()
    near = {0: _("today"), 1: _("yesterday")}
    return str(near.get((today - day).days, f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"))
