"""A "paid" of the provider's that comes after its transfer was held to be not paid: nothing else pays, and finance says what it was.

While its approval still waits for the money the transfer is parked, as one of which nobody knows. Otherwise it is `late`, and the
database refuses every other payout of the case until finance has said that nothing has left.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import concerns, door
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.actions.moves import finish, step_named, take
from casework.actions.offers import TOKEN, TOKEN_TEXT, why_not
from casework.actions.tell_owner import tell_owner
from casework.models import Case, Outbox
from casework.registry import CONSTRAINTS
from casework.situation import Situation, read_situations
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Stale, StepRefused
from orders.roles import FINANCE, LEADS
from refunds.kinds.paying import PAID_AFTER_ALL, PAID_BEFORE
from refunds.kinds.refund_state import State
from refunds.models import Transfer

log = logging.getLogger(__name__)
Status = Transfer.Status


def note_paid_after_all(case: Case, at: Situation, transfer: Transfer, told: dict[str, str]) -> None:
    """Hold the case's money, inside the door, and tell owner and finance. `told` is the provider's number and when it paid."""
    log.error("transfer paid after all", extra={"facts": {"transfer": transfer.pk, "number": told["platform_number"]}})
    approval = at.more["standing"].approval
    if case.state == State.TO_PAY and approval is not None and approval.pk == transfer.approval_id:
        take_own(case, at, "alipay_paid_after_all", told)
    else:
        _keep_late(case, at, transfer, told)
    tell_owner(case, PAID_AFTER_ALL, at=at.now)
    Outbox.objects.create(topic=PAID_AFTER_ALL, payload={"transfer": transfer.pk}, created_at=at.now, wake_at=at.now)


def _keep_late(case: Case, at: Situation, transfer: Transfer, told: dict[str, str]) -> None:
    """Another transfer of the case that is on its way is sent no more; whatever of it has left already is still recorded."""
    others = Transfer.objects.filter(approval__request__case=case, status__in=[Status.SENDING, Status.UNKNOWN])
    others.update(status=Status.PARKED, code=PAID_BEFORE)
    transfer.status, transfer.code, transfer.number = Status.LATE, PAID_AFTER_ALL, told["platform_number"]
    transfer.save(update_fields=["status", "code", "number"])
    own = told | {"amount": str(transfer.amount), "our_number": transfer.key}
    write_journal([Entry(case, at, "alipay_paid_after_all", source=case.state, own=own)])


def take_own(case: Case, at: Situation, name: str, told: dict[str, str]) -> None:
    """Take a step of the programme's own; its states and facts are looked at as for everybody. Raises StepRefused."""
    step = step_named(case, name)
    reasons = why_not(case, step, at, at.actor)
    if reasons:
        raise StepRefused(reasons=reasons)
    finish([take(case, step, at, step.facts.read(told))])


def say_of_late(transfer_id: int, *, has_left: bool, reason: Any, by: Actor, at: dt.datetime) -> Transfer:
    """Finance says what a late "paid" was. Money that has left is posted to the ledger by the database, and the case pays no more.

    Raises NotFound, NotAllowed for another role or a token, StepRefused for who asked for it, Malformed without a reason, Stale when it was said already.
    """
    words = text_of(reason, "reason", length=1000)
    if not words:
        raise Malformed(_("Say what you saw there."), code="reason_required", field="reason")
    with door(by, at):
        concerns(step="say_of_late")
        found = Transfer.objects.for_actor(by).select_related("approval__request").filter(pk=transfer_id).first()
        if found is None:
            raise NotFound
        case_id = found.approval.request.case_id
        case = lock_cases([case_id])[case_id]
        concerns(shop_id=case.shop_id, case_id=case.pk, state=case.state)
        situation = read_situations([case], now=at, actor=by)[case_id]
        _may_say(case, situation, by)
        found.refresh_from_db(fields=["status"])
        if found.status != Status.LATE:
            raise Stale(extra=case.seen_anew())
        found.status, found.code = (Status.BESIDE, PAID_AFTER_ALL) if has_left else (Status.FAILED, "not_there")
        found.save(update_fields=["status", "code"])
        step = "paid_beside" if has_left else "not_paid_after_all"
        own = {"amount": str(found.amount), "our_number": found.key, "platform_number": found.number}
        write_journal([Entry(case, situation, step, source=case.state, note=words, own=own)])
    return found


def _may_say(case: Case, at: Situation, by: Actor) -> None:
    """Whoever may pay: finance, and leads where the shop lets them; not whoever asked for it."""
    payers = FINANCE | (LEADS if at.policy("payer_may_be_approver") else frozenset())
    if by.role_in(case.shop_id) not in payers:
        raise NotAllowed
    if not by.has_session:
        raise NotAllowed(TOKEN_TEXT, code=TOKEN)
    if by.user_id in at.more["standing"].askers:
        raise StepRefused(reasons=[CONSTRAINTS["payer_did_not_ask"]])
