"""What a provider tells of one parcel, whichever provider it is: a trace of nodes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

FIRST_YEAR = 2010
# Clocks of couriers run ahead, not days ahead.
AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True)
class Node:
    """One line of a trace. `stage` is one of Stage, "" for a remark that names no place; `text` is as the courier wrote it, in clear."""

    at: dt.datetime
    text: str
    code: str = ""
    stage: str = ""
    signed_by: str = ""
    area: str = ""


@dataclass(frozen=True)
class Trace:
    """The trace of one waybill, oldest node first. `provider` is kuaidi100, file ...; the codes of its nodes are that provider's.

    `status` is kuaidi100's: polling, shutdown (it ended well), abort (it gave up, `message` says why) or updateall. `com_new` is set
    where the provider found that another company carries the waybill.
    """

    provider: str
    company: str
    waybill: str
    nodes: tuple[Node, ...] = ()
    status: str = "polling"
    message: str = ""
    com_old: str = ""
    com_new: str = ""
    auto_check: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether the provider follows the waybill no longer."""
        return self.status in ("shutdown", "abort") and not self.com_new


def refuse_strange_times(trace: Trace, now: dt.datetime) -> None:
    """Raise Malformed `bad_time` for a node before 2010 or more than a day ahead: such a clock is wrong, and no month is made for it."""
    for node in trace.nodes:
        if node.at.year < FIRST_YEAR or node.at > now + AHEAD:
            raise Malformed(_("A node lies before 2010 or in the future."), code="bad_time", field="time")
