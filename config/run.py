"""`make run`: the whole desk on one machine. Starts everything, says when it is ready, and stops everything it started."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config import environment, messages
from config.child import Child, Failed, end_with_parent
from config.devstack import Servers, private_servers

HOST = "127.0.0.1"
READY_WITHIN = 90.0
BETWEEN_LOOKS = 0.5
# Lies in the data directory until the demo shop has a case in every state: a desk that was stopped meanwhile goes on at its next start.
UNFINISHED = "demo.unfinished"


class Stop(BaseException):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or the terminal was closed."""


def main() -> None:
    """Run until stopped. Exit code 0 when asked to stop, 1 when something does not work."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if "--end-with-parent" in sys.argv:
        end_with_parent()
    try:
        _run(_free_port(), environment.data_dir())
    except Stop:
        _say("stopped")
    except Failed as failure:
        raise SystemExit(str(failure)) from None


def _run(port: int, data: Path) -> None:
    os.environ["DATA_DIR"] = str(data)
    # Browsers keep one set of cookies for all ports of a machine; a second desk must not log people out of the first.
    os.environ.setdefault("SESSION_COOKIE_NAME", f"sessionid-{port}")
    messages.compile_stale()
    with private_servers(data) as servers:
        unfinished = data / UNFINISHED
        if _prepare():
            unfinished.touch()
        with _running(_children(port, data / "logs")) as children:
            _wait_ready(port, children)
            _announce(port, data)
            with _running([_filler(data / "logs")] if unfinished.exists() else []) as fillers:
                _watch(children, servers, fillers, unfinished)


def _stop(number: int, frame: FrameType | None) -> None:
    """Ask once; the way down must not be cut short by a second signal."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stop


def _free_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failed(f"PORT={text} is not a port.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            raise Failed(f"Port {text} cannot be used ({error.strerror}). Choose another: make run PORT=8001") from None
    return int(text)


def _prepare() -> bool:
    """In a process of its own, so that this one stays small. Whether it has made the demo shop."""
    process = subprocess.Popen([sys.executable, "-m", "config.prepare"], start_new_session=True, preexec_fn=end_with_parent)
    try:
        code = process.wait()
    finally:
        process.kill()
        process.wait()
    if code not in (0, environment.MADE_DEMO):
        raise Failed("The database could not be prepared; the reason stands above.")
    return code == environment.MADE_DEMO


def _children(port: int, logs: Path) -> list[Child]:
    python = [sys.executable, "-m"]
    web = ["gunicorn", "config.wsgi:application", "--config", "python:config.web", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "8", "--graceful-timeout", "5", "--no-control-socket"]
    worker = ["celery", "-A", "config.celery", "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"]
    beat = ["celery", "-A", "config.celery", "beat", "--pidfile", "", "--loglevel", "INFO"]
    commands = {"web server": web, "worker": worker, "beat": beat}
    return [Child(name, python + command, logs / f"{name.split()[0]}.log") for name, command in commands.items()]


def _filler(logs: Path) -> Child:
    """Fills the demo shop further while people look at it already: a case in every state takes minutes. It ends by itself."""
    return Child("demo", ["nice", sys.executable, "manage.py", "seed_demo", "--every-state"], logs / "demo.log")


@contextmanager
def _running(children: list[Child]) -> Iterator[list[Child]]:
    """The children, started for the length of the block and gone after it."""
    try:
        for child in children:
            child.start()
        yield children
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait_stopped()


def _wait_ready(port: int, children: list[Child]) -> None:
    end = time.monotonic() + READY_WITHIN
    while not _is_ready(port):
        if time.monotonic() > end:
            raise Failed(f"The desk did not get ready within {READY_WITHIN:.0f} s:\n{children[0].last_words()}")
        _look_after(children)
        time.sleep(0.1)


def _is_ready(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _announce(port: int, data: Path) -> None:
    _say(f"ready: http://{HOST}:{port}/")
    accounts = data / "accounts.json"
    if accounts.exists():
        for name, password in json.loads(accounts.read_text()).items():
            _say(f"  {name:<12} {password}")
    _say(f"Accounts are kept in {accounts}, logs in {data / 'logs'}. Ctrl-C stops everything.")


def _watch(children: list[Child], servers: Servers, fillers: list[Child], unfinished: Path) -> None:
    """Until stopped: what dies is started again, and what was filled to its end is not begun anew."""
    while True:
        time.sleep(BETWEEN_LOOKS)
        if servers.revive():
            _say("a database server had died and was started again")
        _forget_what_is_filled(fillers, unfinished)
        _look_after(children)


def _forget_what_is_filled(fillers: list[Child], unfinished: Path) -> None:
    if any(filler.has_ended() for filler in fillers):
        unfinished.unlink(missing_ok=True)


def _look_after(children: list[Child]) -> None:
    if _make_was_interrupted():
        raise Stop
    for child in children:
        child.keep_alive()


def _make_was_interrupted() -> bool:
    """Whether the `make` above us got SIGINT alone. It then waits for us with SIGINT blocked and tells us nothing."""
    if "--end-with-parent" not in sys.argv:
        return False
    try:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
    except OSError:
        return False
    blocked = next((line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")), "0")
    return bool(int(blocked, 16) & 1 << (signal.SIGINT - 1))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
