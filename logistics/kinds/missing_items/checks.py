"""L5.1, L5.2: what is missing, and the first checks: order lines, weights, and the photos that are waited for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, step
from logistics.claimed import claimed
from logistics.items import pieces, pieces_words
from logistics.kinds.incident import Incident, Part
from logistics.kinds.missing_items.said import Missing, WeightNoted, Weights
from logistics.kinds.missing_items.states import OPEN, WEIGHING, State
from logistics.models.loss import Loss
from logistics.models.weight import WeighedBy
from logistics.task_kinds import BASE_SLIP, CONFIRM_PACKING, WEIGHT_ON_FILE, Weighed
from logistics.weighing import Compared
from orders.errors import StepRefused
from orders.roles import AGENTS, CLOCK, SYSTEM

TOLERANCE = "weight_tolerance"
# Asked of people inside and pointless once the item is found.
QUESTIONS = (WEIGHT_ON_FILE.name, BASE_SLIP.name, CONFIRM_PACKING.name)


def compared(at: Situation, given: Mapping[str, int] | None = None) -> Compared:
    """What the scales say together, with what was just read out, within the shop's tolerance."""
    return claimed(at).compared(at.policy(TOLERANCE), given or {})


def weigh(case: Incident, scale: str, number: int) -> None:
    """Keep a weight in grams that somebody read out, unless the newest on that scale says the same."""
    assert case.at is not None  # steps run with a situation
    weight = claimed(case.at).weight(scale, number, case.at)
    if weight is not None:
        case.effects.write(weight)
        case.effects.note(**{f"{scale}_grams": number})


class Checks(Part):
    """From the customer's word to the photos."""

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
    def nothing_was_refunded(self: Checks, at: Situation) -> bool:
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
    def our_weight_is_unknown(self: Checks, at: Situation) -> bool:
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
        weigh(self, WeighedBy.WAREHOUSE, facts["grams"])

    @step(WEIGHING, None, label=_("Note a weight"), rule="L5.2", by=AGENTS, facts=WeightNoted, event=True)
    def weight_noted(self, facts: dict[str, Any]) -> None:
        """The courier answered, or a photo became readable."""
        weigh(self, facts["scale"], facts["grams"])

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
            weigh(self, scale, number)
        known = claimed(self.at).weights | given
        numbers = {f"{scale}_grams": grams for scale, grams in known.items()}
        self.effects.note(verdict=compared(self.at, given).verdict, **numbers)

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
