"""The one order of locks: order, then parent, then case. Deadlines are only touched under their case's lock."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from casework.actions.door import concerns
from casework.models import Case
from orders.imports.run import LOCK_SPACE
from orders.models import Order

AFTER_IMPORTS = """
SELECT count(pg_advisory_xact_lock_shared(%s, shop_id::int))
FROM (SELECT DISTINCT shop_id FROM orders_order WHERE id = ANY (%s) ORDER BY shop_id) shops
"""


def lock_cases(ids: Collection[int], *, skip_locked: bool = False) -> dict[int, Case]:
    """Lock the cases with their orders and parents; the asked-for cases by id, freshly read.

    With `skip_locked`, cases that somebody else works on are left out.
    """
    rows = list(Case.objects.filter(pk__in=ids).values_list("pk", "order_id", "parent_id"))
    order_ids = {order_id for _pk, order_id, _parent in rows if order_id}
    free = lock_orders(order_ids, skip_locked=skip_locked)
    wanted = {pk for pk, order_id, _parent in rows if order_id is None or order_id in free}
    parents = {parent_id for pk, _order, parent_id in rows if parent_id and pk in wanted}
    # A parent is always older than its child, so ascending ids keep "parent before child".
    locked = (
        Case.objects.select_for_update(no_key=True, skip_locked=skip_locked, of=("self",)).filter(pk__in=wanted | parents).order_by("pk")
    )
    found = {case.pk: case for case in locked}
    # While this one waited somebody may have put a case under another one.
    late = {case.parent_id for pk, case in found.items() if pk in wanted and case.parent_id} - found.keys()
    if late and not skip_locked:
        found |= {case.pk: case for case in Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=late).order_by("pk")}
    for case in found.values() if len(ids) == 1 else ():
        if case.pk in ids:
            concerns(shop_id=case.shop_id, case_id=case.pk, state=case.state)
    return {pk: case for pk, case in found.items() if pk in wanted and (case.parent_id is None or case.parent_id in found)}


def wait_for_imports(ids: Collection[int]) -> None:
    """Wait for the imports of these orders' shops, and let none begin before the deed is done: an import takes its orders list by list, not in one
    order over all, and the two would wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER_IMPORTS, [LOCK_SPACE, list(ids)])


def lock_orders(ids: Collection[int], *, skip_locked: bool = False) -> set[int]:
    """Lock orders in ascending order; the ids that were locked. Who waits for several waits first for the imports of their shops."""
    if len(ids) > 1 and not skip_locked:
        wait_for_imports(ids)
    rows = Order.objects.select_for_update(no_key=True, skip_locked=skip_locked).filter(pk__in=ids).order_by("pk")
    shops = dict(rows.values_list("pk", "shop_id"))
    for order_id, shop_id in shops.items() if len(shops) == 1 else ():
        concerns(order_id=order_id, shop_id=shop_id)
    return set(shops)
