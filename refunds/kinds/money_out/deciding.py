"""R1: asked by one, decided by a lead who did not ask, asked anew, taken back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from casework import step_up
from casework.situation import Situation
from casework.workflow import guard, step
from orders.errors import Malformed, NotAllowed, Reason
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS
from refunds.asking.wish import read_wish
from refunds.kinds.asked_on_platform import (
    ALL_TASKS,
    PROMISED,
    Asked,
    Why,
    Yes,
    hold_step_to,
)
from refunds.kinds.money_out.asked import standing, wants_password
from refunds.kinds.money_out.held_to import HeldTo
from refunds.kinds.money_out.noted import Noted
from refunds.kinds.refund_state import State
from refunds.models.decision import Approval, Ending, SendBack


class Deciding(Noted):
    """Reason and ground or evidence; then a lead's yes within their limits, a no, or a question back."""

    # Whether it answers the customer's request on the platform.
    ANSWERS_PLATFORM: ClassVar[bool] = False

    def beyond_the_rule(self, at: Situation) -> Reason | None:
        """Why a lead who approves must say why; None where the handbook allows it anyhow (kinds override)."""
        return None

    @step(
        State.ASKED,
        State.TO_PAY,
        label=_("Approve"),
        rule="R1.1",
        by=LEADS,
        facts=Yes,
        when=[
            HeldTo.somebody_else_asked,
            HeldTo.who_is_away_did_not_ask,
            HeldTo.has_ground_or_evidence,
            HeldTo.reason_holds,
            HeldTo.platform_has_not_paid,
            HeldTo.is_not_paid_there,
            HeldTo.no_return_holds_it,
            HeldTo.no_parcel_is_being_stopped,
            HeldTo.within_own_limit,
            HeldTo.within_day_limit,
            HeldTo.small_enough_for_bulk,
        ],
        decides_money=True,
    )
    def approve(self, facts: dict[str, Any]) -> None:
        """A lead's yes; the memo on the order becomes a task (R2.2). Beyond the rule it names its reason.
        Raises NotAllowed `step_up_required` where the password is wanted first."""
        at, request = self._now()
        mine = standing(at)
        beyond = self.beyond_the_rule(at)
        if beyond is not None and not facts["reason"]:
            raise Malformed(beyond.text, code="reason_required", field="reason")
        if wants_password(at):
            raise self._password_first(at)
        approval = Approval(
            request=request,
            asked_by_id=request.asked_by_id,
            order_id=request.order_id,
            amount=request.amount,
            decided_by_id=at.actor.person_id,
            power_of=mine.lent_by,
            stepped_up_at=at.actor.stepped_up_at,
            reason=self._said(facts["reason"]) if facts["reason"] else "",
        )
        self.effects.write(approval)
        mine.approval = approval
        self.effects.note(amount=request.amount, version=request.seq)
        if mine.lent_by:
            self.effects.note(power_of=mine.lent_by.shown_name)
        self.effects.ask(self._memo(at, request))
        if self.ANSWERS_PLATFORM and mine.platform_number:
            self.effects.ask(self._agree_there(at, request))

    @step(
        State.ASKED,
        State.REJECTED,
        label=_("Reject"),
        rule="R1.3",
        by=LEADS,
        facts=Why,
        when=[HeldTo.somebody_else_asked],
        decides_money=True,
        drops=ALL_TASKS,
        event=True,
    )
    def reject(self, facts: dict[str, Any]) -> None:
        """A lead's no, with the reason. What was set aside is free again."""
        self._end(Ending.Kind.REJECTED, self._said(facts["reason"]))

    @step(
        State.ASKED,
        State.SENT_BACK,
        label=_("Send back"),
        rule="R1.3",
        by=LEADS,
        facts=Why,
        when=[HeldTo.somebody_else_asked],
        decides_money=True,
        event=True,
    )
    def send_back(self, facts: dict[str, Any]) -> None:
        """More is wanted first. The money stays set aside until a new version replaces the request."""
        at, request = self._now()
        self.effects.write(SendBack(request=request, by_id=at.actor.person_id, at=at.now, reason=self._said(facts["reason"])))
        self.effects.tell_owner("sent_back")

    @step(
        [State.ASKED, State.SENT_BACK, State.LAPSED, State.TO_PAY],
        State.ASKED,
        label=_("Ask anew"),
        rule="R1.3",
        by=AGENTS,
        facts=Asked,
        drops=PROMISED,
        hint=_("A change of amount, payee or lines is a new version and needs a new approval."),
        event=True,
        next_in=[State.SENT_BACK, State.LAPSED],
    )
    def ask_again(self, facts: dict[str, Any]) -> None:
        """The new version ends the old one and its approval; its own money is set aside."""
        at, request = self._now()
        wish = read_wish(facts["request"])
        hold_step_to(self, at, wish)
        row = wish.row(seq=request.seq + 1, order_id=request.order_id, asked_by=at.actor.person_id, at=at.now)
        row.case_id = self.pk
        self.effects.write(row)
        self._correct_memo(at, request, Ending.Kind.REPLACED)
        self.effects.note(amount=row.amount, version=row.seq, reason=row.reason)
        self.effects.send("notice", to="leads", about="refund_asked")

    @guard(_("The memo on the order tells of this refund. A lead takes the approval back, then the memo is corrected."), rule="R2.2")
    def no_memo_tells_of_it(self: Deciding, at: Situation) -> bool:
        return not standing(at).memo_is_written

    @step(
        [State.ASKED, State.SENT_BACK, State.LAPSED, State.TO_PAY],
        State.WITHDRAWN,
        label=_("Withdraw"),
        rule="R1.3",
        by=AGENTS,
        when=[no_memo_tells_of_it],
        needs_note=True,
        drops=ALL_TASKS,
        event=True,
    )
    def withdraw(self) -> None:
        """Nobody wants the money any more; what was set aside is free again."""
        if self.state != State.LAPSED:
            self._end(Ending.Kind.WITHDRAWN, "")

    @step(
        State.TO_PAY,
        State.LAPSED,
        label=_("Take the approval back"),
        rule="R1.3",
        by=LEADS,
        facts=Why,
        decides_money=True,
        drops=PROMISED,
        event=True,
    )
    def revoke(self, facts: dict[str, Any]) -> None:
        """Until it is paid, a lead can take the yes back."""
        self._end(Ending.Kind.REVOKED, self._said(facts["reason"]))

    @step(State.TO_PAY, State.LAPSED, label=_("Approval runs out"), rule="R1.2", by=CLOCK, drops=PROMISED)
    def expire(self) -> None:
        """An approval that nobody paid in time holds no longer; it must be asked anew."""
        self._end(Ending.Kind.EXPIRED, "")

    # ------------------------------------------------------------------------------------------------

    def _password_first(self, at: Situation) -> NotAllowed:
        text = str(_("With this {total} would be approved for the order. Enter your password again for it."))
        refusal = step_up.required(text.format(total=standing(at).cumulated), "R1.2")
        refusal.about = {"shop_id": self.shop_id, "case_id": self.pk, "step": "approve", "state": State.ASKED.value}
        return refusal

    def _said(self, words: str) -> str:
        """A lead's words as they are kept for ever: without the person. The original lies encrypted beside the journal."""
        assert self.at is not None  # steps run with a situation
        self.effects.say(words)
        return redact_for_order(words, self.at.order)

    def _end(self, kind: Ending.Kind, reason: str) -> None:
        at, request = self._now()
        self.effects.write(Ending(request=request, kind=kind, by_id=at.actor.user_id, at=at.now, reason=reason))
        self.effects.note(amount=request.amount)
        self._correct_memo(at, request, kind)
