"""L5 Missing items (少发)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.checklist import Instead, Wanted, has_evidence, missing
from casework.facts import Facts, InstantField
from casework.models import Case, EvidenceKind, Outcome
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from logistics.claimed import claimed, read_claimed
from logistics.freight import Checked, Circumstances, Fault, Happened
from logistics.items import ItemsField, pieces, pieces_words
from logistics.kinds import endings
from logistics.kinds.incident import Incident, override_freight
from logistics.models.incident import Packing, Slip
from logistics.models.loss import Loss
from logistics.models.weight import WeighedBy
from logistics.task_kinds import BASE_SLIP, CONFIRM_PACKING, MOST_GRAMS, WEIGHT_ON_FILE, OnTheSlip, Weighed
from logistics.weighing import Verdict
from logistics.words import missing_message
from orders.access import Actor
from orders.errors import Malformed, Reason, StepRefused
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM


class State(States):
    """Ask, check in four steps, decide, offer in order, keep what was promised."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask what is missing")
    CHECK_LINES = "check_lines", Category.OPEN, _("Check 1: order lines")
    CHECK_WEIGHT = "check_weight", Category.OPEN, _("Check 2: weights")
    WAIT_PHOTOS = "wait_photos", Category.CUSTOMER, _("Check 3: waiting for photos")
    PHOTOS_PARTLY = "photos_partly", Category.OPEN, _("Check 3: some photos are here")
    PHOTOS_HERE = "photos_here", Category.OPEN, _("Check 3: photos are here")
    NO_PHOTOS = "no_photos", Category.OPEN, _("Check 3: no photos came")
    BASE_SLIP = "base_slip", Category.OPEN, Queue.WAREHOUSE, _("Base slip is looked for")
    CHECK_PACKING = "check_packing", Category.OPEN, Queue.WAREHOUSE, _("Check 4: warehouse confirms packing")
    TO_DECIDE = "to_decide", Category.OPEN, _("Checked; confirm or not")
    DISPUTED = "disputed", Category.LEAD, _("Lead decides")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("Not confirmed; tell the customer why")
    OFFER_NEXT = "offer_next", Category.OPEN, _("Offer 1: with the next order")
    OFFER_NOW = "offer_now", Category.OPEN, _("Offer 2: send again now")
    OFFER_REFUND = "offer_refund", Category.OPEN, _("Offer 3: refund the line")
    PROMISED = "promised", Category.CUSTOMER, _("Promised with the next order")
    PROMISE_DUE = "promise_due", Category.OPEN, _("Promise is due")
    MENDING = "mending", Category.OPEN, _("Being made good")
    FOUND = "found", Category.DONE, _("Found after all")
    KEPT = "kept", Category.DONE, _("Sent with the next order")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    NOTHING_WANTED = "nothing_wanted", Category.DONE, _("Customer wants nothing")
    NOT_CONFIRMED = "not_confirmed", Category.DONE, _("Not confirmed")


OPEN = tuple(each for each in State if not each.is_end)
CHECKING = (State.CHECK_LINES, State.CHECK_WEIGHT, State.PHOTOS_PARTLY, State.PHOTOS_HERE, State.NO_PHOTOS, State.TO_DECIDE)
OFFERING = (State.OFFER_NEXT, State.OFFER_NOW, State.OFFER_REFUND)
WEIGHING = (
    State.CHECK_WEIGHT,
    State.WAIT_PHOTOS,
    State.PHOTOS_PARTLY,
    State.PHOTOS_HERE,
    State.NO_PHOTOS,
    State.BASE_SLIP,
    State.CHECK_PACKING,
    State.TO_DECIDE,
    State.DISPUTED,
    State.TO_EXPLAIN,
)
TOLERANCE = "weight_tolerance"
QUESTIONS = (WEIGHT_ON_FILE.name, BASE_SLIP.name, CONFIRM_PACKING.name)


def grams(label: Any, *, required: bool = False) -> forms.IntegerField:
    """A weight in grams."""
    return forms.IntegerField(label=label, required=required, min_value=1, max_value=MOST_GRAMS)


class Missing(Facts):
    """What the customer misses (L5.1)."""

    items = ItemsField(label=_("Missing: line × pieces"), error_messages={"required": _("Fill in how many pieces are missing.")})
    unpacked = forms.BooleanField(
        label=_("The customer has unpacked everything, small bags and fillings too"),
        error_messages={"required": _("First let the customer unpack everything, and tick it.")},
    )
    told_where = forms.CharField(label=_("Where small parts of it are packed, as told to the customer"), max_length=200, required=False)
    arrived = forms.CharField(label=_("What arrived"), max_length=300, required=False)


