"""Writing out the new address of a case: one at a time, with a reason, journalled (S5.1), together with the exact texts of its open tasks (S7.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, locked_for_work, text_of
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from casework.models import Task
from logistics.addresses.new_address import LABELS, in_one_line, open_address
from logistics.kinds.address_change import AddressChange
from logistics.kinds.address_change.tasks import PLATFORM
from logistics.kinds.address_change.tasks import text_of as exact_text
from orders.access import Actor
from orders.errors import Malformed, NotFound, Refused
from orders.roles import AGENTS, PACKERS

# Those who edit it on the platform and in the printing software.
WRITERS = AGENTS | PACKERS
LONGEST = 300


@dataclass(frozen=True)
class Shown:
    """The address by field, in one line, and each open task of the platform with its exact text."""

    fields: dict[str, str]
    line: str
    texts: list[tuple[Task, str]]


def reveal_address(case_id: int, *, reason: object, by: Actor, at: dt.datetime) -> Shown:
    """The new address in clear. The journal keeps who looked and why, not the values.

    Raises Malformed without a reason, NotFound, NotAllowed for other roles, Refused `case_closed` and `no_address`.
    """
    why = text_of(reason, "reason", length=LONGEST)
    if not why:
        raise Malformed(_("Write what you need it for."), code="reason_required", field="reason")
    with door(by, at):
        case, situation = locked_for_work(case_id, by, at, WRITERS)
        if not isinstance(case, AddressChange):
            raise NotFound
        fields = open_address(case.facts.address_enc)
        if not fields:
            raise about_case(Refused(_("No new address was noted yet."), code="no_address"), case)
        about = case.about(situation, address=fields)
        texts = [(each, exact_text(each.kind, about)) for each in situation.open_tasks if each.kind in PLATFORM]
        write_journal(
            [Entry(case, situation, "reveal", source=case.state, note=why, own={"shown": [name for name in LABELS if name in fields]})]
        )
    return Shown(fields, in_one_line(fields), texts)
