"""The order of work of a complaint as its page shows it: what was done and when, what was skipped, what is still open (L0.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime

from casework.models import Case
from logistics.kinds.logistics_complaint import Check, Compared, LogisticsComplaint, checks_of, skipped


@dataclass(frozen=True)
class Work:
    """A check: its name, when it was done, whether it was skipped, and what came of it."""

    label: str
    done_at: dt.datetime | None
    is_skipped: bool
    found: str = ""


def order_of_work(case: Case) -> list[Work]:
    """The checks of a complaint whose facts are read; none of another kind of case."""
    if not isinstance(case, LogisticsComplaint):
        return []
    done, left_out = checks_of(case.facts), skipped(case.facts, at_the_end=not case.is_open)
    first = Work(str(Check.ORDER.label), case.opened_at, is_skipped=False, found=case.order.number if case.order else "")
    others = [
        Work(str(each.label), parse_datetime(done[each]) if each in done else None, each in left_out, _found(case, each))
        for each in Check
        if each != Check.ORDER
    ]
    return [first, *others]


def _found(case: LogisticsComplaint, check: Check) -> str:
    """What the order's and the waybill's address came to beside the customer's."""
    addresses = case.facts.answers.get("addresses", {}) if check == Check.COMPARED else {}
    return " · ".join(_compared(name, value) for name, value in addresses.items())


def _compared(name: str, value: str) -> str:
    field = Compared.base_fields[name]
    return f"{field.label}: {dict(getattr(field, 'choices', ())).get(value, value)}"
