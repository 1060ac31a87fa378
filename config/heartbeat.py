"""Signs of life of worker and beat. `python -m config.heartbeat worker` exits 0 while the worker's is fresh.

Looking at a file's age costs nothing; asking the worker over the broker would start a second Celery each time.
"""

from __future__ import annotations

import sys
import time

from config.environment import heartbeat_dir

FRESH_FOR = 60.0


def beat(name: str) -> None:
    """Show that `name` is alive."""
    path = heartbeat_dir() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def age(name: str) -> float | None:
    """Seconds since the last sign of life, None when there never was one."""
    try:
        return time.clock_gettime(time.CLOCK_REALTIME) - (heartbeat_dir() / name).stat().st_mtime
    except OSError:
        return None


def main(arguments: list[str]) -> int:
    """0 when every named part is fresh, else 1."""
    stale = [name for name in arguments if (seconds := age(name)) is None or seconds > FRESH_FOR]
    for name in stale:
        sys.stderr.write(f"{name}: no sign of life in the last {FRESH_FOR:.0f} s\n")
    return 1 if stale or not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
