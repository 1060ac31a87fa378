"""R1, R2 Money to the customer: asked by one, approved by another, paid by a third, and written down. Refund and compensation are of this road."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework import step_up
from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock, States, guard, step
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, Reason, Text
from orders.models import Line, Order
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS, Role
from orders.together import Reading
from refunds.figures import totals_of
from refunds.gateways import MANUAL
from refunds.grounds import why_not
from refunds.kinds import paying
from refunds.kinds.asked_on_platform import (
    ALL_TASKS,
    PROMISED,
    Asked,
    AskedOnPlatform,
    Why,
    Yes,
    asked_there,
    hold_step_to,
    is_its_decision,
)
from refunds.kinds.paying import PAYERS, Number, write_payout
from refunds.kinds.refund_state import State
from refunds.models.decision import Approval, Ending, SendBack
from refunds.models.request import PayeeChannel, Request
from refunds.returning import why_held
from refunds.standing import MEMO, MEMO_CORRECTED, Standing, ask_standings
from refunds.wish import read_wish

# Why a request that goes another way than by the platform goes no further.
PAID_THERE = _("The platform has paid this meanwhile; paid here as well it would be paid twice.")
# The channel of a deed that approves many requests at once; the database reads it too.
BULK = "bulk"


def standing(at: Situation) -> Standing:
    """How the request stands: the situation's part that refunds adds."""
    found: Standing = at.more["standing"]
    return found


def ground_of(at: Situation) -> list[Reason]:
    """Why the reason of the request in force does not hold (R3.1, R7.1, R9.1)."""
    mine = standing(at)
    return why_not(mine.request, mine.around) if mine.around is not None else []


def stopped_by(at: Situation) -> Sequence[str]:
    """The cases by which a courier is stopping a parcel whose goods are to be refunded (L9.6)."""
    mine = standing(at)
    return mine.around.stopped_by if mine.around is not None and mine.request.lines else ()


def is_paid_there(at: Situation) -> bool:
    """Whether the platform has paid meanwhile what is to go another way: the very request, or so much that less is left than is set aside."""
    request, there = standing(at).request, asked_there(at)
    if request.payee_channel == PayeeChannel.PLATFORM:
        return False
    is_short = at.order is not None and at.order.room < 0 and request.amount > request.beyond
    return is_short or (there is not None and there.is_paid)


def wants_password(at: Situation) -> bool:
    """Whether a yes would pass `step_up_above` for the order in all, and the password was not given again just now."""
    if standing(at).cumulated <= at.policy("step_up_above"):
        return False
    return not step_up.is_fresh(at.actor, now=at.now, valid=at.policy("step_up_valid").length)


