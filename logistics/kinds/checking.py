"""L5.1, L5.2, L7.1 What is looked at before anything is said of goods: pieces, order lines, weights, photos, packing. Missing, wrong and damaged goods
share it.

Each function makes a step for the states of one kind, as endings.py does for the ends of parcels.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.photos.checklist import missing
from casework.situation import Situation
from casework.workflow import States, guard, step
from logistics.goods.claimed import ask_claimed, claimed
from logistics.goods.items import Item, pieces, pieces_words
from logistics.goods.weighing import Compared
from logistics.kinds.incident import Incident, Part
from logistics.kinds.said_of_goods import WeightNoted, Weights
from logistics.models.incident import Packing
from logistics.models.loss import Loss
from logistics.task_kinds import BASE_SLIP, CONFIRM_PACKING, REPORT, WEIGHT_ON_FILE, Weighed
from orders.access import Actor
from orders.errors import StepRefused, Text
from orders.roles import AGENTS, CLOCK, SYSTEM
from orders.together import Reading

Sources = Sequence[States]
Made = Callable[..., None]
TOLERANCE = "weight_tolerance"
# Asked of people inside and pointless once nothing is to be found out any more.
QUESTIONS = (WEIGHT_ON_FILE.name, BASE_SLIP.name, CONFIRM_PACKING.name)
# The states in which a photo moves the case, as every kind calls them.
AWAITS_PHOTOS = ("wait_photos", "photos_partly")


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


def note_pieces(case: Incident, items: Sequence[Item]) -> None:
    """Keep which pieces it is about, compared with what was ordered. A piece whose money went back already is none of them (L5.2).

    Raises Malformed for what was not ordered, StepRefused naming what was refunded.
    """
    assert case.at is not None  # steps run with a situation
    found = pieces(items, claimed(case.at).lines)
    case.facts.items = [{"line": line.pk, "quantity": quantity} for line, quantity in found]
    refused = claimed(case.at).refunded(case.facts.items)
    if refused:
        raise StepRefused(reasons=refused)
    case.effects.note(pieces=pieces_words(found).replace("\n", "; "))


class ChecksGoods(Part):
    """An incident about pieces of a parcel: what is known of them, and how photos and the warehouse's answers move it."""

    GOES_ON = True

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel with its weights, and the lines of the orders in it."""
        found = yield from ask_claimed(cases)
        return {pk: {"claimed": each, "parcel": each.standing} for pk, each in found.items()}

    def step_after_evidence(self, kind: str, at: Situation) -> str:
        """A wanted photo brings the case back to its owner, the last one as the others."""
        if self.state not in AWAITS_PHOTOS or kind not in {each.kind for each in self.CHECKLIST}:
            return ""
        return "some_photos_came" if missing(self, at) else "photos_came"

    def step_by_itself(self, at: Situation) -> str:
        """Nobody waits for photos that came before they were asked for."""
        return "photos_came" if self.state == "wait_photos" and not missing(self, at) else ""

    def step_after_task(self, task: str, answer: str) -> str:
        """What the warehouse says of weight and packing."""
        steps: dict[str, dict[str, str]] = {
            WEIGHT_ON_FILE.name: {"weighed": "warehouse_weighed"},
            CONFIRM_PACKING.name: {
                Packing.COMPLETE: "packed_completely",
                Packing.INCOMPLETE: "not_packed",
                Packing.CANNOT_SAY: "packing_unknown",
            },
        }
        return steps.get(task, {}).get(answer, "")

    def pieces_named(self, at: Situation) -> str:
        """What it is about, in one line."""
        return pieces_words(claimed(at).pieces(self.facts.items)).replace("\n", "; ")

    def asked_about(self) -> str:
        """What people inside are asked about: the pieces, the parcel, and by what a slip is found: date and buyer id (L5.5)."""
        assert self.at is not None  # steps run with a situation
        return "\n".join(filter(None, (pieces_words(claimed(self.at).pieces(self.facts.items)), self.subject_label)))


def turns_up(sources: Sources, target: States, *, label: Text, cause: Loss.Cause | None, rule: str) -> Made:
    """L5.1: an innocent end, whoever seemed to be at fault. `cause` is what the courier may have seemed to owe for."""

    @step(sources, target, label=label, rule=rule, by=AGENTS, drops=(*QUESTIONS, REPORT.name), event=True)
    def found_after_all(self: Incident) -> None:
        """What the courier seemed to owe is not owed."""
        self.nothing_is_owed()
        if cause is not None:
            self.courier_owes_nothing(cause)

    return found_after_all


# 1: order lines --------------------------------------------------------------------------------------


@guard(
    _("Refunded or asked to be: {lines}."),
    rule="L5.2",
    says=lambda case, at: {"lines": "; ".join(str(each.text) for each in claimed(at).refunded(case.facts.items)) or "-"},
)
def nothing_was_refunded(case: Incident, at: Situation) -> bool:
    """Whether the money of the pieces is with us still."""
    return not claimed(at).refunded(case.facts.items)


def lines_checked(sources: Sources, target: States) -> Made:
    """L5.2: the lines were ordered and paid, and nothing of them went back."""

    @step(
        sources,
        target,
        label=_("Lines compared, none refunded"),
        rule="L5.2",
        by=AGENTS,
        when=[nothing_was_refunded],
        hint=_("Order lines beside what arrived; what went back stands in the table of lines."),
    )
    def lines_checked(self: Incident) -> None:
        """Check 1: the lines were ordered and paid, and nothing of them went back."""

    return lines_checked


# 2: weights ------------------------------------------------------------------------------------------


@guard(_("Our warehouse's weight is known, or asked for already."), rule="L5.2")
def our_weight_is_unknown(case: Incident, at: Situation) -> bool:
    """Whether the print software's list did not bring it, and nobody has asked."""
    is_asked = any(each.kind == WEIGHT_ON_FILE.name for each in at.open_tasks)
    return claimed(at).weights.get("warehouse") is None and not is_asked


