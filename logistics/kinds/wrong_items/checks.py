"""L5.1, L5.2, L5.4: which line, what came instead, the four checks, and that a photo is enough."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import EvidenceKind
from casework.photos.checklist import has_evidence
from casework.workflow import step
from logistics.freight import Checked, Circumstances, Happened
from logistics.goods.items import ItemsField
from logistics.kinds import checking, deciding
from logistics.kinds.checking import QUESTIONS, ChecksGoods, note_pieces, nothing_was_refunded, weigh
from logistics.kinds.offered import Offered
from logistics.kinds.said_of_goods import Photos
from logistics.kinds.wrong_items.states import NOT_SETTLED, PHOTOS, WEIGHING, State
from logistics.models.incident import Packing
from logistics.models.weight import WeighedBy
from logistics.task_kinds import CONFIRM_PACKING
from logistics.words import for_the_shop
from orders.persons import redact_for_order
from orders.roles import AGENTS, LEADS

LONGEST = 300
A_PHOTO_IS_ENOUGH = has_evidence(EvidenceKind.PHOTO_GOODS, rule="L5.4")


class Wrong(Facts):
    """For which pieces something else came, and what (L5.1)."""

    items = ItemsField(label=_("Wrong: line × pieces"), error_messages={"required": _("Fill in for how many pieces something else came.")})
    arrived = forms.CharField(label=_("What came instead"), max_length=LONGEST)
    unpacked = forms.BooleanField(
        label=_("The customer has unpacked everything, small bags and fillings too"),
        error_messages={"required": _("First let the customer unpack everything, and tick it.")},
    )


class Checks(Offered, ChecksGoods):
    """From the customer's word to what is verified."""

    # L5.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_ASK,
        State.CHECK_LINES,
        label=_("Note what came instead"),
        rule="L5.1",
        by=AGENTS,
        facts=Wrong,
        hint=_("Another colour or size is wrong goods as well; what is not there at all is missing."),
    )
    def wrong_named(self, facts: dict[str, Any]) -> None:
        """Lines and pieces, compared with what was ordered, and what lay there in their place."""
        assert self.at is not None  # steps run with a situation
        note_pieces(self, facts["items"])
        self.facts.answers = {**self.facts.answers, "arrived": redact_for_order(facts["arrived"], self.at.order)[:LONGEST]}

    found_after_all = checking.turns_up(NOT_SETTLED, State.FOUND, label=_("The right goods are there after all"), cause=None, rule="L5.1")

    # L5.2 -------------------------------------------------------------------------------------------

    lines_checked = checking.lines_checked([State.CHECK_LINES], State.CHECK_WEIGHT)
    weight_asked = checking.weight_asked(WEIGHING)
    warehouse_weighed = checking.warehouse_weighed(WEIGHING)
    weight_noted = checking.weight_noted(WEIGHING)
    weights_compared = checking.weights_compared([State.CHECK_WEIGHT], State.WAIT_PHOTOS)
    some_photos_came = checking.some_photos_came([State.WAIT_PHOTOS], State.PHOTOS_PARTLY, rule="L5.2")
    photos_came = checking.photos_came([State.WAIT_PHOTOS, State.PHOTOS_PARTLY], State.PHOTOS_HERE, rule="L5.2")
    photos_did_not_come = checking.photos_did_not_come([State.WAIT_PHOTOS], State.NO_PHOTOS, rule="L5.2")
    photos_asked_again = checking.photos_asked_again([State.NO_PHOTOS, State.PHOTOS_PARTLY], State.WAIT_PHOTOS, rule="L5.2")

    @step(
        PHOTOS,
        State.CHECK_PACKING,
        label=_("Photos checked; ask the warehouse"),
        rule="L5.2",
        by=AGENTS,
        facts=Photos,
        when=[A_PHOTO_IS_ENOUGH],
        hint=_("Compare what they show with the order line: product, colour, size, number."),
    )
    def photos_checked(self, facts: dict[str, Any]) -> None:
        """Check 3; the warehouse says what it packed."""
        if facts["waybill"]:
            weigh(self, WeighedBy.WAYBILL, facts["waybill"])
        instead = for_the_shop(_("Came instead: {what}"), what=self.facts.answers["arrived"])
        self.effects.ask(CONFIRM_PACKING.asked(f"{self.asked_about()}\n{instead}", rule="L5.2"))

    packed_completely = checking.packed_completely([State.CHECK_PACKING], State.TO_DECIDE)
    not_packed = checking.not_packed([State.CHECK_PACKING], State.TO_DECIDE)
    packing_unknown = checking.packing_unknown([State.CHECK_PACKING], State.TO_DECIDE)

    # L5.4 -------------------------------------------------------------------------------------------

    @step(
        [State.CHECK_PACKING, State.TO_DECIDE],
        State.OFFER_KEEP,
        label=_("Verified: wrong goods came"),
        rule="L5.4",
        by=AGENTS,
        when=[nothing_was_refunded, A_PHOTO_IS_ENOUGH],
        drops=QUESTIONS,
        hint=_("A photo is enough, the warehouse need not be waited for. The leads are told at once."),
    )
    def confirm(self) -> None:
        """Reported to the lead; the customer is helped meanwhile."""
        self._confirmed()
        instead = for_the_shop(_("Came instead: {what}"), what=self.facts.answers["arrived"])
        self.report(_("Wrong goods were sent."), f"{self.asked_about()}\n{instead}", "L5.4")

    not_confirmed = deciding.not_confirmed([State.NO_PHOTOS, State.TO_DECIDE], State.TO_EXPLAIN, rule="L5.4")
    lead_asked = deciding.lead_asked([State.NO_PHOTOS, State.TO_DECIDE], State.DISPUTED, rule="L5.4")
    told_why = deciding.told_why([State.TO_EXPLAIN], State.NOT_CONFIRMED, rule="L5.4")
    customer_disputes = deciding.customer_disputes([State.TO_EXPLAIN], State.DISPUTED, rule="L5.4")

    @step(
        State.DISPUTED,
        State.OFFER_KEEP,
        label=_("Lead: wrong goods came"),
        rule="L5.4",
        by=LEADS,
        when=[nothing_was_refunded],
        needs_note=True,
        drops=QUESTIONS,
    )
    def lead_confirms(self) -> None:
        """The lead believes the customer, so no lead needs to be told."""
        self._confirmed()

    lead_refuses = deciding.lead_refuses([State.DISPUTED], State.TO_EXPLAIN, rule="L5.4")

    def _confirmed(self) -> None:
        """Our fault: something else was packed (R3.1)."""
        assert self.at is not None  # steps run with a situation
        self.facts.confirmed_at = self.at.now
        checked = Checked.WAREHOUSE if self.facts.packing == Packing.INCOMPLETE else Checked.CONFIRMED
        self.decide_freight(Circumstances(Happened.WRONG, checked))
