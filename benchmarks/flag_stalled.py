"""How fast the nightly job is, as a ratio to the bare scan of the same parcels in the same run, with how many statements and how much memory.

    .venv/bin/python benchmarks/flag_stalled.py [PARCELS] [STALLED] [--explain]

A first night opens the cases, a second finds nothing new, a third closes them all. Works in a private data directory and removes it afterwards.
"""

from __future__ import annotations

import datetime as dt
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any

NUMBERS = [int(each) for each in sys.argv[1:] if each.isdigit()]
PARCELS, STALLED = (NUMBERS + [1_000_000, 20_000][len(NUMBERS) :])[:2]
EXPLAIN = "--explain" in sys.argv
ROOT = pathlib.Path(__file__).resolve().parent.parent
NIGHT = dt.datetime(2026, 11, 24, 2, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HOUR = dt.timedelta(hours=1)

# One order a parcel; stages, couriers and regions in turn. The first STALLED of them have had no news for 200 hours, the others for one.
FILL = """
INSERT INTO orders_buyer (shop_id, nick) SELECT id, 'bench' FROM orders_shop;
INSERT INTO orders_order ({columns}) SELECT {values} FROM generate_series(1, {parcels}) n;
CREATE TEMPORARY TABLE couriers AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth, count(*) OVER () AS of_all FROM logistics_courier;
CREATE TEMPORARY TABLE regions AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth, count(*) OVER () AS of_all FROM logistics_region;
INSERT INTO logistics_parcel (shop_id, courier_id, region_id, waybill, first_seen_at, shipped_at, stage, stage_since, last_event_at)
    SELECT (SELECT id FROM orders_shop), c.id, r.id, 'B' || n, '{night}', t.at, t.stage, t.at, t.at
    FROM generate_series(1, {parcels}) n
    CROSS JOIN LATERAL (SELECT timestamptz '{night}' - CASE WHEN n <= {stalled} THEN interval '200 hours' ELSE interval '1 hour' END AS at,
                               (ARRAY['ordered', 'transit', 'delivering', 'station', 'picked_up'])[n % 5 + 1] AS stage) t
    JOIN couriers c ON c.nth = n % c.of_all JOIN regions r ON r.nth = n / 12 % r.of_all;
INSERT INTO logistics_parcel_orders (parcel_id, order_id)
    SELECT p.id, o.id FROM logistics_parcel p JOIN orders_order o ON o.number = lpad(substr(p.waybill, 2), 18, '0');
"""
NUMBER = "lpad(n::text, 18, '0')"
BARE = "SELECT courier_id, region_id, count(*), max(last_event_at) FROM logistics_parcel WHERE delivered_at IS NULL AND back_at IS NULL GROUP BY 1, 2"


def plain(field: Any) -> str:
    """A value that any column of the kind may hold, in SQL."""
    if field.null:
        return "NULL"
    by_kind = {"DateTimeField": f"'{NIGHT}'", "BooleanField": "false", "DecimalField": "0", "JSONField": "'{}'", "ArrayField": "'{}'"}
    return by_kind.get(field.get_internal_type(), "0" if "Integer" in field.get_internal_type() else "''")


def fill() -> None:
    """All parcels with their orders, in a few statements."""
    from django.db import connection

    from casework.actions.door import door
    from config.owner import acting_as_owner
    from orders.access import Actor, acting
    from orders.models import Order, Shop

    known = {
        "shop_id": "(SELECT id FROM orders_shop)",
        "buyer_id": "(SELECT id FROM orders_buyer)",
        "number": NUMBER,
        "status": "'shipped'",
    }
    values = {str(each.column): known.get(str(each.column)) or plain(each) for each in Order._meta.concrete_fields if not each.primary_key}
    text = FILL.replace("{columns}", ", ".join(values)).replace("{values}", ", ".join(values.values()))
    text = text.replace("{parcels}", str(PARCELS)).replace("{stalled}", str(STALLED)).replace("{night}", NIGHT.isoformat())
    command = Actor.system("command")
    with acting(command):
        Shop.objects.create(code="bench", name="bench")
    with door(command, NIGHT), connection.cursor() as cursor:
        cursor.execute(text)
    # What autovacuum does on a desk that has been there for a while; only the owner may.
    with acting_as_owner("default"), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main() -> None:
    """Fill, time the bare scan, then three nights."""
    import django
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    django.setup()
    from logistics.actions.flag_stalled import flag_stalled
    from orders.access import Actor
    from orders.models import Shop

    fill()
    shop = Shop.objects.get(code="bench")
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE)
    bare = time.perf_counter() - begin
    for what, at in (("opens", NIGHT), ("finds nothing new", NIGHT), ("closes", NIGHT + HOUR)):
        if what == "closes":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE logistics_parcel SET last_event_at = %s, stage_since = %s WHERE last_event_at < %s", [at, at, NIGHT - 9 * HOUR]
                )
        with CaptureQueriesContext(connection) as statements:
            begin = time.perf_counter()
            run = flag_stalled(shop, at=at, by=Actor.system("command"))
            seconds = time.perf_counter() - begin
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(
            f"{what:18} {seconds:6.1f} s, bare scan x {seconds / bare:5.1f}; {len(statements)} statements; peak {memory} MB; "
            f"looked at {run.looked_at}, found {run.found}, opened {run.opened}, closed {run.closed}\n"
        )
        slowest = sorted(statements.captured_queries, key=lambda each: -float(each["time"]))[:6] if EXPLAIN else []
        for each in slowest:
            sys.stdout.write(f"    {each['time']} s  {' '.join(each['sql'].split())[:150]}\n")


def in_a_private_directory() -> None:
    """Run this file again with servers and data of its own."""
    sys.path.insert(0, str(ROOT))
    from config.devstack import private_servers

    with tempfile.TemporaryDirectory(prefix="bench-") as directory, private_servers(pathlib.Path(directory)):
        environment = os.environ | {"DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"], env=environment, check=True)
        subprocess.run([sys.executable, __file__, *sys.argv[1:]], env=environment, check=True)


if __name__ == "__main__":
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        main()
    else:
        in_a_private_directory()
