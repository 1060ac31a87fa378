"""Giving the register out: only to those who may, never more rows than the policy says, always journalled (R2.4, S5.1)."""

from __future__ import annotations

import datetime as dt
from typing import IO, Any

from casework.actions.export import count_for_file, keep_record
from orders.access import Actor
from refunds.books.exports import write_register
from refunds.books.register import EXPORTERS, may_read, register_rows


def export_register(by: Actor, *, at: dt.datetime, **wanted: Any) -> IO[bytes]:
    """The register as an open workbook; `wanted` are the filters of register_rows.

    Raises NotAllowed for those who may only look, Refused `too_many_rows` above the policy `export_rows`.
    """
    may_read(by, EXPORTERS, at=at)
    rows = register_rows(by, roles=EXPORTERS, **wanted).order_by("decided_at", "pk")
    shop = wanted.get("shop")
    count = count_for_file(rows, shop=shop, at=at)
    file = write_register(rows.iterator(chunk_size=1000))
    keep_record("register", count, wanted, shop=shop, by=by, at=at)
    return file