def approval_ends(case: MoneyOut, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """When the approval in force ends: the database's own instant, which decides about the payout as well."""
    approval = standing(at).approval
    return approval.valid_until if approval else None


MORE_EVIDENCE = Clock("more_evidence", _("Bring what was asked for"), (State.SENT_BACK,), lasts="more_evidence_within", rule="R1.3")
APPROVAL_HOLDS = Clock("approval", _("Approval holds"), (State.TO_PAY,), due=approval_ends, then=("expire",), rule="R1.2")
TELL = Clock("tell", _("Tell the customer"), (State.PAID,), lasts="reply_within", rule="R2.3")


class MoneyOut(Case):
    """Reason and ground or evidence; then a lead who did not ask; then finance; then the customer knows.
    The order's money is set aside while the request lives, and set free when it ends without payment. While a provider is asked to pay
    nothing else pays, and the approval does not end."""

    # What such a case may give beyond the order's own money (refunds.models.Beyond).
    BEYOND: ClassVar[tuple[str, ...]] = ()
    # The memo on the order, and the one that takes it back (R2.2).
    MEMO_SAYS: ClassVar[Text] = ""
    VOID_SAYS: ClassVar[Text] = ""
    # What the customer is told of money that left, by the way it went.
    ON_ITS_WAY: ClassVar[Mapping[str, Text]] = {}
    # Whether it answers the customer's request on the platform.
    ANSWERS_PLATFORM: ClassVar[bool] = False
    FIRST = State.ASKED
    OPENED_BY = AGENTS
    # What was decided about money is asked for anew, never opened again.
    REOPENS = False
    MADE_GOOD: ClassVar[Sequence[States]] = (State.SETTLED,)
    EVIDENCE = ("photo_damage", "photo_waybill", "photo_goods", "chat", "platform", "courier_reply", "other")

    class Meta:
        proxy = True
        verbose_name = "money to the customer"
        verbose_name_plural = "money to customers"

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The request in force with its decisions and the actor's limit."""
        found = yield from ask_standings(cases, by, now)
        return {case_id: {"standing": each} for case_id, each in found.items()}

    def seen_anew(self) -> dict[str, Any]:
        """With the order's money as it is now: whoever decides was shown other sums (M11)."""
        order = Order.objects.get(cases=self.pk)
        return super().seen_anew() | {"totals": totals_of(order, Line.objects.filter(order=order))}

    def why_here(self, at: Situation) -> str:
        """What the lead wants first, or why the approval holds no longer (R1.3)."""
        request = standing(at).request
        if self.state in (State.ASKED, State.TO_PAY) and (is_paid_there(at) or is_its_decision(asked_there(at))):
            return str(PAID_THERE)
        if self.state == State.SENT_BACK and hasattr(request, "send_back"):
            return str(_("Wanted: {reason}")).format(reason=request.send_back.reason)
        if self.state == State.PAYING:
            return paying.why_here(at)
        if self.state != State.LAPSED or not hasattr(request, "ending"):
            return ""
        kind, reason = request.ending.get_kind_display(), request.ending.reason
        return str(_("{what}: {reason}")).format(what=kind, reason=reason) if reason else str(kind)

    def contact_message(self, at: Situation) -> str:
        """R2.3: once paid the customer is told how much, which way, and that it is under way; before that nothing is promised (R1.1)."""
        if self.state != State.PAID:
            return ""
        request = standing(at).request
        return str(self.ON_ITS_WAY[request.payee_channel]).format(amount=f"{request.amount:.2f}")

    def beyond_the_rule(self, at: Situation) -> Reason | None:
        """Why a lead who approves must say why; None where the handbook allows it anyhow (kinds override)."""
        return None

    # R1.1 -------------------------------------------------------------------------------------------

    @guard(_("You asked for this refund; somebody else decides and pays."), rule="R1.1")
    def somebody_else_asked(self: MoneyOut, at: Situation) -> bool:
        return at.actor.user_id not in standing(at).askers

    @guard(
        _("You stand in for {name}, who asked for this refund; somebody else decides."),
        rule="R1.1",
        says=lambda case, at: {"name": getattr(standing(at).away_and_asked, "shown_name", "")},
    )
    def who_is_away_did_not_ask(self: MoneyOut, at: Situation) -> bool:
        return standing(at).away_and_asked is None

    @guard(_("Neither a ground nor evidence is given."), rule="R1.1")
    def has_ground_or_evidence(self: MoneyOut, at: Situation) -> bool:
        request = standing(at).request
        return bool(request.ground) or bool(set(request.evidence) & standing(at).evidence_ids)

    @guard(
        _("Its reason does not hold: {reasons}"),
        rule="R1.1",
        says=lambda case, at: {"reasons": " ".join(str(each.text) for each in ground_of(at))},
    )
    def reason_holds(self: MoneyOut, at: Situation) -> bool:
        return not ground_of(at)

    # R1.2 -------------------------------------------------------------------------------------------

    @guard(_("The platform has refunded this order meanwhile; less is left than is asked for."), rule="R2.3")
    def platform_has_not_paid(self: MoneyOut, at: Situation) -> bool:
        return at.order is not None and at.order.room >= 0

    @guard(PAID_THERE, rule="R2.3")
    def is_not_paid_there(self: MoneyOut, at: Situation) -> bool:
        return not is_paid_there(at)

    @guard(
        _("With this {total} would be approved for the order; your limit is {limit}. A manager may."),
        rule="R1.2",
        says=lambda case, at: {"total": standing(at).cumulated, "limit": standing(at).limit},
    )
    def within_own_limit(self: MoneyOut, at: Situation) -> bool:
        mine = standing(at)
        return mine.limit is not None and mine.cumulated <= mine.limit

    @guard(_("Your limit for today is {limit}."), rule="R1.2", says=lambda case, at: {"limit": standing(at).day_limit})
    def within_day_limit(self: MoneyOut, at: Situation) -> bool:
        mine = standing(at)
        return mine.day_limit is not None and mine.day_total + mine.request.amount <= mine.day_limit

    @guard(
        _("Among many, requests up to {most} are approved; decide this one by itself."),
        rule="R1.2",
        says=lambda case, at: {"most": at.policy("bulk_approval_up_to")},
    )
    def small_enough_for_bulk(self: MoneyOut, at: Situation) -> bool:
        return at.actor.channel != BULK or standing(at).request.amount <= at.policy("bulk_approval_up_to")

    # R5.2 -------------------------------------------------------------------------------------------

    @guard(
        _("What comes back holds it: {reasons}"),
        rule="R5.2",
        says=lambda case, at: {
            "reasons": " ".join(str(each.text) for each in why_held(standing(at).coming, standing(at).wish, case.parent_id))
        },
    )
    def no_return_holds_it(self: MoneyOut, at: Situation) -> bool:
        return not why_held(standing(at).coming, standing(at).wish, self.parent_id)

    # L9.6 -------------------------------------------------------------------------------------------

    @guard(
        _("The courier is asked to stop the parcel ({numbers}): wait for it, or a lead lets refunds go there, with the reason."),
        rule="L9.6",
        says=lambda case, at: {"numbers": ", ".join(stopped_by(at))},
    )
    def no_parcel_is_being_stopped(self: MoneyOut, at: Situation) -> bool:
        return not stopped_by(at)

    @step(
        State.ASKED,
        State.TO_PAY,
        label=_("Approve"),
        rule="R1.1",
        by=LEADS,
        facts=Yes,
        when=[
            somebody_else_asked,
            who_is_away_did_not_ask,
            has_ground_or_evidence,
            reason_holds,
            platform_has_not_paid,
            is_not_paid_there,
            no_return_holds_it,
            no_parcel_is_being_stopped,
            within_own_limit,
            within_day_limit,
            small_enough_for_bulk,
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
        when=[somebody_else_asked],
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
        when=[somebody_else_asked],
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
    def no_memo_tells_of_it(self: MoneyOut, at: Situation) -> bool:
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

    # R2.3 -------------------------------------------------------------------------------------------

    @guard(_("Finance pays; in this shop the one who approved does not."), rule="R2.3")
    def payer_is_finance(self: MoneyOut, at: Situation) -> bool:
        if at.actor.role_in(self.shop_id) == Role.FINANCE:
            approval = standing(at).approval
            return approval is not None and (approval.decided_by_id != at.actor.user_id or at.policy("payer_may_be_approver"))
        return bool(at.policy("payer_may_be_approver"))

    @guard(_("The approval has run out; ask anew."), rule="R1.2")
    def approval_holds(self: MoneyOut, at: Situation) -> bool:
        approval = standing(at).approval
        return approval is not None and approval.valid_until is not None and at.now <= approval.valid_until

    # Whatever lets money leave asks these.
    MAY_LEAVE = (
        somebody_else_asked,
        payer_is_finance,
        approval_holds,
        AskedOnPlatform.platform_has_not_decided,
        is_not_paid_there,
        no_return_holds_it,
        no_parcel_is_being_stopped,
    )

    @step(
        State.TO_PAY,
        State.PAID,
        label=_("Record the payout"),
        rule="R2.3",
        by=PAYERS,
        facts=Number,
        when=[*MAY_LEAVE, paying.nothing_was_paid_after_all],
        decides_money=True,
    )
    def record_payout(self, facts: dict[str, Any]) -> None:
        """Finance paid outside and records the platform's own number; the ledger is settled."""
        assert self.at is not None  # steps run with a situation
        write_payout(self, facts, gateway=MANUAL.name, paid_by=self.at.actor.person_id)

    pay = paying.pay(
        State.TO_PAY,
        State.PAYING,
        when=MAY_LEAVE,
    )
    alipay_paid = paying.alipay_paid(State.PAYING, State.PAID)
    alipay_refused = paying.alipay_refused(State.PAYING, State.TO_PAY)
    alipay_paid_after_all = paying.alipay_paid_after_all(State.TO_PAY, State.PAYING)
    ask_alipay_again = paying.ask_alipay_again(State.PAYING, when=[somebody_else_asked, payer_is_finance])
    seen_as_paid = paying.seen_as_paid(State.PAYING, State.PAID, when=[somebody_else_asked, payer_is_finance])
    seen_as_not_paid = paying.seen_as_not_paid(State.PAYING, State.TO_PAY, when=[somebody_else_asked, payer_is_finance])

    @step(State.PAID, State.SETTLED, label=_("The customer was told"), rule="R2.3", by=AGENTS)
    def customer_told(self) -> None:
        """Once paid the customer is told; with the memo written the refund is settled."""

    # ------------------------------------------------------------------------------------------------

    def _now(self) -> tuple[Situation, Request]:
        assert self.at is not None  # steps run with a situation
        return self.at, standing(self.at).request

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

    def _memo(self, at: Situation, request: Request) -> TaskAsked:
        """R2.2: date, amount, reason, handler; signed with the handler's code (L9.9), in the shop's language."""
        with translation.override(settings.LANGUAGE_CODE):
            text = str(self.MEMO_SAYS).format(
                day=at.now.astimezone(SHOP_TIME),
                amount=request.amount,
                reason=request.get_reason_display(),
                handler=standing(at).asker_code,
            )
        return TaskAsked(MEMO, text, _("Write the memo on the order"), rule="R2.2")

    def _correct_memo(self, at: Situation, request: Request, why: Ending.Kind) -> None:
        """A memo that tells of a void approval is taken back by another one."""
        if not standing(at).memo_is_written:
            return
        with translation.override(settings.LANGUAGE_CODE):
            text = str(self.VOID_SAYS).format(
                day=at.now.astimezone(SHOP_TIME),
                amount=request.amount,
                why=why.label,
                handler=standing(at).asker_code,
            )
        self.effects.ask(TaskAsked(MEMO_CORRECTED, text, _("Correct the memo on the order"), rule="R2.2"))

    def _agree_there(self, at: Situation, request: Request) -> TaskAsked:
        """S7.1: the customer's request on the platform is agreed to there, with the amount that was approved."""
        with translation.override(settings.LANGUAGE_CODE):
            text = _("Refund {number}: agree to {amount} yuan").format(number=standing(at).platform_number, amount=request.amount)
        return TaskAsked("agree_there", text, _("Agree to the refund on the platform"), role=Role.FINANCE)
