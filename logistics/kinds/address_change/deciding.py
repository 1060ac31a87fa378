"""L9.2 to L9.8 How it goes on by itself: after each deed, list, node or clock the parts are decided anew, and the case stands where they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.task_kinds import TaskKind
from casework.workflow import step
from logistics.addresses.new_address import in_one_line
from logistics.addresses.parts import known
from logistics.addresses.ways import PrintSays, Way
from logistics.kinds.address_change.plan import OURS, QUESTIONS, Plan, make_plan, wants
from logistics.kinds.address_change.states import OPEN, State
from logistics.kinds.address_change.tasks import About, question_text, task_of
from logistics.models.parcel import Parcel, Stage
from logistics.shipping import keep_parcel
from logistics.task_kinds import CONFIRM_ADDRESS, MAY_CHANGE, PULL_PARCEL, NewNumber
from orders.errors import Malformed, Text
from orders.roles import CLOCK, SYSTEM

if TYPE_CHECKING:
    from logistics.models.address import AddressFacts

    Part = Case
else:
    Part = object

SECOND = dt.timedelta(seconds=1)
# Where the customer is told, or was.
TOLD = (State.TO_TELL, State.FOLLOWED)


def memo_only(at: Situation) -> dt.timedelta:
    """How long after payment a memo is enough (L9.3)."""
    return dt.timedelta(minutes=at.policy("memo_only_within"))


def memo_time_ends(case: Deciding, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The first second after it, where something of the order is to be changed by a memo alone."""
    waits = any(each["way"] == Way.MEMO and not each["end"] for each in case.facts.parts)
    paid_at = at.order.paid_at if at.order is not None else None
    return paid_at + memo_only(at) + SECOND if waits and paid_at is not None else None


def goes_to(name: str, state: State, label: Text, rule: str, sources: Sequence[State] = OPEN) -> Callable[..., None]:
    """The step `name`, by which the case comes to stand in `state`, wherever it stood: the parts are kept as they are decided now."""

    def method(self: Deciding) -> None:
        """Tasks that no longer fit are withdrawn, those that are wanted now are made, the owner is told."""
        self.carry_out()

    method.__name__ = name
    return step(sources, state, label=label, rule=rule, by=SYSTEM, hidden=True, drops=OURS if state.is_end else ())(method)


