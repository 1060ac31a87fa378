"""Refund rows into orders_platformrefund, and what the platform has paid back onto order and line. Parameters: shop, file, at."""

from __future__ import annotations

REPEATED = """
UPDATE staged_refund s SET code = 'rows_contradict', field = 'refund', value = s.refund_number
FROM (SELECT refund_number FROM staged_refund WHERE file = %(file)s AND code IS NULL GROUP BY 1 HAVING count(DISTINCT digest) > 1) twice
WHERE s.file = %(file)s AND s.refund_number = twice.refund_number AND s.code IS NULL;

UPDATE staged_refund s SET outcome = 'unchanged'
FROM (SELECT id, row_number() OVER (PARTITION BY refund_number ORDER BY held NULLS FIRST, line, id) AS nth
      FROM staged_refund WHERE file = %(file)s AND code IS NULL) row
WHERE s.id = row.id AND row.nth > 1
"""

# The list names the order, in some years the sub-order. The line is the sub-order's, the only one, or the only one of that title.
ORDERS = """
UPDATE staged_refund s SET order_id = o.id FROM orders_order o
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND o.shop_id = %(shop)s AND o.number = s.number;

UPDATE staged_refund s SET order_id = o.id, line_id = l.id FROM orders_line l JOIN orders_order o ON o.id = l.order_id
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND o.shop_id = %(shop)s AND l.number = s.number
  AND (s.order_id IS NULL OR s.order_id = l.order_id);

UPDATE staged_refund s SET line_id = l.id FROM orders_line l
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND l.order_id = s.order_id AND l.number = s.sub_number;

UPDATE staged_refund SET code = 'unknown_order', field = 'number', value = number, retry = true
WHERE file = %(file)s AND outcome IS NULL AND code IS NULL AND order_id IS NULL;

UPDATE staged_refund s SET line_id = one.line_id
FROM (SELECT s.id, min(l.id) AS line_id FROM staged_refund s JOIN orders_line l ON l.order_id = s.order_id AND (l.title = s.title OR s.title = '')
      WHERE s.file = %(file)s AND s.line_id IS NULL GROUP BY s.id HAVING count(*) = 1) one
WHERE s.id = one.id AND s.outcome IS NULL AND s.code IS NULL;
ANALYZE staged_refund
"""

LOCK = """
SELECT count(*) FROM (SELECT o.id FROM orders_order o WHERE o.id IN
    (SELECT order_id FROM staged_refund WHERE file = %(file)s AND outcome IS NULL AND code IS NULL) ORDER BY o.id FOR NO KEY UPDATE OF o) locked
"""

# An older export, or one that reopens what was finished, changes nothing.
KNOWN = """
UPDATE staged_refund s SET outcome = CASE
    WHEN r.as_of > s.as_of OR (s.is_open AND NOT r.is_open) THEN 'unchanged'
    WHEN r.digest = s.digest AND (s.line_id IS NULL OR r.line_id IS NOT NULL) THEN 'same' END
FROM orders_platformrefund r
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND r.shop_id = %(shop)s AND r.number = s.refund_number
"""

# One refund is at most the order; all that were paid together are at most the order.
AMOUNTS = """
UPDATE staged_refund s SET code = 'amounts_contradict', field = 'amount', value = s.amount,
    params = jsonb_build_object('why', 'refund_above_paid', 'refund', s.amount::text, 'paid', o.paid::text)
FROM orders_order o WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND o.id = s.order_id AND s.amount > o.paid;

WITH told AS (
    SELECT order_id, refund_number, amount FROM staged_refund WHERE file = %(file)s AND is_paid AND outcome IS NULL AND code IS NULL
), total AS (
    SELECT order_id, sum(amount) AS amount FROM (
        SELECT * FROM told UNION ALL
        SELECT r.order_id, r.number, r.amount FROM orders_platformrefund r
        WHERE r.is_paid AND r.order_id IN (SELECT order_id FROM told) AND r.number NOT IN (SELECT refund_number FROM told)) every GROUP BY order_id
)
UPDATE staged_refund s SET code = 'below_refunded', field = 'amount', value = s.amount,
    params = jsonb_build_object('paid', o.paid::text, 'refunded', total.amount::text)
FROM total JOIN orders_order o ON o.id = total.order_id
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND s.is_paid AND s.order_id = o.id AND total.amount > o.paid
"""

