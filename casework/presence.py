"""Who looks at a case just now, and who writes: for courtesy only, the case's version is the guard.

Kept in Redis for as long as people's pages say it again. Without Redis nothing is shown, and everything works.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from functools import cache

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# Seconds within which Redis answers or is left alone, and for how long then.
PATIENCE = 0.2
REST = 30.0
# No page is silent for longer and still looked at, in seconds.
LONGEST = 180
_rest_until = 0.0


def say(case_id: int, user_id: int, form: str, *, stays: int, now: dt.datetime) -> dict[int, str]:
    """Say for the next `stays` seconds that the person looks at the case, and in which form they write ("" for none).

    The others who said so, each with their form. Empty when Redis does not answer.
    """
    global _rest_until
    if time.monotonic() < _rest_until:
        return {}
    key = f"desk:presence:{case_id}"
    try:
        line = _redis().pipeline(transaction=False)
        line.hset(key, str(user_id), f"{now.timestamp() + stays:.0f} {form}")
        line.expire(key, LONGEST)
        line.hgetall(key)
        told = line.execute()[-1]
    except RedisError as error:
        log.warning("nobody is told who looks at a case: Redis does not answer (%s)", type(error).__name__)
        _rest_until = time.monotonic() + REST
        return {}
    return _others(told, user_id, now)


def _others(told: dict[bytes, bytes], user_id: int, now: dt.datetime) -> dict[int, str]:
    found = {}
    for who, what in told.items():
        until, _blank, form = what.decode().partition(" ")
        if int(who) != user_id and float(until) > now.timestamp():
            found[int(who)] = form
    return dict(sorted(found.items()))


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
