"""Goods that are missing, wrong or damaged as their page shows them: which pieces, how far each check is, and the weights side by side (L5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind
from casework.situation import around
from logistics.goods.claimed import Claimed, claimed
from logistics.goods.weighing import Compared
from logistics.kinds.checking import TOLERANCE, ChecksGoods
from logistics.models.weight import WeighedBy
from orders.errors import Text
from orders.models import Line

# The four checks, each with the state in which it is made; it is done when the case stands behind that.
CHECKS: list[tuple[Text, str]] = [
    (_("Order lines"), "check_lines"),
    (_("Weights"), "check_weight"),
    (_("Photos"), "no_photos"),
    (_("Packing"), "check_packing"),
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
    """Everything that the panel shows. Damaged goods are judged by their photos alone: no checks, no scales."""

    pieces: list[tuple[Line, int]]
    said: str
    checks: list[Check]
    scales: list[Scale]
    compared: Compared | None


def read_checks(case: Case) -> Checks | None:
    """The pieces of a case whose situation is read, and its checks; None of a case that is not about goods."""
    if not isinstance(case, ChecksGoods):
        return None
    at = around(case)
    found = claimed(at)
    pieces, said = found.pieces(case.facts.items), _said(case)
    if "check_weight" not in type(case).STATES.values:
        return Checks(pieces, said, [], [], None)
    compared = found.compared(at.policy(TOLERANCE))
    return Checks(pieces, said, _checks(case, compared), _scales(found), compared)


def _checks(case: ChecksGoods, compared: Compared) -> list[Check]:
    order = [str(each) for each in type(case).STATES]
    kinds = [str(EvidenceKind(each).label) for each in sorted(around(case).evidence_kinds)]
    found = ["", str(compared.verdict.label), ", ".join(kinds), " · ".join(filter(None, (_packing(case), _slip(case))))]
    done = [order.index(case.state) > order.index(state) and bool(case.facts.items) for _label, state in CHECKS]
    # Wrong goods need not wait for the warehouse (L5.4): that check is done when it has answered.
    done[-1] = done[-1] and bool(case.facts.packing)
    return [Check(str(label), is_done, text) for (label, _state), is_done, text in zip(CHECKS, done, found, strict=True)]


def _said(case: ChecksGoods) -> str:
    """What came instead, or how it is damaged and how badly."""
    extent = str(case.facts.get_extent_display()) if case.facts.extent else ""
    worn = str(_("Worn or used")) if case.facts.answers.get("unworn") is False else ""
    arrived = case.facts.answers.get("arrived", "")
    instead = str(_("Came instead: {what}")).format(what=arrived) if arrived else ""
    said = (instead, case.facts.answers.get("damage", ""), extent, worn)
    return " · ".join(filter(None, said))


def _packing(case: ChecksGoods) -> str:
    return str(case.facts.get_packing_display()) if case.facts.packing else ""


def _slip(case: ChecksGoods) -> str:
    return str(_("base slip: {what}")).format(what=case.facts.get_slip_display()) if case.facts.slip else ""


def _scales(found: Claimed) -> list[Scale]:
    ours = found.weights.get(WeighedBy.WAREHOUSE)
    sides = [WeighedBy.WAREHOUSE, WeighedBy.WAYBILL, WeighedBy.COURIER]
    if WeighedBy.SLIP in found.weights:
        sides.append(WeighedBy.SLIP)
    numbers = [(str(side.label), found.weights.get(side)) for side in sides]
    return [Scale(label, grams, grams - ours if grams is not None and ours is not None else None) for label, grams in numbers]
