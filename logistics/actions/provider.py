"""A shop's account with the provider while it is asked: what it asks with, and when it rests."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import Q, QuerySet
from django.urls import reverse

from logistics.carriers.kuaidi100_client import Credentials
from logistics.models import Parcel, TrackingAccount
from orders.persons import person_of
from orders.phones import phone_tail
from orders.vault import unseal

log = logging.getLogger(__name__)
# The account's fault, not the number's: wrong signature or key, no money, key out of date.
ACCOUNT_CODES = frozenset({"501", "502", "503", "601", "701"})
LONGEST_PAUSE = dt.timedelta(hours=1)
# Couriers without a code of kuaidi100's.
FOREIGN = Q(courier__code="unknown") | Q(courier__code__startswith="file:")


def asking_accounts(at: dt.datetime) -> QuerySet[TrackingAccount]:
    """Accounts with a key that do not rest."""
    return TrackingAccount.objects.filter(key_enc__isnull=False).exclude(paused_until__gt=at).select_related("shop").order_by("pk")


def credentials_of(account: TrackingAccount) -> Credentials:
    """What the shop asks with, in clear."""
    callback = account.callback_base.rstrip("/") + reverse("kuaidi100_push", args=[account.shop.code]) if account.callback_base else ""
    return Credentials(unseal(account.key_enc), account.customer, unseal(account.salt_enc), callback)


def phone_tail_of(parcel: Parcel) -> str:
    """The four digits that some couriers ask for, decrypted only for them; "" where they ask for none or no order has a phone."""
    if not parcel.courier.wants_phone:
        return ""
    tails = (phone_tail(person_of(order).phone) for order in parcel.orders.order_by("paid_at", "pk"))
    return next((tail for tail in tails if tail), "")


def rest(account: TrackingAccount, why: str, at: dt.datetime) -> None:
    """Ask no more for a while, twice as long after each failure, up to an hour."""
    account.failures = min(account.failures + 1, 12)
    account.paused_until = at + min(dt.timedelta(minutes=2 ** (account.failures - 1)), LONGEST_PAUSE)
    account.last_error = why[:120]
    account.save(update_fields=["failures", "paused_until", "last_error"])
    log.warning("provider rests", extra={"facts": {"shop": account.shop_id, "why": account.last_error}})


def went_well(account: TrackingAccount) -> None:
    """Forget earlier failures."""
    if account.failures:
        account.failures, account.paused_until, account.last_error = 0, None, ""
        account.save(update_fields=["failures", "paused_until", "last_error"])
