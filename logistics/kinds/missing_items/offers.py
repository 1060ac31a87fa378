"""L5.3, S1.4: with the next order, else sent again, else refunded; and the promise until it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import step
from logistics.goods.claimed import claimed
from logistics.kinds import endings
from logistics.kinds.deciding import contacted_first
from logistics.kinds.incident import Incident, Part
from logistics.kinds.missing_items.said import KeptWith, Promise
from logistics.kinds.missing_items.states import OFFERING, OPEN, State
from orders.errors import Malformed, Reason
from orders.roles import AGENTS, CLOCK, SYSTEM


def promise_ends(case: Incident, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The day that was agreed, kept on the case."""
    until: dt.datetime | None = case.facts.promised_until
    return until


customer_was_contacted = contacted_first("L5.3")


class Offers(Part):
    """The offers in their order, each only when the one before was declined, and the remedies that come of them."""

    @step(
        State.OFFER_NEXT,
        State.PROMISED,
        label=_("Goes with the next order"),
        rule="L5.3",
        by=AGENTS,
        facts=Promise,
        when=[customer_was_contacted],
        hint=_("A promise with a date: the case comes back on that day, or with the customer's next order."),
    )
    def goes_with_next_order(self, facts: dict[str, Any]) -> None:
        """Followed up until kept (S1.4)."""
        self._promise(facts["until"])

    @step(
        State.OFFER_NEXT,
        State.OFFER_NOW,
        label=_("Declined: not with the next order"),
        rule="L5.3",
        by=AGENTS,
        when=[customer_was_contacted],
        event=True,
    )
    def next_order_declined(self) -> None:
        """The customer does not want to wait."""

    @step(
        State.OFFER_NOW,
        State.OFFER_REFUND,
        label=_("Declined: not sent again"),
        rule="L5.3",
        by=AGENTS,
        when=[customer_was_contacted],
        event=True,
    )
    def resend_declined(self) -> None:
        """Or it is out of stock."""

    @step(
        OFFERING,
        State.NOTHING_WANTED,
        label=_("The customer wants nothing"),
        rule="L5.3",
        by=AGENTS,
        when=[customer_was_contacted],
        needs_note=True,
        event=True,
    )
    def nothing_wanted(self) -> None:
        """All offers declined."""

    @step(State.PROMISED, State.PROMISE_DUE, label=_("The promise is due"), rule="L5.3", by={CLOCK, SYSTEM}, plain=True)
    def promise_is_due(self) -> None:
        """The day has come, or the customer's next order has."""

    @step(
        [State.PROMISED, State.PROMISE_DUE],
        State.KEPT,
        label=_("It went with the next order"),
        rule="S1.4",
        by=AGENTS,
        facts=KeptWith,
        event=True,
        next_in=[State.PROMISE_DUE],
    )
    def promise_kept(self, facts: dict[str, Any]) -> None:
        """The promise is kept."""

    @step(State.PROMISE_DUE, State.PROMISED, label=_("Wait longer, as agreed"), rule="S1.4", by=AGENTS, facts=Promise, event=True)
    def promise_prolonged(self, facts: dict[str, Any]) -> None:
        """A new day was agreed."""
        self._promise(facts["until"])

    @step(
        [State.PROMISED, State.PROMISE_DUE],
        State.OFFER_NOW,
        label=_("The customer no longer wants to wait"),
        rule="L5.3",
        by=AGENTS,
        event=True,
    )
    def waits_no_longer(self) -> None:
        """Then it is sent now."""

    being_mended = endings.being_mended([State.OFFER_NOW, State.OFFER_REFUND], State.MENDING, rule="L5.3")
    fell_through = endings.fell_through([State.MENDING], State.OFFER_NOW, rule="L5.3")

    @step(State.MENDING, State.OFFER_REFUND, label=_("The refund or compensation fell through"), rule="L5.3", by=SYSTEM, hidden=True)
    def refund_fell_through(self) -> None:
        """To have it sent again the customer has declined already."""

    resent = endings.resent(OPEN, State.RESENT, rule="L5.3")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L5.3")
    compensated = endings.compensated(OPEN, State.COMPENSATED, rule="R4.1")

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """L5.3: confirmed first, then the offers in their order; a later one only when the earlier was declined."""
        if self.state not in (*OFFERING, State.PROMISED, State.PROMISE_DUE, State.MENDING):
            return [Reason("not_confirmed_yet", _("First it is confirmed that something is missing."), "L5.3")]
        if self.state in (State.OFFER_NEXT, State.PROMISED, State.PROMISE_DUE):
            return [Reason("next_order_first", _("With the next order is offered first; the customer has not declined it yet."), "L5.3")]
        if self.state == State.MENDING:
            return _while_mending(kind, at)
        if kind != "reshipment" and self.state != State.OFFER_REFUND:
            return [Reason("resend_first", _("Sending it again is offered first; the customer has not declined it yet."), "L5.3")]
        return claimed(at).refunded(self.facts.items) if kind == "reshipment" else []

    def step_with_child(self, child: Case) -> str:
        """While a remedy is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Made good; or back to the offer that it came from."""
        step = endings.after_child(child)
        return "refund_fell_through" if step == "fell_through" and child.kind != "reshipment" else step

    def _promise(self, until: dt.datetime | None) -> None:
        assert self.at is not None  # steps run with a situation
        until = until or self.at.after(self.at.now, self.at.policy("promise_followed_after"))
        if until <= self.at.now:
            raise Malformed(_("Name a time that is still to come."), code="past", field="until")
        self.facts.promised_until = until
        self.effects.note(promised_until=until)


def _while_mending(kind: str, at: Situation) -> list[Reason]:
    """Beside an open remedy only another of its kind may be opened: for the other lines, or the other order of a merged parcel."""
    others = [each for each in at.open_children if each.kind != kind]
    text = _("{kind} {number} is open; it ends first.")
    return [Reason("being_mended", str(text).format(kind=each.kind_label, number=each.number), "L5.3") for each in others]
