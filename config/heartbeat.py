"""Signs of life of worker and beat: a file that each touches while it is well.

Looking at a file's age costs nothing; asking the worker over the broker would start a second Celery each time.
"""

from __future__ import annotations

import time

from config.environment import heartbeat_dir


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
