"""Parcels are locked after their orders and open cases, as everybody locks (casework/actions/locks.py)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from casework.actions.bulk import execute
from casework.actions.locks import lock_cases, lock_orders
from casework.models import Case
from logistics.models import AddressChange, Parcel
from orders.imports.run import LOCK_SPACE

# Who takes many orders waits for the imports of their shops first (casework/actions/locks.py).
IMPORTS = """
SELECT count(pg_advisory_xact_lock_shared(%(imports)s, shop_id::int))
FROM (SELECT DISTINCT shop_id FROM logistics_parcel WHERE id IN ({parcels}) ORDER BY shop_id) shops
"""
# Orders, then open cases with their parents, then parcels. What is read after that stays so. `{parcels}` is SQL for the ids.
LOCKS = [
    """SELECT id FROM orders_order WHERE id IN (
        SELECT order_id FROM logistics_parcel_orders WHERE parcel_id IN ({parcels})) ORDER BY id FOR NO KEY UPDATE""",
    """SELECT id FROM casework_case WHERE id IN (
        SELECT unnest(ARRAY[c.id, c.parent_id]) FROM logistics_incidentfacts i JOIN casework_case c ON c.id = i.case_id
        WHERE c.closed_at IS NULL AND i.parcel_id IN ({parcels})) ORDER BY id FOR NO KEY UPDATE""",
    "SELECT id FROM logistics_parcel WHERE id IN ({parcels}) ORDER BY id FOR NO KEY UPDATE",
]


def lock_parcels_of(query: str, **params: Any) -> None:
    """Lock the parcels of a query of ids, their orders and open cases first: four statements, whatever their number."""
    execute(IMPORTS.replace("{parcels}", query), imports=LOCK_SPACE, **params)
    for lock in LOCKS:
        execute(f"WITH locked AS MATERIALIZED ({lock.replace('{parcels}', query)}) SELECT count(*) FROM locked", **params)


def lock_parcels(shop_id: int, waybills: Collection[str]) -> dict[str, list[Parcel]]:
    """The shop's parcels by waybill, locked: their orders and open cases first."""
    rows = Parcel.objects.filter(shop=shop_id, waybill__in=waybills)
    while True:
        ids = set(rows.values_list("pk", flat=True))
        links = Parcel.orders.through.objects.filter(parcel_id__in=ids)
        orders = set(links.values_list("order_id", flat=True))
        lock_orders(orders)
        concerned = Q(incident__parcel__in=ids) | Q(kind=AddressChange.KIND, order__in=orders)
        cases = set(Case.objects.open().filter(concerned).values_list("pk", flat=True))
        if cases:
            lock_cases(cases)
        found: dict[str, list[Parcel]] = {}
        locked = Parcel.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).select_related("courier").order_by("pk")
        for parcel in locked:
            found.setdefault(parcel.waybill, []).append(parcel)
        # A parcel that was merged into another while we waited is gone; what it held is to be locked with the other.
        if sum(map(len, found.values())) == len(ids):
            return found
