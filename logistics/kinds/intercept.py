"""L9.6, L9.7 A parcel is stopped on its way (拦截): redirected to a new address, or brought back to us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, States, guard, not_, step
from logistics.freight import Circumstances, Happened, Party
from logistics.handing_over import hand_over
from logistics.inquiring import Asking
from logistics.kinds import endings
from logistics.kinds.coming_home import RECEIVERS
from logistics.kinds.endings import CourierSaid
from logistics.kinds.incident import Incident, override_freight
from logistics.messages import WE_ASK_THE_COURIER, WE_WATCH
from logistics.models.incident import Purpose, SentBackFor
from logistics.models.inquiry import Asked
from logistics.standing import ask_standings, standing
from logistics.words import joined
from orders.access import Actor
from orders.errors import Text
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM
from orders.together import Reading


class State(States):
    """From the question to the courier to a parcel that is elsewhere, or is not."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask the courier")
    ASKED = "asked", Category.COURIER, _("Courier asked; its answer is due")
    ACCEPTED = "accepted", Category.COURIER, _("The courier does it; followed until signed or back")
    WHERE = "where", Category.OPEN, _("Signed for: at which place?")
    GETTING_BACK = "getting_back", Category.COURIER, _("Signed at the old place; courier gets it back")
    REFUSED = "refused", Category.OPEN, _("It cannot be done; tell the customer")
    FEE_OPEN = "fee_open", Category.LEAD, _("Back with us; a lead says who pays the fee")
    REDIRECTED = "redirected", Category.DONE, _("Signed for at the new place")
    BACK = "back", Category.DONE, _("Back with us")
    NOT_DONE = "not_done", Category.DONE, _("Not done; the customer knows")
    CALLED_OFF = "called_off", Category.DONE, _("Called off")


OPEN = tuple(each for each in State if not each.is_end)
# Its fee is part of what the customer is told.
FEE_IS_TOLD = (State.ACCEPTED, State.GETTING_BACK)
AWAY = tuple(each for each in OPEN if each != State.FEE_OPEN)


class AskedFor(Asking):
    """What the courier is asked for, whom we asked, and what was promised."""

    purpose = forms.ChoiceField(label=_("What it shall do"), choices=Purpose.choices)
    field_order = ("purpose", "whom", "way", "promise", "promised_until")


class Fee(Facts):
    """What the courier wants for it."""

    fee = forms.DecimalField(label=_("Fee in yuan"), min_value=Decimal(0), max_digits=8, decimal_places=2)


class Accepted(CourierSaid):
    """The courier's yes, and what it costs."""

    fee = forms.DecimalField(label=_("Fee in yuan (empty: none)"), min_value=Decimal(0), max_digits=8, decimal_places=2, required=False)


WE_WATCH_FOR_IT = _("We keep an eye on it and tell you once it is here.")
# Nothing is promised before the courier has done it (L9.1).
TOLD: Mapping[str, Sequence[Text]] = {
    "to_ask": (_("Hello, about your parcel ({parcel}): it has left us."), WE_ASK_THE_COURIER),
    "asked": (
        _("Hello, about your parcel ({parcel}): it has left us, and whether it can still be changed is up to the courier."),
        WE_ASK_THE_COURIER,
    ),
    "accepted": (_("Hello, the courier tries to change the way of your parcel ({parcel})."), WE_WATCH),
    "where": (_("Hello, your parcel ({parcel}) was signed for. Please tell us whether you have it."),),
    "getting_back": (
        _("Hello, your parcel ({parcel}) was signed for at the old address. We try to get it back; what this costs is yours to pay."),
    ),
    "refused": (
        _("Hello, the courier could not change the way of your parcel ({parcel}). Please arrange with the old address that you get it."),
    ),
}

