"""How fast lists go in, as a ratio to the bare COPY of the same cells in the same run, and with how much memory.

    .venv/bin/python benchmarks/import_orders.py [ROWS]

Orders new, again, and all changed; lines new and again. Works in a private data directory and removes it afterwards.
"""

from __future__ import annotations

import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
ROOT = pathlib.Path(__file__).resolve().parent.parent
ENCODING = "gb18030"
# What makes an order a changed one: a reason of closing, and another district.
OPEN, CLOSED = "订单未关闭".encode(ENCODING), "买家改了主意".encode(ENCODING)
DISTRICT, OTHER_DISTRICT = "区 ".encode(ENCODING), "新区 ".encode(ENCODING)


def main() -> None:
    """Write the lists, time the bare COPY, then each import."""
    import django

    django.setup()
    from benchmarks.lists import write_items, write_orders
    from orders.access import Actor
    from orders.actions.import_files import Upload, import_files
    from orders.clock import wall_clock
    from orders.models import Shop

    folder = pathlib.Path(os.environ["DATA_DIR"])
    orders, changed, items = folder / "orders.csv", folder / "changed.csv", folder / "items.csv"
    write_orders(orders, ROWS)
    write_items(items, ROWS)
    with orders.open("rb") as was, changed.open("wb") as then:
        then.writelines(line.replace(OPEN, CLOSED).replace(DISTRICT, OTHER_DISTRICT) for line in was)
    shop = Shop.objects.create(code="bench", name="bench")

    def take(path: pathlib.Path) -> Callable[[], object]:
        return lambda: import_files(shop, [Upload(path, path.name)], by=Actor.system("command"), at=wall_clock()).totals

    bare = {path: timed(lambda path=path: copy_bare(path))[0] for path in (orders, items)}
    for what, path, base in (("orders, new", orders, orders), ("orders, again", orders, orders), ("orders, changed", changed, orders),
                             ("lines, new", items, items), ("lines, again", items, items)):  # fmt: skip
        seconds, totals = timed(take(path))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(
            f"{what:16} {seconds:6.1f} s, {ROWS / seconds:8,.0f}/s, bare COPY x {seconds / bare[base]:5.1f}; peak {memory} MB; {totals}\n"
        )


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds, and what came out."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def copy_bare(path: pathlib.Path) -> None:
    """The same file into a table of text columns, read by the server's own CSV parser."""
    from django.db import connection, transaction

    with path.open("rb") as file, transaction.atomic(), connection.cursor() as cursor:
        columns = file.readline().count(b",") + 1
        file.seek(0)
        cursor.execute("CREATE TEMPORARY TABLE bare (" + ", ".join(f"c{place} text" for place in range(columns)) + ") ON COMMIT DROP")
        cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv, HEADER, ENCODING 'GB18030')", file)


def in_a_private_directory() -> None:
    """Run this file again with servers and data of its own."""
    sys.path.insert(0, str(ROOT))
    from config.devstack import private_servers

    with tempfile.TemporaryDirectory(prefix="bench-") as directory, private_servers(pathlib.Path(directory)):
        environment = os.environ | {"DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"], env=environment, check=True)
        subprocess.run([sys.executable, __file__, str(ROWS)], env=environment, check=True)


if __name__ == "__main__":
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        main()
    else:
        in_a_private_directory()
