"""Item rows into orders_line. Parameters of every statement: shop, file, at.

Files are taken from the oldest export to the newest. The lines of an order go in together or not at all: with postage they
must add up to what was paid. Rows that do not (half of the lines are in another file) are `waiting` and join the next
file of the run; in the end they are held, to be tried again by the next import.
"""

from __future__ import annotations

from orders.imports.counters import counters
from orders.models import Line

# List A has no sub-order numbers: its rows are numbered in file order within their order. Held rows count, or numbers would shift.
NUMBERED = """
UPDATE staged_item s SET position = row.nth, sub_number = coalesce(s.sub_number, s.number || '#' || row.nth)
FROM (SELECT id, row_number() OVER (PARTITION BY file, number ORDER BY line) AS nth FROM staged_item
      WHERE held IS NULL AND number IS NOT NULL AND position IS NULL) row
WHERE s.id = row.id;

UPDATE staged_item s SET position = (h.params ->> 'position')::int, sub_number = coalesce(s.sub_number, h.params ->> 'key')
FROM orders_heldrow h WHERE h.id = s.held AND s.position IS NULL;

UPDATE staged_item SET key = sub_number WHERE key IS NULL
"""

REPEATED = """
UPDATE staged_item s SET code = 'rows_contradict', field = 'line', value = s.sub_number
FROM (SELECT number, sub_number FROM staged_item WHERE file = %(file)s AND code IS NULL AND held IS NULL GROUP BY 1, 2 HAVING count(DISTINCT digest) > 1) twice
WHERE s.file = %(file)s AND s.held IS NULL AND s.number = twice.number AND s.sub_number = twice.sub_number AND s.code IS NULL;

UPDATE staged_item s SET outcome = 'unchanged'
FROM (SELECT id, row_number() OVER (PARTITION BY number, sub_number ORDER BY held NULLS FIRST, line, id) AS nth
      FROM staged_item WHERE file = %(file)s AND code IS NULL) row
WHERE s.id = row.id AND row.nth > 1
"""

# The rows of this file, and those of earlier files that wait for them.
ACTIVE = """
UPDATE staged_item SET active = false WHERE active;
UPDATE staged_item s SET active = true, outcome = NULL
WHERE s.code IS NULL AND ((s.file = %(file)s AND s.outcome IS NULL)
    OR (s.outcome = 'waiting' AND s.number IN (SELECT number FROM staged_item WHERE file = %(file)s AND code IS NULL AND outcome IS NULL)));

UPDATE staged_item s SET order_id = o.id FROM orders_order o
WHERE s.active AND s.order_id IS NULL AND o.shop_id = %(shop)s AND o.number = s.number;

UPDATE staged_item SET code = 'unknown_order', field = 'number', value = number, retry = true, active = false WHERE active AND order_id IS NULL;

-- A temporary table has no statistics of its own accord, and without them the joins below would be nested loops.
ANALYZE staged_item
"""

# The stored line of a row: by its number, or, between list A and numbered lists, the line that is alike.
BY_NUMBER = """
UPDATE staged_item s SET line_id = l.id FROM orders_line l WHERE s.active AND l.order_id = s.order_id AND l.number = s.sub_number
"""

ALIKE = """
WITH mine AS (
    SELECT id, order_id, strpos(sub_number, '#') = 0 AS numbered, title, quantity, price, coalesce(merchant_code, '') AS code,
           row_number() OVER (PARTITION BY file, order_id, title, quantity, price, merchant_code ORDER BY position, id) AS nth
    FROM staged_item WHERE active AND line_id IS NULL
), stored AS (
    SELECT id, order_id, strpos(number, '#') = 0 AS numbered, number, title, quantity, price, merchant_code AS code,
           row_number() OVER (PARTITION BY order_id, title, quantity, price, merchant_code ORDER BY position, id) AS nth
    FROM orders_line WHERE order_id IN (SELECT order_id FROM mine)
)
UPDATE staged_item s SET line_id = stored.id, sub_number = CASE WHEN stored.numbered THEN stored.number ELSE s.sub_number END
FROM mine JOIN stored USING (order_id, title, quantity, price, code, nth)
WHERE s.id = mine.id AND mine.numbered <> stored.numbered
"""

