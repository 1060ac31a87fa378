"""What the application's role may do: data, but no schema, no history, no counters (DESIGN 7, 11)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

# Written once and never again.
APPEND_ONLY = [
    "casework_seal", "casework_policy",
    "refunds_request", "refunds_approval", "refunds_sendback", "refunds_ending", "refunds_payout",
]  # fmt: skip
# Written by the owner or by database functions only.
READ_ONLY = [
    "casework_ledger",
    "casework_kindstate",
    "casework_test_clock",
    "refunds_approvallimit",
    "refunds_approverday",
    "django_migrations",
]
# The cap's counters, by table.
COUNTERS = {
    "orders_order": ["reserved", "refunded", "approved_total", "freight_reserved", "freight_refunded"],
    "orders_line": ["reserved", "refunded"],
}

BASE = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT TEMPORARY ON DATABASE {database} TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role};
"""


def grant_application_role(connection: Any, role: str) -> None:
    """Give the application's role its rights. Run as owner after every migrate; safe to repeat."""
    quote = connection.ops.quote_name
    # In one transaction: nobody ever sees the wide grant without what is taken away from it again.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            return
        cursor.execute(BASE.format(role=quote(role), database=quote(connection.settings_dict["NAME"])))
        for table in [*APPEND_ONLY, *READ_ONLY]:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {quote(role)}")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT ON {quote(table)} FROM {quote(role)}")
        _close_journal(cursor, quote, role)
        for table, counters in COUNTERS.items():
            _close_counters(cursor, quote, role, table, counters)


def _close_journal(cursor: Any, quote: Any, role: str) -> None:
    """The journal is written through its parent table; partitions, coming ones included, are read at most."""
    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON casework_journal FROM {quote(role)}")
    cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'casework_journal'::regclass")
    for (partition,) in cursor.fetchall():
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {partition} FROM {quote(role)}")


def _close_counters(cursor: Any, quote: Any, role: str, table: str, counters: list[str]) -> None:
    """UPDATE on every column but the counters."""
    cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [table])
    columns = ", ".join(quote(name) for (name,) in cursor.fetchall() if name not in counters)
    cursor.execute(f"REVOKE UPDATE ON {quote(table)} FROM {quote(role)}")
    cursor.execute(f"GRANT UPDATE ({columns}) ON {quote(table)} TO {quote(role)}")
