"""One process that `make run` looks after: started, watched, started again, and stopped with all it started itself."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

LONGEST_LOG = 5 * 1024 * 1024
STOPPING_TAKES_AT_MOST = 15.0
# A child that lived shorter than this is failing, not unlucky.
SHORT_LIFE = 20.0
FAILURES_ALLOWED = 4
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


class Failed(Exception):
    """A process that does not stay up; the text says which and shows the end of its log."""


class Child:
    """A process with its own group and log file."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.failures = 0
        self.not_before = 0.0

    def start(self) -> None:
        """Start it. Its output goes to its log; a log that grew too long is put aside first."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started = time.monotonic()

    def keep_alive(self) -> None:
        """Start it again when it died, each time after a longer pause. Raises Failed when it does not stay up."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self.not_before == 0.0:
            self._plan_restart(now)
        if now >= self.not_before:
            self.not_before = 0.0
            self.start()

    def has_ended(self) -> bool:
        """Whether it came to its own end, well or not: no signal cut it short."""
        code = self.process.poll() if self.process else None
        return code is not None and code >= 0

    def _plan_restart(self, now: float) -> None:
        self.failures = self.failures + 1 if now - self.started < SHORT_LIFE else 1
        if self.failures > FAILURES_ALLOWED:
            raise Failed(f"The {self.name} does not stay up. The end of {self.log}:\n{self.last_words()}")
        self.not_before = now + 2.0 ** (self.failures - 1)

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_bytes()[-3000:].decode(errors="replace")

    def ask_to_stop(self) -> None:
        """SIGTERM to the process itself; it ends those it started."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_stopped(self) -> None:
        """Wait until it ended, then make sure that nothing of its group is left."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPPING_TAKES_AT_MOST)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_with_parent() -> None:
    """Linux: get SIGTERM when the parent dies, however it dies. Elsewhere a killed parent leaves its children."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(SET_DEATH_SIGNAL, signal.SIGTERM)
