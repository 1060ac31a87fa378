"""Subscribing: the provider is asked to tell of every parcel that is awaited."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from logistics.actions.provider import ACCOUNT_CODES, FOREIGN, asking_accounts, credentials_of, phone_tail_of, rest, went_well
from logistics.carriers import kuaidi100_client as client
from logistics.models import Parcel, TrackingAccount

log = logging.getLogger(__name__)
LOCK_SPACE = 0x737562  # "sub": advisory locks, one key a shop
# Of one shop in one tick, and the seconds that a tick may take: tasks are killed after a minute.
BATCH = 300
SECONDS = 30
# 501 is no fault of the account here: it says that the number is subscribed already.
REFUSED_ACCOUNT = ACCOUNT_CODES - {client.ALREADY}


def subscribe_parcels(*, at: dt.datetime) -> int:
    """Subscribe what is awaited and not followed yet, for every shop with key, salt and callback; how many were subscribed.

    Two workers never do the same shop at once. A crash in the middle subscribes some again, which the provider takes for what it is.
    """
    until, done = time.monotonic() + SECONDS, 0
    for account in asking_accounts(at).exclude(callback_base="").exclude(salt_enc=None):
        with transaction.atomic():
            if _is_mine(account):
                done += _subscribe_some(account, until, at)
    return done


def _is_mine(account: TrackingAccount) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, account.shop_id])
        return bool(cursor.fetchone()[0])


def _subscribe_some(account: TrackingAccount, until: float, at: dt.datetime) -> int:
    """Ask first, write at the end: nobody who takes in a push waits for a call of ours. Where a phone is wanted we wait for it."""
    phones = Parcel.orders.through.objects.filter(parcel=OuterRef("pk"), order__phone_tail_index__isnull=False)
    waiting = Parcel.objects.filter(
        Q(courier__wants_phone=False) | Exists(phones),
        shop=account.shop_id, is_awaited=True, subscribed_at=None, tracking_end="", delivered_at=None, back_at=None,
    ).exclude(FOREIGN)  # fmt: skip
    by, followed, refused = credentials_of(account), [], {}
    for parcel in waiting.select_related("courier").order_by("-pk")[:BATCH]:
        if time.monotonic() > until:
            break
        try:
            client.subscribe(by, parcel.courier.code, parcel.waybill, phone_tail_of(parcel))
            followed.append(parcel.pk)
        except client.NoAnswer as error:
            rest(account, str(error), at)
            break
        except client.Declined as no:
            if no.code in REFUSED_ACCOUNT:
                rest(account, f"{no.code} {no.message}", at)
                break
            refused[parcel.pk] = f"{no.code} {no.message}"[:60]
    else:
        went_well(account)
    _keep(followed, refused, at)
    return len(followed)


def _keep(followed: Iterable[int], refused: dict[int, str], at: dt.datetime) -> None:
    """Followed from now on, or marked with the provider's reason why not: a courier or number that it does not take."""
    Parcel.objects.filter(pk__in=sorted(followed)).update(subscribed_at=at)
    for pk, why in sorted(refused.items()):
        Parcel.objects.filter(pk=pk, tracking_end="").update(subscribed_at=at, tracking_end=why)
        log.warning("subscription declined", extra={"facts": {"parcel": pk, "why": why}})
