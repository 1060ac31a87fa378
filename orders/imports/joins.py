"""The rows that tell of one order made one: the lines of an order in one list, and the sheets of one workbook.

Within a list, rows with the same values are one order. Rows with different values are one where they name different goods
(each tells of a line) or add to orders (each tells of a parcel): what belongs to the order must agree, what belongs to a line is brought
together. The sheets of a workbook must agree in everything that two of them tell. Whatever contradicts is held, never chosen.
An empty cell says nothing, and a name that the platform has masked says nothing against a clear one.
"""

from __future__ import annotations

SEALED = ("name_enc", "phone_enc", "street_enc", "message_enc", "memo_enc")
TEXTS = ("nick", "payment_number", "invoice", "province", "city", "district", "message", "memo", "writer")
OTHERS = ("freight", "ordered_at", "paid_at", "insured", "flag", "phone_index", "phone_tail_index")
# Told once for the order, or differently for each of its lines.
OF_LINES = ("status", "refund", "shipped_at", "ship_by", "finished_at", "auto_confirm_at", "close_reason")
# Redacted copies and indexes follow from what is compared already.
DERIVED = ("message", "memo", "writer", "phone_index", "phone_tail_index")

# The columns of the file that a person is shown.
COLUMNS = {field: field.removesuffix("_enc") for field in SEALED} | dict.fromkeys(("province", "city", "district", "street_enc"), "address")

FIRST = "ORDER BY s.partial, s.file, s.line"
LADDER = "ARRAY['wait_pay', 'wait_ship', 'part_shipped', 'shipped', 'finished', 'closed']"


def _told(field: str) -> str:
    """Whether a row says anything of a field."""
    if field in SEALED:
        return f"get_byte(s.{field}, 0) = 0"
    return f"s.{field} <> ''" if field in (*TEXTS, "close_reason", "courier") else f"s.{field} IS NOT NULL"


def _told_first(field: str) -> str:
    """What the first row says that says anything; of empty and masked ones the first."""
    every = f"array_agg(s.{field} {FIRST}) FILTER (WHERE"
    return f"coalesce(({every} {_told(field)}))[1], ({every} s.{field} IS NOT NULL))[1])"


def _differs(field: str) -> str:
    # 上海 and 上海市, 新疆 and 新疆维吾尔自治区 are the same.
    value = "left(s.province, 2)" if field == "province" else f"s.{field}"
    return f"WHEN count(DISTINCT {value}) FILTER (WHERE {_told(field)}) > 1 THEN '{COLUMNS.get(field, field)}'"


# What the lines of an order make of it. A line that was closed does not close the order; one that waits for payment says that nothing is paid.
STATUS = """CASE
    WHEN count(DISTINCT s.status) <= 1 THEN min(s.status)
    WHEN count(DISTINCT s.status) FILTER (WHERE s.status <> 'closed') = 1 THEN min(s.status) FILTER (WHERE s.status <> 'closed')
    WHEN bool_or(s.status IN ('wait_ship', 'part_shipped')) THEN 'part_shipped' ELSE 'shipped' END"""
LINES_MAKE = {
    "status": STATUS,
    # The same amount in each row may be each line's or the order's; what the refund list says counts.
    "refund": "CASE WHEN max(s.refund) = 0 THEN 0 END",
    "shipped_at": "min(s.shipped_at)",
    "ship_by": "min(s.ship_by)",
    "finished_at": "CASE WHEN bool_and(s.status IN ('finished', 'closed')) THEN max(s.finished_at) END",
    "auto_confirm_at": "max(s.auto_confirm_at)",
    "close_reason": f"CASE WHEN bool_and(s.status = 'closed') THEN {_told_first('close_reason')} ELSE left(max(s.close_reason), 0) END",
}
UNPAID_AND_PAID = "WHEN bool_or(s.status = 'wait_pay') AND bool_or(s.status NOT IN ('wait_pay', 'closed')) THEN 'status'"

# Rows with different amounts tell what was paid for each line, if none is above its price and no postage blurs it.
PAID_BY_LINE = (
    "count(DISTINCT s.paid) > 1 AND bool_and(s.paid <= s.listed) AND max(coalesce(s.freight, 0)) = 0 AND count(s.paid) = count(*)"
)
PAID = f"CASE WHEN {PAID_BY_LINE} THEN sum(s.paid) ELSE {_told_first('paid')} END"
PAID_DIFFERS = f"WHEN count(DISTINCT s.paid) > 1 AND NOT coalesce({PAID_BY_LINE}, false) THEN 'paid'"
# The same amount in each row is the order's where it is more than one of the lines can have cost.
PAID_UNCLEAR = "count(DISTINCT s.paid) = 1 AND count(s.paid) > 1 AND max(s.paid) > 0 AND max(s.paid) <= min(s.listed)"