KNOWN = """
UPDATE staged_item s SET code = 'lines_numbered_otherwise', field = 'title', value = left(s.title, 40), active = false
WHERE s.active AND s.line_id IS NULL AND strpos(s.sub_number, '#') > 0
  AND EXISTS (SELECT FROM orders_line l WHERE l.order_id = s.order_id AND strpos(l.number, '#') = 0);

UPDATE staged_item s SET active = false, outcome = 'unchanged' FROM orders_line l
WHERE s.active AND l.id = s.line_id AND (l.as_of > s.as_of
    OR array_position(ARRAY['wait_pay', 'wait_ship', 'part_shipped', 'shipped', 'finished', 'closed'], l.status::text) - 1 > s.rank);

UPDATE staged_item s SET active = false, outcome = 'unchanged'
FROM (SELECT id, row_number() OVER (PARTITION BY order_id, coalesce(line_id::text, sub_number) ORDER BY as_of DESC, file DESC) AS nth
      FROM staged_item WHERE active) row
WHERE s.id = row.id AND row.nth > 1;

-- An order whose rows are all as they were needs no second look.
UPDATE staged_item s SET outcome = 'same' FROM orders_line l WHERE s.active AND l.id = s.line_id AND l.digest = s.digest AND l.number = s.sub_number;
UPDATE staged_item s SET active = false
WHERE s.outcome = 'same' AND NOT EXISTS (SELECT FROM staged_item other WHERE other.active AND other.order_id = s.order_id AND other.outcome IS NULL)
"""

LOCK = """
SELECT count(*) FROM (SELECT o.id FROM orders_order o WHERE o.id IN (SELECT order_id FROM staged_item WHERE active)
                      ORDER BY o.id FOR NO KEY UPDATE OF o) orders;
SELECT count(*) FROM (SELECT l.id FROM orders_line l WHERE l.order_id IN (SELECT order_id FROM staged_item WHERE active)
                      ORDER BY l.id FOR NO KEY UPDATE OF l) lines
"""

BELOW = """
UPDATE staged_item s SET code = 'below_refunded', field = 'paid', value = s.paid, active = false,
    params = jsonb_build_object('paid', s.paid::text, 'refunded', greatest(l.reserved + l.refunded, l.platform_refunded)::text)
FROM orders_line l
WHERE s.active AND l.id = s.line_id AND s.paid < greatest(l.reserved + l.refunded, CASE WHEN s.refund IS NULL THEN l.platform_refunded ELSE 0 END)
"""

# Every line of the orders in question as it would be, and per order whether it adds up (`fits`) or is to be split (`splits`).
NEXT = """
DROP TABLE IF EXISTS pg_temp.next_line, pg_temp.next_sum;
CREATE TEMPORARY TABLE next_line ON COMMIT DROP AS
SELECT s.order_id, s.id AS staged, s.line_id, coalesce(s.paid, l.paid) AS paid, s.paid IS NOT NULL AS told, s.price * s.quantity AS listed,
       s.sub_number AS number, coalesce(l.reserved + l.refunded + l.platform_refunded, 0) AS moved
FROM staged_item s LEFT JOIN orders_line l ON l.id = s.line_id WHERE s.active
UNION ALL
SELECT l.order_id, NULL, l.id, l.paid, false, l.price * l.quantity, l.number, l.reserved + l.refunded + l.platform_refunded
FROM orders_line l WHERE l.order_id IN (SELECT order_id FROM staged_item WHERE active)
  AND NOT EXISTS (SELECT FROM staged_item s WHERE s.active AND s.line_id = l.id);
CREATE INDEX ON next_line (order_id);
ANALYZE next_line;

CREATE TEMPORARY TABLE next_sum ON COMMIT DROP AS
SELECT t.*, coalesce(all_known AND total + freight_paid = paid, false) AS fits,
       NOT coalesce(all_known AND total + freight_paid = paid, false) AND none_told AND moved = 0 AND listed >= goods AND (listed > 0 OR goods = 0) AS splits
FROM (
    SELECT o.id AS order_id, o.paid, o.freight_paid, o.paid - o.freight_paid AS goods, sum(n.paid) AS total, sum(n.listed) AS listed, sum(n.moved) AS moved,
           bool_and(n.paid IS NOT NULL) AS all_known, bool_and(NOT n.told) AS none_told
    FROM next_line n JOIN orders_order o ON o.id = n.order_id GROUP BY o.id
) t;
CREATE INDEX ON next_sum (order_id);
ANALYZE next_sum
"""

WAIT = """
UPDATE staged_item s SET active = false, outcome = 'waiting',
    params = jsonb_build_object('lines', n.total::text, 'freight', n.freight_paid::text, 'paid', n.paid::text)
FROM next_sum n WHERE s.active AND n.order_id = s.order_id AND NOT n.fits AND NOT n.splits
"""

# The shares of split orders: into the rows, and into stored lines that this run does not name.
SHARED = """
UPDATE staged_item s SET paid = l.share FROM line_share l WHERE s.active AND s.id = l.staged
"""

