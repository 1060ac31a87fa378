"""L3.3 The job runs for every shop, and a night that was missed is said."""

import datetime as dt
import json

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError

from casework.actions.outbox import drain_outbox
from casework.models import Case, Heartbeat, Journal, Outbox, Policy
from config.celery import app
from logistics.actions import nightly
from logistics.actions.nightly import watch_nightly
from logistics.models import NightlyRun
from orders.access import Actor
from orders.clock import wall_clock
from orders.roles import CLOCK
from tests.cast import MONDAY
from tests.logistics.nodes import a_parcel_of

HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
AT = MONDAY + 50 * HOUR


def stands_still(shop, **fields):
    moved = {"stage": "transit", "stage_since": MONDAY, "last_event_at": MONDAY, "first_seen_at": MONDAY}
    return a_parcel_of(shop, **(moved | fields))


def said(capsys, *arguments):
    call_command("flag_stalled", *arguments)
    return capsys.readouterr().out


@pytest.mark.rule("L3.3")
def test_the_command_looks_over_every_shop_or_the_one_that_is_named(shop, other_shop, capsys):
    stands_still(shop), stands_still(other_shop)
    assert said(capsys, "--now", AT.isoformat(), "--shop", "other").startswith("other: looked_at 1, unknown 0, found 1, twice 0, opened 1,")
    assert [case.shop for case in Case.objects.all()] == [other_shop]
    answer = json.loads(said(capsys, "--now", AT.isoformat(), "--json"))
    assert answer["ok"] is True
    assert [(run["shop"], run["state"], run["opened"]) for run in answer["runs"]] == [("demo", "done", 1), ("other", "done", 0)]


def test_an_instant_without_a_zone_is_shop_time(shop, capsys):
    said(capsys, "--now", "2026-11-25 12:00")
    assert NightlyRun.objects.get().at == AT


def test_another_instant_is_looked_at_without_the_test_clock_as_well(shop, wall_clock_database, capsys):
    parcel = stands_still(shop)
    said(capsys, "--now", AT.isoformat())
    type(parcel).objects.filter(pk=parcel.pk).update(last_event_at=AT)
    said(capsys, "--now", (AT + HOUR).isoformat())
    case = Case.objects.get()
    assert (case.opened_at, case.closed_at) == (AT, AT + HOUR)
    assert list(Journal.objects.filter(case=case).values_list("at", "channel")) == [(AT, "command"), (AT + HOUR, "command")]


def test_an_unknown_shop_is_refused(db):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("flag_stalled", "--shop", "nowhere")


def test_one_shops_trouble_is_not_anothers(shop, other_shop, monkeypatch, capsys):
    stands_still(shop), stands_still(other_shop)

    def fails_here(which, **how):
        if which == shop:
            raise ZeroDivisionError
        return original(which, **how)

    original = nightly.flag_stalled
    monkeypatch.setattr(nightly, "flag_stalled", fails_here)
    with pytest.raises(CommandError, match="demo"):
        call_command("flag_stalled", "--now", AT.isoformat())
    assert [case.shop for case in Case.objects.all()] == [other_shop]
    assert not Heartbeat.objects.filter(name="flag_stalled").exists()


def test_beat_wakes_it_at_half_past_two_in_shop_time(shop, settings):
    stands_still(shop)
    schedule = app.conf.beat_schedule["flag-stalled"]["schedule"]
    assert (schedule.hour, schedule.minute, str(app.timezone)) == ({2}, {30}, "Asia/Shanghai")
    app.loader.import_default_modules()
    app.tasks["logistics.tasks.flag_stalled"]()
    assert NightlyRun.objects.get().state == "done"
    assert wall_clock() - Heartbeat.objects.get(name="flag_stalled").at < HOUR
    app.tasks["logistics.tasks.watch_nightly"]()
    assert not Outbox.objects.exists()


# A night that was missed -------------------------------------------------------------------------------------------


def a_run(shop, at, state="done"):
    return NightlyRun.objects.create(shop=shop, at=at, started_at=at, finished_at=at, state=state)


@pytest.mark.rule("L3.3")
def test_a_missed_night_is_told_to_the_leads_once_a_day(shop, supervisor, agent):
    type(supervisor).objects.filter(pk=supervisor.pk).update(email="lead@example.com")
    type(agent).objects.filter(pk=agent.pk).update(email="agent@example.com")
    stands_still(shop)
    a_run(shop, MONDAY)
    a_run(shop, MONDAY + 20 * HOUR, state="failed")
    a_run(shop, MONDAY + 21 * HOUR, state="running")
    late = MONDAY + 26 * HOUR
    assert [watch_nightly(at=at) for at in (late, late + SECOND, late + 2 * SECOND)] == [0, 1, 0]
    assert watch_nightly(at=late + 24 * HOUR) == 0
    assert watch_nightly(at=late + 24 * HOUR + SECOND) == 1
    drain_outbox(at=late + 25 * HOUR)
    assert [message.to for message in mail.outbox] == [["lead@example.com"]] * 2
    assert "样例旗舰店" in mail.outbox[0].subject
    assert "2026-11-23 10:00" in mail.outbox[0].body


@pytest.mark.rule("L3.3")
def test_a_feed_that_looks_broken_is_told_to_the_leads_in_one_letter_a_night(shop, supervisor):
    supervisor.email = "lead@example.com"
    supervisor.save()
    Policy.objects.create(name="no_record_at_once", shop=shop, value=1, valid_from=MONDAY)
    for _ in range(3):
        a_parcel_of(shop)
    nightly.run_nightly([shop], at=MONDAY + 72 * HOUR, by=Actor.system(CLOCK))
    assert not Case.objects.exists()
    drain_outbox(at=MONDAY + 72 * HOUR)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["lead@example.com"], "样例旗舰店：物流信息似乎中断了")
    assert "3 个包裹" in letter.body


def test_a_shop_that_never_had_a_run_is_late_a_day_after_its_first_parcel(shop, other_shop):
    stands_still(shop)
    assert [watch_nightly(at=MONDAY + 26 * HOUR + each * SECOND) for each in (0, 1)] == [0, 1]


def test_a_shop_with_nothing_on_its_way_misses_nothing(shop):
    stands_still(shop, delivered_at=MONDAY)
    a_run(shop, MONDAY)
    assert watch_nightly(at=MONDAY + 900 * HOUR) == 0


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize("at", [MONDAY + 9000 * HOUR, MONDAY - 9000 * HOUR])
def test_a_run_as_of_another_time_counts_for_no_night_but_its_own(shop, at):
    stands_still(shop)
    NightlyRun.objects.create(shop=shop, at=at, started_at=MONDAY, finished_at=MONDAY, state="done")
    assert watch_nightly(at=MONDAY + 27 * HOUR) == 1


def test_the_next_run_ends_the_alarm(shop):
    stands_still(shop)
    a_run(shop, MONDAY)
    assert watch_nightly(at=MONDAY + 27 * HOUR) == 1
    a_run(shop, MONDAY + 28 * HOUR)
    assert watch_nightly(at=MONDAY + 52 * HOUR) == 0
    assert Heartbeat.objects.get(name="watch_nightly").at == MONDAY + 52 * HOUR
