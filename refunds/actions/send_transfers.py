"""Telling the provider to pay, and finding out whether it did: claimed first and committed, then asked, then recorded.

Whatever crashes in between, the next one asks about the same number. The order itself goes out a second time only where the provider
says that it knows nothing of it.
"""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.db import connection, transaction
from django.db.models import Q

from casework.actions.door import concerns, door
from casework.actions.heartbeat import beat
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.models import Case
from casework.policies import Policies
from casework.situation import Situation, read_situations
from orders.access import Actor
from orders.errors import StepRefused
from orders.faults import pause_at
from orders.vault import VaultError, unseal
from refunds.actions.paid_after_all import note_paid_after_all, take_own
from refunds.gateways import GATEWAYS
from refunds.gateways.gateway import Answer, Order, Outcome
from refunds.kinds.paying import PAID_MEANWHILE
from refunds.models import Transfer

log = logging.getLogger(__name__)
Status = Transfer.Status
# After the first try; twice as long after each further one. Longer than two calls take.
PAUSE = dt.timedelta(minutes=1)
# Pauses stop growing at about a day.
LONGEST = 10
# A tick of the worker begins no further transfer after so many seconds: tasks are killed after a minute.
SECONDS = 20
WAITS = Q(status__in=[Status.SENDING, Status.UNKNOWN])


def send_transfers(*, at: dt.datetime) -> int:
    """Send or ask about every transfer that is due; the number that is known now. Safe to run anywhere, any number at once."""
    until, known = time.monotonic() + SECONDS, 0
    for pk in list(Transfer.objects.filter(WAITS, wake_at__lte=at).order_by("wake_at", "pk").values_list("pk", flat=True)):
        if time.monotonic() > until:
            break
        try:
            known += send_transfer(pk, at=at)
        except Exception:  # one that cannot be tried must not keep the others from being paid; its try is counted
            log.exception("transfer %d cannot be tried", pk)
    beat("send_transfers", at)
    return known


def send_transfer(pk: int, *, at: dt.datetime) -> bool:
    """Try one transfer once; whether it is known now what became of it. Nothing when somebody else tries it, or it is not due."""
    transfer = _claim(pk, at)
    if transfer is None:
        return False
    pause_at("transfer:claimed")
    if transfer.tries > Policies(at).value("payout_tries", transfer.approval.request.case.shop_id):
        # What died with each of its tries is a person's as well.
        return _record(transfer, Answer(Outcome.UNKNOWN, transfer.code or "no_answer"), at)
    answer = _try(transfer)
    pause_at("transfer:answered")
    return _record(transfer, answer, at)


def _claim(pk: int, at: dt.datetime) -> Transfer | None:
    """Count the try, committed before anything is asked: what crashes after this was perhaps sent, and is asked about."""
    with transaction.atomic(durable=True), door(Actor.system(), at):
        due = Transfer.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(WAITS, pk=pk, wake_at__lte=at)
        found: Transfer | None = due.select_related("approval__request__case").first()
        if found is not None:
            found.tries += 1
            found.tried_at, found.wake_at = at, at + PAUSE * 2 ** min(found.tries - 1, LONGEST)
            found.save(update_fields=["tries", "tried_at", "wake_at"])
    return found


def _try(transfer: Transfer) -> Answer:
    """The first try orders. Every other asks first, and orders again only what is not there."""
    gateway, request = GATEWAYS[transfer.gateway], transfer.approval.request
    try:
        order = Order(transfer.key, transfer.amount, unseal(request.payee_account_enc), unseal(request.payee_name_enc))
    except VaultError as error:
        return Answer(Outcome.UNKNOWN, error.code)
    answer = Answer(Outcome.NOTHING_THERE, "") if transfer.tries == 1 else gateway.ask(order)
    if answer.outcome is not Outcome.NOTHING_THERE:
        return answer
    # Lists may have come since it was ordered.
    if not is_paid_there(request.pk):
        return gateway.send(order)
    # What was never sent has not left. Of an earlier try nobody knows: "not there" may be said while it is on its way, so it is asked about until a
    # person has looked.
    return Answer(Outcome.REFUSED if transfer.tries == 1 else Outcome.UNKNOWN, PAID_MEANWHILE)


def is_paid_there(request_id: int) -> bool:
    """Whether the platform has paid it meanwhile, or so much of the order that less is left than is set aside (R2.3)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refunds_is_short(%s) OR refunds_is_paid_there(%s)", [request_id, request_id])
        return bool(cursor.fetchone()[0])


def _record(transfer: Transfer, answer: Answer, at: dt.datetime) -> bool:
    if answer.outcome is not Outcome.PAID:
        log.warning("transfer not paid", extra={"facts": {"transfer": transfer.pk, "outcome": answer.outcome.value, "code": answer.code}})
    try:
        return _settle(transfer, answer, at)
    except StepRefused as refused:
        # Paid, they say, under a number that stands for another payout: a person has to look.
        return _settle(transfer, Answer(Outcome.UNKNOWN, refused.reasons[0].code), at)


def _settle(tried: Transfer, answer: Answer, at: dt.datetime) -> bool:
    """Write what is known now. Paid is paid, whenever it is told; anything else counts from the last try alone."""
    case_id = tried.approval.request.case_id
    with door(Actor.system(), at):
        concerns(step="settle_transfer")
        case = lock_cases([case_id])[case_id]
        situation = read_situations([case], now=at, actor=Actor.system())[case_id]
        transfer = Transfer.objects.select_related("approval").get(pk=tried.pk)
        if answer.outcome is Outcome.PAID and transfer.status == Status.FAILED:
            note_paid_after_all(case, situation, transfer, _told(answer, at))
        if not _may_tell(transfer, tried, answer):
            return False
        if answer.outcome is Outcome.PAID:
            take_own(case, situation, "alipay_paid", _told(answer, at))
        elif answer.outcome is Outcome.REFUSED:
            take_own(case, situation, "alipay_refused", {"code": answer.code})
        else:
            _keep_waiting(case, situation, transfer, answer.code)
    return answer.outcome in (Outcome.PAID, Outcome.REFUSED)


def _may_tell(transfer: Transfer, tried: Transfer, answer: Answer) -> bool:
    """Whether the answer to this try still says something: nobody has tried, ordered or decided since."""
    if answer.outcome is Outcome.PAID:
        # While it is open the approval in force is its own: the database lets none end before.
        return transfer.is_open
    return transfer.status in (Status.SENDING, Status.UNKNOWN) and (transfer.sent_at, transfer.tries) == (tried.sent_at, tried.tries)


def _told(answer: Answer, at: dt.datetime) -> dict[str, str]:
    assert answer.paid_at is not None  # it is told with every payment
    # Their clock may be ahead of ours; money that has left has left.
    return {"platform_number": answer.number, "paid_at": min(answer.paid_at, at).isoformat()}


def _keep_waiting(case: Case, at: Situation, transfer: Transfer, code: str) -> None:
    """It stays unknown and is asked about again; after the policy's number of tries a person has to look. Each new answer is in the timeline once."""
    last = transfer.tries >= at.policy("payout_tries")
    status = Status.PARKED if last else Status.UNKNOWN
    if (status, code) != (transfer.status, transfer.code):
        write_journal([Entry(case, at, f"transfer_{status.value}", source=case.state, own={"answer": code, "tries": transfer.tries})])
    transfer.status, transfer.code = status, code
    transfer.save(update_fields=["status", "code"])