# The courier of the nth waybill of a row: the nth name where the cell holds as many names as waybills, else the whole cell.
COURIER = """CASE WHEN cardinality(regexp_split_to_array(s.courier, '[,，;；、]')) = cardinality(s.waybills)
    THEN (regexp_split_to_array(s.courier, '[,，;；、]'))[w.place] ELSE s.courier END"""


def _several(part: str, *, lines: bool) -> str:
    """Which numbers have several rows in one `part` (file or book): `lines` of an order, or sheets."""
    return f"""
    DROP TABLE IF EXISTS pg_temp.several;
    CREATE TEMPORARY TABLE several ON COMMIT DROP AS
    SELECT {part} AS part, number FROM staged_order WHERE held IS NULL AND number IS NOT NULL AND outcome IS NULL
      AND {"true" if lines else "code IS NULL"} GROUP BY 1, 2 HAVING count(*) > 1;
    ANALYZE several
    """


def _joined(part: str, *, lines: bool) -> str:
    """What rows make together that share number and `part`: `lines` of an order, or sheets that must agree."""
    agreeing = [field for field in (*SEALED, *TEXTS, *OTHERS, *(() if lines else OF_LINES)) if field not in DERIVED]
    checks = [_differs(field) for field in agreeing] + ([PAID_DIFFERS, UNPAID_AND_PAID] if lines else [_differs("paid")])
    values = {field: _told_first(field) for field in (*SEALED, *TEXTS, *OTHERS, *OF_LINES)}
    values |= LINES_MAKE | {"paid": PAID} if lines else {"paid": _told_first("paid")}
    return f"""
    DROP TABLE IF EXISTS pg_temp.one_order, pg_temp.one_way;
    CREATE TEMPORARY TABLE one_way ON COMMIT DROP AS
    SELECT part, number, array_agg(waybill ORDER BY nth) AS waybills, bool_or(couriers > 1) AS differs,
           CASE WHEN count(DISTINCT courier) <= 1 THEN max(courier) ELSE string_agg(coalesce(courier, ''), ',' ORDER BY nth) END AS courier
    FROM (SELECT t.part, t.number, w.waybill, min(ARRAY[s.partial::int, s.file, s.line, w.place]) AS nth,
                 min(nullif({COURIER}, '')) AS courier, count(DISTINCT nullif({COURIER}, '')) AS couriers
          FROM several t JOIN staged_order s ON s.{part} = t.part AND s.number = t.number
          CROSS JOIN LATERAL unnest(s.waybills) WITH ORDINALITY AS w(waybill, place)
          WHERE s.held IS NULL AND s.outcome IS NULL GROUP BY 1, 2, 3) told
    GROUP BY 1, 2;
    CREATE INDEX ON one_way (number);
    ANALYZE one_way;

    CREATE TEMPORARY TABLE one_order ON COMMIT DROP AS
    SELECT t.part, t.number, (array_agg(s.id {FIRST}))[1] AS first, bool_or(s.code IS NOT NULL) AS held, bool_or(s.partial) AS partial,
           count(DISTINCT s.digest) AS digests, sha256(string_agg(s.digest, ''::bytea ORDER BY s.digest)) AS digest,
           count(s.goods) = count(*) AND count(DISTINCT s.goods) > 1 AND count(DISTINCT s.goods || s.digest) = count(DISTINCT s.goods) AS by_line,
           coalesce({PAID_BY_LINE}, false) AS paid_by_line, coalesce({PAID_UNCLEAR}, false) AS paid_unclear,
           max(cardinality(s.waybills)) AS most_waybills, {_told_first("courier")} AS courier,
           CASE {" ".join(checks)} END AS differs, {", ".join(f"{value} AS {field}" for field, value in values.items())}
    FROM several t JOIN staged_order s ON s.{part} = t.part AND s.number = t.number
    WHERE s.held IS NULL AND s.outcome IS NULL GROUP BY 1, 2;
    CREATE INDEX ON one_order (number);
    ANALYZE one_order
    """


def _taken_together(part: str) -> str:
    """The first row takes what all make together, and the others count as unchanged."""
    fields = (*SEALED, *TEXTS, *OTHERS, *OF_LINES, "paid", "digest")
    return f"""
    UPDATE staged_order s SET {", ".join(f"{field} = o.{field}" for field in fields)}, rank = array_position({LADDER}, o.status) - 1,
        waybills = coalesce(w.waybills, s.waybills), courier = coalesce(w.courier, o.courier)
    FROM one_order o LEFT JOIN one_way w ON w.part = o.part AND w.number = o.number
    WHERE s.id = o.first AND o.digests > 1 AND s.code IS NULL;

    UPDATE staged_order s SET outcome = 'unchanged', main = o.first FROM one_order o
    WHERE s.{part} = o.part AND s.number = o.number AND s.held IS NULL AND s.code IS NULL AND s.outcome IS NULL AND s.id <> o.first
    """


