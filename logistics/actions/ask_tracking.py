"""Asking the provider for the trace of one parcel: at most once per number in 30 minutes, whoever asks and whatever crashes."""

from __future__ import annotations

import datetime as dt
import logging
import math
import time

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.actions.door import door
from logistics.actions.parcel_journal import journal_parcel
from logistics.actions.provider import ACCOUNT_CODES, FOREIGN, asking_accounts, credentials_of, phone_tail_of, rest, went_well
from logistics.actions.take_tracking import take_tracking
from logistics.carriers import kuaidi100_client as client
from logistics.carriers.trace import Trace
from logistics.models import Parcel, TrackingAccount
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Refused
from orders.roles import STAFF

log = logging.getLogger(__name__)
ASK_AGAIN_AFTER = dt.timedelta(minutes=30)
LOCK_SPACE = 0x61736B  # "ask": advisory locks, one key a number
# Of one shop in one tick, and the seconds that a tick may take: tasks are killed after a minute.
BATCH = 20
SECONDS = 30


class NoAnswer(DeskError):
    """The provider does not answer, or refuses the shop's account."""

    status = 503
    code = "provider_silent"
    detail = gettext_lazy("The tracking service does not answer. Try again in half an hour.")


class AskedElsewhere(NoAnswer):
    """Another shop has asked this number in the last half hour. To this one it is silence: whose numbers are known here is nobody's business."""


def ask_tracking(parcel_id: int, *, by: Actor, at: dt.datetime) -> int:
    """Ask for the trace and take it in; the number of new events.

    Raises NotFound, NotAllowed; Refused `no_account`, `courier_not_followed`, `phone_missing` before anything is asked, `asked_recently`
    with the minutes left; afterwards `phone_wrong`, `no_result`, `declined`, `answer_unreadable`; NoAnswer (503), also while the number was
    asked by another shop, of which nothing is told.
    """
    parcel = Parcel.objects.for_actor(by).select_related("courier", "shop").filter(pk=parcel_id).first()
    if parcel is None:
        raise NotFound
    if by.is_person and by.role_in(parcel.shop_id) not in STAFF:
        raise NotAllowed
    account = _account_of(parcel, at)
    tail = phone_tail_of(parcel)
    if parcel.courier.wants_phone and not tail:
        raise Refused(_("This courier tells a trace only with the recipient's phone, and the order has none."), code="phone_missing")
    left = _claim(parcel, by, at)
    if left:
        text = _("This number was asked a short while ago. It can be asked again in {minutes} minutes.").format(minutes=left)
        raise Refused(text, code="asked_recently", extra={"minutes": left})
    trace = _ask(account, parcel, tail, at)
    try:
        taken = take_tracking(parcel.shop, [trace], by=Actor.system(), at=at)
    except Malformed as error:
        log.warning("answer unreadable", extra={"facts": {"parcel": parcel.pk, "field": error.field}})
        raise Refused(
            _("The tracking service's answer about this number makes no sense; nothing was taken."), code="answer_unreadable"
        ) from error
    # Answered is what was asked, and what the answer was about where the company tells another parcel of the number.
    answered = {parcel.pk, *taken.parcels}
    Parcel.objects.filter(pk__in=[pk for pk in answered if pk], ask_wanted=True).update(ask_wanted=False)
    return taken.events


def _account_of(parcel: Parcel, at: dt.datetime) -> TrackingAccount:
    if Parcel.objects.filter(FOREIGN, pk=parcel.pk).exists():
        raise Refused(
            _("The tracking service does not know this courier. Correct the parcel's courier first."), code="courier_not_followed"
        )
    account = TrackingAccount.objects.select_related("shop").filter(shop=parcel.shop_id).exclude(key_enc=None).exclude(customer="").first()
    if account is None:
        raise Refused(_("This shop has no account for asking the tracking service."), code="no_account")
    if account.paused_until is not None and account.paused_until > at:
        raise NoAnswer(
            _("The tracking service refused us ({error}); it is not asked now.").format(error=account.last_error), code="provider_paused"
        )
    return account


def _claim(parcel: Parcel, by: Actor, at: dt.datetime) -> int:
    """Take the number for half an hour, committed before the call, so that no crash and no second worker asks twice. Else the minutes left."""
    with transaction.atomic(durable=True), door(by, at):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, parcel.waybill])
        asked = Parcel.objects.filter(waybill=parcel.waybill, asked_at__gt=at - ASK_AGAIN_AFTER)
        last = asked.filter(shop=parcel.shop_id).aggregate(last=Max("asked_at"))["last"]
        if last is not None:
            return math.ceil((last + ASK_AGAIN_AFTER - at) / dt.timedelta(minutes=1))
        if asked.exists():
            raise AskedElsewhere
        Parcel.objects.filter(pk=parcel.pk).update(asked_at=at)
        if by.is_person:
            journal_parcel(parcel, "tracking_asked", by=by, at=at)
    return 0


def _ask(account: TrackingAccount, parcel: Parcel, tail: str, at: dt.datetime) -> Trace:
    try:
        trace = client.query(credentials_of(account), parcel.courier.code, parcel.waybill, tail)
    except client.NoAnswer as error:
        rest(account, str(error), at)
        raise NoAnswer from error
    except client.Declined as no:
        log.warning("provider declined", extra={"facts": {"parcel": parcel.pk, "code": no.code}})
        if no.code in ACCOUNT_CODES:
            rest(account, f"{no.code} {no.message}", at)
            text = _("The tracking service refuses this shop's account ({code}). An administrator has to look at it.")
            raise NoAnswer(text.format(code=no.code), code="account_refused") from no
        went_well(account)
        raise _refusal(no) from no
    went_well(account)
    return trace


def _refusal(no: client.Declined) -> Refused:
    """What the answer means for this number."""
    known = {
        "408": ("phone_wrong", _("The courier does not accept the phone number that the order has.")),
        "500": ("no_result", _("The tracking service knows nothing of this number yet.")),
        "201": ("no_result", _("The tracking service knows nothing of this number yet.")),
    }
    code, text = known.get(no.code, ("declined", _("The tracking service declined ({code}).").format(code=no.code)))
    return Refused(text, code=code)


def ask_wanted_parcels(*, at: dt.datetime) -> int:
    """Ask for the parcels that wait for it; how many were answered. A number that was answered with a no, or with what cannot be
    taken, is not asked again by itself; the others are."""
    until, answered = time.monotonic() + SECONDS, 0
    for account in asking_accounts(at).exclude(customer=""):
        due = Q(asked_at=None) | Q(asked_at__lte=at - ASK_AGAIN_AFTER)
        wanted = Parcel.objects.filter(due, shop=account.shop_id, ask_wanted=True).order_by("asked_at", "pk")
        for parcel_id in wanted.values_list("pk", flat=True)[:BATCH]:
            if time.monotonic() > until:
                return answered
            try:
                ask_tracking(parcel_id, by=Actor.system(), at=at)
                answered += 1
            except AskedElsewhere:
                continue
            except NoAnswer:
                break
            except DeskError as refusal:
                if refusal.code != "asked_recently":
                    Parcel.objects.filter(pk=parcel_id).update(ask_wanted=False)
    return answered
