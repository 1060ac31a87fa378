"""A provider pushes tracking: is it theirs, can it be read, do we know the waybill, and only then is it taken."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from logistics.actions.take_tracking import take_tracking
from logistics.actions.unsigned_pushes import count_unsigned
from logistics.carriers import kuaidi100
from logistics.carriers.trace import Trace
from logistics.models import TrackingAccount
from orders.access import Actor
from orders.errors import DeskError, NotAllowed, NotFound
from orders.models import Shop
from orders.roles import SYSTEM
from orders.vault import unseal

log = logging.getLogger(__name__)
CHANNEL = "push"

# Numbers that a shop's provider told of and nobody knew. Who holds the salt could invent them without end.
MOST_UNKNOWN = 10_000
REMEMBER = """
INSERT INTO logistics_refusedpush AS r (shop_id, company, waybill, times, last_at)
SELECT %(shop)s, %(company)s, %(waybill)s, 1, %(at)s
WHERE (SELECT count(*) FROM (SELECT FROM logistics_refusedpush WHERE shop_id = %(shop)s AND settled_at IS NULL LIMIT %(most)s) unknown) < %(most)s
   OR EXISTS (SELECT 1 FROM logistics_refusedpush WHERE shop_id = %(shop)s AND waybill = %(waybill)s AND company = %(company)s)
ON CONFLICT (shop_id, waybill, company) DO UPDATE
    SET times = least(r.times, 2147483646) + 1, last_at = greatest(r.last_at, EXCLUDED.last_at), settled_at = NULL
"""


def take_push(shop_code: str, param: bytes, sign: bytes, *, at: dt.datetime, request_id: str = "") -> None:
    """Take a push of kuaidi100 for the shop; when this returns, it is stored.

    Raises NotAllowed (403) alike for an unknown shop, a shop without a salt and a signature that is not of these bytes; Malformed or
    TooLarge for what cannot be read; NotFound alike for a waybill of nobody and of another shop.
    """
    account = TrackingAccount.objects.select_related("shop").filter(shop__code=shop_code).first()
    if account is None or not kuaidi100.is_signed(param, sign, unseal(account.salt_enc)):
        count_unsigned(account)
        log.warning("push refused: signature", extra={"facts": {"shop": account.shop_id if account else None}})
        raise NotAllowed(_("This push is not signed for this address."))
    try:
        trace = kuaidi100.read_push(param)
        taken = take_tracking(account.shop, [trace], by=Actor(None, SYSTEM, CHANNEL, request_id=request_id), at=at)
        if taken.parcels == (None,):
            _remember(account.shop, trace, at)
            raise NotFound(_("This waybill is not known here."))
    except DeskError as error:
        _count(account, refused=1)
        log.warning("push refused: %s", error.code, extra={"facts": {"shop": account.shop_id, "field": error.field}})
        raise
    _count(account, accepted=1, at=at)


def _remember(shop: Shop, trace: Trace, at: dt.datetime) -> None:
    """Keep the number alone: an import that brings it asks the provider again."""
    values: dict[str, Any] = {"shop": shop.pk, "company": trace.company, "waybill": trace.waybill, "at": at, "most": MOST_UNKNOWN}
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, values)


def _count(account: TrackingAccount, *, accepted: int = 0, refused: int = 0, at: dt.datetime | None = None) -> None:
    """In a transaction of its own, so that pushes wait for each other no longer than this takes."""
    moved = {"accepted": F("accepted") + accepted, "refused": F("refused") + refused}
    TrackingAccount.objects.filter(pk=account.pk).update(**moved, **({"last_push_at": at} if at else {}))
