"""R2.3 The part of a refund that begins on the platform: the customer asked there, and no money is set aside before a person asks here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import guard, step
from orders.models import Line, PlatformRefund
from orders.persons import redact_for_order
from orders.roles import AGENTS, LEADS, SYSTEM
from orders.together import Reading
from refunds.asking.held_to import hold_to
from refunds.asking.wish import Wish, read_wish
from refunds.books.paid_beside import in_our_books
from refunds.kinds.refund_state import State
from refunds.memos import GOODS_STAY_WANTED, SHIP_AS_NORMAL, is_to_ship, ship_as_normal
from refunds.models.asked_there import AskedThere
from refunds.models.decision import Approval, Ending
from refunds.models.paid_there import PaidThere
from refunds.models.request import PayeeChannel

# Tasks that speak of an approval and are pointless without it.
PROMISED = ("memo", "agree_there")
# Those, and what is pointless once nothing is asked any more.
ALL_TASKS = (*PROMISED, SHIP_AS_NORMAL)
# The journal's step and the leads' letter where the platform paid and no lead's yes stood here.
WITHOUT_APPROVAL = "paid_without_approval"


class Why(Facts):
    """A lead's words to the one who asked."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class Yes(Facts):
    """A lead's yes. What goes beyond the handbook's measure needs the reason."""

    reason = forms.CharField(
        label=_("Reason, where it is beyond the rule"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class WishField(forms.Field):
    """A whole request as an object (API) or as the page composes it."""

    takes_json = True
    widget = forms.HiddenInput


class Asked(Facts):
    """What is asked, in its first version or a new one."""

    MASKED = ("request",)
    request = WishField(label=_("Request"))


def asked_there(at: Situation) -> PlatformRefund | None:
    """The customer's request on the platform that the case answers, None where there is none."""
    found: PlatformRefund | None = at.more.get("asked_there")
    return found


def asked_there_by(cases: Sequence[Case]) -> Reading[dict[int, dict[str, Any]]]:
    """The requests on the platform by case id, and whether our books have what it paid, as parts of the situation; the facts of the cases are read
    already."""
    named = {case.pk: case.facts.refund_id for case in cases if case.facts is not None}
    there, booked = (
        PlatformRefund.objects.filter(pk__in={pk for pk in named.values() if pk}),
        in_our_books({pk for pk in named.values() if pk}),
    )
    yield there, booked
    rows = {each.pk: each for each in there}
    return {
        case.pk: {"asked_there": rows.get(named.get(case.pk) or 0), "is_booked": case.pk in named and named[case.pk] in booked}
        for case in cases
    }


def is_its_decision(refund: PlatformRefund | None) -> bool:
    """Whether the platform has paid by its own decision: nobody of ours approves or pays it (R13.2)."""
    return refund is not None and refund.is_paid and (refund.forced or refund.intervention != "")


def words_of(refund: PlatformRefund | None) -> str:
    """What the customer asks there, in the platform's words: kind, amount and reason."""
    if refund is None:
        return ""
    return " · ".join(each for each in (refund.after_sale_type, f"¥{refund.amount}", refund.reason, refund.status) if each)


def hold_step_to(case: Case, at: Situation, wish: Wish) -> None:
    """Hold what a step asks to the same as the page and the API do: whoever takes the step by itself walks round nothing."""
    assert at.order is not None  # money is of an order
    lines = {each.pk: each for each in Line.objects.filter(order=at.order)}
    hold_to(at.order, lines, wish, at.actor, incident=case.parent_id, own=case.pk)


class AskedOnPlatform(Case):
    """What a refund does before anybody here has asked for it, and when the platform ends it."""

    FACTS = AskedThere

    class Meta:
        proxy = True
        verbose_name = "refund asked on the platform"
        verbose_name_plural = "refunds asked on the platform"

    def before_all_else(self, at: Situation) -> str:
        """What the platform has paid is closed here, whatever was still to be done for it. What was approved to be paid there is its payout instead."""
        there, standing = asked_there(at), at.more.get("standing")
        if there is None or not there.is_paid or self.state == State.PAID:
            return ""
        is_our_payout = standing is not None and self.state == State.TO_PAY and standing.request.payee_channel == PayeeChannel.PLATFORM
        return "" if is_our_payout and not is_its_decision(there) else "close_refunded_there"

    @guard(_("The platform does not show it as refunded."), rule="R2.3")
    def is_refunded_there(self: AskedOnPlatform, at: Situation) -> bool:
        there = asked_there(at)
        return there is not None and there.is_paid

    @guard(_("The request is still open on the platform, or was refunded there."), rule="R2.3")
    def is_taken_back_there(self: AskedOnPlatform, at: Situation) -> bool:
        there = asked_there(at)
        return there is not None and not there.is_open and not there.is_paid

    @guard(_("The platform has paid this by its own decision."), rule="R13.2")
    def platform_has_not_decided(self: AskedOnPlatform, at: Situation) -> bool:
        return not is_its_decision(asked_there(at))

    @step(
        State.REQUESTED,
        State.ASKED,
        label=_("Ask for the refund"),
        rule="R1.1",
        by=AGENTS,
        facts=Asked,
        hint=_("Reason and ground or evidence; the money is set aside, and a lead decides."),
    )
    def ask(self, facts: dict[str, Any]) -> None:
        """A person has looked: what is asked here is the first version, and whoever asks sees it through."""
        assert self.at is not None  # steps run with a situation
        assert self.order_id is not None  # the platform asks about an order
        wish = read_wish(facts["request"])
        hold_step_to(self, self.at, wish)
        row = wish.row(seq=1, order_id=self.order_id, asked_by=self.at.actor.person_id, at=self.at.now)
        row.case_id = self.pk
        self.effects.write(row)
        if row.reason in GOODS_STAY_WANTED and is_to_ship(self.at.order):
            self.effects.ask(ship_as_normal(row.asked_by_id, self.at.now))
        self.effects.note(amount=row.amount, version=row.seq, reason=row.reason)
        self.effects.send("notice", to="leads", about="refund_asked")

    @step(
        State.REQUESTED,
        State.REJECTED,
        label=_("Refuse"),
        rule="R1.3",
        by=LEADS,
        facts=Why,
        decides_money=True,
        drops=ALL_TASKS,
        event=True,
        hint=_("Refuse it on the platform as well."),
    )
    def refuse(self, facts: dict[str, Any]) -> None:
        """A lead's no to the customer's request, before anybody here has asked."""
        assert self.at is not None  # steps run with a situation
        self.effects.say(redact_for_order(facts["reason"], self.at.order))

    @step(State.REQUESTED, State.TAKEN_BACK, label=_("Taken back on the platform"), rule="R2.3", by=SYSTEM, hidden=True, plain=True)
    def taken_back(self) -> None:
        """The customer asks no more, and nobody had looked yet."""

    @step(State.REQUESTED, State.REFUNDED_THERE, label=_("Refunded by the platform"), rule="R2.3", by=SYSTEM, hidden=True, plain=True)
    def refunded_there(self) -> None:
        """The platform has paid, and nobody had looked yet."""

    @step(
        State.REQUESTED,
        State.TAKEN_BACK,
        label=_("Close: taken back on the platform"),
        rule="R2.3",
        by=AGENTS,
        when=[is_taken_back_there],
        drops=ALL_TASKS,
        event=True,
    )
    def close_taken_back(self) -> None:
        """The same, by whoever had begun to look."""

    @step(
        [State.REQUESTED, State.ASKED, State.SENT_BACK, State.LAPSED, State.TO_PAY],
        State.REFUNDED_THERE,
        label=_("Close: refunded by the platform"),
        rule="R2.3",
        by=AGENTS,
        when=[is_refunded_there],
        drops=ALL_TASKS,
        event=True,
        hint=_("What was set aside for it here is set free; the ledger has what was paid there."),
    )
    def close_refunded_there(self) -> None:
        """The platform has paid it; ours is paid no more, and what was set aside for it is free again. What it paid is booked under this case."""
        assert self.at is not None  # steps run with a situation
        standing = self.at.more.get("standing")
        self._book_there(standing.approval if standing is not None and self.state == State.TO_PAY else None)
        if standing is None or self.state == State.LAPSED:
            return
        ending = Ending(request=standing.request, kind=Ending.Kind.WITHDRAWN, by_id=self.at.actor.user_id, at=self.at.now)
        self.effects.write(ending)
        self.effects.note(amount=standing.request.amount)

    def _book_there(self, approval: Approval | None) -> None:
        """The ledger has what its own decision paid already, or a payout of another case under its number. Where no lead's yes covers the rest, the leads
        are told (R1.1)."""
        assert self.at is not None  # steps run with a situation
        there = asked_there(self.at)
        if there is None or is_its_decision(there) or self.at.more.get("is_booked") or not there.amount:
            return
        self.effects.write(PaidThere(refund=there, case=self, by_id=self.at.actor.user_id, at=self.at.now))
        if approval is None or approval.amount < there.amount:
            self.effects.note(without_approval=there.amount)
            self.effects.send("notice", to="leads", about=WITHOUT_APPROVAL)