class Deciding(Part):
    """The part of the class that decides."""

    facts: AddressFacts

    def plan(self, at: Situation) -> Plan | None:
        """How it stands now; None while no new address is noted."""
        if self.facts.noted_at is None or at.order is None:
            return None
        told = self.facts.told_at is not None
        return make_plan(at.order, known(at), self.facts.parts, at.children, now=at.now, memo_only=memo_only(at), is_told=told)

    def step_by_itself(self, at: Situation) -> str:
        """The step to where it should stand; "" when parts, tasks and state are as they should be."""
        plan = self.plan(at)
        stands = plan is None or (
            plan.state == self.state and plan.parts == self.facts.parts and not self._missing(plan, at) and not self._stale(plan, at)
        )
        return "" if plan is None or stands else BY_ITSELF[plan.state]

    def carry_out(self) -> None:
        """Keep the parts, and bring the tasks in line with them."""
        at = self._situation()
        plan = self.plan(at)
        assert plan is not None  # steps that follow by themselves have one
        if plan.parts != self.facts.parts:
            self.effects.note(ways=plan.ways, rules=plan.rules)
            self.effects.tell_owner("address_decided")
        for kind in self._stale(plan, at):
            self.effects.drop(kind)
        for kind in self._missing(plan, at):
            part = plan.wanted[kind]
            self.effects.ask(task_of(kind, self.about(at, part["label"]), part["rule"]))
        self.facts.parts = plan.parts
        if plan.state not in (State.FOLLOWED, State.ARRIVED):
            self.facts.told_at = None

    def about(self, at: Situation, part: str = "", address: dict[str, str] | None = None) -> About:
        """What the texts of the tasks tell; masked unless the address is given in clear."""
        assert at.order is not None  # such a case is about an order
        shown = self.facts.shown
        line = (
            in_one_line(address)
            if address is not None
            else " ".join(shown.get(name, "") for name in ("name", "phone", "place") if shown.get(name))
        )
        return About(at.order.number, part, line, known(at).pieces, known(at).code, at.now)

    def _missing(self, plan: Plan, at: Situation) -> list[str]:
        """Kinds of task that are wanted and not there."""
        there = {each.kind for each in at.open_tasks} - set(self._stale(plan, at))
        return [kind for kind in plan.wanted if kind not in there]

    def _stale(self, plan: Plan, at: Situation) -> list[str]:
        """Kinds of open task that hold no longer: nobody wants them, or the question is about another part or address by now."""
        return [each.kind for each in at.open_tasks if each.kind in OURS and not self._fits(each.kind, each.text, plan, at)]

    def _fits(self, kind: str, text: str, plan: Plan, at: Situation) -> bool:
        if kind not in plan.wanted:
            return False
        return kind not in QUESTIONS or text == question_text(self.about(at, plan.wanted[kind]["label"]))

    def _situation(self) -> Situation:
        assert self.at is not None  # steps run with a situation
        return self.at

    # ------------------------------------------------------------------------------------------------

    asked_at_print = goes_to("asked_at_print", State.AT_PRINT, _("Print clerk or warehouse are asked"), "L9.8")
    to_be_edited = goes_to("to_be_edited", State.TO_EDIT, _("To be edited on the platform"), "L9.8")
    to_be_reordered = goes_to("to_be_reordered", State.TO_REORDER, _("Unpaid: close it and order again"), "L9.2")
    has_to_leave = goes_to("has_to_leave", State.TO_LEAVE, _("Too late to stop: it leaves first"), "L9.6")
    is_the_couriers = goes_to("is_the_couriers", State.TO_COURIER, _("Shipped: the courier is to be asked"), "L9.6")
    waits_for_courier = goes_to("waits_for_courier", State.AT_COURIER, _("The courier has the word"), "L9.6")
    to_be_told = goes_to("to_be_told", State.TO_TELL, _("Settled: the customer is to be told"), "L0.2")
    is_followed = goes_to("is_followed", State.FOLLOWED, _("Followed until signed"), "L9.6", TOLD)
    has_arrived = goes_to("has_arrived", State.ARRIVED, _("Signed for at the new address"), "L9.6", TOLD)

    @step(State.TO_EDIT, State.TO_EDIT, label=_("The minutes for a memo alone are over"), rule="L9.3", by=CLOCK)
    def memo_is_not_enough(self) -> None:
        """From now on the order is edited twice, and the print clerk confirms (L9.4)."""
        self.carry_out()

    # L9.8 The word of those who print and pack -------------------------------------------------------

    @step(State.AT_PRINT, None, label=_("Not collected for printing yet"), rule="L9.8", by=SYSTEM, hidden=True)
    def not_collected(self) -> None:
        """Nobody prints it: the minutes say whether a memo is enough."""
        self._is_said(MAY_CHANGE, PrintSays.NOT_COLLECTED)

    @step(State.AT_PRINT, None, label=_("They hold it and agree"), rule="L9.8", by=SYSTEM, hidden=True)
    def is_held(self) -> None:
        """Collected, but it may be changed."""
        self._is_said(MAY_CHANGE, PrintSays.HELD)

    @step(State.AT_PRINT, None, label=_("The parcel is pulled out"), rule="L9.5", by=SYSTEM, hidden=True)
    def was_pulled(self) -> None:
        """It lies there until order and waybill are changed."""
        self._is_said(PULL_PARCEL, PrintSays.PULLED)

    @step(State.AT_PRINT, None, label=_("It is too late"), rule="L9.6", by=SYSTEM, hidden=True)
    def was_too_late(self) -> None:
        """It leaves as it is; then the courier is asked."""
        self._is_said(MAY_CHANGE, PrintSays.TOO_LATE)

    @step(State.AT_PRINT, None, label=_("It is too late to pull it"), rule="L9.6", by=SYSTEM, hidden=True)
    def was_too_late_to_pull(self) -> None:
        """This parcel leaves as it is, whatever becomes of the others."""
        self._is_said(PULL_PARCEL, PrintSays.TOO_LATE)

    @step(State.AT_PRINT, None, label=_("It left with the old address"), rule="L9.6", by=SYSTEM, hidden=True)
    def was_too_late_to_print(self) -> None:
        """Pulled or edited, and gone all the same."""
        self._is_said(CONFIRM_ADDRESS, PrintSays.TOO_LATE)

    @step(State.AT_PRINT, None, label=_("The print clerk confirms the new address"), rule="L9.4", by=SYSTEM, hidden=True)
    def print_confirmed(self) -> None:
        """The last word before it leaves."""
        self._is_said(CONFIRM_ADDRESS, PrintSays.CONFIRMED)

    @step(State.AT_PRINT, None, label=_("Printed anew under a new waybill"), rule="L9.5", by=SYSTEM, facts=NewNumber, hidden=True)
    def print_renumbered(self, facts: dict[str, Any]) -> None:
        """The new number is the order's; the old one of the parcel that was asked about is void, and the others keep theirs."""
        at = self._situation()
        if facts["waybill"] in [each.waybill for each in known(at).parcels]:
            raise Malformed(_("This is the old number."), code="same_number", field="waybill")
        place = self._is_said(CONFIRM_ADDRESS, PrintSays.CONFIRMED)
        old = self.facts.parts[place]["parcel"] if place is not None else None
        if old is not None:
            self.effects.update(Parcel, old, stage=Stage.VOIDED, stage_since=at.now, voided_at=at.now)
        self.effects.do(lambda: self._travels_as(place, facts["courier"], facts["waybill"], at))

    @step(State.AT_PRINT, None, label=_("The print clerk still sees the old address"), rule="L9.8", by=SYSTEM, hidden=True)
    def still_the_old_one(self) -> None:
        """Both edits are to be made once more."""
        self.facts.edits_after = known(self._situation()).last_task

    def _is_said(self, question: TaskKind, said: PrintSays) -> int | None:
        """Keep what was said of the part that was asked about, beside the flag of that moment; its place, None where nothing waits for that word
        any more. The next part that waits is asked about by a question of its own."""
        at = self._situation()
        flag, done = at.order.flag if at.order is not None else None, known(at).done
        about = next((place for place, each in enumerate(self.facts.parts) if question.name in wants(each, done)), None)
        self.facts.parts = [
            each | {"says": said.value, "flag": flag} if place == about else each for place, each in enumerate(self.facts.parts)
        ]
        return about

    def _travels_as(self, place: int | None, courier: str, waybill: str, at: Situation) -> None:
        """Keep the parcel of the new number, and that the part at `place` is in it."""
        parcel = keep_parcel(self.shop_id, courier, waybill, orders={self.order_id or 0}, at=at.now)
        self.facts.parts = [each | {"parcel": parcel.pk} if here == place else each for here, each in enumerate(self.facts.parts)]


BY_ITSELF = {
    State.AT_PRINT: "asked_at_print",
    State.TO_EDIT: "to_be_edited",
    State.TO_REORDER: "to_be_reordered",
    State.TO_LEAVE: "has_to_leave",
    State.TO_COURIER: "is_the_couriers",
    State.AT_COURIER: "waits_for_courier",
    State.TO_TELL: "to_be_told",
    State.FOLLOWED: "is_followed",
    State.ARRIVED: "has_arrived",
}
# What an answer of print clerk or warehouse brings about; where several questions know it, by the question as well.
SAID = {
    "not_collected": "not_collected",
    "held": "is_held",
    "pulled": "was_pulled",
    "too_late": "was_too_late",
    "pull_parcel:too_late": "was_too_late_to_pull",
    "confirm_address:too_late": "was_too_late_to_print",
    "confirmed": "print_confirmed",
    "renumbered": "print_renumbered",
    "still_old": "still_the_old_one",
}