# The same, where it is to come back to us.
BROUGHT_BACK: Mapping[str, Sequence[Text]] = {
    "asked": (_("Hello, we have asked the courier to stop your parcel ({parcel}). Whether that can still be done is up to the courier."),),
    "accepted": (_("Hello, the courier tries to stop your parcel ({parcel}) and to bring it back to us."), WE_WATCH_FOR_IT),
    "refused": (
        _(
            "Hello, the courier could not stop your parcel ({parcel}): it comes to you. Please tell us whether you keep it or refuse it at the door."
        ),
    ),
}
# Once the courier has named its fee (N3).
FEE: Mapping[str, Text] = {
    "": _("The courier wants a fee of {fee} yuan for it; we tell you who pays it."),
    Party.CUSTOMER: _("The courier's fee of {fee} yuan is yours."),
    Party.SPLIT: _("Each of us pays half of the courier's fee of {fee} yuan."),
}
NO_FEE = _("This costs you nothing.")
# Where the way back is not the customer's to pay.
GETTING_BACK = _("Hello, your parcel ({parcel}) was signed for. We try to get it back and tell you the result.")


class Intercept(Incident):
    """The courier is asked to redirect a parcel or to bring it back; its answer is due, its promise has a deadline. Accepted, the parcel is
    followed until it is signed for at the new place or back. Signed at the old one: we try to get it back, at the customer's cost."""

    KIND = "intercept"
    CHAPTER = "L9"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    # Asked once more it is another request to the courier.
    REOPENS = False
    GOES_ON = True
    REMEDIES = ()
    MADE_GOOD = (State.REDIRECTED, State.BACK)
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("reply", _("Ask the courier"), (State.TO_ASK,), lasts="reply_within", rule="L9.6"),
        Clock(
            "courier_answers",
            _("Courier answers"),
            (State.ASKED,),
            lasts="courier_answers_within",
            then=("courier_is_silent",),
            rule="L9.6",
        ),
        Clock("followed", _("Signed for or back"), (State.ACCEPTED,), lasts="intercepted_within", then=("not_in_time",), rule="L9.6"),
        Clock("get_back", _("Courier gets it back"), (State.GETTING_BACK,), lasts="courier_trace", then=("not_got_back",), rule="L9.7"),
        Clock("lead_decides", _("Lead decides"), (State.FEE_OPEN,), lasts="reply_within", rule="L9.6"),
        Clock("tell", _("Tell the customer"), (State.WHERE, State.REFUSED), lasts="reply_within", rule="L0.3"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Intercept or redirect")
        verbose_name_plural = _("Intercepts and redirects")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel that is to be stopped."""
        standings = yield from ask_standings(cases)
        return {case_id: {"parcel": each} for case_id, each in standings.items()}

    def facts_shown(self) -> dict[str, Any]:
        """And what was asked for, what it costs, and whether a lead lets refunds go meanwhile."""
        facts = self.facts
        fee = None if facts.fee is None else str(facts.fee)
        return super().facts_shown() | {"purpose": facts.purpose, "fee": fee, "refunds_go": facts.refunds_go_at is not None}

    def why_here(self, at: Situation) -> str:
        """What the courier was asked for."""
        return str(Purpose(self.facts.purpose).label) if self.facts.purpose else ""

    def contact_message(self, at: Situation) -> str:
        """How it stands, without a promise."""
        facts = self.facts
        told = BROUGHT_BACK.get(self.state, ()) if facts.purpose == Purpose.BRING_BACK else ()
        if self.state == State.GETTING_BACK and facts.freight_payer != Party.CUSTOMER:
            told = (GETTING_BACK,)
        told = told or TOLD.get(self.state, ())
        fee = (FEE.get(facts.freight_payer, NO_FEE),) if facts.fee and told and self.state in FEE_IS_TOLD else ()
        return joined(str(each).format(parcel=self.subject_label, fee=facts.fee) for each in (*told, *fee))

    def step_by_itself(self, at: Situation) -> str:
        """What is back waits for nothing but a word on the fee."""
        return "fee_settled" if self.state == State.FEE_OPEN and self.fee_has_a_payer.holds(self, at) else ""

    @guard(
        _("It was signed for: it can only be got back."),
        rule="L9.7",
        otherwise=_("Nobody has signed for it yet: ask the courier to stop it."),
    )
    def is_on_its_way(self: Intercept, at: Situation) -> bool:
        parcel = standing(at).parcel
        return parcel is None or parcel.delivered_at is None

    @guard(_("There is no new place: the courier was asked to bring it back."), rule="L9.6")
    def has_a_new_place(self: Intercept, at: Situation) -> bool:
        return self.facts.purpose != Purpose.BRING_BACK

    @guard(
        _("The courier wants ¥{fee}; a lead decides who pays it."),
        rule="L9.6",
        otherwise=_("There is no fee that nobody pays."),
        says=lambda case, at: {"fee": case.facts.fee},
    )
    def fee_has_a_payer(self: Intercept, at: Situation) -> bool:
        return not self.facts.fee or bool(self.facts.freight_payer)

    # L9.6 -------------------------------------------------------------------------------------------

    @step(
        [State.TO_ASK, State.REFUSED], State.ASKED, label=_("Courier asked"), rule="L9.6", by=AGENTS, facts=AskedFor, when=[is_on_its_way]
    )
    def courier_asked(self, facts: dict[str, Any]) -> None:
        """To redirect it or to bring it back; a promise makes a deadline."""
        self.facts.purpose = facts["purpose"]
        self.asked(**{name: value for name, value in facts.items() if name != "purpose"})

    @step(State.ASKED, State.ACCEPTED, label=_("The courier accepts"), rule="L9.6", by=AGENTS, facts=Accepted)
    def courier_accepts(self, facts: dict[str, Any]) -> None:
        """The handbook names nobody who pays before it is signed for: a fee waits for a lead's word."""
        self.asked(Asked.COURIER, answer=facts["said"])
        self._costs(facts["fee"])

    @step(
        [State.ASKED, State.ACCEPTED], State.REFUSED, label=_("The courier refuses"), rule="L9.6", by=AGENTS, facts=CourierSaid, event=True
    )
    def courier_refuses(self, facts: dict[str, Any]) -> None:
        """It goes on to the old address."""
        self.asked(Asked.COURIER, answer=facts["said"])

    @step(State.ASKED, State.TO_ASK, label=_("The courier is silent"), rule="L9.6", by=CLOCK)
    def courier_is_silent(self) -> None:
        """No answer in time: ask again."""

    @step(State.ACCEPTED, State.TO_ASK, label=_("Not done in time"), rule="L9.6", by=AGENTS | {CLOCK}, event=True)
    def not_in_time(self) -> None:
        """Accepted, and neither signed for nor back: ask again how it stands."""

    @step(OPEN, None, label=_("Note the courier's fee"), rule="L9.6", by=AGENTS, facts=Fee, event=True)
    def fee_noted(self, facts: dict[str, Any]) -> None:
        """What it came to in the end."""
        self._costs(facts["fee"])

    delivered = endings.delivered([State.ASKED, State.ACCEPTED], State.WHERE)

    @step(
        [State.ACCEPTED, State.WHERE],
        State.REDIRECTED,
        label=_("Signed for at the new place"),
        rule="L9.6",
        by=AGENTS,
        when=[has_a_new_place, fee_has_a_payer],
        drops=endings.AT_THE_END,
    )
    def signed_at_the_new_place(self) -> None:
        """Redirected, as it was wanted."""
        self.parcel_is_delivered()

    # L9.7 -------------------------------------------------------------------------------------------

    @step(State.WHERE, State.GETTING_BACK, label=_("Signed for at the old place: get it back"), rule="L9.7", by=AGENTS, facts=Asking)
    def signed_at_the_old_place(self, facts: dict[str, Any]) -> None:
        """All cost is the customer's, where they wanted it elsewhere."""
        self._get_back(facts)

    @step(
        State.TO_ASK,
        State.GETTING_BACK,
        label=_("Courier asked to get it back"),
        rule="L9.7",
        by=AGENTS,
        facts=Asking,
        when=[not_(is_on_its_way)],
    )
    def get_it_back(self, facts: dict[str, Any]) -> None:
        """It was signed for before anybody asked; all cost is the customer's."""
        self._get_back(facts)

    @step(
        State.GETTING_BACK,
        State.REDIRECTED,
        label=_("Delivered at the new place"),
        rule="L9.7",
        by=AGENTS,
        when=[has_a_new_place, fee_has_a_payer],
        drops=endings.AT_THE_END,
    )
    def delivered_anew(self) -> None:
        """Got back and delivered where it was wanted."""

    @step(State.GETTING_BACK, State.REFUSED, label=_("It could not be got back"), rule="L9.7", by=AGENTS | {CLOCK}, event=True)
    def not_got_back(self) -> None:
        """The courier's time is over, or it says so; the customer sees to it."""

    @step(
        AWAY,
        State.BACK,
        label=_("The parcel is back"),
        rule="L3.4",
        by=RECEIVERS,
        only=[fee_has_a_payer],
        drops=endings.AT_THE_END,
        event=True,
    )
    def came_back(self) -> None:
        """Whoever has it in hand says so, here or anywhere else."""
        self._is_here()

    @step(AWAY, State.FEE_OPEN, label=_("The parcel is back"), rule="L9.6", by=RECEIVERS, only=[not_(fee_has_a_payer)], event=True)
    def came_back_for_a_fee(self) -> None:
        """It is here, and the courier's fee has nobody yet who pays it."""
        self._is_here()
        self.effects.send("notice", to="leads", about="freight_to_decide")

    @step(State.FEE_OPEN, State.BACK, label=_("The fee has a payer"), rule="L9.6", by=SYSTEM, hidden=True, drops=endings.AT_THE_END)
    def fee_settled(self) -> None:
        """A lead has said who pays, or the courier wants nothing after all."""

    @step(
        State.REFUSED,
        State.NOT_DONE,
        label=_("The customer was told"),
        rule="L0.2",
        by=AGENTS,
        when=[fee_has_a_payer],
        drops=endings.AT_THE_END,
    )
    def customer_told(self) -> None:
        """It stays where it is."""

    @step(
        [State.TO_ASK, State.ASKED, State.ACCEPTED, State.WHERE],
        State.CALLED_OFF,
        label=_("Let it go on as it is"),
        rule="L9.6",
        by=AGENTS,
        when=[fee_has_a_payer],
        needs_note=True,
        event=True,
        drops=endings.AT_THE_END,
    )
    def call_off(self) -> None:
        """Nobody wants it stopped any more, or the customer has it and keeps it."""

    @step(
        OPEN,
        None,
        label=_("Let refunds go without waiting"),
        rule="L9.6",
        by=LEADS,
        needs_note=True,
        decides_money=True,
        event=True,
        hint=_("A refund for a parcel that is still out waits for the courier; your note is the reason why this one does not."),
    )
    def let_refunds_go(self) -> None:
        """The reason stands in the journal."""
        assert self.at is not None  # steps run with a situation
        self.facts.refunds_go_at = self.at.now

    override_freight = override_freight(OPEN)

    # ------------------------------------------------------------------------------------------------

    def _is_here(self) -> None:
        """L10: what becomes of it is settled with the customer there, unless their money is on its way already."""
        at = self.at
        assert at is not None  # steps run with a situation
        self.parcel_is_back()
        is_paid_back = self.facts.purpose == Purpose.BRING_BACK and at.order is not None and at.order.gone + at.order.reserved > 0
        if not is_paid_back:
            hand_over(self, at, because=SentBackFor.RECALLED, here_at=at.now)

    def _costs(self, fee: Decimal | None) -> None:
        """Keep the fee; who pays it the handbook says once it was signed for, before that a lead (L0.2)."""
        self.facts.fee = fee
        if fee and not self.facts.freight_payer:
            self.decide_freight(Circumstances(Happened.OTHER))
            self.effects.send("notice", to="leads", about="freight_to_decide")

    def _get_back(self, facts: dict[str, Any]) -> None:
        """All cost is the customer's who wanted another address (L9.7); of what we wanted back ourselves a lead decides."""
        self.asked(**facts)
        is_ours = self.facts.purpose == Purpose.BRING_BACK and self.parent_id is None
        decision = self.decide_freight(Circumstances(Happened.OTHER if is_ours else Happened.ADDRESS_CHANGED))
        if not decision.is_decided and not self.facts.freight_payer:
            self.effects.send("notice", to="leads", about="freight_to_decide")
