"""Order rows into orders_order and orders_buyer. Parameters of every statement: shop, file, at.

A run takes its files from the oldest export to the newest; each statement sees the rows of one file (`s.file`), and of those
the ones that nothing has decided yet (`s.outcome IS NULL AND s.code IS NULL`). Of each order that is one row (orders.imports.joins).
"""

from __future__ import annotations

from orders.imports.counters import counters
from orders.models import Order

# An older export, or a state further back, changes nothing. The same row as last time changes nothing either.
BEHIND = "array_position(ARRAY['wait_pay', 'wait_ship', 'part_shipped', 'shipped', 'finished', 'closed'], o.status::text) - 1 > s.rank"
KNOWN = f"""
UPDATE staged_order s SET order_id = o.id, outcome = CASE
    WHEN NOT s.partial AND (o.as_of > s.as_of OR {BEHIND}) THEN 'unchanged' WHEN o.digest = s.digest THEN 'same' END
FROM orders_order o
WHERE o.shop_id = %(shop)s AND o.number = s.number AND s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL;
ANALYZE staged_order
"""

# A dispatch list adds to orders that are known, an older one only what nobody has told so far. It moves no money.
UNTOLD = {
    "nick": "o.buyer_id IS NOT NULL",
    "waybills": "o.waybills <> '{}'",
    "courier": "o.courier_name <> ''",
    "shipped_at": "o.shipped_at IS NOT NULL",
    "flag": "o.flag IS NOT NULL",
    "name_enc": "get_byte(o.name_enc, 0) = 0",
    **dict.fromkeys(("message", "message_enc"), "o.message <> ''"),
    **dict.fromkeys(("memo", "memo_enc"), "o.memo <> ''"),
    **dict.fromkeys(("phone_enc", "phone_index", "phone_tail_index"), "get_byte(o.phone_enc, 0) = 0"),
    **dict.fromkeys(("province", "city", "district", "street_enc"), "get_byte(o.street_enc, 0) = 0"),
}
ADDED = f"""
UPDATE staged_order s SET code = CASE WHEN s.partial THEN 'unknown_order' ELSE 'missing_value' END,
    field = CASE WHEN s.partial THEN 'number' ELSE 'paid' END, value = CASE WHEN s.partial THEN s.number END, retry = s.partial
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND s.order_id IS NULL AND (s.partial OR s.paid IS NULL);

UPDATE staged_order s SET {", ".join(f"{field} = CASE WHEN {known} THEN NULL ELSE s.{field} END" for field, known in UNTOLD.items())}
FROM orders_order o WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND o.id = s.order_id AND s.partial AND o.as_of > s.as_of;

UPDATE staged_order s SET paid = o.paid, freight = NULL, refund = NULL, as_of = greatest(s.as_of, o.as_of),
    status = CASE WHEN s.status IS NULL OR o.as_of > s.as_of OR {BEHIND} THEN o.status ELSE s.status END
FROM orders_order o WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND o.id = s.order_id AND (s.partial OR s.paid IS NULL)
"""

# Waybills that the order's lines tell of stay known beside those of the list, in the order of the lines.
MORE_WAYBILLS = """
UPDATE staged_order s SET waybills = s.waybills || more.waybills
FROM (SELECT id, array_agg(waybill ORDER BY place, waybill) AS waybills FROM (
        SELECT t.id, w.waybill::text AS waybill, min(l.position) AS place
        FROM staged_order t JOIN orders_line l ON l.order_id = t.order_id CROSS JOIN LATERAL unnest(l.waybills) AS w(waybill)
        WHERE t.file = %(file)s AND t.outcome IS NULL AND t.code IS NULL AND w.waybill <> ALL (t.waybills) GROUP BY 1, 2) told GROUP BY id) more
WHERE s.id = more.id
"""

# Whoever reserves money on one of these orders now waits until the import is through; the order of locks is everybody's: by id.
LOCK = """
SELECT count(*) FROM (SELECT o.id FROM orders_order o JOIN staged_order s ON s.order_id = o.id
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL ORDER BY o.id FOR NO KEY UPDATE OF o) locked
"""

