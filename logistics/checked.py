"""The four checks of a missing item as its page shows them: what is missing, how far each check is, and the weights side by side (L5.2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.models import Evidence
from casework.policies import Policies
from logistics.claimed import Claimed, read_claimed
from logistics.kinds.missing_items import MissingItems
from logistics.kinds.missing_items.checks import TOLERANCE
from logistics.kinds.missing_items.states import State
from logistics.models.weight import WeighedBy
from logistics.weighing import Compared
from orders.errors import Text
from orders.models import Line

# The states in their order: a check is done when the case stands behind it.
ORDER = [each.value for each in State]
CHECKS: list[tuple[Text, State]] = [
    (_("Order lines"), State.CHECK_LINES),
    (_("Weights"), State.CHECK_WEIGHT),
    (_("Photos"), State.NO_PHOTOS),
    (_("Packing"), State.CHECK_PACKING),
]


@dataclass(frozen=True)
class Check:
    """One of the four: its name, whether it is done, and what came of it."""

    label: str
    is_done: bool
    found: str


@dataclass(frozen=True)
class Scale:
    """A weight, and by how much it differs from our warehouse's."""

    label: str
    grams: int | None
    difference: int | None


@dataclass(frozen=True)
class Checks:
    """Everything that the panel shows."""

    pieces: list[tuple[Line, int]]
    checks: list[Check]
    scales: list[Scale]
    compared: Compared


def read_checks(case: MissingItems, now: dt.datetime) -> Checks:
    """The checks of a case whose facts are read."""
    found = read_claimed([case])[case.pk]
    compared = found.compared(Policies(now).value(TOLERANCE, case.shop_id))
    kinds = [str(each.get_kind_display()) for each in Evidence.objects.filter(case=case).order_by("kind").distinct("kind")]
    said = ["", str(compared.verdict.label), ", ".join(kinds), " · ".join(filter(None, (_packing(case), _slip(case))))]
    done = [ORDER.index(case.state) > ORDER.index(state) and bool(case.facts.items) for _label, state in CHECKS]
    checks = [Check(str(label), is_done, text) for (label, _state), is_done, text in zip(CHECKS, done, said, strict=True)]
    return Checks(found.pieces(case.facts.items), checks, _scales(found), compared)


def _packing(case: MissingItems) -> str:
    return str(case.facts.get_packing_display()) if case.facts.packing else ""


def _slip(case: MissingItems) -> str:
    return str(_("base slip: {what}")).format(what=case.facts.get_slip_display()) if case.facts.slip else ""


def _scales(found: Claimed) -> list[Scale]:
    ours = found.weights.get(WeighedBy.WAREHOUSE)
    sides = [WeighedBy.WAREHOUSE, WeighedBy.WAYBILL, WeighedBy.COURIER]
    if WeighedBy.SLIP in found.weights:
        sides.append(WeighedBy.SLIP)
    numbers = [(str(side.label), found.weights.get(side)) for side in sides]
    return [Scale(label, grams, grams - ours if grams is not None and ours is not None else None) for label, grams in numbers]
