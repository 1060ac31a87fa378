"""Seams for crash tests: places where a process stops and waits to be killed, when it is told to by FAULT. Production refuses to start with it."""

from __future__ import annotations

import logging
import time

from django.conf import settings

log = logging.getLogger(__name__)
PATIENCE = 60.0


def pause_at(name: str) -> None:
    """Wait here if FAULT names this place; the line in the log says that it is reached. Nothing otherwise."""
    if name == settings.FAULT:
        log.warning("paused at %s", name)
        time.sleep(PATIENCE)
