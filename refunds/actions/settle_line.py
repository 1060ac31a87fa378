"""A line of a courier's statement that pays no claim by itself: somebody says which claim it pays, or what it is, or that this was wrong (L13.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import temporary
from casework.actions.deeds import about_case, text_of
from casework.actions.door import as_programme, concerns, door
from casework.actions.locks import lock_cases
from casework.actions.offers import TOKEN, TOKEN_TEXT
from casework.models import Case
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.redact import redact
from refunds.actions.match_claims import MATCHED, move_on
from refunds.claims.lists import SETTLERS
from refunds.goods.late import journal_desk
from refunds.kinds.courier_claim import CourierClaim
from refunds.kinds.courier_claim.states import State
from refunds.models.claim import ClaimFacts
from refunds.models.statement import LONGEST_NOTE, Recovery, StatementLine


def match_line(line_id: int, *, case: Any, by: Actor, at: dt.datetime) -> Recovery:
    """The line pays that claim (its number), whatever the waybills say; one whose rest was left or written off stays so, and has its money all the same.

    Raises NotFound, NotAllowed (a token as well), Malformed naming `case`, Refused `line_settled`, `claim_is_over`.
    """
    number = text_of(case, "case", length=20).upper()
    with door(by, at):
        # As everybody locks them: the order and its claim, then the line.
        claim = _claim(number, _seen(line_id, by, "match_line"), by)
        line = _locked(line_id)
        row = Recovery.objects.create(case=claim, direction=Recovery.Direction.IN, line=line, amount=line.amount, by_id=by.person_id, at=at)
        told = {"waybill": line.waybill, "amount": str(line.amount)}
        journal_desk(line.shop_id, "statementline", line.pk, "line_matched", by=by, at=at, facts=told, case_id=claim.pk)
        with as_programme(by, at) as programme:
            temporary(MATCHED, "SELECT %(case)s::bigint AS case_id", case=claim.pk)
            move_on(MATCHED, by=programme, at=at)
    return row


def settle_line(line_id: int, *, note: Any, by: Actor, at: dt.datetime) -> StatementLine:
    """The line pays none of our claims; `note` says what it is. Raises NotFound, NotAllowed (a token as well), Malformed, Refused `line_settled`."""
    words = text_of(note, "note", length=LONGEST_NOTE)
    if not words:
        raise Malformed(_("Write what it is."), code="note_required", field="note")
    with door(by, at):
        _seen(line_id, by, "settle_line")
        line = _locked(line_id)
        line.settled_at, line.settled_by_id, line.note = at, by.person_id, redact(words)[:LONGEST_NOTE]
        line.save(update_fields=["settled_at", "settled_by", "note"])
        told = {"waybill": line.waybill, "amount": str(line.amount), "said": line.note}
        journal_desk(line.shop_id, "statementline", line.pk, "line_settled", by=by, at=at, facts=told)
    return line


def open_line_again(line_id: int, *, note: Any, by: Actor, at: dt.datetime) -> StatementLine:
    """What somebody said of the line was wrong: it waits again and may pay its claim; `note` says why. The word that stood there stays in the journal.

    Raises NotFound, NotAllowed (a token as well), Malformed, Refused `line_not_settled` where it waits still, `line_settled` where it pays a claim.
    """
    why = text_of(note, "note", length=LONGEST_NOTE)
    if not why:
        raise Malformed(_("Write why it waits again."), code="note_required", field="note")
    with door(by, at):
        _seen(line_id, by, "open_line_again", _refuse_waiting)
        line = StatementLine.objects.select_for_update(no_key=True).get(pk=line_id)
        _refuse_waiting(line)
        told = {"waybill": line.waybill, "amount": str(line.amount), "settled_as": line.note, "said": redact(why)}
        line.settled_at, line.settled_by, line.note = None, None, ""
        line.save(update_fields=["settled_at", "settled_by", "note"])
        journal_desk(line.shop_id, "statementline", line.pk, "line_opened_again", by=by, at=at, facts=told)
    return line


def only_settlers(shop_id: int, by: Actor) -> None:
    """Raise NotAllowed but for finance and leads of the shop who are logged in: a token never decides about money."""
    if by.role_in(shop_id) not in SETTLERS:
        raise NotAllowed
    if not by.has_session:
        raise NotAllowed(TOKEN_TEXT, code=TOKEN)


def _seen(line_id: int, by: Actor, step: str, refuse: Callable[[StatementLine], None] | None = None) -> StatementLine:
    """The line, for those who may settle it; refused unless it waits, or as `refuse` says."""
    line: StatementLine | None = StatementLine.objects.for_actor(by).filter(pk=line_id).first()
    if line is None:
        raise NotFound
    concerns(shop_id=line.shop_id, step=step, object_type="statementline", object_id=line.pk)
    only_settlers(line.shop_id, by)
    (refuse or _refuse_settled)(line)
    return line


def _locked(line_id: int) -> StatementLine:
    """The locked line that waits still."""
    line = StatementLine.objects.select_for_update(no_key=True).get(pk=line_id)
    _refuse_settled(line)
    return line


def _is_over(claim: Case) -> bool:
    """Whether it had no loss behind it, or has all of its money. What a lead had left may come late all the same."""
    return claim.state == State.REVERSED or (claim.state == State.PAID and not ClaimFacts.objects.get(pk=claim.pk).rest)


def _refuse_settled(line: StatementLine) -> None:
    if line.settled_at is not None or Recovery.objects.filter(line=line).exists():
        raise Refused(_("This line is settled already."), code="line_settled")


def _refuse_waiting(line: StatementLine) -> None:
    if Recovery.objects.filter(line=line).exists():
        raise Refused(_("This line is settled already."), code="line_settled")
    if line.settled_at is None:
        raise Refused(_("This line waits already."), code="line_not_settled")


def _claim(number: str, line: StatementLine, by: Actor) -> Case:
    """The locked claim of that number in the line's shop."""
    found = CourierClaim.objects.for_actor(by).filter(number=number, shop=line.shop_id).values_list("pk", flat=True).first()
    if found is None:
        raise Malformed(_("No claim of this shop has this number."), code="unknown_case", field="case")
    claim = lock_cases([found])[found]
    if _is_over(claim):
        raise about_case(Refused(_("This claim has ended with its money, or was withdrawn."), code="claim_is_over", field="case"), claim)
    return claim