# Postage of an unpaid order is 0; a file without that column leaves what is stored. The platform's refunds come from two
# lists: the newest order list, and the refunds that the refund list calls paid; the larger sum counts.
AMOUNTS = """
UPDATE staged_order s SET
    freight_paid = CASE WHEN s.paid = 0 THEN 0 ELSE coalesce(s.freight, o.freight_paid, 0) END,
    platform = greatest(coalesce(s.refund, o.platform_refunded, 0),
                        (SELECT sum(r.amount) FROM orders_platformrefund r WHERE r.order_id = s.order_id AND r.is_paid))
FROM staged_order t LEFT JOIN orders_order o ON o.id = t.order_id
WHERE t.id = s.id AND s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL;

UPDATE staged_order s SET code = 'below_refunded', field = 'paid', value = s.paid,
    params = jsonb_build_object('paid', s.paid::text, 'refunded', greatest(o.reserved + o.refunded, s.platform)::text)
FROM orders_order o
WHERE o.id = s.order_id AND s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL
  AND (s.paid < o.reserved + o.refunded OR s.paid < s.platform OR s.freight_paid < o.freight_reserved + o.freight_refunded);

UPDATE staged_order s SET code = 'amounts_contradict', field = 'paid', value = s.paid,
    params = jsonb_build_object('why', 'freight_above_paid', 'freight', s.freight_paid::text, 'paid', s.paid::text)
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND s.freight_paid > s.paid
"""

BUYERS = """
INSERT INTO orders_buyer (shop_id, nick)
SELECT DISTINCT %(shop)s::bigint, s.nick FROM staged_order s
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL AND s.nick <> ''
ON CONFLICT (shop_id, nick) DO NOTHING
"""

# Stored column -> its value after the row. A column that the file lacks is NULL in `s` and keeps what is stored in `o`;
# a time once known stays known; a name, phone or street that the platform has masked never replaces a clear one, except
# that a street goes when the district around it has changed. get_byte(…, 0) = 1 marks a masked value (orders.vault).
MASKED = "(get_byte(s.{0}, 0) = 1 AND o.{0} IS NOT NULL AND get_byte(o.{0}, 0) = 0)"
# An address that the platform has cut (上海 上海市 ***) says nothing against the place that is known, if what it says agrees with it.
CUT = """(s.province IS NOT NULL AND (s.street_enc IS NULL OR get_byte(s.street_enc, 0) = 1)
    AND (s.province = '' OR o.province = '' OR left(s.province, 2) = left(o.province, 2))
    AND (s.city = '' OR o.city = '' OR s.city = o.city) AND (s.district = '' OR o.district = '' OR s.district = o.district))"""
KEEP_PHONE = f"s.phone_enc IS NULL OR {MASKED.format('phone_enc')}"
# The same text again from a list that names nobody: the copy that was redacted by the name stays.
TEXT = "CASE WHEN s.{0}_enc = o.{0}_enc AND NOT s.named THEN o.{0} ELSE coalesce(s.{0}, o.{0}, '') END"
VALUES = {
    "buyer_id": "coalesce(b.id, o.buyer_id)",
    "status": "s.status",
    "close_reason": "coalesce(s.close_reason, o.close_reason, '')",
    "payment_number": "coalesce(s.payment_number, o.payment_number, '')",
    "paid": "s.paid",
    "freight_paid": "s.freight_paid",
    "platform_refunded": "s.platform",
    "ordered_at": "coalesce(s.ordered_at, o.ordered_at)",
    "paid_at": "coalesce(s.paid_at, o.paid_at)",
    "shipped_at": "coalesce(s.shipped_at, o.shipped_at)",
    "shipped_seen_at": "coalesce(o.shipped_seen_at, CASE WHEN s.status IN ('part_shipped', 'shipped') AND coalesce(s.shipped_at, o.shipped_at) IS NULL"
    " THEN %(at)s::timestamptz END)",
    "ship_by": "coalesce(s.ship_by, o.ship_by)",
    "finished_at": "coalesce(s.finished_at, o.finished_at)",
    "auto_confirm_at": "coalesce(s.auto_confirm_at, o.auto_confirm_at)",
    "freight_insured": "coalesce(s.insured, o.freight_insured)",
    "invoice_wish": "coalesce(s.invoice, o.invoice_wish, '')",
    "waybills": "coalesce(s.waybills::varchar[], o.waybills, '{}')",
    "courier_name": "coalesce(s.courier, o.courier_name, '')",
    **{
        place: f"CASE WHEN {CUT} AND o.{place} <> '' THEN o.{place} ELSE coalesce(s.{place}, o.{place}, '') END"
        for place in ("province", "city", "district")
    },
    "name_enc": f"CASE WHEN s.name_enc IS NULL OR {MASKED.format('name_enc')} THEN o.name_enc ELSE s.name_enc END",
    "phone_enc": f"CASE WHEN {KEEP_PHONE} THEN o.phone_enc ELSE s.phone_enc END",
    "phone_index": f"CASE WHEN {KEEP_PHONE} THEN o.phone_index ELSE s.phone_index END",
    "phone_tail_index": f"CASE WHEN {KEEP_PHONE} THEN o.phone_tail_index ELSE s.phone_tail_index END",
    "street_enc": f"CASE WHEN s.street_enc IS NULL OR ({MASKED.format('street_enc')} AND {CUT}) THEN o.street_enc ELSE s.street_enc END",
    "message": TEXT.format("message"),
    "message_enc": "CASE WHEN s.message IS NULL THEN o.message_enc ELSE s.message_enc END",
    "memo": TEXT.format("memo"),
    "memo_enc": "CASE WHEN s.memo IS NULL THEN o.memo_enc ELSE s.memo_enc END",
    "flag": "coalesce(s.flag, o.flag)",
}
NEXT = f"""
CREATE TEMPORARY TABLE next_order ON COMMIT DROP AS
SELECT s.id AS staged, s.order_id AS id, s.number, s.line, s.digest, s.as_of, s.writer, {", ".join(f"{value} AS {column}" for column, value in VALUES.items())}
FROM staged_order s
LEFT JOIN orders_order o ON o.id = s.order_id
LEFT JOIN orders_buyer b ON b.shop_id = %(shop)s AND b.nick = s.nick
WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL;
CREATE INDEX ON next_order (id);
ANALYZE next_order
"""

