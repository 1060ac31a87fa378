"""L13 A courier claim (快递理赔): what the chapter is. Its steps stand in filing.py and ending.py.

A claim outlives the incident that found the loss, so it is no child of it: what links them is the loss.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock
from orders.access import Actor
from orders.roles import AGENTS
from orders.together import Reading
from refunds.claims.claiming import ask_claims, claim_of
from refunds.kinds.courier_claim.ending import Ending
from refunds.kinds.courier_claim.filing import Filing
from refunds.kinds.courier_claim.papers import PAPERS
from refunds.kinds.courier_claim.price import refuse_above_price
from refunds.kinds.courier_claim.states import ASKED, State
from refunds.models.claim import ClaimFacts


def opens(case: CourierClaim, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The courier's first day, where it is still to come."""
    found = claim_of(at).opens_at
    return found if found is not None and found > start else None


def closes(case: CourierClaim, at: Situation, start: dt.datetime) -> dt.datetime:
    """The end of the courier's last day; where nobody knows it, our own time."""
    return claim_of(at).closes_at or at.after(start, at.policy("claim_filed_within"))


def answers(case: CourierClaim, at: Situation, start: dt.datetime) -> dt.datetime:
    """What the courier promised, else its usual time, else ours."""
    window = claim_of(at).window
    usual = start + dt.timedelta(days=window.answer) if window is not None and window.answer else None
    promised: dt.datetime | None = case.facts.answer_by
    return promised or usual or at.after(start, at.policy("claim_answered_within"))


class CourierClaim(Filing, Ending, Case):
    """The full price of a lost or misdelivered parcel, else the damage, is claimed with its papers in the courier's window. What the monthly
    statement pays is matched to it; a lead leaves what nobody will pay; what turned up is withdrawn and its money given back."""

    KIND = "courier_claim"
    CHAPTER = "L13"
    STATES = State
    FIRST = State.REGISTERED
    FACTS = ClaimFacts
    OPENED_BY = AGENTS
    # What was paid, written off or withdrawn is settled; a loss that is left is claimed anew.
    REOPENS = False
    CHECKLIST = PAPERS
    EVIDENCE = ("chat", "other")
    CLOCKS = (
        Clock("opens", _("May be filed"), (State.REGISTERED,), due=opens, then=("window_opens",), rule="L13.1"),
        Clock("closes", _("File it until then"), (State.REGISTERED,), due=closes, rule="L13.1"),
        Clock("answer", _("The courier answers"), ASKED, due=answers, rule="L13.1"),
        Clock("info", _("Send what the courier wants"), (State.NEED_INFO,), lasts="claim_decided_within", rule="L13.1"),
        Clock("payment", _("The courier pays"), (State.ACCEPTED,), lasts="claim_paid_within", rule="L13.1"),
        Clock("decide", _("Decide how it goes on"), (State.PARTLY, State.REFUSED), lasts="claim_decided_within", rule="L13.1"),
        Clock("withdraw", _("Withdraw the claim"), (State.TURNED_UP, State.GIVE_BACK), lasts="claim_decided_within", rule="L13.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Courier claim")
        verbose_name_plural = _("Courier claims")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The loss, the courier's window, and the papers of the case that found it."""
        found = yield from ask_claims(cases)
        return {pk: {"claim": each} for pk, each in found.items()}

    def when_opened(self) -> None:
        """One parcel is not claimed twice: all claims of it together are for its price at most."""
        refuse_above_price(self.facts)

    def why_here(self, at: Situation) -> str:
        """What is claimed and for what; what the courier wants; that nobody has entered its window."""
        claim, facts = claim_of(at), self.facts
        parts = [f"{claim.loss.get_cause_display()} ¥{facts.amount}"]
        if facts.part and self.is_open:
            parts.append(str(_("accepted or paid: {amount} yuan")).format(amount=facts.part))
        if facts.wanted and self.state == State.NEED_INFO:
            parts.append(str(_("Wanted: {reason}")).format(reason=facts.wanted))
        if claim.is_warned_of and self.state in (State.REGISTERED, *ASKED):
            parts.append(
                str(_("The claim window of {courier} is not in the directory: ask the courier.")).format(courier=claim.loss.courier)
            )
        return " · ".join(parts)

    def facts_shown(self) -> dict[str, Any]:
        """What is claimed, accepted and received, in yuan."""
        facts = self.facts
        return {
            "loss": facts.loss_id,
            "incident": facts.incident_id,
            "amount": str(facts.amount),
            "accepted": None if facts.accepted is None else str(facts.accepted),
            "received": str(facts.received),
            "claim_number": facts.number or None,
            "filed_at": facts.filed_at and facts.filed_at.astimezone(SHOP_TIME).isoformat(),
            "wanted": facts.wanted or None,
        }
