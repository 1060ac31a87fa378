"""Waybills that an import has brought and that do not look like their couriers': a warning on the import, never a refusal (L4.3)."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from logistics.patterns import ODD
from orders.imports.lists import Warned

SHOWN = 5
FOUND = f"""
SELECT count(*), (array_agg(p.waybill::text ORDER BY p.id))[1:{SHOWN}] FROM logistics_parcel p
WHERE p.id IN ({{parcels}}) AND p.first_seen_at = %(at)s AND {ODD.format(courier="p.courier_id", waybill="p.waybill")}
"""


def odd_waybills(parcels: str, at: dt.datetime) -> list[Warned]:
    """The warning about new parcels, or none. `parcels` is SQL that gives their ids, with those that were known before."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(parcels=parcels), {"at": at})
        number, examples = cursor.fetchone()
    return [{"code": "odd_waybills", "params": {"n": number, "examples": ", ".join(examples)}}] if number else []
