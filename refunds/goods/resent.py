"""L5.3 What is on its way again: neither sent once more nor refunded meanwhile."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.errors import Reason
from orders.models import Line
from refunds.models.resent import ResentLine


def being_resent(lines: list[int]) -> dict[int, str]:
    """Of these lines those that are sent again right now: line id -> number of the reshipment."""
    rows = ResentLine.objects.filter(line__in=lines, case__closed_at=None)
    return dict(rows.values_list("line_id", "case__number"))


def resent_reason(line: Line, number: str) -> Reason:
    """Why a line that is on its way again is neither sent once more nor refunded."""
    return Reason("being_resent", str(_("{line} is being sent again: {number}.")).format(line=line, number=number), "L5.3")
