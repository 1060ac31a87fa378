"""`make run`: one command starts the whole desk, one signal stops all of it, and the second start finds what the first left."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from config.child import Child
from config.run import _forget_what_is_filled

OURS = ("PATH", "HOME", "LANG", "TMPDIR")
ROLES = {"agent", "agent2", "printclerk", "warehouse", "supervisor", "manager", "finance", "auditor", "admin"}


@pytest.fixture(scope="module")
def data():
    """A data directory that two starts share."""
    directory = Path(tempfile.mkdtemp(dir=settings.TEST_ROOT))
    directory.chmod(0o711)
    return directory


@contextlib.contextmanager
def running(data, port):
    """The desk from its first line to its last; yields (process, the lines up to the end of the accounts)."""
    environment = {name: os.environ[name] for name in OURS if name in os.environ}
    environment |= {"DATA_DIR": str(data), "PORT": str(port), "DEMO": "0", "PYTHONWARNINGS": ""}
    command = [sys.executable, "-m", "config.run"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if "Ctrl-C" in line:
                break
        yield process, lines
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(data):
    """What runs on that data directory, found by command line or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(data).encode() in (process / "cmdline").read_bytes() + (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:120])
    return found


def test_one_command_starts_everything_and_one_signal_stops_it(data):
    port = a_free_port()
    with running(data, port) as (process, lines):
        assert f"ready: http://127.0.0.1:{port}/" in lines, lines
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.status == 200
        accounts = json.loads((data / "accounts.json").read_text())
        assert set(accounts) == ROLES
        assert (data / "accounts.json").stat().st_mode & 0o777 == 0o600
        assert all(any(name in line and password in line for line in lines) for name, password in accounts.items())
    assert process.returncode == 0
    assert processes_of(data) == []


def test_the_second_start_keeps_the_accounts(data):
    before = (data / "accounts.json").read_text()
    with running(data, a_free_port()) as (_, lines):
        assert any(line.startswith("ready: ") for line in lines), lines
        assert (data / "accounts.json").read_text() == before


def test_a_port_that_is_taken_is_said(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(data, taken.getsockname()[1]) as (process, lines):
            process.wait(30)
    assert process.returncode == 1
    assert "cannot be used" in lines[-1]


@pytest.mark.parametrize(("command", "stopped", "goes_on"), [("true", False, False), ("exit 1", False, False), ("sleep 60", True, True)])
def test_filling_the_demo_goes_on_at_the_next_start_only_where_it_was_cut_short(tmp_path, command, stopped, goes_on):
    """What fails by itself would fail again; its log says why."""
    unfinished = tmp_path / "demo.unfinished"
    unfinished.touch()
    filler = Child("demo", ["sh", "-c", command], tmp_path / "demo.log")
    filler.start()
    _forget_what_is_filled([filler], unfinished)
    if stopped:
        filler.ask_to_stop()
    filler.wait_stopped()
    _forget_what_is_filled([filler], unfinished)
    assert unfinished.exists() is goes_on