# A memo row for each text or flag that was not there before (L9.9).
MEMOS = """
INSERT INTO orders_memo (order_id, at, flag, writer_code, text, text_enc, source)
SELECT n.id, n.as_of, n.flag, n.writer, n.memo, n.memo_enc, 'import'
FROM next_order n JOIN orders_order o ON o.id = n.id
WHERE n.memo <> '' AND (n.memo_enc IS DISTINCT FROM o.memo_enc OR n.flag IS DISTINCT FROM o.flag)
"""

NEW_MEMOS = """
INSERT INTO orders_memo (order_id, at, flag, writer_code, text, text_enc, source)
SELECT s.order_id, n.as_of, n.flag, n.writer, n.memo, n.memo_enc, 'import'
FROM next_order n JOIN staged_order s ON s.id = n.staged WHERE n.id IS NULL AND n.memo <> ''
"""

# What only the ledger moves begins at nothing.
COUNTERS = counters(Order, VALUES)
INSERT = f"""
WITH made AS (
    INSERT INTO orders_order (shop_id, number, digest, as_of, created_at, updated_at, {", ".join(COUNTERS)}, {", ".join(VALUES)})
    SELECT %(shop)s, number, digest, as_of, %(at)s, %(at)s, {", ".join("0" for _ in COUNTERS)}, {", ".join(VALUES)}
    FROM next_order WHERE id IS NULL ORDER BY line
    RETURNING id, number
)
UPDATE staged_order s SET outcome = 'new', order_id = made.id FROM made, next_order n WHERE n.number = made.number AND s.id = n.staged
"""

UPDATE = f"""
WITH moved AS (
    UPDATE orders_order o SET digest = n.digest, as_of = n.as_of, updated_at = %(at)s, {", ".join(f"{column} = n.{column}" for column in VALUES)}
    FROM next_order n
    WHERE o.id = n.id AND ({", ".join(f"o.{column}" for column in VALUES)}) IS DISTINCT FROM ({", ".join(f"n.{column}" for column in VALUES)})
    RETURNING n.staged
)
UPDATE staged_order s SET outcome = 'changed' FROM moved WHERE s.id = moved.staged;

UPDATE staged_order s SET outcome = 'same' WHERE s.file = %(file)s AND s.outcome IS NULL AND s.code IS NULL;

DROP TABLE next_order
"""

# What this export has confirmed is as new as this export, so that an older one that comes later changes nothing back.
CONFIRM = """
UPDATE orders_order o SET as_of = s.as_of, digest = s.digest FROM staged_order s
WHERE s.file = %(file)s AND s.outcome = 'same' AND o.id = s.order_id AND (o.as_of IS DISTINCT FROM s.as_of OR o.digest IS DISTINCT FROM s.digest);

UPDATE staged_order SET outcome = 'unchanged' WHERE file = %(file)s AND outcome = 'same'
"""

# Lines and postage add up to what was paid, always. An order whose money has changed while its lines have not come along
# (nor could be split, see orders.imports.split) is torn: the whole merge is taken back and done again without its row.
TORN = """
SELECT DISTINCT s.file, s.number, sum(l.paid)::text, o.freight_paid::text, o.paid::text
FROM staged_order s JOIN orders_order o ON o.id = s.order_id JOIN orders_line l ON l.order_id = o.id
WHERE s.code IS NULL AND s.outcome = 'changed' GROUP BY s.id, s.file, s.number, o.id HAVING sum(l.paid) + o.freight_paid <> o.paid
"""
LEAVE_OUT = """
UPDATE staged_order SET code = 'lines_do_not_add_up', field = 'paid', value = paid, retry = true,
    params = jsonb_build_object('lines', %(lines)s, 'freight', %(freight)s, 'paid', %(paid)s)
WHERE file = %(file)s AND number = %(number)s AND code IS NULL
"""