def weight_asked(sources: Sources) -> Made:
    """L5.2: the warehouse is asked for its weight."""

    @step(
        sources,
        None,
        label=_("Ask the warehouse for its weight"),
        rule="L5.2",
        by=AGENTS,
        when=[our_weight_is_unknown],
        event=True,
    )
    def weight_asked(self: Incident) -> None:
        """The print software's list did not bring it."""
        self.effects.ask(WEIGHT_ON_FILE.asked(self.subject_label, rule="L5.2"))

    return weight_asked


def warehouse_weighed(sources: Sources) -> Made:
    """L5.2: the warehouse answers."""

    @step(sources, None, label=_("The warehouse weighed it"), rule="L5.2", by=SYSTEM, facts=Weighed, hidden=True)
    def warehouse_weighed(self: Incident, facts: dict[str, Any]) -> None:
        """Beside the other weights."""
        weigh(self, "warehouse", facts["grams"])

    return warehouse_weighed


def weight_noted(sources: Sources) -> Made:
    """L5.2: one more weight is known."""

    @step(sources, None, label=_("Note a weight"), rule="L5.2", by=AGENTS, facts=WeightNoted, event=True)
    def weight_noted(self: Incident, facts: dict[str, Any]) -> None:
        """The courier answered, or a photo became readable."""
        weigh(self, facts["scale"], facts["grams"])

    return weight_noted


def weights_compared(sources: Sources, target: States) -> Made:
    """L5.2: three weights side by side."""

    @step(
        sources,
        target,
        label=_("Weights compared"),
        rule="L5.2",
        by=AGENTS,
        facts=Weights,
        hint=_("Warehouse, waybill, courier; what is left empty stays as it is on file."),
    )
    def weights_compared(self: Incident, facts: dict[str, Any]) -> None:
        """Check 2: three weights side by side, and the verdict; its reason stands on the page."""
        assert self.at is not None  # steps run with a situation
        given: dict[str, int] = {name: number for name, number in facts.items() if number}
        for scale, number in given.items():
            weigh(self, scale, number)
        known = claimed(self.at).weights | given
        numbers = {f"{scale}_grams": grams for scale, grams in known.items()}
        self.effects.note(verdict=compared(self.at, given).verdict, **numbers)

    return weights_compared


# 3: photos -------------------------------------------------------------------------------------------


def some_photos_came(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.2, L7.1: not everything that is wanted."""

    @step(sources, target, label=_("Some photos came"), rule=rule, by=SYSTEM, hidden=True)
    def some_photos_came(self: Incident) -> None:
        """Not everything that is wanted: its owner asks for the rest or goes on with these."""

    return some_photos_came


def photos_came(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.2, L7.1: the last one that was wanted."""

    @step(sources, target, label=_("Photos came"), rule=rule, by=SYSTEM, hidden=True)
    def photos_came(self: Incident) -> None:
        """Everything that is wanted is there."""

    return photos_came


def photos_did_not_come(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.2, L7.1: the time for them is over."""

    @step(sources, target, label=_("No photos came"), rule=rule, by=CLOCK)
    def photos_did_not_come(self: Incident) -> None:
        """The customer did not send them in time."""

    return photos_did_not_come


def photos_asked_again(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.2, L7.1: the customer is asked once more."""

    @step(sources, target, label=_("Asked for photos again"), rule=rule, by=AGENTS)
    def photos_asked_again(self: Incident) -> None:
        """The customer gets the same time once more."""

    return photos_asked_again


# 4: packing ------------------------------------------------------------------------------------------


def packed_completely(sources: Sources, target: States) -> Made:
    """L5.2: the warehouse is sure of itself."""

    @step(sources, target, label=_("Warehouse: packed completely"), rule="L5.2", by=SYSTEM, hidden=True)
    def packed_completely(self: Incident) -> None:
        """Check 4: it left us as it was ordered."""
        self.facts.packing = Packing.COMPLETE

    return packed_completely


def not_packed(sources: Sources, target: States) -> Made:
    """L5.2: the warehouse sees its own mistake."""

    @step(sources, target, label=_("Warehouse: not packed"), rule="L5.2", by=SYSTEM, hidden=True)
    def not_packed(self: Incident) -> None:
        """Check 4: it was forgotten, or something else was taken."""
        self.facts.packing = Packing.INCOMPLETE

    return not_packed


def packing_unknown(sources: Sources, target: States) -> Made:
    """L5.2: the warehouse cannot say."""

    @step(sources, target, label=_("Warehouse: cannot say"), rule="L5.2", by=SYSTEM, hidden=True)
    def packing_unknown(self: Incident) -> None:
        """Check 4 says nothing; a lead may decide."""
        self.facts.packing = Packing.CANNOT_SAY

    return packing_unknown
