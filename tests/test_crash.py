"""T1, T3, T4, T12 Real processes that are killed, doubled and robbed of their broker: deadlines fire, nights end, and money leaves exactly once."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from casework.actions.advance import advance
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Journal, Ledger
from logistics.actions.take_tracking import take_tracking
from logistics.carriers.trace import Node, Trace
from logistics.models import Finding, NightlyRun
from orders.access import Actor
from refunds.models import Payout, Transfer
from tests.builders import a_refund, an_order
from tests.casework.test_sweep import DUE, many
from tests.cast import MONDAY, NOON, acts
from tests.logistics.nodes import parcels_on_their_way
from tests.refunds.alipay_stub import Keys, running

pytestmark = pytest.mark.django_db(transaction=True)

OURS = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


@pytest.fixture
def environment(tmp_path):
    """Processes of this environment work on the test's own database and broker."""
    place = connections["default"].settings_dict
    user = quote(place["USER"]) + (f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else "")
    port = f":{place['PORT']}" if place["PORT"] else ""
    return {name: os.environ[name] for name in OURS if name in os.environ} | {
        "DATABASE_URL": f"postgres://{user}@{quote(place['HOST'], safe='')}{port}/{place['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "DATA_KEY": settings.DATA_KEY,
        "DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(settings.BASE_DIR),
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def start(environment):
    """Starts processes, and leaves none behind."""
    running = []

    def begin(*command, **more):
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=environment | more,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def sweep(start, at):
    return start("manage.py", "fire_deadlines", "--now", at.isoformat())


def ended(process):
    _out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    return process


def wait_until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def fired():
    return Deadline.objects.filter(kind="first_attempt", status="fired").count()


def each_fired_exactly_once(ids):
    """One row, one step and one version more for each case, and nothing half done."""
    rows = Counter(Journal.objects.filter(step="first_attempt_missed").values_list("case_id", flat=True))
    assert rows == dict.fromkeys(ids, 1)
    assert Case.objects.filter(state="rule_not_kept", version=2).count() == len(ids)
    assert Deadline.objects.filter(kind="first_attempt", status="fired").count() == len(ids)
    assert Deadline.objects.filter(kind="lead_decides", status="open").count() == len(ids)
    assert verify_invariants() == []


@pytest.mark.fault("T3")
def test_a_sweep_that_is_killed_half_way_and_two_that_follow_fire_each_deadline_once(agent, start):
    ids = many(agent, 1500)
    killed = sweep(start, DUE)
    wait_until(fired, 60)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    half = fired()
    assert 0 < half < 1500
    assert half % 500 == 0
    followers = [sweep(start, DUE), sweep(start, DUE)]
    for each in followers:
        ended(each)
    call_command("fire_deadlines", now=DUE)
    each_fired_exactly_once(ids)


@pytest.mark.fault("T1")
def test_after_three_days_down_each_fires_once_late_and_with_its_own_time(agent, start):
    ids = many(agent, 40)
    back = DUE + dt.timedelta(days=3)
    ended(sweep(start, back))
    each_fired_exactly_once(ids)
    rows = Deadline.objects.filter(kind="first_attempt").order_by().values_list("due_at", "ended_at", "late").distinct()
    assert list(rows) == [(DUE, back, True)]
    call_command("fire_deadlines", now=back + dt.timedelta(hours=1))
    each_fired_exactly_once(ids)


@pytest.mark.fault("T3", "T4")
def test_two_beats_three_workers_one_killed_and_a_flushed_broker_fire_each_deadline_once(agent, start, tmp_path, servers):
    ids = many(agent, 400)
    broker = redis.from_url(settings.REDIS_URL)
    broker.flushall()
    celery = ["-m", "celery", "-A", "tests.quick_beat:app"]
    workers = [start(*celery, "worker", "-P", "solo", "-n", f"w{n}@test", "--without-gossip", "--without-mingle") for n in range(3)]
    for number in range(2):
        start(*celery, "beat", "-s", str(tmp_path / f"beat{number}"))
    # Not before both beats tick and the workers answer, so that the deadlines fall due in the middle of it all.
    wait_until(lambda: Journal.objects.count() and heartbeat_is_fresh(), 90)
    soon = timezone.now() + dt.timedelta(seconds=2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_deadline SET due_at = %s, wake_at = %s WHERE status = 'open'", [soon, soon])
    broker.flushall()
    wait_until(fired, 60)
    os.kill(workers[0].pid, signal.SIGKILL)
    wait_until(lambda: fired() == 400, 60)
    time.sleep(1.5)
    each_fired_exactly_once(ids)


def heartbeat_is_fresh():
    """A worker has swept because a beat told it to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_heartbeat WHERE name = 'fire_deadlines'")
        return cursor.fetchone()[0] > 0


# The nightly job -----------------------------------------------------------------------------------------------------

NIGHT = MONDAY + dt.timedelta(hours=50)


def nights_work(start):
    return start("manage.py", "flag_stalled", "--now", NIGHT.isoformat())


def exactly_the_work_of_one_night(number):
    """One finding, one case, one clock and one entry a parcel."""
    assert Finding.objects.filter(ended_at=None, case__isnull=False).count() == number
    assert Case.objects.filter(kind="stalled", state="to_check", version=1).count() == number
    assert Deadline.objects.filter(kind="reply", status="open").count() == number
    assert Counter(Journal.objects.filter(step="open").values_list("case_id", flat=True)) == dict.fromkeys(
        Case.objects.values_list("pk", flat=True), 1
    )
    assert verify_invariants() == []


@contextlib.contextmanager
def nobody_takes_a_number():
    """Holds the row of the day's case numbers, so that whoever opens cases waits half way through."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO casework_daynumber (day, last) VALUES (%s, 0)", [NIGHT.date()])
        yield
    finally:
        other.rollback()
        other.close()


def someone_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%casework_daynumber%')"
        )
        return cursor.fetchone()[0]


@pytest.mark.fault("T12")
@pytest.mark.rule("L3.3")
def test_a_night_that_is_killed_half_way_and_run_again_gives_the_exact_result(shop, start):
    parcels_on_their_way(shop, 300)
    with nobody_takes_a_number():
        killed = nights_work(start)
        wait_until(someone_waits, 60)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    assert (Finding.objects.count(), Case.objects.count()) == (0, 0)
    assert NightlyRun.objects.get().state == "running"
    ended(nights_work(start))
    exactly_the_work_of_one_night(300)
    assert list(NightlyRun.objects.order_by("pk").values_list("state", "opened")) == [("failed", 0), ("done", 300)]
    call_command("flag_stalled", now=NIGHT)
    exactly_the_work_of_one_night(300)


@pytest.mark.rule("L3.3")
def test_two_nights_at_once_do_the_work_of_one(shop, start):
    parcels_on_their_way(shop, 300)
    for each in [nights_work(start), nights_work(start)]:
        ended(each)
    exactly_the_work_of_one_night(300)
    assert sum(NightlyRun.objects.values_list("opened", flat=True)) == 300


@pytest.mark.rule("L3.3")
def test_a_night_and_the_news_that_come_meanwhile_never_lock_each_other_out(shop, start):
    """Whatever comes first, no parcel that has moved keeps a finding, and none that stands still lacks one."""
    parcels_on_their_way(shop, 120)
    moving = [(each.pk, each.waybill) for each in shop.parcels.filter(delivered_at=None).order_by("-pk")[:60]]
    nights = [nights_work(start), nights_work(start)]
    for pk, waybill in moving:
        trace = Trace("kuaidi100", "zhongtong", waybill, (Node(NIGHT, f"到达 {pk}", "1001", "transit"),))
        assert take_tracking(shop, [trace], by=Actor.system("command"), at=NIGHT).events == 1
    for each in nights:
        ended(each)
    call_command("flag_stalled", now=NIGHT)
    moved = {pk for pk, _waybill in moving}
    assert not moved & set(Finding.objects.filter(ended_at=None).values_list("parcel", flat=True))
    assert Finding.objects.filter(ended_at=None).count() == Case.objects.open().count() == 60
    assert verify_invariants() == []


# Money ---------------------------------------------------------------------------------------------------------------

PAYEE = {"channel": "alipay", "account": "13800138000", "name": "何大明"}


@pytest.fixture
def bank(tmp_path, environment, settings):
    """Alipay's stand-in, for this process and those that it starts."""
    with running(Keys(tmp_path)) as bank:
        environment |= {"ALIPAY_APP_ID": "2021000000000001", "ALIPAY_KEYS": str(tmp_path), "ALIPAY_URL": bank.url}
        settings.ALIPAY_APP_ID, settings.ALIPAY_KEYS, settings.ALIPAY_URL = "2021000000000001", str(tmp_path), bank.url
        yield bank


def killed_at_its_fault(process):
    """The process says where it has stopped, and gets no further."""
    for line in process.stderr:
        if "paused at" in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.fault("M5", "T12")
@pytest.mark.rule("R2.3")
def test_wherever_it_is_killed_each_refund_is_paid_once_and_settled_once(agent, supervisor, finance, shop, bank, start):
    """Between setting aside, ordering, sending, the answer and the record: kill -9, start again, look."""
    order = an_order(shop)
    approved, *ordered = [a_refund(agent, order=an_order(shop), payee=PAYEE, approved_by=supervisor) for _ in range(4)]
    for case in ordered:
        advance(case.pk, "pay", by=acts(finance), at=NOON)
    at = NOON.isoformat()
    ticks = ("transfer:claimed", "transfer:answered", "before_commit:settle_transfer")
    for process in [
        start("-m", "tests.money_worker", "ask", "agent", str(order.pk), at, FAULT="before_commit:ask_refund"),
        start("-m", "tests.money_worker", "pay", "finance", str(approved.pk), at, FAULT="before_commit:pay"),
        *[start("manage.py", "send_transfers", "--now", at, FAULT=place) for place in ticks],
    ]:
        killed_at_its_fault(process)
    # Nothing was set aside or ordered; two of three were paid, and nobody here knows it.
    order.refresh_from_db()
    assert (order.reserved, Case.objects.filter(state="to_pay").count(), len(bank.paid), Payout.objects.count()) == (0, 1, 2, 0)
    assert list(Transfer.objects.values_list("status", "tries")) == [("sending", 1)] * 3
    assert verify_invariants() == []

    asked = a_refund(agent, order=order, payee=PAYEE, approved_by=supervisor)
    for case in (asked, approved):
        advance(case.pk, "pay", by=acts(finance), at=NOON)
    later = (NOON + dt.timedelta(minutes=10)).isoformat()
    for process in [start("manage.py", "send_transfers", "--now", later) for _ in range(2)]:
        ended(process)
    assert sorted(key for key, *_rest in bank.paid) == sorted(Transfer.objects.values_list("key", flat=True))
    assert set(Case.objects.values_list("state", flat=True)) == {"paid"}
    assert (Payout.objects.count(), Ledger.objects.filter(entry="settle").count()) == (5, 5)
    assert verify_invariants() == []
