"""Looking at processes and finding programs."""

from __future__ import annotations

import importlib.util
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

STOPPING_TAKES_AT_MOST = 30.0


def packaged(package: str, *parts: str) -> Path | None:
    """A file that an installed package brings, found without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent.joinpath(*parts)
    return path if path.exists() else None


def is_alive(pid: int, program: str) -> bool:
    """Whether that process runs and is that program. A dead one that nobody collected yet does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return state not in {"Z", "X"} and program.encode() in command


def pid_in(path: Path) -> int | None:
    """The process id in the first line of a file, if there is one."""
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def stop(pid: int, program: str, gently: signal.Signals, firmly: signal.Signals = signal.SIGKILL) -> None:
    """End a process and wait until it is gone; firmly after STOPPING_TAKES_AT_MOST seconds."""
    for how in (gently, firmly):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid, program), STOPPING_TAKES_AT_MOST):
            return


def wait_until(holds: Callable[[], bool], seconds: float, pause: float = 0.01) -> bool:
    """Wait until `holds()` is true. False when `seconds` went by first."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True
