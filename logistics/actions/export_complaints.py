"""Giving the complaint book out for the analysis: to leads and auditors, never more rows than the policy says, always journalled (S3.2, S5.1)."""

from __future__ import annotations

import datetime as dt
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from casework.actions.export import count_for_file, keep_record
from logistics.complaints import EXPORTERS, complaints
from logistics.kinds.complaint import Cause
from logistics.models import IncidentFacts
from orders.access import Actor
from orders.errors import NotAllowed
from orders.models import Shop
from orders.workbook import moment, write_workbook

COLUMNS = [
    (_("Taken down at"), 18), (_("Case number"), 18), (_("Shop"), 18), (_("Order number"), 24), (_("State"), 18), (_("Cause"), 18),
    (_("Department"), 18), (_("What was found"), 40), (_("Department told at"), 18), (_("Why it came to this"), 40),
    (_("What keeps it from happening again"), 40), (_("Owner"), 14), (_("Closed at"), 18),
]  # fmt: skip


def export_complaints(by: Actor, *, at: dt.datetime, **wanted: Any) -> IO[bytes]:
    """The complaints as an open workbook, the oldest first; `wanted` are the filters of `complaints`. What was said in them is redacted already.

    Raises NotAllowed for those who may only look, Refused `too_many_rows` above the policy `export_rows`.
    """
    if not by.has_role(EXPORTERS):
        raise NotAllowed
    rows = complaints(by, roles=EXPORTERS, **wanted).order_by("pk")
    shop = Shop.objects.for_actor(by).filter(code=wanted.get("shop", "")).values_list("pk", flat=True).first()
    count_for_file(rows, shop=shop, at=at)
    file, written = write_workbook(_("Complaints"), COLUMNS, (_cells(each) for each in rows.iterator(chunk_size=1000)))
    keep_record("complaints", written, wanted, shop=shop, by=by, at=at)
    return file


def _cells(row: IncidentFacts) -> list[Any]:
    """In the order of COLUMNS."""
    case, said = row.case, row.answers.get("complaint", {})
    return [
        moment(case.opened_at), case.number, case.shop.name, case.order.number if case.order else "", case.state_label,
        Cause(said["cause"]).label if "cause" in said else "", said.get("department", ""), said.get("finding", ""),
        moment(row.told_at), said.get("analysis", ""), said.get("measure", ""),  # type: ignore[attr-defined]  # annotated
        case.owner.shown_name if case.owner else "", moment(case.closed_at),
    ]  # fmt: skip
