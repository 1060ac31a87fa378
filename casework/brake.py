"""A brake on guessed passwords: after ten tries at one name the next must wait, the right one too.

Counted in Redis, by name alone: an address can be forged, and many people of a shop share one. Without Redis there is no
brake, and people still get in.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

TRIES = 10
WINDOW = 15 * 60  # seconds from the first try


def may_try(username: str) -> bool:
    """Count a try before its password is looked at, so that tries at the same moment count too. False while the name must wait."""
    key = _key(username)
    try:
        cache.add(key, 0, WINDOW)
        return int(cache.incr(key)) <= TRIES
    except ValueError:
        # The window ended between the two.
        return True
    except RedisError as error:
        log.warning("no brake on logins: Redis does not answer (%s)", type(error).__name__)
        return True


def forget(username: str) -> None:
    """The password was right: earlier tries were slips."""
    try:
        cache.delete(_key(username))
    except RedisError as error:
        log.warning("tries at a login are not forgotten: Redis does not answer (%s)", type(error).__name__)


def _key(username: str) -> str:
    """One key for every way of writing a name, known or unknown. People type passwords here by mistake, so it is not kept as typed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold()).strip()
    return f"login:{hashlib.sha256(folded.encode()).hexdigest()}"
