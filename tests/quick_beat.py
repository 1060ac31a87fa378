"""The desk's Celery with ticks that a test has the patience for. Only the pace differs."""

from config.celery import app

app.conf.beat_schedule = {"fire-deadlines": {"task": "casework.tasks.fire_deadlines", "schedule": 0.5, "options": {"expires": 5}}}
