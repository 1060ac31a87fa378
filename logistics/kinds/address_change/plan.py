"""What follows from the ways of the parts: which tasks are wanted now, and where the case stands. Reads no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.models import Case
from logistics.addresses.parts import Known, PartNow, parts_now
from logistics.addresses.ways import PrintSays, Way, decide
from logistics.kinds.address_change.states import State
from logistics.task_kinds import CLOSE_ORDER, CONFIRM_ADDRESS, EDIT_ADDRESS, MAY_CHANGE, MEMO_ADDRESS, MEMO_CHANGED, PULL_PARCEL
from orders.models import Order, OrderStatus

CHANGED, FAILED, KEPT, BACK = "changed", "failed", "kept", "back"
# L9.8: the data itself, and the memo that the print clerk reads.
BOTH_EDITS = (EDIT_ADDRESS, MEMO_CHANGED)
QUESTIONS = (MAY_CHANGE.name, PULL_PARCEL.name, CONFIRM_ADDRESS.name)
ON_PLATFORM = (CLOSE_ORDER, MEMO_ADDRESS, *BOTH_EDITS)
OURS = (*QUESTIONS, *ON_PLATFORM)
# What became of a parcel that the courier was asked about; what came back goes on as a returned parcel.
COURIER_DID = {"redirected": CHANGED, "back": BACK}
WITH_COURIER = (Way.COURIER, Way.GET_BACK)


@dataclass(frozen=True)
class Plan:
    """The parts as they are decided now, what is wanted (kind of task -> the part that it is about), and the state."""

    parts: list[dict[str, Any]]
    wanted: dict[str, dict[str, Any]]
    state: State

    @property
    def rules(self) -> list[str]:
        """The rules that decided, each once."""
        return list(dict.fromkeys(each["rule"] for each in self.parts))

    @property
    def ways(self) -> list[str]:
        """The ways, part by part."""
        return [each["way"] for each in self.parts]


def make_plan(
    order: Order,
    found: Known,
    kept: Sequence[Mapping[str, Any]],
    children: Sequence[Case],
    *,
    now: dt.datetime,
    memo_only: dt.timedelta,
    is_told: bool,
) -> Plan:
    """Decide each part anew (L9.2 to L9.8); what is changed already stays so."""
    asked = {each.subject: each for each in children}
    current = parts_now(order, found, kept)
    parts = [_decided(each, asked, found, now, memo_only) for each in current]
    wanted: dict[str, dict[str, Any]] = {}
    for each in parts:
        for kind in wants(each, found.done):
            wanted.setdefault(kind, each)
    arrived = all(now_is.is_signed for now_is, each in zip(current, parts, strict=True) if is_followed(each))
    return Plan(parts, wanted, _state(parts, wanted, asked, is_told=is_told, arrived=arrived))


def is_followed(part: Mapping[str, Any]) -> bool:
    """Whether it is changed and travels."""
    return part["end"] == CHANGED and part["way"] != Way.REORDER


def wants(part: Mapping[str, Any], done: Collection[str]) -> list[str]:
    """The kinds of task that a part still needs; none once it is changed, or while it is not ours to change."""
    if part["end"]:
        return []
    if part["way"] == Way.ASK:
        return [MAY_CHANGE.name]
    if part["way"] == Way.PULL and part["says"] not in (PrintSays.PULLED, PrintSays.CONFIRMED):
        return [PULL_PARCEL.name]
    platform = {Way.REORDER: (CLOSE_ORDER,), Way.MEMO: (MEMO_ADDRESS,), Way.EDIT: BOTH_EDITS, Way.PULL: BOTH_EDITS}
    left = [kind for kind in platform.get(Way(part["way"]), ()) if kind not in done]
    if left or part["way"] not in (Way.EDIT, Way.PULL) or part["says"] == PrintSays.CONFIRMED:
        return left
    return [CONFIRM_ADDRESS.name]


def _decided(each: PartNow, asked: Mapping[str, Case], found: Known, now: dt.datetime, memo_only: dt.timedelta) -> dict[str, Any]:
    parcel = each.parcel.pk if each.parcel else None
    stands = {**each.kept, "parcel": parcel, "label": each.label}
    if _stays(each):
        return stands
    child = asked.get(f"parcel:{parcel}")
    # Whom the courier was asked to stop has its answer to wait for, whatever the parcel does meanwhile.
    if child is not None and each.kept.get("way") in WITH_COURIER:
        return stands | _end(stands, child, found, now)
    decision = decide(each.part, now, memo_only)
    part = {
        "parcel": parcel,
        "label": each.label,
        "way": decision.way.value,
        "rule": decision.reason.rule,
        "why": decision.reason.code,
        "says": each.part.print_says,
        "flag": each.kept.get("flag"),
        "end": "",
        "ended_at": None,
    }
    return part | _end(part, child, found, now)


def _stays(each: PartNow) -> bool:
    """Whether it has come to its end; an unpaid order that was closed and is paid all the same is decided anew."""
    if not each.kept.get("end"):
        return False
    return each.kept["way"] != Way.REORDER or each.part.status in (OrderStatus.WAIT_PAY, OrderStatus.CLOSED)


def _end(part: Mapping[str, Any], child: Case | None, found: Known, now: dt.datetime) -> dict[str, Any]:
    """Whether it is changed, or could not be: by the courier's answer, or because all that it needs here is done."""
    way = Way(part["way"])
    if way in WITH_COURIER:
        if child is None or child.is_open:
            return {}
        return {"end": COURIER_DID.get(child.state, FAILED), "ended_at": now.isoformat()}
    if way in (Way.NOTHING, Way.LEAVES) or wants(part, found.done):
        return {}
    return {"end": CHANGED, "ended_at": now.isoformat()}


def _state(
    parts: Sequence[Mapping[str, Any]], wanted: Collection[str], asked: Mapping[str, Case], *, is_told: bool, arrived: bool
) -> State:
    """Whose turn it is: first what others hold up, then what we do on the platform, then the courier, then the customer's."""
    with_courier = [each for each in parts if each["way"] in WITH_COURIER and not each["end"]]
    first = [
        (any(kind in QUESTIONS for kind in wanted), State.AT_PRINT),
        (CLOSE_ORDER in wanted, State.TO_REORDER),
        (bool(wanted), State.TO_EDIT),
        (any(f"parcel:{each['parcel']}" not in asked for each in with_courier), State.TO_COURIER),
        (any(each["way"] == Way.LEAVES for each in parts), State.TO_LEAVE),
        (bool(with_courier), State.AT_COURIER),
        (not is_told, State.TO_TELL),
        (not arrived, State.FOLLOWED),
    ]
    return next((state for holds, state in first if holds), State.ARRIVED)