VALUES = {
    "number": "s.sub_number",
    "position": "coalesce(l.position, s.position)",
    "title": "coalesce(s.title, l.title, '')",
    "sku": "coalesce(s.sku, l.sku, '')",
    "merchant_code": "coalesce(s.merchant_code, l.merchant_code, '')",
    "quantity": "s.quantity",
    "price": "s.price",
    "paid": "coalesce(s.paid, l.paid)",
    "platform_refunded": "greatest(coalesce(s.refund, l.platform_refunded, 0), least(coalesce(s.paid, l.paid),"
    " coalesce((SELECT sum(r.amount) FROM orders_platformrefund r WHERE r.line_id = l.id AND r.is_paid), 0)))",
    "item_cost": "coalesce(s.cost, l.item_cost)",
    "made_to_order": "coalesce(s.made_to_order, l.made_to_order, false)",
    "status": "s.status",
    "refund_status": "coalesce(s.refund_status, l.refund_status, '')",
    "shipped_at": "coalesce(s.shipped_at, l.shipped_at)",
    "ship_by": "coalesce(s.ship_by, l.ship_by)",
    "waybills": "coalesce(s.waybills::varchar[], l.waybills, '{}')",
    "courier_name": "coalesce(s.courier, l.courier_name, '')",
}
# What only the ledger moves begins at nothing.
COUNTERS = counters(Line, VALUES)
MERGE = f"""
CREATE TEMPORARY TABLE merged_line ON COMMIT DROP AS
SELECT s.id AS staged, s.line_id AS id, s.order_id, s.digest, s.as_of, s.line, {", ".join(f"{value} AS {column}" for column, value in VALUES.items())}
FROM staged_item s LEFT JOIN orders_line l ON l.id = s.line_id WHERE s.active;
CREATE INDEX ON merged_line (id);
ANALYZE merged_line;

INSERT INTO orders_line (order_id, digest, as_of, {", ".join(COUNTERS)}, {", ".join(VALUES)})
SELECT order_id, digest, as_of, {", ".join("0" for _ in COUNTERS)}, {", ".join(VALUES)} FROM merged_line WHERE id IS NULL ORDER BY line;

WITH moved AS (
    UPDATE orders_line l SET digest = m.digest, as_of = m.as_of, {", ".join(f"{column} = m.{column}" for column in VALUES)}
    FROM merged_line m
    WHERE l.id = m.id AND ({", ".join(f"l.{column}" for column in VALUES)}) IS DISTINCT FROM ({", ".join(f"m.{column}" for column in VALUES)})
    RETURNING m.staged
)
UPDATE staged_item s SET outcome = 'changed' FROM moved WHERE s.id = moved.staged;

UPDATE staged_item SET outcome = CASE WHEN line_id IS NULL THEN 'new' ELSE 'same' END WHERE active AND outcome IS NULL;
DROP TABLE merged_line
"""

# What the order's own list has not told: the parcels in which its lines travel, and when the first of them left.
ON_ORDERS = """
WITH told AS (
    SELECT DISTINCT order_id FROM staged_item WHERE active AND (waybills <> '{}' OR shipped_at IS NOT NULL)
), sent AS (
    SELECT l.order_id, min(l.shipped_at) AS shipped_at FROM told JOIN orders_line l USING (order_id) GROUP BY 1
), more AS (
    SELECT order_id, array_agg(waybill ORDER BY place, waybill) AS waybills FROM (
        SELECT l.order_id, w.waybill, min(l.position) AS place
        FROM told JOIN orders_line l USING (order_id) JOIN orders_order o ON o.id = l.order_id CROSS JOIN LATERAL unnest(l.waybills) AS w(waybill)
        WHERE w.waybill <> ALL (o.waybills) GROUP BY 1, 2) parcel GROUP BY 1
)
UPDATE orders_order o SET waybills = o.waybills || coalesce(more.waybills, '{}'), shipped_at = coalesce(o.shipped_at, sent.shipped_at), updated_at = %(at)s
FROM sent LEFT JOIN more USING (order_id)
WHERE o.id = sent.order_id AND (more.waybills IS NOT NULL OR (o.shipped_at IS NULL AND sent.shipped_at IS NOT NULL))
"""

CONFIRM = """
UPDATE orders_line l SET as_of = s.as_of, digest = s.digest FROM staged_item s
WHERE s.outcome = 'same' AND l.id = s.line_id AND (l.as_of IS DISTINCT FROM s.as_of OR l.digest IS DISTINCT FROM s.digest);

UPDATE staged_item SET outcome = 'unchanged' WHERE outcome = 'same'
"""

# After the last file: whoever still waits is held.
GIVE_UP = """
UPDATE staged_item SET code = 'lines_do_not_add_up', field = 'paid', value = paid, retry = true, outcome = NULL WHERE outcome = 'waiting'
"""
