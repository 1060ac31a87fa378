"""R5.3 The department's list of quality faults: each fault of a line stands there once, whoever found it first."""

from __future__ import annotations

import datetime as dt

from casework.models import Case
from orders.models import Line
from refunds.models.returned import QualityFault


def report_quality(case: Case, line: Line, quantity: int, at: dt.datetime) -> None:
    """Put pieces that came back for their quality on the list, unless the case above has reported that line already (P1.2)."""
    if case.parent_id is not None and QualityFault.objects.filter(case=case.parent_id, line=line).exists():
        return
    QualityFault.objects.create(case_id=case.pk, line=line, quantity=quantity, found_at=at)
