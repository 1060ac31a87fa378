"""Celery wakes the sweeps and holds nothing that may be lost."""

import pytest
from celery.schedules import crontab
from django.conf import settings

from config.celery import app
from config.environment import broker_url


def test_a_tick_expires_before_the_next_one():
    for entry in app.conf.beat_schedule.values():
        period = 24 * 3600 if isinstance(entry["schedule"], crontab) else entry["schedule"]
        assert 0 < entry["options"]["expires"] <= period


def test_every_tick_names_a_task_that_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_no_task_runs_longer_than_the_broker_waits_before_it_hands_it_out_again():
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.accept_content == ["json"]
    assert settings.CELERY_TASK_IGNORE_RESULT


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://host:6379/1", "redis://host:6379/1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_celery_is_told_the_same_redis(redis, celery):
    assert broker_url(redis) == celery
