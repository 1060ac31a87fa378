"""Putting the nodes of traces among the events of their parcels: set-based, and whatever comes twice is one event."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import connection

from logistics.carriers.masks import mask_people
from logistics.carriers.trace import Trace
from orders.persons import Person
from orders.vault import row_digests, seal

# Events in one pair of statements: some megabytes of text.
BATCH = 10_000
LONGEST_TEXT = 500
LONGEST_AREA = 120
LAST_PLACE = 32767

# Told of one node, the end of the way counts more than any place on it (a plain trace tells it by its state alone).
ENDS = "('signed', 'returned', 'returning', 'voided')"

TOLD = """
WITH told AS (
    SELECT DISTINCT ON (parcel_id, at, digests[1]) *
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(parcel_id bigint, at timestamptz, place smallint, provider text, code text, stage text,
         signed_by text, text text, text_enc text, area text, digests text[])
    ORDER BY parcel_id, at, digests[1], stage IN {ends} DESC,
             length(code) DESC, code COLLATE "C" DESC, stage COLLATE "C" DESC, signed_by COLLATE "C" DESC, place DESC
), known AS (
    SELECT e.id, e.at, t.provider, t.code, t.stage, t.signed_by, t.area, t.place, t.parcel_id, t.digests[1] AS digest
    FROM told t JOIN logistics_trackingevent e
      ON e.parcel_id = t.parcel_id AND e.at = t.at AND e.digest = ANY (SELECT decode(each, 'hex') FROM unnest(t.digests) AS each)
)
"""
# Of two tellings of one node the one with the end, then the one with the longer code counts, whichever came first: a plain one knows less.
# Its place is the last one told: a longer list has more nodes before it.
LEARN = (
    TOLD
    + """
, better AS (
    SELECT k.*, (k.stage IN {ends}, length(k.code), k.code COLLATE "C", k.stage COLLATE "C", k.signed_by COLLATE "C")
              > (e.stage IN {ends}, length(e.code), e.code COLLATE "C", e.stage COLLATE "C", e.signed_by COLLATE "C") AS knows_more,
           k.place > e.place AS is_later
    FROM known k JOIN logistics_trackingevent e ON e.id = k.id AND e.at = k.at
)
UPDATE logistics_trackingevent e SET place = greatest(e.place, b.place),
    provider = CASE WHEN knows_more THEN b.provider ELSE e.provider END, code = CASE WHEN knows_more THEN b.code ELSE e.code END,
    stage = CASE WHEN knows_more THEN b.stage ELSE e.stage END, signed_by = CASE WHEN knows_more THEN b.signed_by ELSE e.signed_by END,
    area = CASE WHEN knows_more AND b.area <> '' OR e.area = '' THEN b.area ELSE e.area END
FROM better b WHERE e.id = b.id AND e.at = b.at AND (knows_more OR is_later)
"""
)
ADD = (
    TOLD
    + """
, added AS (
    INSERT INTO logistics_trackingevent (parcel_id, at, place, provider, code, stage, signed_by, text, text_enc, area, digest, received_at)
    SELECT t.parcel_id, t.at, t.place, t.provider, t.code, t.stage, t.signed_by, t.text, decode(t.text_enc, 'hex'), t.area,
           decode(t.digests[1], 'hex'), %(now)s
    FROM told t WHERE NOT EXISTS (SELECT 1 FROM known k WHERE (k.parcel_id, k.at, k.digest) = (t.parcel_id, t.at, t.digests[1]))
    RETURNING parcel_id, at
)
SELECT parcel_id, max(at), count(*) FROM added GROUP BY parcel_id
"""
)
# Months that have no partition yet, each made once.
LACKING = "FROM unnest(%s::date[]) AS month WHERE to_regclass('logistics_trackingevent_' || to_char(month, 'YYYYMM')) IS NULL"


def make_room(traces: Iterable[Trace]) -> None:
    """Make the partitions of unusual months. Before anything is locked: a new partition waits for everybody who writes events."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT logistics_ensure_partitions(month, month) {LACKING}", [_months(traces)])


def lacks_room(traces: Iterable[Trace]) -> bool:
    """Whether any of them tells of a month that has no partition yet; seldom."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT {LACKING})", [_months(traces)])
        return bool(cursor.fetchone()[0])


def _months(traces: Iterable[Trace]) -> list[dt.date]:
    return sorted({node.at.astimezone(dt.UTC).date().replace(day=1) for trace in traces for node in trace.nodes})


def merge_events(
    told: Iterable[tuple[int, Trace]], persons: Mapping[int, list[Person]], now: dt.datetime
) -> dict[int, tuple[dt.datetime, int]]:
    """Merge the nodes of each parcel's trace. Of parcels with new events: the time of the newest new one, and how many there are.

    `persons` are those of the parcels' orders; they are taken out of the clear copy. The caller holds the parcels' locks.
    """
    fresh: dict[int, tuple[dt.datetime, int]] = {}
    rows = (row for parcel, trace in told for row in _rows(parcel, trace, persons.get(parcel, [])))
    while batch := list(islice(rows, BATCH)):
        for parcel, newest, count in _merge(batch, now):
            before = fresh.get(parcel, (newest, 0))
            fresh[parcel] = max(before[0], newest), before[1] + count
    return fresh


def _merge(batch: list[dict[str, Any]], now: dt.datetime) -> list[tuple[int, dt.datetime, int]]:
    values: dict[str, Any] = {"rows": json.dumps(batch), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(LEARN.replace("{ends}", ENDS), values)
        cursor.execute(ADD.replace("{ends}", ENDS), values)
        return cursor.fetchall()


def _rows(parcel: int, trace: Trace, persons: list[Person]) -> Iterator[dict[str, Any]]:
    names = [person.name for person in persons if person.name]
    streets = [person.street for person in persons if person.street]
    for place, node in enumerate(trace.nodes):
        text = " ".join(node.text.split())
        clear = mask_people(text, names=names, streets=streets)[:LONGEST_TEXT]
        yield {
            "parcel_id": parcel,
            "at": node.at.isoformat(),
            "place": min(place, LAST_PLACE),
            "provider": trace.provider,
            "code": node.code,
            "stage": node.stage,
            "signed_by": node.signed_by,
            "text": clear,
            # Where nothing was taken out, the clear copy is the original.
            "text_enc": None if clear == text else seal(text).hex(),
            "area": mask_people(node.area, names=names, streets=streets)[:LONGEST_AREA],
            "digests": [each.hex() for each in row_digests(["node", text])],
        }