# A shadow is no better than the row that it comes from.
SHADOWS = """
UPDATE staged_order s SET code = 'other_row_held' FROM staged_item i
WHERE s.shadow AND s.code IS NULL AND i.file = s.file AND i.line = s.line AND i.held IS NULL AND i.code IS NOT NULL
"""

CONTRADICT = """
UPDATE staged_order s SET code = 'rows_contradict', field = coalesce(o.differs, w.courier, 'number'), value = s.number
FROM one_order o LEFT JOIN (SELECT part, number, 'courier' AS courier FROM one_way WHERE differs OR length(courier) > 500) w
    ON w.part = o.part AND w.number = o.number
WHERE s.file = o.part AND s.number = o.number AND s.held IS NULL AND s.code IS NULL
  AND o.digests > 1 AND (o.differs IS NOT NULL OR w.courier IS NOT NULL OR NOT (o.by_line OR o.partial));

UPDATE staged_order s SET code = 'paid_unclear', field = 'paid', value = s.paid, params = jsonb_build_object('paid', s.paid::text)
FROM one_order o WHERE s.file = o.part AND s.number = o.number AND s.held IS NULL AND s.code IS NULL AND o.paid_unclear;

UPDATE staged_order s SET code = 'other_row_held', field = 'number', value = s.number
FROM one_order o WHERE s.file = o.part AND s.number = o.number AND s.held IS NULL AND s.code IS NULL AND o.held
"""

# What was paid for each line, where the rows say so.
LINES_PAID = """
UPDATE staged_item i SET paid = s.paid FROM staged_order s JOIN one_order o ON o.part = s.file AND o.number = s.number
WHERE s.shadow AND s.code IS NULL AND o.paid_by_line AND i.file = s.file AND i.line = s.line AND i.held IS NULL
"""

# Of two sheets, one may know more parcels; it may not know others.
SHEETS_CONTRADICT = """
UPDATE staged_order s SET code = 'sheets_contradict', field = coalesce(o.differs, w.differs), value = ''
FROM one_order o LEFT JOIN (SELECT w.part, w.number,
        CASE WHEN w.differs OR length(w.courier) > 500 THEN 'courier' WHEN cardinality(w.waybills) > o.most_waybills THEN 'waybills' END AS differs
    FROM one_way w JOIN one_order o ON o.part = w.part AND o.number = w.number) w ON w.part = o.part AND w.number = o.number
WHERE s.book = o.part AND s.number = o.number AND s.held IS NULL AND s.code IS NULL AND s.outcome IS NULL
  AND coalesce(o.differs, w.differs) IS NOT NULL
"""

# The rows of each list, then the sheets of each workbook: what finds those that go together, and what is done where there are any.
TOGETHER = (
    (_several("file", lines=True), (_joined("file", lines=True), LINES_PAID, CONTRADICT, _taken_together("file"))),
    (_several("book", lines=False), (_joined("book", lines=False), SHEETS_CONTRADICT, _taken_together("book"))),
)
ARE_THERE = "SELECT EXISTS (SELECT FROM several)"

# What goes into another row is held where that row is held in the end: through the first row of its list to the first of its workbook.
FOLLOW = """
UPDATE staged_order s SET code = 'other_row_held', field = 'number', value = s.number, retry = s.partial, outcome = NULL FROM staged_order m
WHERE m.id = s.main AND m.code IS NOT NULL AND s.code IS NULL
"""
# What became of the orders that rows tell of beside their lines: a line goes in with its order only, and is changed where its order is.
REFUSED = f"""
{FOLLOW};
{FOLLOW};
UPDATE staged_item i SET code = s.code, field = s.field, value = s.value, params = s.params, retry = s.retry FROM staged_order s
WHERE s.shadow AND s.code IS NOT NULL AND i.file = s.file AND i.line = s.line AND i.held IS NULL AND i.code IS NULL
"""
CHANGED = """
UPDATE staged_item i SET outcome = 'changed' FROM staged_order s
WHERE s.shadow AND s.code IS NULL AND s.outcome IN ('new', 'changed') AND i.file = s.file AND i.number = s.number AND i.held IS NULL
  AND i.code IS NULL AND i.outcome = 'unchanged'
"""
