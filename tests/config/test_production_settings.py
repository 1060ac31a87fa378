"""In production the process refuses to start with anything that is missing or that could be guessed."""

import base64
import os
import secrets
import subprocess
import sys

import pytest

from config.environment import database

GOOD = {
    "PRODUCTION": "1",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DATA_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    "DATABASE_URL": "postgres://casework_app@localhost/casework",
    "REDIS_URL": "redis://localhost/0",
    "ALLOWED_HOSTS": "desk.example",
}


def start(tmp_path, **changes):
    """Load the settings in a fresh process; returns (exit code, last line of stderr)."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | GOOD | changes
    done = subprocess.run([sys.executable, "-c", "import config.settings"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, (done.stderr.strip().splitlines() or [""])[-1]


def test_production_starts_with_everything_it_needs_and_keeps_no_keys_of_its_own(tmp_path):
    assert start(tmp_path) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEY", "DATABASE_URL", "REDIS_URL"])
def test_production_refuses_to_start_without(name, tmp_path):
    code, said = start(tmp_path, **{name: ""})
    assert code == 1
    assert f"PRODUCTION=1 needs {name}." in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "django-insecure-" + "0123456789abcdef" * 5),
        ("DATA_KEY", "not base64"),
        ("DATA_KEY", base64.b64encode(bytes(32)).decode()),
        ("DATA_KEY", base64.b64encode(bytes(range(16))).decode()),
    ],
)
def test_production_refuses_a_weak_key(name, value, tmp_path):
    code, said = start(tmp_path, **{name: value})
    assert code == 1
    assert f"{name} must be" in said


def test_an_earlier_data_key_must_be_a_key_as_well(tmp_path):
    assert start(tmp_path, DATA_KEYS_OLD=f"{GOOD['DATA_KEY']},{GOOD['DATA_KEY']}") == (0, "")
    code, said = start(tmp_path, DATA_KEYS_OLD=f"{GOOD['DATA_KEY']},not base64")
    assert code == 1
    assert "DATA_KEY must be" in said


def test_production_refuses_to_stop_half_way(tmp_path):
    code, said = start(tmp_path, FAULT="before_commit:pay")
    assert code == 1
    assert "FAULT" in said


def test_production_refuses_a_clock_that_callers_can_set(tmp_path):
    code, said = start(tmp_path, TEST_CLOCK="1")
    assert code == 1
    assert "TEST_CLOCK" in said


def test_outside_production_keys_are_made_once_and_kept_for_the_owner_only(tmp_path):
    shown = [start(tmp_path, PRODUCTION="", SECRET_KEY="", DATA_KEY="") for _ in range(2)]
    assert shown == [(0, ""), (0, "")]
    kept = tmp_path / "secrets.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    before = kept.read_text()
    start(tmp_path, PRODUCTION="", SECRET_KEY="", DATA_KEY="")
    assert kept.read_text() == before


def test_what_an_address_says_of_its_connection_takes_nothing_else_away():
    assert database("postgres://desk@db/desk")["OPTIONS"] == {"connect_timeout": 5}
    assert database("postgres://desk@db/desk?sslmode=require")["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}
    assert database("postgres://desk@db/desk?connect_timeout=9")["OPTIONS"]["connect_timeout"] in (9, "9")