class Weights(Facts):
    """The three weights, as far as they are known now; what is left empty stays as it is on file. The fields are scales (WeighedBy)."""

    warehouse = grams(_("Our warehouse (g)"))
    waybill = grams(_("On the waybill (g)"))
    courier = grams(_("The courier's record (g)"))


class WeightNoted(Facts):
    """One more weight."""

    scale = forms.ChoiceField(label=_("Whose scale"), choices=[(each.value, each.label) for each in WeighedBy if each != WeighedBy.SLIP])
    grams = grams(_("Grams"), required=True)


class Photos(Facts):
    """What the photos show (L5.2)."""

    box = forms.CharField(label=_("Size of the box"), max_length=60, required=False)
    waybill = grams(_("Weight on the photo of the waybill, if readable (g)"))


class LegiblePhotos(Facts):
    """The four things that make the base slip unnecessary (L5.5), each looked at."""

    box = forms.CharField(label=_("Size of the box"), max_length=60, required=False)
    waybill = grams(_("Weight on the photo of the waybill (g)"), required=True)
    shows_number = forms.BooleanField(label=_("Waybill number is legible"))
    shows_goods = forms.BooleanField(label=_("Product and quantity are legible"))
    shows_weight = forms.BooleanField(label=_("Weight is legible"))
    shows_date = forms.BooleanField(label=_("Shipping date is legible"))


class Because(Facts):
    """Why, in words that the customer may be told."""

    reason = forms.CharField(label=_("Reason, as the customer may hear it"), max_length=500)


class Promise(Facts):
    """Until when the next order is waited for."""

    until = InstantField(label=_("Followed up on"), required=False)


class KeptWith(Facts):
    """With what it went."""

    sent_with = forms.CharField(label=_("Order number or waybill that it went with"), max_length=64)


def courier_weight_is_known(case: MissingItems, at: Situation) -> bool:
    """Whether the courier told its weight."""
    return claimed(at).weights.get(WeighedBy.COURIER) is not None


def slip_was_found(case: MissingItems, at: Situation) -> bool:
    """Whether the base slip was found."""
    return bool(case.facts.slip == Slip.FOUND)


