"""Rows of couriers' statements into refunds_statementline, and what they pay to open claims. Parameters: shop, file, at, sha."""

from __future__ import annotations

from typing import Any

from django.db import connection

from orders.access import Actor, sign
from orders.imports.actors import CHANNEL, signed_by
from orders.imports.lists import Warned
from orders.models import ImportRun
from refunds.actions.match_claims import match_claims
from refunds.imports.statement_columns import STATEMENT

TABLE = f"staged_{STATEMENT}"
COLUMNS = "key text, orders text[], waybill text, courier text, courier_id bigint, amount numeric(12,2), paid_on date, reference text"
OPEN = f"FROM {TABLE} s WHERE s.file = %(file)s AND s.code IS NULL AND s.outcome IS NULL"

# What pays nothing is nothing new.
NOTHING = f"UPDATE {TABLE} SET outcome = 'unchanged' WHERE file = %(file)s AND code IS NULL AND amount = 0"
# A line that stands twice in one file counts once: the second waits for a person.
TWICE = f"""
UPDATE {TABLE} s SET code = 'line_twice', field = 'waybill', value = s.waybill
FROM (SELECT s.id, row_number() OVER (PARTITION BY s.key ORDER BY s.line, s.id) AS nth {OPEN}) row WHERE row.id = s.id AND row.nth > 1
"""
# Known by its day or number, or from the very same file. Where nothing tells two payments apart, nobody guesses.
KNOWN = f"""
UPDATE {TABLE} s SET outcome = CASE WHEN s.paid_on IS NOT NULL OR s.reference <> '' OR f.sha256 = %(sha)s THEN 'unchanged' END,
    code = CASE WHEN s.paid_on IS NULL AND s.reference = '' AND f.sha256 <> %(sha)s THEN 'paid_before' END, field = 'waybill', value = s.waybill
FROM refunds_statementline l JOIN orders_importfile f ON f.id = l.file_id
WHERE s.file = %(file)s AND s.code IS NULL AND s.outcome IS NULL AND l.shop_id = %(shop)s AND l.key = s.key
"""
# Read with other columns than before, the same payment has a day or a number more or less. A line that was known then is the first row here
# that nothing tells from it; the very same file says nothing new, of another one nobody guesses.
ALIKE = f"""
UPDATE {TABLE} s SET outcome = CASE WHEN old.sha256 = %(sha)s THEN 'unchanged' END,
    code = CASE WHEN old.sha256 <> %(sha)s THEN 'paid_before' END, field = 'waybill', value = s.waybill
FROM (
    SELECT DISTINCT ON (l.id) l.id AS known, s.id, f.sha256
    FROM {TABLE} s JOIN refunds_statementline l ON l.shop_id = %(shop)s AND l.waybill = s.waybill AND l.amount = s.amount
    JOIN orders_importfile f ON f.id = l.file_id
    WHERE s.file = %(file)s AND s.code IS NULL AND s.outcome IS NULL
      AND (l.paid_on = s.paid_on OR l.paid_on IS NULL OR s.paid_on IS NULL) AND (l.reference = s.reference OR '' IN (l.reference, s.reference))
      AND NOT EXISTS (SELECT FROM {TABLE} t WHERE t.file = s.file AND t.key = l.key)
    ORDER BY l.id, s.line, s.id
) old WHERE s.id = old.id
"""
# A courier that the row names comes before the one whose columns they are.
COURIERS = f"""
UPDATE {TABLE} s SET courier_id = coalesce(
    (SELECT min(c.id) FROM logistics_courier c WHERE c.names ? s.courier OR c.name = s.courier OR c.code = s.courier), s.courier_id)
WHERE s.file = %(file)s AND s.courier <> ''
"""
INSERT = f"""
INSERT INTO refunds_statementline (shop_id, courier_id, waybill, amount, paid_on, reference, file_id, key, at, note)
SELECT %(shop)s, s.courier_id, s.waybill, s.amount, s.paid_on, s.reference, s.file, s.key, %(at)s, '' {OPEN} ORDER BY s.line, s.id;

UPDATE {TABLE} SET outcome = 'new' WHERE file = %(file)s AND code IS NULL AND outcome IS NULL
"""
UNMATCHED = """
SELECT count(*) FROM refunds_statementline l JOIN orders_importfile f ON f.id = l.file_id
WHERE f.run_id = %(run)s AND NOT EXISTS (SELECT FROM refunds_recovery r WHERE r.line_id = l.id)
"""


def merge(run: ImportRun) -> list[Warned]:
    """The staged rows of a run, file by file; then what waits is matched. Lines that pay no claim are to be looked at."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX ON {TABLE} (key); ANALYZE {TABLE}")
        cursor.execute(f"SELECT DISTINCT s.file, f.sha256 FROM {TABLE} s JOIN orders_importfile f ON f.id = s.file ORDER BY s.file")
        files = cursor.fetchall()
        for file, sha in files:
            params: dict[str, Any] = {"shop": run.shop_id, "file": file, "sha": sha, "at": run.at}
            for statement in (NOTHING, TWICE, KNOWN, ALIKE, COURIERS, INSERT):
                cursor.execute(statement, params)
        if not files:
            return []
        match_claims(run.shop_id, by=Actor.system(CHANNEL), at=run.at)
        sign(signed_by(run))
        cursor.execute(UNMATCHED, {"run": run.pk})
        (number,) = cursor.fetchone()
    return [{"code": "unmatched_lines", "params": {"n": number}}] if number else []
