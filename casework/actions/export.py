"""Giving a list out as a file: never more rows than the policy says, always with a row in the journal (S5.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.models import Journal
from casework.policies import Policies
from orders.access import Actor, acting
from orders.counting import how_many
from orders.errors import Refused


def count_for_file(rows: QuerySet[Any], *, shop: int | None, at: dt.datetime) -> int:
    """The number of rows. Raises Refused `too_many_rows` above the policy `export_rows`."""
    most = Policies(at).value("export_rows", shop)
    count = how_many({"rows": rows}, most)["rows"]
    if count > most:
        text = _("More than the {most} rows of one file. Choose a shorter time.")
        raise Refused(str(text).format(most=most), code="too_many_rows")
    return count


def keep_record(what: str, count: int, wanted: Mapping[str, Any], *, shop: int | None, by: Actor, at: dt.datetime) -> None:
    """Who took what out, how much, of which shop when of one, and by which filters."""
    with acting(by, at):
        Journal.objects.create(
            at=at,
            shop_id=shop,
            object_type=what,
            step="export",
            actor_id=by.user_id,
            actor_name=by.name,
            role=by.role_in(shop) if shop else "",
            channel=by.channel,
            facts={"rows": count, "filter": {name: str(value) for name, value in wanted.items() if value not in (None, "")}},
            request_id=by.request_id,
        )
