"""The desk's Celery as it runs on the day of a story. Only its clock differs: the file STORY_CLOCK says what time it is."""

import os
from pathlib import Path

from django.utils.dateparse import parse_datetime

from orders import clock

# Before anything else takes the function's name into its own module.
clock.wall_clock = lambda: parse_datetime(Path(os.environ["STORY_CLOCK"]).read_text())

from config.celery import app  # noqa: E402

__all__ = ["app"]
