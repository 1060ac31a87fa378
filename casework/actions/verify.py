"""What must always hold, checked over everything with set-based SQL; and the seals over the journal."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from casework.actions.seal import COVERED, FIRST, hash_of
from casework.models import Evidence, Journal, Seal
from casework.registry import KINDS
from orders.vault import keys


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: which rule, and an example."""

    rule: str
    detail: str


# name -> a query whose rows are violations; the first column is shown. Higher apps add theirs at start-up.
QUERIES: dict[str, str] = {
    "order_within_paid": "SELECT number FROM orders_order WHERE reserved < 0 OR refunded < 0 OR reserved + refunded > paid",
    "line_within_paid": "SELECT number FROM orders_line WHERE reserved < 0 OR refunded < 0 OR reserved + refunded > paid",
    "lines_and_postage_are_the_order": """
        SELECT o.number FROM orders_order o JOIN (SELECT order_id, sum(paid) AS paid FROM orders_line GROUP BY order_id) l ON l.order_id = o.id
        WHERE o.paid <> l.paid + o.freight_paid""",
    "ledger_is_the_order_counters": """
        SELECT o.number FROM orders_order o LEFT JOIN (
            SELECT order_id,
                   sum(CASE entry WHEN 'reserve' THEN amount WHEN 'release' THEN -amount WHEN 'settle' THEN -amount ELSE 0 END) AS reserved,
                   sum(amount) FILTER (WHERE entry = 'settle') AS refunded
            FROM casework_ledger GROUP BY order_id) l ON l.order_id = o.id
        WHERE o.reserved <> coalesce(l.reserved, 0) OR o.refunded <> coalesce(l.refunded, 0)""",
    "ledger_is_the_line_counters": """
        SELECT i.number FROM orders_line i LEFT JOIN (
            SELECT line_id,
                   sum(CASE entry WHEN 'reserve' THEN amount WHEN 'release' THEN -amount WHEN 'settle' THEN -amount ELSE 0 END) AS reserved,
                   sum(amount) FILTER (WHERE entry = 'settle') AS refunded
            FROM casework_ledger WHERE line_id IS NOT NULL GROUP BY line_id) l ON l.line_id = i.id
        WHERE i.reserved <> coalesce(l.reserved, 0) OR i.refunded <> coalesce(l.refunded, 0)""",
    "counters_of_lines_and_postage_are_the_order": """
        SELECT o.number FROM orders_order o LEFT JOIN (
            SELECT order_id, sum(reserved) AS reserved, sum(refunded) AS refunded FROM orders_line GROUP BY order_id) l ON l.order_id = o.id
        WHERE o.reserved <> coalesce(l.reserved, 0) + o.freight_reserved OR o.refunded <> coalesce(l.refunded, 0) + o.freight_refunded""",
    "a_state_of_its_kind": """
        SELECT c.number FROM casework_case c LEFT JOIN casework_kindstate k ON k.kind = c.kind AND k.state = c.state AND k.category = c.category
        WHERE k.id IS NULL""",
    "a_closed_case_has_nothing_open": """
        SELECT c.number FROM casework_case c WHERE c.closed_at IS NOT NULL AND (
            EXISTS (SELECT 1 FROM casework_deadline d WHERE d.case_id = c.id AND d.status IN ('open', 'paused', 'over', 'parked'))
            OR EXISTS (SELECT 1 FROM casework_task t WHERE t.case_id = c.id AND t.done_at IS NULL)
            OR EXISTS (SELECT 1 FROM casework_case child WHERE child.parent_id = c.id AND child.closed_at IS NULL))""",
    "an_open_case_has_an_owner_who_works_here_or_a_queue": """
        SELECT c.number FROM casework_case c LEFT JOIN orders_user u ON u.id = c.owner_id
        WHERE c.closed_at IS NULL AND (c.queue = '' OR NOT coalesce(u.is_active, true))""",
    "one_end_per_deadline": "SELECT id::text FROM casework_deadline WHERE (status IN ('fired', 'met', 'over')) <> (ended_at IS NOT NULL)",
    # What was promised is followed until it is kept (S1.4): its time is a deadline while the case is open, and none once it has ended.
    "a_promise_to_come_is_a_deadline": """
        SELECT c.number FROM casework_promise p JOIN casework_case c ON c.id = p.case_id LEFT JOIN casework_deadline d
            ON d.case_id = c.id AND d.kind = 'promise_' || p.id AND d.status IN ('open', 'paused', 'over', 'parked')
        WHERE CASE WHEN p.status = 'open' THEN c.closed_at IS NULL AND p.due_at > casework_now() AND d.due_at IS DISTINCT FROM p.due_at
                   ELSE d.id IS NOT NULL END""",
    "no_journal_row_outside_its_month": "SELECT id::text FROM casework_journal_default",
}


def verify_invariants() -> list[Finding]:
    """Everything that does not hold, with examples; empty when all is well."""
    findings = [finding for name, query in QUERIES.items() for finding in _violations(name, query)]
    return findings + list(_facts()) + list(_files())


def _violations(name: str, query: str) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} LIMIT 5")
        for row in cursor.fetchall():
            yield Finding(name, str(row[0]))


def _facts() -> Iterator[Finding]:
    """A kind with a facts table has one facts row per case."""
    for kind in KINDS.values():
        if kind.FACTS is not None:
            table = kind.FACTS._meta.db_table
            query = (
                "SELECT number FROM casework_case c WHERE kind = %s AND NOT EXISTS (SELECT 1 FROM {table} f WHERE f.case_id = c.id) LIMIT 5"
            )
            with connection.cursor() as cursor:
                cursor.execute(query.replace("{table}", connection.ops.quote_name(table)), [kind.KIND])
                yield from (Finding("facts_of_each_case", row[0]) for row in cursor.fetchall())


def _files() -> Iterator[Finding]:
    """Every picture has its row and every row its picture."""
    root = pathlib.Path(settings.MEDIA_ROOT)
    on_disk = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} if root.exists() else set()
    in_rows = set(Evidence.objects.values_list("path", flat=True).iterator())
    yield from (Finding("no_orphan_file", name) for name in sorted(on_disk - in_rows)[:5])
    yield from (Finding("no_missing_file", name) for name in sorted(in_rows - on_disk)[:5])


def verify_audit() -> list[Finding]:
    """Walk the chain of seals over the journal: every link, every row, nothing missing, nothing changed."""
    findings = list(_broken_links())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id::text FROM casework_journal j WHERE NOT EXISTS (SELECT 1 FROM casework_seal s WHERE s.journal_id = j.id)"
            " AND NOT EXISTS (SELECT 1 FROM casework_unsealed u WHERE u.journal_id = j.id) LIMIT 5"
        )
        findings += [Finding("never_sealed", row[0]) for row in cursor.fetchall()]
    return findings


def _broken_links(batch: int = 5000) -> Iterator[Finding]:
    expected, previous = 1, FIRST
    while seals := list(Seal.objects.filter(seq__gte=expected).order_by("seq")[:batch]):
        rows: dict[int, dict[str, Any]] = {
            row["id"]: row for row in Journal.objects.filter(pk__in=[seal.journal_id for seal in seals]).values(*COVERED)
        }
        for seal in seals:
            if seal.seq != expected or seal.previous != previous:
                yield Finding("chain_broken", str(seal.seq))
                return
            row = rows.get(seal.journal_id)
            if row is None or seal.hash not in {hash_of(row, previous, number) for number in range(len(keys()))}:
                yield Finding("row_changed", str(seal.journal_id))
            expected, previous = seal.seq + 1, seal.hash
