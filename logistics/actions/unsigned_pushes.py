"""Pushes that nobody of ours signed. Anybody can send them, so they are counted in Redis and brought to the account by a tick:
an account's row is written for what its provider sends, and a known shop costs a stranger no more than an unknown one."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.db.models import F
from redis.exceptions import RedisError

from logistics.models import TrackingAccount

log = logging.getLogger(__name__)
# Seconds that a number waits for the tick.
KEPT = 7 * 24 * 3600


def count_unsigned(account: TrackingAccount | None) -> None:
    """One more; without an account for nobody. Without Redis it is not counted."""
    key = _key(account.pk if account else 0)
    try:
        cache.add(key, 0, KEPT)
        cache.incr(key)
    except (RedisError, ValueError) as error:
        log.warning("an unsigned push is not counted: %s", type(error).__name__)


def bring_unsigned() -> None:
    """Add what was counted to the accounts. What comes in meanwhile stays for the next time."""
    for account in TrackingAccount.objects.all():
        number = int(cache.get(_key(account.pk)) or 0)
        if number:
            cache.decr(_key(account.pk), number)
            TrackingAccount.objects.filter(pk=account.pk).update(refused=F("refused") + number)


def _key(account_id: int) -> str:
    return f"unsigned-pushes:{account_id}"