def promise_ends(case: MissingItems, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The day that was agreed, kept on the case."""
    until: dt.datetime | None = case.facts.promised_until
    return until


class MissingItems(Incident):
    """Which item, and is everything unpacked? Then four checks in their order: lines, weights, photos, packing. Confirmed, the customer
    is contacted first and offered: with the next order, else resend now, else refund of the line. Not confirmed, they are told why."""

    KIND = "missing_items"
    CHAPTER = "L5"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    CHECKLIST = (
        Wanted(EvidenceKind.PHOTO_GOODS, _("All goods that arrived, side by side: so we see what is missing."), "L5.2"),
        Wanted(EvidenceKind.PHOTO_BOX, _("The box with a ruler or a hand beside it: its size tells what fits in."), "L5.2"),
        Wanted(
            EvidenceKind.PHOTO_WAYBILL,
            _("The waybill on the box, sharp enough to read number, date and weight."),
            "L5.3",
            instead=(Instead(_("the courier's weight"), courier_weight_is_known), Instead(_("the base slip"), slip_was_found)),
        ),
    )
    HAS_CONTACTS = True
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.OFFER_NOW, State.OFFER_REFUND)
    CLOCKS = (
        Clock("reply", _("Ask what is missing"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock("check", _("Check it"), CHECKING, lasts="reply_within", rule="L0.3"),
        Clock(
            "photos", _("Photos from the customer"), (State.WAIT_PHOTOS,), lasts="photos_within", then=("photos_did_not_come",), rule="L5.2"
        ),
        Clock("lead_decides", _("Lead decides"), (State.DISPUTED,), lasts="reply_within", rule="L5.3"),
        Clock("explain", _("Tell the customer why"), (State.TO_EXPLAIN,), lasts="reply_within", rule="L0.3"),
        Clock("offer", _("Offer it to the customer"), OFFERING, lasts="reply_within", rule="L5.3"),
        Clock("promise", _("Goes with the next order"), (State.PROMISED,), due=promise_ends, then=("promise_is_due",), rule="L5.3"),
        Clock("keep", _("Keep the promise"), (State.PROMISE_DUE,), lasts="reply_within", rule="S1.4"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Missing items")
        verbose_name_plural = _("Missing items")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> dict[int, dict[str, Any]]:
        """The parcel with its weights, and the lines of the orders in it."""
        return {pk: {"claimed": each, "parcel": each.standing} for pk, each in read_claimed(cases).items()}

    def why_here(self, at: Situation) -> str:
        """What is missing, and what the scales say together."""
        found = claimed(at)
        parts = [pieces_words(found.pieces(self.facts.items)).replace("\n", "; ")]
        if self.state in WEIGHING:
            parts.append(found.compared(at.policy(TOLERANCE)).reason)
        return " · ".join(filter(None, parts))

    def contact_to_make(self, at: Situation) -> str:
        """L5.2: the photos are asked for; L5.3: once confirmed, staff contact the customer first."""
        if self.state == State.WAIT_PHOTOS and not at.contacts and missing(self, at):
            return str(_("Ask the customer for the photos"))
        return (
            str(_("Tell the customer that it is confirmed, and offer")) if self.state in OFFERING and not _was_contacted(self, at) else ""
        )

    def contact_message(self, at: Situation) -> str:
        """What to unpack and photograph; later what is offered, or why not. A refund is not promised (R1.1)."""
        return missing_message(self.state, self.subject_label, pieces_words(claimed(at).pieces(self.facts.items)).replace("\n", "; "))

    def step_after_evidence(self, kind: str, at: Situation) -> str:
        """A wanted photo brings the case back to its owner, the last one as the others."""
        if self.state not in (State.WAIT_PHOTOS, State.PHOTOS_PARTLY) or kind not in {each.kind for each in self.CHECKLIST}:
            return ""
        return "some_photos_came" if missing(self, at) else "photos_came"

    def step_after_task(self, task: str, answer: str) -> str:
        """What warehouse and print clerk answer."""
        steps: dict[str, dict[str, str]] = {
            WEIGHT_ON_FILE.name: {"weighed": "warehouse_weighed"},
            BASE_SLIP.name: {Slip.FOUND: "slip_found", Slip.NOT_FOUND: "slip_not_found"},
            CONFIRM_PACKING.name: {
                Packing.COMPLETE: "packed_completely",
                Packing.INCOMPLETE: "not_packed",
                Packing.CANNOT_SAY: "packing_unknown",
            },
        }
        return steps.get(task, {}).get(answer, "")

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
        return "refund_fell_through" if step == "fell_through" and child.kind == "refund" else step

    # L5.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_ASK,
        State.CHECK_LINES,
        label=_("Note what is missing"),
        rule="L5.1",
        by=AGENTS,
        facts=Missing,
        hint=_("Small parts are often overlooked: say where this product is packed."),
    )
    def missing_named(self, facts: dict[str, Any]) -> None:
        """Lines and pieces, compared with what was ordered; a piece whose money went back already is not missing (L5.2)."""
        assert self.at is not None  # steps run with a situation
        found = pieces(facts["items"], claimed(self.at).lines)
        self.facts.items = [{"line": line.pk, "quantity": quantity} for line, quantity in found]
        refused = claimed(self.at).refunded(self.facts.items)
        if refused:
            raise StepRefused(reasons=refused)
        self.effects.note(pieces=pieces_words(found).replace("\n", "; "))

    @step(OPEN, State.FOUND, label=_("Found after all"), rule="L5.1", by=AGENTS, drops=QUESTIONS, event=True)
    def found_after_all(self) -> None:
        """It lay in the box: an innocent end. What the courier seemed to owe is not owed."""
        self.nothing_is_owed()
        self.courier_owes_nothing(Loss.Cause.MISSING)

    # L5.2 -------------------------------------------------------------------------------------------

    @guard(
        _("Refunded or asked to be: {lines}."),
        rule="L5.2",
        says=lambda case, at: {"lines": "; ".join(str(each.text) for each in claimed(at).refunded(case.facts.items)) or "-"},
    )
    def nothing_was_refunded(self: MissingItems, at: Situation) -> bool:
        return not claimed(at).refunded(self.facts.items)

    @step(
        State.CHECK_LINES,
        State.CHECK_WEIGHT,
        label=_("Lines compared, none refunded"),
        rule="L5.2",
        by=AGENTS,
        when=[nothing_was_refunded],
        hint=_("Order lines beside what arrived; what went back stands in the table of lines."),
    )
    def lines_checked(self) -> None:
        """Check 1: the lines were ordered and paid, and nothing of them went back."""

    @guard(_("Our warehouse's weight is known, or asked for already."), rule="L5.2")
    def our_weight_is_unknown(self: MissingItems, at: Situation) -> bool:
        is_asked = any(each.kind == WEIGHT_ON_FILE.name for each in at.open_tasks)
        return claimed(at).weights.get(WeighedBy.WAREHOUSE) is None and not is_asked

    @step(
        WEIGHING,
        None,
        label=_("Ask the warehouse for its weight"),
        rule="L5.2",
        by=AGENTS,
        when=[our_weight_is_unknown],
        event=True,
    )
    def weight_asked(self) -> None:
        """The print software's list did not bring it."""
        self.effects.ask(WEIGHT_ON_FILE.asked(self.subject_label, rule="L5.2"))

    @step(WEIGHING, None, label=_("The warehouse weighed it"), rule="L5.2", by=SYSTEM, facts=Weighed, hidden=True)
    def warehouse_weighed(self, facts: dict[str, Any]) -> None:
        """Beside the other weights."""
        self._weigh(WeighedBy.WAREHOUSE, facts["grams"])

    @step(WEIGHING, None, label=_("Note a weight"), rule="L5.2", by=AGENTS, facts=WeightNoted, event=True)
    def weight_noted(self, facts: dict[str, Any]) -> None:
        """The courier answered, or a photo became readable."""
        self._weigh(facts["scale"], facts["grams"])

    @step(
        State.CHECK_WEIGHT,
        State.WAIT_PHOTOS,
        label=_("Weights compared"),
        rule="L5.2",
        by=AGENTS,
        facts=Weights,
        hint=_("Warehouse, waybill, courier; what is left empty stays as it is on file."),
    )
    def weights_compared(self, facts: dict[str, Any]) -> None:
        """Check 2: three weights side by side, and the verdict; its reason stands on the page."""
        assert self.at is not None  # steps run with a situation
        given: dict[str, int] = {name: number for name, number in facts.items() if number}
        for scale, number in given.items():
            self._weigh(scale, number)
        known = claimed(self.at).weights | given
        numbers = {f"{scale}_grams": grams for scale, grams in known.items()}
        self.effects.note(verdict=claimed(self.at).compared(self.at.policy(TOLERANCE), given).verdict, **numbers)

    @step(State.WAIT_PHOTOS, State.PHOTOS_PARTLY, label=_("Some photos came"), rule="L5.2", by=SYSTEM, hidden=True)
    def some_photos_came(self) -> None:
        """Not everything that is wanted: its owner asks for the rest or goes on with these."""

    @step([State.WAIT_PHOTOS, State.PHOTOS_PARTLY], State.PHOTOS_HERE, label=_("Photos came"), rule="L5.2", by=SYSTEM, hidden=True)
    def photos_came(self) -> None:
        """Everything that is wanted is there."""

    @step(State.WAIT_PHOTOS, State.NO_PHOTOS, label=_("No photos came"), rule="L5.2", by=CLOCK)
    def photos_did_not_come(self) -> None:
        """The customer did not send them in time."""

    @step([State.NO_PHOTOS, State.PHOTOS_PARTLY], State.WAIT_PHOTOS, label=_("Asked for photos again"), rule="L5.2", by=AGENTS)
    def photos_asked_again(self) -> None:
        """The customer gets the same time once more."""

    # L5.5 -------------------------------------------------------------------------------------------

    @step(
        [State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.PHOTOS_HERE],
        State.CHECK_PACKING,
        label=_("Photos show everything legibly"),
        rule="L5.5",
        by=AGENTS,
        facts=LegiblePhotos,
        when=[has_evidence(EvidenceKind.PHOTO_GOODS, EvidenceKind.PHOTO_BOX, EvidenceKind.PHOTO_WAYBILL, rule="L5.2")],
        hint=_("Then nobody needs to look for the base slip."),
        event=True,
    )
    def photos_show_all(self, facts: dict[str, Any]) -> None:
        """Check 3, and the shortcut: number, goods, weight and date are legible on the customer's own photo."""
        self._weigh(WeighedBy.WAYBILL, facts["waybill"])
        self.facts.slip = Slip.SKIPPED
        self._ask_the_warehouse()

    @step(
        [State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.PHOTOS_HERE],
        State.BASE_SLIP,
        label=_("Photos checked; look for the base slip"),
        rule="L5.5",
        by=AGENTS,
        facts=Photos,
        when=[has_evidence(EvidenceKind.PHOTO_GOODS, EvidenceKind.PHOTO_BOX, rule="L5.2")],
    )
    def photos_checked(self, facts: dict[str, Any]) -> None:
        """Check 3; what the photos do not show, the slip may."""
        if facts["waybill"]:
            self._weigh(WeighedBy.WAYBILL, facts["waybill"])
        self._ask_for_the_slip()

    @step(
        [State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.NO_PHOTOS],
        State.BASE_SLIP,
        label=_("Go on without photos"),
        rule="L5.5",
        by=AGENTS,
        needs_note=True,
        event=True,
    )
    def without_photos(self) -> None:
        """Weight and slip must tell alone (L5.3)."""
        self._ask_for_the_slip()

    @step(State.BASE_SLIP, State.CHECK_PACKING, label=_("Base slip found"), rule="L5.5", by=SYSTEM, facts=OnTheSlip, hidden=True)
    def slip_found(self, facts: dict[str, Any]) -> None:
        """Product and quantity, weight, and shipping date stand on it."""
        self.facts.slip = Slip.FOUND
        self._weigh(WeighedBy.SLIP, facts["grams"])
        self._ask_the_warehouse()

    @step(State.BASE_SLIP, State.CHECK_PACKING, label=_("No base slip"), rule="L5.5", by=SYSTEM, hidden=True)
    def slip_not_found(self) -> None:
        """It is not kept any more."""
        self.facts.slip = Slip.NOT_FOUND
        self._ask_the_warehouse()

    @step(State.CHECK_PACKING, State.TO_DECIDE, label=_("Warehouse: packed completely"), rule="L5.2", by=SYSTEM, hidden=True)
    def packed_completely(self) -> None:
        """Check 4: it left us whole."""
        self.facts.packing = Packing.COMPLETE

    @step(State.CHECK_PACKING, State.TO_DECIDE, label=_("Warehouse: not packed"), rule="L5.2", by=SYSTEM, hidden=True)
    def not_packed(self) -> None:
        """Check 4: it was forgotten."""
        self.facts.packing = Packing.INCOMPLETE

    @step(State.CHECK_PACKING, State.TO_DECIDE, label=_("Warehouse: cannot say"), rule="L5.2", by=SYSTEM, hidden=True)
    def packing_unknown(self) -> None:
        """Check 4 says nothing; a lead may decide."""
        self.facts.packing = Packing.CANNOT_SAY

    # L5.3 -------------------------------------------------------------------------------------------

    @guard(
        _("The weight is not proven: a photo of the waybill with its weight, the courier's weight, or the base slip is needed."),
        rule="L5.3",
    )
    def weight_is_proven(self: MissingItems, at: Situation) -> bool:
        readable = EvidenceKind.PHOTO_WAYBILL in at.evidence_kinds and claimed(at).weights.get(WeighedBy.WAYBILL) is not None
        return readable or courier_weight_is_known(self, at) or slip_was_found(self, at)

    @guard(_("The warehouse has not confirmed how it was packed; a lead may decide."), rule="L5.3")
    def warehouse_has_confirmed(self: MissingItems, at: Situation) -> bool:
        return self.facts.packing in (Packing.COMPLETE, Packing.INCOMPLETE)

    @guard(_("All scales agree and the warehouse packed completely; a lead may decide otherwise."), rule="L5.3")
    def something_speaks_for_it(self: MissingItems, at: Situation) -> bool:
        return self.facts.packing == Packing.INCOMPLETE or claimed(at).compared(at.policy(TOLERANCE)).verdict != Verdict.EQUAL

    @step(
        State.TO_DECIDE,
        State.OFFER_NEXT,
        label=_("Confirmed: it is missing"),
        rule="L5.3",
        by=AGENTS,
        when=[nothing_was_refunded, weight_is_proven, warehouse_has_confirmed, something_speaks_for_it],
        drops=[WEIGHT_ON_FILE.name],
    )
    def confirm(self) -> None:
        """Who lost it is noted with its rule; what the courier owes is kept."""
        self._confirmed()

    @step(
        State.TO_DECIDE,
        State.TO_EXPLAIN,
        label=_("Not confirmed"),
        rule="L5.3",
        by=AGENTS,
        facts=Because,
        drops=[WEIGHT_ON_FILE.name],
        event=True,
    )
    def not_confirmed(self, facts: dict[str, Any]) -> None:
        """The customer is told why."""

    @step(State.TO_DECIDE, State.DISPUTED, label=_("Let a lead decide"), rule="L5.3", by=AGENTS, needs_note=True, event=True)
    def lead_asked(self) -> None:
        """The checks do not agree."""

    @step(State.TO_EXPLAIN, State.NOT_CONFIRMED, label=_("The customer was told why"), rule="L5.3", by=AGENTS, drops=[WEIGHT_ON_FILE.name])
    def told_why(self) -> None:
        """Nothing was missing, as far as we can see."""

    @step(State.TO_EXPLAIN, State.DISPUTED, label=_("The customer disputes it"), rule="L5.3", by=AGENTS, needs_note=True, event=True)
    def customer_disputes(self) -> None:
        """A lead decides."""

    @step(
        State.DISPUTED,
        State.OFFER_NEXT,
        label=_("Lead: it is missing"),
        rule="L5.3",
        by=LEADS,
        when=[nothing_was_refunded],
        needs_note=True,
        drops=[WEIGHT_ON_FILE.name],
    )
    def lead_confirms(self) -> None:
        """The lead believes the customer."""
        self._confirmed()

    @step(
        State.DISPUTED,
        State.TO_EXPLAIN,
        label=_("Lead: not confirmed"),
        rule="L5.3",
        by=LEADS,
        facts=Because,
        drops=[WEIGHT_ON_FILE.name],
        event=True,
    )
    def lead_refuses(self, facts: dict[str, Any]) -> None:
        """The lead does not; the customer is told why."""

    @guard(_("Contact the customer first, and record it."), rule="L5.3")
    def customer_was_contacted(self: MissingItems, at: Situation) -> bool:
        return _was_contacted(self, at)

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

    @step(State.MENDING, State.OFFER_REFUND, label=_("The refund fell through"), rule="L5.3", by=SYSTEM, hidden=True)
    def refund_fell_through(self) -> None:
        """To have it sent again the customer has declined already."""

    resent = endings.resent(OPEN, State.RESENT, rule="L5.3")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L5.3")
    override_freight = override_freight(OPEN)

    # ------------------------------------------------------------------------------------------------

    def _weigh(self, scale: str, number: int) -> None:
        assert self.at is not None  # steps run with a situation
        weight = claimed(self.at).weight(scale, number, self.at)
        if weight is not None:
            self.effects.write(weight)
            self.effects.note(**{f"{scale}_grams": number})

    def _ask_for_the_slip(self) -> None:
        self.effects.ask(BASE_SLIP.asked(self._about(), rule="L5.5"))

    def _ask_the_warehouse(self) -> None:
        self.effects.ask(CONFIRM_PACKING.asked(self._about(), rule="L5.2"))

    def _about(self) -> str:
        """What is asked about: the missing pieces, the parcel, and by what a slip is found: date and buyer id (L5.5)."""
        assert self.at is not None  # steps run with a situation
        return "\n".join(filter(None, (pieces_words(claimed(self.at).pieces(self.facts.items)), self.subject_label)))

    def _confirmed(self) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.confirmed_at = self.at.now
        checked = with_whom(self.facts.packing, claimed(self.at).compared(self.at.policy(TOLERANCE)).verdict)
        if self.decide_freight(Circumstances(Happened.MISSING, checked)).at_fault == Fault.COURIER:
            self.courier_owes(Loss.Cause.MISSING, claimed(self.at).price(self.facts.items), "L13.1")

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


def _was_contacted(case: MissingItems, at: Situation) -> bool:
    since = case.facts.confirmed_at
    return any(each.at >= since and each.outcome != Outcome.NOT_AVAILABLE for each in at.contacts) if since else False


def with_whom(packing: str, verdict: Verdict) -> Checked:
    """With whom confirmed pieces were lost: what the warehouse says of itself counts, then the scales."""
    if packing == Packing.INCOMPLETE or verdict == Verdict.WAREHOUSE:
        return Checked.WAREHOUSE
    return Checked.COURIER if verdict == Verdict.COURIER else Checked.CONFIRMED
