"""Whether the process lives, whether it can work, and whether worker and beat are well."""

import datetime as dt
import os

import pytest
from django.db import connection

from config import healthcheck, heartbeat, views
from orders.clock import wall_clock


def test_the_process_answers_without_looking_at_anything(client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_the_desk_is_ready_when_the_schema_is_up_to_date(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True})


@pytest.mark.django_db
def test_the_desk_is_not_ready_while_a_migration_is_missing(client, monkeypatch):
    monkeypatch.setattr(views, "_migrations", lambda: frozenset({("orders", "9999_not_applied")}))
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"ready": False, "migrations": "missing"})


@pytest.mark.django_db(transaction=True)
def test_the_desk_is_not_ready_without_its_database(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    response = client.get("/readyz")
    connection.close()
    assert (response.status_code, response.json()) == (503, {"ready": False, "database": "unreachable"})


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503), (-9, 200), (-11, 503)])
def test_the_desk_is_not_ready_while_its_clock_and_the_databases_differ(client, monkeypatch, minutes, status):
    monkeypatch.setattr(views, "wall_clock", lambda: wall_clock() + dt.timedelta(minutes=minutes))
    response = client.get("/readyz")
    assert (response.status_code, response.json().get("clock", "")) == (status, "differs" if status == 503 else "")


@pytest.fixture
def heartbeats(tmp_path, monkeypatch):
    monkeypatch.setenv("HEARTBEAT_DIR", str(tmp_path))
    return tmp_path


def test_a_worker_is_well_while_its_heart_beats(heartbeats):
    heartbeat.beat("worker")
    assert healthcheck.main(["worker"]) == 0


@pytest.mark.parametrize(("age", "code"), [(59, 0), (61, 1)])
def test_a_heart_that_stood_still_for_a_minute_is_not_well(age, code, heartbeats):
    heartbeat.beat("beat")
    touched = (heartbeats / "beat").stat().st_mtime - age
    os.utime(heartbeats / "beat", (touched, touched))
    assert healthcheck.main(["beat"]) == code


def test_a_part_that_never_started_is_not_well(heartbeats, capsys):
    assert healthcheck.main(["worker"]) == 1
    assert capsys.readouterr().err == "worker is not well\n"


@pytest.mark.django_db(transaction=True)
def test_the_web_server_is_asked_under_a_name_that_it_knows(live_server, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["desk.example"]
    monkeypatch.setenv("ALLOWED_HOSTS", "desk.example")
    assert healthcheck.web_is_well(live_server.thread.port)
    monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
    assert not healthcheck.web_is_well(live_server.thread.port)
