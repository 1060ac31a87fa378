"""How fast due deadlines fire, as a ratio to the bare UPDATE of the same rows in the same run.

    .venv/bin/python benchmarks/fire_deadlines.py [NUMBER]

Works in a private data directory of its own and removes it afterwards.
"""

from __future__ import annotations

import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

NUMBER = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
ROOT = pathlib.Path(__file__).resolve().parent.parent

CASES = """
INSERT INTO orders_shop (code, name) VALUES ('bench', 'bench');
INSERT INTO logistics_parcel (shop_id, courier_id, waybill, first_seen_at)
    SELECT (SELECT id FROM orders_shop), (SELECT min(id) FROM logistics_courier), 'B' || n, now() FROM generate_series(1, {number}) n;
INSERT INTO casework_case (number, kind, shop_id, subject, subject_label, state, category, queue, opened_at, changed_at, version)
    SELECT 'B-' || n, 'unreachable', (SELECT id FROM orders_shop), 'parcel:' || n, '', 'trying', 'customer', 'agents', now(), now(), 1
    FROM generate_series(1, {number}) n;
INSERT INTO logistics_incidentfacts (case_id, parcel_id, freight_payer, freight_rule, first_attempt_at)
    SELECT id, substr(subject, 8)::bigint, '', '', now() - interval '80 hours' FROM casework_case;
INSERT INTO casework_deadline (case_id, kind, started_at, due_at, wake_at, status, pause_reason, late, attempts, last_error, rule)
    SELECT id, 'contact_window', now() - interval '80 hours', now() - interval '8 hours', now() - interval '8 hours', 'open', '', false, 0, '', 'L6.3'
    FROM casework_case;
ANALYZE;
"""
BARE = """
WITH due AS (SELECT id FROM casework_deadline WHERE status = 'open' ORDER BY wake_at, id LIMIT 500 FOR UPDATE SKIP LOCKED)
UPDATE casework_deadline d SET status = 'fired', ended_at = now() FROM due WHERE d.id = due.id
"""


def main() -> None:
    """Fill, time the bare statement, put back, time the sweep, report."""
    import django
    from django.db import connection, transaction

    django.setup()
    from casework.actions.sweep import fire_deadlines

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('casework.door', 'on', true)")
        cursor.execute(CASES.replace("{number}", str(NUMBER)))
    begin = time.perf_counter()
    done = 1
    while done:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('casework.door', 'on', true)")
            cursor.execute(BARE)
            done = cursor.rowcount
    bare = NUMBER / (time.perf_counter() - begin)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('casework.door', 'on', true)")
        cursor.execute("UPDATE casework_deadline SET status = 'open', ended_at = NULL")
    begin = time.perf_counter()
    fired = fire_deadlines()
    sweep = fired / (time.perf_counter() - begin)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"fired {fired}; sweep {sweep:,.0f}/s, bare statement {bare:,.0f}/s, ratio {sweep / bare:.3f}; peak {memory} MB\n")


def in_a_private_directory() -> None:
    """Run this file again with servers and data of its own."""
    sys.path.insert(0, str(ROOT))
    from config.devstack import private_servers

    with tempfile.TemporaryDirectory(prefix="bench-") as directory, private_servers(pathlib.Path(directory)):
        environment = os.environ | {"DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"], env=environment, check=True)
        subprocess.run([sys.executable, __file__, str(NUMBER)], env=environment, check=True)


if __name__ == "__main__":
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        main()
    else:
        in_a_private_directory()
