"""A brake on guessing: passwords of a name, links of customers, signatures of pushes. After so many tries the next must wait, the right one too.

Counted in Redis. Logins by name alone: an address can be forged, and many people of a shop share one. Without Redis
there is no brake, and people still get in.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

TRIES = 10
WINDOW = 15 * 60  # seconds from the first try
# A customer sends some twenty photos, each by itself, and looks a few times. Phones of one network share an address.
LINK_TRIES = 200
ADDRESS_TRIES = 1000
LINK_WINDOW = 10 * 60
# Pushes that are not signed by the shop's provider, in the same time.
FORGED_TRIES = 300


def may_try(username: str) -> bool:
    """Count a try before its password is looked at, so that tries at the same moment count too. False while the name must wait."""
    return _count("logins", _key(username), TRIES, WINDOW)


def may_open_link(address: str, token: str) -> bool:
    """Count a look at a customer's link, known or not, by the caller's address and by the link. False while either must wait."""
    by_address = _count("links", f"link-from:{_digest(address)}", ADDRESS_TRIES, LINK_WINDOW)
    return by_address and _count("links", f"link:{_digest(token)}", LINK_TRIES, LINK_WINDOW)


def may_push(address: str, shop_code: str) -> bool:
    """Whether pushes are still read: False after too many forged ones from there for that shop, or from there at all."""
    return _stands(_for_shop(address, shop_code)) < FORGED_TRIES and _stands(_from(address)) < ADDRESS_TRIES


def note_forged_push(address: str, shop_code: str) -> None:
    """A push was not signed by whom it should be. A provider with one shop's old salt does not stop its pushes for the others."""
    if _count("pushes", _for_shop(address, shop_code), FORGED_TRIES, LINK_WINDOW):
        _count("pushes", _from(address), ADDRESS_TRIES, LINK_WINDOW)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the last address that our own proxy wrote down, where there is one (BEHIND_PROXY); never what a caller claims."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def forget(username: str) -> None:
    """The password was right: earlier tries were slips."""
    try:
        cache.delete(_key(username))
    except RedisError as error:
        log.warning("tries at a login are not forgotten: Redis does not answer (%s)", type(error).__name__)


def _count(what: str, key: str, tries: int, window: int) -> bool:
    try:
        cache.add(key, 0, window)
        return int(cache.incr(key)) <= tries
    except ValueError:
        # The window ended between the two.
        return True
    except RedisError as error:
        log.warning("no brake on %s: Redis does not answer (%s)", what, type(error).__name__)
        return True


def _stands(key: str) -> int:
    try:
        return int(cache.get(key) or 0)
    except RedisError as error:
        log.warning("no brake on pushes: Redis does not answer (%s)", type(error).__name__)
        return 0


def _for_shop(address: str, shop_code: str) -> str:
    return f"push-for:{_digest(f'{address} {shop_code}')}"


def _from(address: str) -> str:
    return f"push-from:{_digest(address)}"


def _key(username: str) -> str:
    """One key for every way of writing a name, known or unknown. People type passwords here by mistake, so it is not kept as typed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold()).strip()
    return f"login:{_digest(folded)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
