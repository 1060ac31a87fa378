"""What was paid for an order's goods, split over its lines by price times quantity, exactly to the fen: orders.split over whole lists.

Needed where the file tells no paid amount per line: item list A, and lines taken in before the order was paid.
"""

from __future__ import annotations

# From items.NEXT: the lines, staged or stored, of the orders that are to be split.
OF_ITEMS = """
DROP TABLE IF EXISTS pg_temp.to_split;
CREATE TEMPORARY TABLE to_split ON COMMIT DROP AS
SELECT n.order_id, n.staged, n.line_id, n.listed, n.number, s.goods FROM next_line n JOIN next_sum s ON s.order_id = n.order_id WHERE s.splits;
ANALYZE to_split
"""

# The orders of this run whose stored lines no longer add up, where nobody has told the shares so far and no money hangs on them.
OF_ORDERS = """
DROP TABLE IF EXISTS pg_temp.changed_order, pg_temp.to_split;
CREATE TEMPORARY TABLE changed_order ON COMMIT DROP AS SELECT DISTINCT order_id FROM staged_order WHERE code IS NULL AND outcome = 'changed';
CREATE INDEX ON changed_order (order_id);
ANALYZE changed_order;

CREATE TEMPORARY TABLE to_split ON COMMIT DROP AS
SELECT order_id, NULL::bigint AS staged, line_id, listed, number, goods
FROM (
    SELECT l.order_id, l.id AS line_id, l.price * l.quantity AS listed, l.number, o.paid - o.freight_paid AS goods,
           sum(l.paid) OVER mine AS told, sum(l.price * l.quantity) OVER mine AS listed_in_all,
           bool_and((l.paid = 0 OR strpos(l.number, '#') > 0) AND l.reserved + l.refunded + l.platform_refunded = 0) OVER mine AS untouched
    FROM changed_order c JOIN orders_order o ON o.id = c.order_id JOIN orders_line l ON l.order_id = o.id
    WINDOW mine AS (PARTITION BY l.order_id)
) line
WHERE told <> goods AND listed_in_all >= goods AND untouched;
ANALYZE to_split
"""

# In fen: the whole part for each, and the fen that are left to the largest remainders, of equal ones to the lower line number (...9 before ...10).
SHARES = """
DROP TABLE IF EXISTS pg_temp.line_share;
CREATE TEMPORARY TABLE line_share ON COMMIT DROP AS
WITH weight AS (
    SELECT t.*, (goods * 100)::bigint AS fen, (listed * 100)::numeric AS w, greatest(sum(listed * 100) OVER (PARTITION BY order_id), 1) AS total FROM to_split t
), part AS (
    SELECT *, div(fen * w, total)::bigint AS base, mod(fen * w, total) AS remainder FROM weight
), ranked AS (
    SELECT *, fen - sum(base) OVER (PARTITION BY order_id) AS left_over,
           row_number() OVER (PARTITION BY order_id ORDER BY remainder DESC, length(number), number COLLATE "C") AS nth
    FROM part
)
SELECT order_id, staged, line_id, (base + CASE WHEN nth <= left_over THEN 1 ELSE 0 END) / 100.0 AS share FROM ranked;
CREATE INDEX ON line_share (line_id);
ANALYZE line_share
"""

STORE = """
UPDATE orders_line l SET paid = s.share FROM line_share s WHERE s.staged IS NULL AND l.id = s.line_id AND l.paid <> s.share
"""