# The older list names the buyer, whom the order lists of 2026 do not name any more.
BUYERS = """
INSERT INTO orders_buyer (shop_id, nick)
SELECT DISTINCT %(shop)s::bigint, s.nick FROM staged_refund s JOIN orders_order o ON o.id = s.order_id
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND s.nick <> '' AND o.buyer_id IS NULL
ON CONFLICT (shop_id, nick) DO NOTHING;

UPDATE orders_order o SET buyer_id = b.id, updated_at = %(at)s FROM staged_refund s JOIN orders_buyer b ON b.shop_id = %(shop)s AND b.nick = s.nick
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND o.id = s.order_id AND o.buyer_id IS NULL
"""

VALUES = {
    "order_id": "s.order_id",
    "line_id": "coalesce(s.line_id, r.line_id)",
    "amount": "s.amount",
    "status": "s.status",
    "is_open": "s.is_open",
    "is_paid": "s.is_paid",
    "forced": "coalesce(s.forced, r.forced, false)",
    "after_sale_type": "coalesce(s.after_sale_type, r.after_sale_type, '')",
    "phase": "coalesce(s.phase, r.phase, '')",
    "reason": "coalesce(s.reason, r.reason, '')",
    "requested_at": "coalesce(s.requested_at, r.requested_at)",
    "deadline_at": "CASE WHEN s.tells_deadline THEN s.deadline_at ELSE r.deadline_at END",
    "evidence_deadline_at": "CASE WHEN s.tells_evidence THEN s.evidence_deadline_at ELSE r.evidence_deadline_at END",
    "finished_at": "coalesce(s.finished_at, r.finished_at)",
    "return_waybill": "coalesce(s.return_waybill, r.return_waybill, '')",
    "intervention": "coalesce(s.intervention, r.intervention, '')",
    "party": "coalesce(s.party, r.party, '')",
    "version": "coalesce(s.version, r.version, '')",
}
MERGE = f"""
CREATE TEMPORARY TABLE merged_refund ON COMMIT DROP AS
SELECT s.id AS staged, r.id, s.refund_number AS number, s.digest, s.as_of, s.line, {", ".join(f"{value} AS {column}" for column, value in VALUES.items())}
FROM staged_refund s LEFT JOIN orders_platformrefund r ON r.shop_id = %(shop)s AND r.number = s.refund_number
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL;
CREATE INDEX ON merged_refund (id);
ANALYZE merged_refund;

INSERT INTO orders_platformrefund (shop_id, number, digest, as_of, {", ".join(VALUES)})
SELECT %(shop)s, number, digest, as_of, {", ".join(VALUES)} FROM merged_refund WHERE id IS NULL ORDER BY line;

WITH moved AS (
    UPDATE orders_platformrefund r SET digest = m.digest, as_of = m.as_of, {", ".join(f"{column} = m.{column}" for column in VALUES)}
    FROM merged_refund m
    WHERE r.id = m.id AND ({", ".join(f"r.{column}" for column in VALUES)}) IS DISTINCT FROM ({", ".join(f"m.{column}" for column in VALUES)})
    RETURNING m.staged
)
UPDATE staged_refund s SET outcome = 'changed' FROM moved WHERE s.id = moved.staged;

UPDATE staged_refund s SET outcome = CASE WHEN m.id IS NULL THEN 'new' ELSE 'same' END FROM merged_refund m WHERE s.id = m.staged AND s.outcome IS NULL;
DROP TABLE merged_refund
"""

CONFIRM = """
UPDATE orders_platformrefund r SET as_of = s.as_of, digest = s.digest FROM staged_refund s
WHERE s.file = %(file)s AND s.outcome = 'same' AND r.shop_id = %(shop)s AND r.number = s.refund_number;

UPDATE staged_refund SET outcome = 'unchanged' WHERE file = %(file)s AND outcome = 'same'
"""

# What the platform has paid back in all; it never lowers what the order list or item list has told.
PLATFORM = """
UPDATE orders_order o SET platform_refunded = paid.amount
FROM (SELECT r.order_id, sum(r.amount) AS amount FROM orders_platformrefund r
      WHERE r.is_paid AND r.order_id IN (SELECT order_id FROM staged_refund WHERE file = %(file)s) GROUP BY 1) paid
WHERE o.id = paid.order_id AND o.platform_refunded < paid.amount;

UPDATE orders_line l SET platform_refunded = least(paid.amount, l.paid)
FROM (SELECT r.line_id, sum(r.amount) AS amount FROM orders_platformrefund r
      WHERE r.is_paid AND r.line_id IN (SELECT line_id FROM staged_refund WHERE file = %(file)s) GROUP BY 1) paid
WHERE l.id = paid.line_id AND l.platform_refunded < least(paid.amount, l.paid)
"""
