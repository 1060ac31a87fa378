"""Claims behind which there is no loss any more: withdrawn where nothing was paid, given back by finance where something was (L13.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import execute, insert_from, lock_many, temporary
from casework.actions.deeds import about_case, text_of
from casework.actions.door import as_programme, concerns, door
from casework.actions.locks import lock_cases
from casework.actions.offers import TOKEN, TOKEN_TEXT
from casework.actions.step_many import step_many
from casework.models import Outbox
from logistics.models import Loss
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.redact import redact
from orders.roles import FINANCE
from refunds.goods.late import journal_desk
from refunds.kinds.courier_claim import CourierClaim
from refunds.models.claim import ClaimFacts
from refunds.models.statement import LONGEST_NOTE, Recovery
from refunds.money import yuan

TURNED_UP, UNPAID, PAID = "claims_turned_up", "claims_turned_up_unpaid", "claims_turned_up_paid"
# The topic of finance's letter.
TELL_FINANCE = "claim_turned_up"
NOT_KNOWN = "SELECT f.case_id FROM refunds_claimfacts f WHERE f.case_id = ANY(%(ids)s) AND f.turned_up_at IS NULL"
KNOW = "UPDATE refunds_claimfacts f SET turned_up_at = %(at)s FROM {table} t WHERE f.case_id = t.case_id AND f.turned_up_at IS NULL"
SOME = "SELECT f.case_id FROM {table} t JOIN refunds_claimfacts f ON f.case_id = t.case_id WHERE f.received {which} 0"


def parcel_is_back(sender: Any, *, parcel: int, by: Actor, at: dt.datetime, **_: Any) -> None:
    """A parcel of ours came back: perhaps one that is claimed as lost. The deed has locked its orders; those of other parcels are the sweep's."""
    reverse_claims(by=by, at=at, parcel=parcel)


def reverse_claims(*, by: Actor, at: dt.datetime, parcel: int | None = None) -> int:
    """Move on every claim (of the `parcel`) whose loss has turned out to be none since; how many. As the programme; doing it again changes nothing."""
    losses = Loss.objects.turned_up()
    losses = losses if parcel is None else losses.filter(parcel=parcel)
    ids = list(ClaimFacts.objects.filter(turned_up_at=None, loss__in=losses).values_list("pk", flat=True))
    if not ids:
        return 0
    with door(by, at), as_programme(by, at) as programme:
        temporary(TURNED_UP, NOT_KNOWN, ids=ids)
        lock_many(TURNED_UP)
        # As they stand now that nobody else moves them: one sweep tells finance, not two.
        found = temporary(TURNED_UP, NOT_KNOWN, ids=ids)
        execute(KNOW, TURNED_UP, at=at)
        for name, which, step in ((UNPAID, "=", "turned_up"), (PAID, ">", "turned_up_paid")):
            temporary(name, SOME.replace("{table}", TURNED_UP).replace("{which}", which))
            step_many(CourierClaim, step, name, by=programme, at=at)
        letter = {
            "topic": f"'{TELL_FINANCE}'",
            "payload": "jsonb_build_object('case', t.case_id)",
            "created_at": "%(at)s",
            "wake_at": "%(at)s",
        }
        insert_from(Outbox, letter, "FROM {table} t ORDER BY t.case_id", PAID, at=at)
    return found


def give_back(case_id: int, *, amount: Any, note: Any, by: Actor, at: dt.datetime) -> Recovery:
    """Finance gave the courier back all that it had paid for a loss that was none; `note` says how. A counter entry by the one road of claims' money.

    `amount` is what stood there when it was given, in yuan: where another line has paid since, nothing is booked.
    Raises NotFound, NotAllowed (a token as well), Malformed, Refused `nothing_to_give_back`, `other_amount`.
    """
    words, shown = text_of(note, "note", length=LONGEST_NOTE), yuan(amount, "amount")
    if not words:
        raise Malformed(_("Write how it went back."), code="note_required", field="note")
    with door(by, at):
        claim = CourierClaim.objects.for_actor(by).filter(pk=case_id).first()
        if claim is None:
            raise NotFound
        concerns(shop_id=claim.shop_id, case_id=claim.pk, step="claim_given_back")
        if by.role_in(claim.shop_id) not in FINANCE:
            raise NotAllowed
        if not by.has_session:
            raise NotAllowed(TOKEN_TEXT, code=TOKEN)
        lock_cases([claim.pk])
        facts = ClaimFacts.objects.select_for_update(no_key=True).get(pk=claim.pk)
        if facts.turned_up_at is None or facts.received == 0:
            raise about_case(Refused(_("Nothing of this claim is to be given back."), code="nothing_to_give_back"), claim)
        if facts.received != shown:
            text = str(_("The courier has paid {received} yuan by now, not {amount}. Look again before money goes back."))
            text = text.format(received=facts.received, amount=shown)
            raise about_case(Refused(text, code="other_amount", field="amount", extra={"received": str(facts.received)}), claim)
        row = Recovery.objects.create(
            case=claim,
            direction=Recovery.Direction.OUT,
            amount=facts.received,
            note=redact(words)[:LONGEST_NOTE],
            by_id=by.person_id,
            at=at,
        )
        told = {"amount": str(facts.received), "said": row.note}
        journal_desk(claim.shop_id, "recovery", row.pk, "claim_given_back", by=by, at=at, facts=told, case_id=claim.pk)
    return row
