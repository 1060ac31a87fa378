"""Locks of parcels: after their orders, as everything is locked after its order (casework/actions/locks.py)."""

from __future__ import annotations

from collections.abc import Collection

from casework.actions.bulk import execute

ORDERS = """
WITH locked AS MATERIALIZED (
    SELECT id FROM orders_order WHERE id IN (SELECT order_id FROM logistics_parcel_orders WHERE parcel_id = ANY(%(parcels)s)) ORDER BY id FOR NO KEY UPDATE
) SELECT count(*) FROM locked
"""
PARCELS = """
WITH locked AS MATERIALIZED (SELECT id FROM logistics_parcel WHERE id = ANY(%(parcels)s) ORDER BY id FOR NO KEY UPDATE) SELECT count(*) FROM locked
"""


def lock_parcels(parcels: Collection[int]) -> None:
    """Lock parcels for what is about to be told of them, their orders first: a step of a case holds its order when it writes to the parcel."""
    for statement in (ORDERS, PARCELS):
        execute(statement, parcels=list(parcels))
