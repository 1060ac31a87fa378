"""Rows of traces, waybill by waybill, through the one way in which tracking comes in. Parameters: shop, file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from django.db import connection

from logistics.actions.lock_parcels import lock_parcels_of
from logistics.actions.take_tracking import take_tracking
from logistics.carriers.stages import read_stage
from logistics.carriers.trace import Node, Trace
from logistics.imports import parcels
from logistics.imports.tracking_columns import TRACKING
from orders import vault
from orders.imports.actors import signed_by
from orders.imports.lists import Warned
from orders.models import ImportRun

PROVIDER = "file"
TABLE = f"staged_{TRACKING}"
COLUMNS = (
    "key text, orders text[], waybill text, courier text, at timestamptz, text_enc bytea, status text, node_code text, area text,"
    f" digests text[], {parcels.COLUMNS}"
)
# Nodes that are taken at once.
BATCH = 10_000

# Before they are taken: a node that stands there already, or that stands in the file twice, is nothing new.
KNOWN = f"""
UPDATE staged_tracking s SET outcome = 'known' FROM logistics_trackingevent e
WHERE {parcels.OPEN} AND e.parcel_id = s.parcel_id AND e.at = s.at AND e.digest = ANY (SELECT decode(each, 'hex') FROM unnest(s.digests) AS each);

UPDATE staged_tracking s SET outcome = 'twice'
FROM (SELECT s.id, row_number() OVER (PARTITION BY s.parcel_id, s.at, s.digests[1] ORDER BY s.held NULLS FIRST, s.line, s.id) AS nth
      FROM staged_tracking s WHERE {parcels.OPEN}) row
WHERE s.id = row.id AND row.nth > 1
"""
NODES = """
SELECT s.parcel_id, c.code, p.waybill, s.at, s.text_enc, s.status, s.node_code, s.area
FROM staged_tracking s JOIN logistics_parcel p ON p.id = s.parcel_id JOIN logistics_courier c ON c.id = p.courier_id
WHERE s.file = %(file)s AND s.code IS NULL AND coalesce(s.outcome, 'known') = 'known' AND s.parcel_id > %(after)s ORDER BY s.parcel_id, s.at, s.line
LIMIT %(most)s
"""
SETTLE = """
UPDATE staged_tracking s SET outcome = CASE WHEN s.outcome IS NULL THEN 'new' ELSE 'unchanged' END
WHERE s.file = %(file)s AND s.code IS NULL AND coalesce(s.outcome, 'known') IN ('known', 'twice')
"""


class Told(NamedTuple):
    """A node as it was staged."""

    parcel: int
    company: str
    waybill: str
    at: dt.datetime
    text_enc: bytes | memoryview
    status: str
    code: str
    area: str


def merge(run: ImportRun) -> list[Warned]:
    """The staged rows of a run, file by file from the oldest list to the newest. Nothing is to be looked at again."""
    with connection.cursor() as cursor:
        parcels.prepare(cursor, TABLE)
        # All that the run will touch, once and in the one order of locks: batch by batch it would wait for who waits for it.
        lock_parcels_of(
            f"SELECT id FROM logistics_parcel WHERE shop_id = %(shop)s AND waybill IN (SELECT waybill FROM {TABLE})", shop=run.shop_id
        )
        for file in parcels.files_of(cursor, TABLE):
            params = {"shop": run.shop_id, "file": file}
            for statement in (parcels.COURIERS, parcels.MATCH, parcels.HOLD):
                cursor.execute(statement.format(table=TABLE), params)
            cursor.execute(KNOWN, params)
            for traces in _traces(file):
                take_tracking(run.shop, traces, by=signed_by(run), at=run.at)
            cursor.execute(SETTLE, params)
    return []


def _traces(file: int) -> Iterator[list[Trace]]:
    """The traces of a file in batches; a waybill is never cut, so a batch ends before its last one unless it is the only one."""
    after, most = 0, BATCH
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NODES, {"file": file, "after": after, "most": most})
            rows = [Told(*row) for row in cursor.fetchall()]
        if not rows:
            return
        whole = rows if len(rows) < most else [row for row in rows if row.parcel != rows[-1].parcel]
        if not whole:
            most *= 2
            continue
        yield [_trace(list(its)) for _parcel, its in groupby(whole, key=lambda row: row.parcel)]
        after, most = whole[-1].parcel, BATCH


def _trace(rows: list[Told]) -> Trace:
    """One parcel's nodes, oldest first. A status that is the same in all rows is that of the whole: it counts for the newest alone."""
    of_all = len(rows) > 1 and len({row.status for row in rows}) == 1
    nodes = [_node(row, row.status if not of_all or row is rows[-1] else "") for row in rows]
    return Trace(PROVIDER, rows[0].company, rows[0].waybill, tuple(nodes))


def _node(row: Told, status: str) -> Node:
    text = vault.unseal(row.text_enc)
    stage, signed_by = read_stage(PROVIDER, row.code, status, text)
    return Node(row.at, text, row.code, stage, signed_by, row.area)
