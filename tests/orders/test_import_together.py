"""Imports beside each other, beside other work, and killed in the middle: in the end each order is there once, and exact."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from orders.access import Actor
from orders.actions.import_files import Upload, import_files
from orders.models import HeldRow, ImportRun, Line, Order, Shop
from tests.browser.worker import address_of_the_test_database
from tests.messages import ROOT
from tests.orders.lists import NOON, NUMBER, SAMPLES, Desk, as_csv, line, order, picked

ORDERS, ITEMS = SAMPLES / "taobao_orders.csv", SAMPLES / "taobao_items.csv"


@pytest.fixture
def own_shop(transactional_db):
    return Shop.objects.create(code="demo", name="样例旗舰店")


def beside(*works):
    """Run each at the same time in a thread of its own; errors come out."""

    def closing(work):
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(closing, work) for work in works]:
            future.result(60)


@pytest.mark.fault("C7")
def test_the_same_order_in_two_imports_and_made_by_hand_at_once_is_one_order(own_shop, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv([order(订单编号=f"51180000000000{place:05d}") for place in range(500)]))

    def take():
        import_files(own_shop, [Upload(path, path.name)], by=Actor.system("command"), at=NOON)

    def by_hand():
        Order.objects.bulk_create(
            [Order(shop=own_shop, number=f"51180000000000{place:05d}", status="wait_ship") for place in range(499, 400, -1)],
            ignore_conflicts=True,
        )

    beside(take, take, by_hand)
    assert Order.objects.count() == 500
    assert Order.objects.values("number").distinct().count() == 500
    assert set(Order.objects.values_list("paid", flat=True)) == {110}


def test_two_imports_of_orders_and_items_at_once_are_exact(own_shop):
    def take():
        import_files(own_shop, [Upload(ITEMS, ITEMS.name), Upload(ORDERS, ORDERS.name)], by=Actor.system("command"), at=NOON)

    beside(take, take)
    assert (Order.objects.count(), Line.objects.count()) == (200, 253)
    assert sorted(ImportRun.objects.values_list("new", "unchanged")) == [(0, 453), (453, 0)]


def test_an_import_waits_for_whoever_holds_one_of_its_orders(own_shop, tmp_path):
    desk = Desk(own_shop, tmp_path)
    desk.take([order()], [line()])
    held = threading.Event()
    go_on = threading.Event()

    def somebody():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM orders_order WHERE number = %s FOR NO KEY UPDATE", [NUMBER])
            held.set()
            go_on.wait(10)
            cursor.execute("COMMIT")

    def take():
        held.wait(10)
        threading.Timer(0.3, go_on.set).start()
        assert desk.counts([order(订单状态="交易成功")]) == (1, 0, 1, 0, 0)

    beside(somebody, take)


@pytest.fixture
def big_list(tmp_path):
    """Enough rows that an import is under way for a while."""
    path = tmp_path / "big.csv"
    path.write_bytes(as_csv([picked(订单编号=f"5118000000{place:09d}", 商家备注=f"备注{place}") for place in range(12_000)]))
    return path


def start_command(path):
    names = ("SECRET_KEY", "DATA_KEY", "REDIS_URL")
    environment = os.environ | {name: getattr(settings, name) for name in names}
    environment |= {
        "DATABASE_URL": address_of_the_test_database(),
        "DATA_DIR": str(settings.DATA_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py", "import_orders", str(path), "--shop=demo", f"--now={NOON.isoformat()}"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(beginning):
    """Wait until the other process is at a statement that begins so."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ltrim(query, E' \\n') LIKE %s",
                [f"{beginning}%"],
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.002)
    raise AssertionError(f"nothing begins with {beginning}")


@pytest.mark.parametrize("moment", ["COPY staged_order", "CREATE TEMPORARY TABLE next_order", "WITH made AS"])
def test_killed_half_way_and_run_again_is_the_exact_result(own_shop, big_list, moment):
    process = start_command(big_list)
    wait_for(moment)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert (Order.objects.count(), ImportRun.objects.count(), HeldRow.objects.count()) == (0, 0, 0)
    assert Desk(own_shop, big_list.parent).counts(Upload(big_list, "big.csv")) == (12_000, 12_000, 0, 0, 0)
    assert Order.objects.count() == 12_000


def test_a_planner_that_takes_a_full_table_for_an_empty_one_costs_little(own_shop, tmp_path, owner_cursor):
    """As after autovacuum came by during a first large import: the table has pages, but no row that it could see."""
    desk = Desk(own_shop, tmp_path)
    numbers = [f"5118000000{place:09d}" for place in range(8_000)]
    orders = [picked(订单编号=number, 买家实付金额="100.00") for number in numbers]
    lines = [line(子订单编号=number, 主订单编号=number) for number in numbers]
    begun = time.monotonic()
    with transaction.atomic():
        desk.take(orders, lines)
        usual = time.monotonic() - begun
        owner_cursor.execute("ANALYZE orders_order")
        owner_cursor.execute("ANALYZE orders_line")
        transaction.set_rollback(True)
    owner_cursor.execute(
        "SELECT min(reltuples), max(reltuples), min(relpages) > 0 FROM pg_class WHERE relname IN ('orders_order', 'orders_line')"
    )
    assert owner_cursor.fetchone() == (0, 0, True)
    begun = time.monotonic()
    assert desk.counts(orders, lines) == (16_000, 16_000, 0, 0, 0)
    assert time.monotonic() - begun < 3 * usual
