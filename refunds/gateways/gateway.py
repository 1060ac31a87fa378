"""What a way of paying can do. Money that left is a Payout; everything before that is a Transfer, which may be asked about for ever."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class Outcome(Enum):
    """What an answer says about the money."""

    PAID = "paid"
    # Nothing has left and nothing will: the same order would be refused again until somebody changes something.
    REFUSED = "refused"
    # The provider knows nothing of this number, so the same order may be sent once more.
    NOTHING_THERE = "nothing there"
    # Anything else. It may have left.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Order:
    """What is to be paid, in clear. Lives as long as the call; never logged. The key is the provider's own guard against paying twice."""

    key: str
    amount: Decimal
    account: str
    name: str

    def __repr__(self) -> str:
        return f"Order({self.key!r})"


@dataclass(frozen=True)
class Answer:
    """What was answered. `code` is the provider's, or a word of ours where nothing readable came; number and time only when paid."""

    outcome: Outcome
    code: str
    number: str = ""
    paid_at: dt.datetime | None = None


class Gateway:
    """A way of paying. Only one that `sends` is ever told to pay; its two calls block for some seconds at most and raise nothing."""

    name: str
    sends = False

    def is_ready(self) -> bool:
        """Whether everything that it needs is configured."""
        return True

    def send(self, order: Order) -> Answer:
        """Pay. The same key, however often, pays once."""
        raise NotImplementedError

    def ask(self, order: Order) -> Answer:
        """What became of the payment under this key."""
        raise NotImplementedError


class Manual(Gateway):
    """Finance pays outside and records the platform's own number."""

    name = "manual"
