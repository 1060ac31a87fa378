"""Giving the register out: only to those who may, never more rows than the policy says, always journalled (R2.4, S5.1)."""

from __future__ import annotations

import datetime as dt
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from casework.models import Journal
from casework.policies import Policies
from orders.access import Actor, acting
from orders.errors import Refused
from refunds.exports import write_register
from refunds.register import EXPORTERS, may_read, register_rows


def export_register(by: Actor, *, at: dt.datetime, **wanted: Any) -> IO[bytes]:
    """The register as an open workbook; `wanted` are the filters of register_rows.

    Raises NotAllowed for those who may only look, Refused `too_many_rows` above the policy `export_rows`.
    """
    may_read(by, EXPORTERS, at=at)
    rows = register_rows(by, roles=EXPORTERS, **wanted).order_by("decided_at", "pk")
    count, most = rows.count(), Policies(at).value("export_rows", wanted.get("shop"))
    if count > most:
        text = _("{count} rows are more than the {most} of one file. Choose a shorter time.")
        raise Refused(str(text).format(count=count, most=most), code="too_many_rows")
    file = write_register(rows.iterator(chunk_size=1000))
    _keep_record(by, at, count, wanted)
    return file


def _keep_record(by: Actor, at: dt.datetime, count: int, wanted: dict[str, Any]) -> None:
    """Who took what out, and how much."""
    asked = {name: str(value) for name, value in wanted.items() if value not in (None, "")}
    shop = wanted.get("shop")
    with acting(by, at):
        Journal.objects.create(
            at=at,
            shop_id=shop,
            object_type="register",
            step="export",
            actor_id=by.user_id,
            actor_name=by.name,
            role=by.role_in(shop) if shop else "",
            channel=by.channel,
            facts={"rows": count, "filter": asked},
            request_id=by.request_id,
        )
