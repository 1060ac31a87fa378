"""What lists tell of goods that were not there (R12.1): they left after all, the order is closed, its ship-by date is another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from casework.actions.bulk import execute, lock_many, temporary
from casework.actions.door import door
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from casework.models import Deadline
from orders.access import Actor
from orders.models import Shop
from orders.models.order import OrderStatus
from refunds.kinds.out_of_stock import OutOfStock
from refunds.kinds.out_of_stock.states import State

TOLD, SHIPPED, AT_PRICE, BESIDE, CLOSED = "stock_told", "stock_shipped", "stock_at_price", "stock_beside", "stock_closed"
# The open cases whose orders came in just now.
CAME_IN = """
SELECT c.id AS case_id, c.state, o.id AS order_id, o.status, o.ship_by, o.waybills FROM {table} t JOIN orders_order o ON o.id = t.order_id
JOIN casework_case c ON c.order_id = o.id WHERE c.kind = %(kind)s AND c.closed_at IS NULL
"""
# Everything that was not there has a waybill now: its line's own, or the order's once all of it has left.
HAS_LEFT = f"""
SELECT t.case_id, t.order_id, t.state FROM {TOLD} t JOIN refunds_outofstockfacts f ON f.case_id = t.case_id
WHERE NOT EXISTS (
    SELECT FROM jsonb_array_elements(f.items) i LEFT JOIN orders_line l ON l.id = (i ->> 'line')::bigint
    WHERE coalesce(cardinality(l.waybills), 0) = 0 AND NOT (t.status = ANY(%(gone)s) AND cardinality(t.waybills) > 0))
"""
# Of those what was taken at a better price whose difference is not back with the customer (refunds/asking/grounds.py says the same of one case).
OWED = f"""
SELECT s.case_id FROM {SHIPPED} s JOIN refunds_outofstockfacts f ON f.case_id = s.case_id
WHERE f.difference > (SELECT coalesce(sum(q.amount), 0) FROM refunds_request q JOIN casework_case c ON c.id = q.case_id
    WHERE c.parent_id = f.case_id AND c.closed_at IS NOT NULL AND NOT EXISTS (SELECT FROM refunds_ending e WHERE e.request_id = q.id))
"""
# Of those with a refund under way: the parcel is one that this import tells of for the first time.
LEFT_NOW = f"""
SELECT s.case_id FROM {SHIPPED} s WHERE s.state = %(mending)s AND EXISTS (
    SELECT FROM logistics_parcel_orders l JOIN logistics_parcel p ON p.id = l.parcel_id WHERE l.order_id = s.order_id AND p.first_seen_at = %(at)s)
"""
# The platform's day is taken over as it stands; where it is known, our own span ends.
FOLLOW = f"""
UPDATE casework_deadline d SET due_at = t.ship_by, wake_at = t.ship_by, status = 'open', ended_at = NULL, late = false, attempts = 0
FROM {TOLD} t WHERE d.case_id = t.case_id AND d.kind = 'ship_by' AND d.status = ANY(%(standing)s) AND t.ship_by IS NOT NULL AND d.due_at <> t.ship_by
"""
BEGIN = f"""
INSERT INTO casework_deadline (case_id, kind, started_at, due_at, wake_at, status, pause_reason, late, attempts, last_error, rule)
SELECT t.case_id, 'ship_by', %(at)s, t.ship_by, t.ship_by, 'open', '', false, 0, '', 'R12.1' FROM {TOLD} t
WHERE t.ship_by IS NOT NULL AND NOT EXISTS (SELECT FROM casework_deadline d WHERE d.case_id = t.case_id AND d.kind = 'ship_by')
"""
END_OURS = f"""
UPDATE casework_deadline d SET status = CASE d.status WHEN 'over' THEN 'fired' ELSE 'met' END, ended_at = coalesce(d.ended_at, %(at)s)
FROM {TOLD} t WHERE d.case_id = t.case_id AND d.kind = 'settle' AND d.status = ANY(%(standing)s) AND t.ship_by IS NOT NULL
"""
GONE = (OrderStatus.SHIPPED, OrderStatus.FINISHED)


def follow_shelf(sender: Any, *, shop: Shop, table: str, at: dt.datetime, **_: Any) -> None:
    """Close what has left or is closed, tell of what left while its money is asked for, and move the clocks. A fixed number of statements,
    one where nothing is out of stock."""
    if not OutOfStock.objects.open().filter(shop=shop).exists():
        return
    by = Actor.system("import")
    if not temporary(TOLD, CAME_IN.replace("{table}", connection.ops.quote_name(table)), kind=OutOfStock.KIND):
        return
    temporary(SHIPPED, HAS_LEFT, gone=list(GONE))
    temporary(AT_PRICE, OWED)
    temporary(BESIDE, LEFT_NOW, mending=State.MENDING.value, at=at)
    temporary(CLOSED, f"SELECT case_id FROM {TOLD} WHERE status = %(closed)s", closed=OrderStatus.CLOSED.value)
    with door(by, at):
        lock_many(TOLD)
        step_many(OutOfStock, "lists_tell_it_shipped_at_the_price", AT_PRICE, by=by, at=at)
        step_many(OutOfStock, "lists_tell_it_shipped", SHIPPED, by=by, at=at)
        tell_many(BESIDE, "shipped_meanwhile", at=at)
        step_many(OutOfStock, "order_closed", CLOSED, by=by, at=at)
        for statement in (FOLLOW, BEGIN, END_OURS):
            execute(statement, at=at, standing=list(Deadline.STANDING))
