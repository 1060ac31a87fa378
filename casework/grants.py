"""What the application's role may do: data, but no schema, no history, no counters (DESIGN 7, 11)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

# Written once and never again.
APPEND_ONLY = [
    "casework_seal", "casework_policy", "casework_evidence", "casework_script", "casework_replyrule",
    "refunds_request", "refunds_approval", "refunds_sendback", "refunds_ending", "refunds_payout",
    "refunds_platformdecision", "refunds_settlement", "refunds_paidthere", "refunds_goodsout",
    "refunds_recovery", "refunds_causelookedat", "logistics_inquiry",
]  # fmt: skip
# Written by the owner or by database functions only.
READ_ONLY = [
    "casework_ledger",
    "casework_kindstate",
    "casework_test_clock",
    "refunds_approvallimit",
    "refunds_approverday",
    "refunds_delegation",
    "django_migrations",
]
# What happened stays; nobody deletes it and so escapes a deadline.
NEVER_DELETED = [
    "casework_case", "casework_deadline", "casework_task", "casework_contactattempt", "casework_uploadlink", "casework_promise",
    "logistics_weight", "logistics_loss", "logistics_addressfacts", "refunds_askedthere", "refunds_transfer",
    "refunds_giftfacts", "refunds_outofstockfacts", "refunds_invoicefacts", "refunds_resentline",
    "refunds_claimfacts", "refunds_statementline",
    "refunds_return", "refunds_returnline", "refunds_qualityfault", "refunds_strayparcel", "refunds_camebackafterrefund",
]  # fmt: skip
# Columns that the application never changes: the cap's counters, and what a row is and whose.
FIXED = {
    "orders_order": [
        "id",
        "shop_id",
        "number",
        "reserved",
        "refunded",
        "refunded_outside",
        "platform_decided",
        "approved_total",
        "freight_reserved",
        "freight_refunded",
    ],
    "orders_line": ["id", "order_id", "reserved", "refunded", "refunded_outside", "platform_decided"],
    "casework_uploadlink": ["id", "case_id", "digest", "kinds", "plea", "created_at", "created_by_id", "expires_at"],
    # A weight or a loss goes along when two parcels turn out to be one; what was said stays.
    "logistics_weight": ["id", "source", "grams", "weighed_at", "packed_by", "entered_at", "entered_by_id"],
    "logistics_loss": ["id", "case_id", "courier_id", "cause", "amount", "rule", "at"],
    "refunds_claimfacts": ["case_id", "loss_id", "incident_id", "amount", "received"],
    "refunds_statementline": ["id", "shop_id", "courier_id", "waybill", "amount", "paid_on", "reference", "file_id", "key", "at"],
    "casework_case": ["id", "number", "kind", "shop_id", "order_id", "opened_at", "opened_by_id"],
}
# Functions that the application calls itself, or through a trigger that works in its name. All others are the triggers'
# alone: whoever may execute a trigger's function could hang it on a temporary table of his own.
CALLABLE = [
    "orders_pairs", "casework_now", "casework_day", "casework_policy_value", "casework_ensure_partitions",
    "casework_journal_change", "casework_watched", "casework_only_changed", "casework_sealed", "casework_queue_for_seal", "casework_remove_demo",
    "casework_pulse", "casework_shops_of",
    "logistics_ensure_partitions", "logistics_region_of", "logistics_norm_hours",
    "refunds_limit_of", "refunds_powers_of", "refunds_set_limit", "refunds_seed_limits", "refunds_delegate", "refunds_end_delegation",
    "refunds_post_platform", "refunds_compensation_left", "refunds_is_short", "refunds_is_paid_there",
]  # fmt: skip

BASE = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT TEMPORARY ON DATABASE {database} TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""
# What a page asks is many short lists in one question: to look for ways of reading them in parallel, or to compile them, takes longer than to read.
PLANNING = """
ALTER DATABASE {database} SET max_parallel_workers_per_gather = 0;
ALTER DATABASE {database} SET jit = off;
"""


def grant_application_role(connection: Any, role: str) -> None:
    """Give the application's role its rights, and its database its planning. Run as owner after every migrate; safe to repeat."""
    quote = connection.ops.quote_name
    # In one transaction: nobody ever sees the wide grant without what is taken away from it again.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            return
        cursor.execute((BASE + PLANNING).format(role=quote(role), database=quote(connection.settings_dict["NAME"])))
        for table in [*APPEND_ONLY, *READ_ONLY]:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {quote(role)}")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT ON {quote(table)} FROM {quote(role)}")
        # Originals of notes go with the person, but are never swapped.
        cursor.execute(f"REVOKE UPDATE, TRUNCATE ON casework_text FROM {quote(role)}")
        for table in NEVER_DELETED:
            cursor.execute(f"REVOKE DELETE ON {quote(table)} FROM {quote(role)}")
        _close_journal(cursor, quote, role)
        for table, fixed in FIXED.items():
            _all_columns_but(cursor, quote, role, "UPDATE", table, fixed)
        _close_functions(cursor, quote, role)


def _close_journal(cursor: Any, quote: Any, role: str) -> None:
    """The journal is written through its parent table; partitions, coming ones included, are read at most."""
    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON casework_journal FROM {quote(role)}")
    # Its number is the sequence's: a second row with a number that is sealed already would stop the sealer.
    _all_columns_but(cursor, quote, role, "INSERT", "casework_journal", ["id"])
    cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON casework_unsealed FROM {quote(role)}")
    cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'casework_journal'::regclass")
    for (partition,) in cursor.fetchall():
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {partition} FROM {quote(role)}")


def _all_columns_but(cursor: Any, quote: Any, role: str, right: str, table: str, closed: list[str]) -> None:
    """The right (UPDATE or INSERT) on every column of the table but the closed ones."""
    cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [table])
    columns = ", ".join(quote(name) for (name,) in cursor.fetchall() if name not in closed)
    cursor.execute(f"REVOKE {right} ON {quote(table)} FROM {quote(role)}")
    cursor.execute(f"GRANT {right} ({columns}) ON {quote(table)} TO {quote(role)}")


def _close_functions(cursor: Any, quote: Any, role: str) -> None:
    """Of our functions (an extension's are not ours) the application executes those of CALLABLE."""
    cursor.execute(
        "SELECT proname, oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"
    )
    for name, signature in cursor.fetchall():
        cursor.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC, {quote(role)}")
        if name in CALLABLE:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {quote(role)}")
