"""L9 Change of address or recipient (改地址). How it goes on by itself stands in deciding.py, what follows from the ways in plan.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock, guard, not_, step
from logistics.addresses.new_address import open_address
from logistics.addresses.parts import ask_known, known
from logistics.addresses.ways import REASONS, Way
from logistics.kinds.address_change.address import Noting
from logistics.kinds.address_change.deciding import SAID, Deciding, memo_time_ends
from logistics.kinds.address_change.messages import (
    CHANGED,
    COST,
    GET_BACK,
    IS_BACK,
    ITS_COST,
    NOT_CHANGED,
    NOTHING_TO_CHANGE,
    PARTLY,
    REORDER,
    TOLD,
)
from logistics.kinds.address_change.plan import BACK, FAILED, KEPT, OURS, WITH_COURIER, is_followed
from logistics.kinds.address_change.states import OPEN, State
from logistics.models.address import AddressFacts
from logistics.signs import has_not_arrived, not_shipped_yet
from logistics.words import joined
from orders.access import Actor
from orders.errors import Reason
from orders.persons import Person, redact_for_order
from orders.roles import AGENTS, STAFF, Role
from orders.together import Reading


class AddressChange(Noting, Deciding, Case):
    """Never promised at once. Each parcel of the order, and what is in none yet, goes its own way by how it stands: unpaid, closed and ordered
    again; just paid, a memo; not printed, edited twice and confirmed by the print clerk; printed, pulled; shipped, the courier is asked; signed
    for, got back at the customer's cost. A purple or unknown flag is asked about first. Decided anew whenever that changes, and followed
    until signed."""

    KIND = "address_change"
    CHAPTER = "L9"
    STATES = State
    FIRST = State.TO_NOTE
    FACTS = AddressFacts
    OPENED_BY = AGENTS
    REMEDIES = ("intercept",)
    WAITS_IN = (State.AT_COURIER,)
    MENDS_IN = (State.TO_COURIER,)
    EVIDENCE = ("chat", "courier_reply", "other")
    HAS_CONTACTS = True
    LIKELY = (not_shipped_yet, has_not_arrived)
    GOES_ON = True
    CLOCKS = (
        Clock("reply", _("Note the new address"), (State.TO_NOTE,), lasts="reply_within", rule="L0.3"),
        Clock("memo_only", _("A memo alone is enough"), (State.TO_EDIT,), due=memo_time_ends, then=("memo_is_not_enough",), rule="L9.3"),
        Clock("leaves", _("It has left"), (State.TO_LEAVE,), lasts="reply_within", rule="L9.6"),
        Clock("ask_courier", _("Ask the courier"), (State.TO_COURIER,), lasts="reply_within", rule="L9.6"),
        Clock("tell", _("Tell the customer"), (State.TO_TELL,), lasts="reply_within", rule="L0.3"),
        Clock("followed", _("Signed for"), (State.FOLLOWED,), lasts="address_followed_within", rule="L9.6"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Address change")
        verbose_name_plural = _("Address changes")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The order's parcels, what was done for it on the platform, and who signs."""
        found = yield from ask_known(cases, by)
        return {case_id: {"address": each} for case_id, each in found.items()}

    def facts_shown(self) -> dict[str, Any]:
        """The new address behind masks, and what was decided for each part."""
        return {"new_address": self.facts.shown, "parts": self.facts.parts}

    def redacted(self, text: str, at: Situation) -> str:
        """Without the new recipient and street as well."""
        fields = open_address(self.facts.address_enc)
        return redact_for_order(text, at.order, Person(fields.get("name", ""), "", fields.get("street", "")))

    def why_here(self, at: Situation) -> str:
        """Why it goes that way, part by part, as long as something is to be done."""
        left = [each for each in self.facts.parts if not each["end"]]
        return " ".join(dict.fromkeys(str(REASONS[each["why"]].text) for each in left))

    def contact_message(self, at: Situation) -> str:
        """How it stands; nothing is promised before it is done (L9.1)."""
        order = at.order.number if at.order is not None else ""
        told = self._result() if self.state == State.TO_TELL else [self._so_far()]
        changed = str(_(", ")).join(each["label"] for each in self.facts.parts if is_followed(each) and each["label"])
        signed = str(_(", ")).join(each["label"] for each in self._signed() if each["label"])
        back = str(_(", ")).join(each["label"] for each in self._back())
        cost = [COST] if self._signed() and GET_BACK not in told else []
        return joined(str(each).format(order=order, changed=changed, signed=signed, back=back) for each in (*told, *cost))

    def _so_far(self) -> Any:
        """What is told while it is being settled."""
        with_courier = [each["way"] for each in self.facts.parts if each["way"] in WITH_COURIER and not each["end"]]
        is_signed = self.state in (State.TO_COURIER, State.AT_COURIER) and set(with_courier) == {Way.GET_BACK}
        return GET_BACK if is_signed else TOLD.get(self.state, "")

    def _signed(self) -> list[dict[str, Any]]:
        """The parts that are got back at the customer's cost, as long as that is not settled."""
        return [each for each in self.facts.parts if each["way"] == Way.GET_BACK and not each["end"]]

    def _back(self) -> list[dict[str, Any]]:
        """The parts that the courier brought back to us."""
        return [each for each in self.facts.parts if each["end"] == BACK]

    def _result(self) -> list[Any]:
        """What is told once all is settled."""
        parts, back = self.facts.parts, self._back()
        failed = [each for each in parts if each["end"] == FAILED]
        if any(each["way"] == Way.REORDER for each in parts):
            return [REORDER]
        told = [IS_BACK, *([ITS_COST] if any(each["way"] == Way.GET_BACK for each in back) else [])] if back else []
        if any(is_followed(each) for each in parts):
            return [PARTLY if failed or back else CHANGED, *told]
        return [NOT_CHANGED, *told] if failed else told or [NOTHING_TO_CHANGE]

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """The courier is asked about what has left us, parcel by parcel."""
        if any(each["way"] in WITH_COURIER and each["parcel"] is None for each in self.facts.parts):
            return [Reason("no_parcel", _("It is shipped, but no waybill is known: enter the parcel first."), "L9.6")]
        if self.state == State.TO_COURIER:
            return []
        return [Reason("not_shipped", _("The courier is asked about a parcel that has left us and was not asked about yet."), "L9.6")]

    def step_after_task(self, task: str, answer: str) -> str:
        """What print clerk and warehouse answer is kept, and the parts are decided anew."""
        return SAID.get(f"{task}:{answer}", SAID.get(answer, "")) if task in OURS else ""

    # L0.2 -------------------------------------------------------------------------------------------

    @guard(_("Nothing was changed that could be followed."), rule="L9.6", otherwise=_("What was changed is to be followed until signed."))
    def something_is_followed(self: AddressChange, at: Situation) -> bool:
        return any(is_followed(each) for each in self.facts.parts)

    @guard(_("It is not an unpaid order that was closed."), rule="L9.2", otherwise=_("The order was closed, to be ordered again."))
    def is_reordered(self: AddressChange, at: Situation) -> bool:
        return any(each["way"] == Way.REORDER for each in self.facts.parts)

    @guard(_("Nothing of it is back with us."), rule="L10.1", otherwise=_("It is back with us, and goes on as a returned parcel."))
    def something_is_back(self: AddressChange, at: Situation) -> bool:
        return bool(self._back())

    @step(State.TO_TELL, None, label=_("The customer was told"), rule="L0.2", by=AGENTS, only=[something_is_followed])
    def customer_told(self) -> None:
        """That it is changed, for all of it or for a part; then it is followed."""
        self.facts.told_at = self._situation().now

    @step(
        State.TO_TELL,
        State.REORDERED,
        label=_("The customer was told to order again"),
        rule="L9.2",
        by=AGENTS,
        only=[is_reordered, not_(something_is_followed)],
    )
    def told_to_order_again(self) -> None:
        """The new order has the new address."""

    @step(
        State.TO_TELL,
        State.UNCHANGED,
        label=_("The customer was told that it stays"),
        rule="L0.2",
        by=AGENTS,
        only=[not_(is_reordered), not_(something_is_followed), not_(something_is_back)],
    )
    def told_it_stays(self) -> None:
        """Nothing travels, or the courier could not change it."""

    @step(
        State.TO_TELL,
        State.CAME_BACK,
        label=_("The customer was told that it is back"),
        rule="L10.1",
        by=AGENTS,
        only=[something_is_back, not_(something_is_followed)],
        hint=_("How it goes on stands on the case of the returned parcel: what is sent again goes to the new address."),
    )
    def told_it_is_back(self) -> None:
        """The chapter of returned parcels goes on with it."""

    # L9.7 -------------------------------------------------------------------------------------------

    @guard(_("Nothing of the order was signed for."), rule="L9.7")
    def something_was_signed(self: AddressChange, at: Situation) -> bool:
        return any(each["way"] == Way.GET_BACK and not each["end"] for each in self.facts.parts)

    @step(
        State.TO_COURIER,
        None,
        label=_("The customer has what was signed for"),
        rule="L9.7",
        by=AGENTS,
        only=[something_was_signed],
        event=True,
        hint=_("An earlier parcel that arrived where it should; it need not be got back."),
    )
    def signed_is_right(self) -> None:
        """The wish is about the others."""
        ended = {"end": KEPT, "ended_at": self._situation().now.isoformat()}
        self.facts.parts = [each | ended if each["way"] == Way.GET_BACK and not each["end"] else each for each in self.facts.parts]

    # L9.6 -------------------------------------------------------------------------------------------

    @step(
        State.FOLLOWED,
        State.ARRIVED,
        label=_("The customer has it"),
        rule="L9.6",
        by=STAFF,
        event=True,
        hint=_("Said by the customer or the courier, before tracking tells."),
    )
    def customer_has_it(self) -> None:
        """It reached the new address."""

    @guard(_("First say on the parcel's page that it is back: there its own case begins."), rule="L10.1")
    def parcel_comes_back(self: AddressChange, at: Situation) -> bool:
        followed = {each["parcel"] for each in self.facts.parts if is_followed(each)}
        return any(each.pk in followed and (each.back_at or each.returning_at) for each in known(at).parcels)

    @step(
        State.FOLLOWED,
        State.CAME_BACK,
        label=_("The parcel is back"),
        rule="L10.1",
        by=AGENTS | {Role.WAREHOUSE},
        when=[parcel_comes_back],
        event=True,
    )
    def came_back(self) -> None:
        """What is sent again goes to the new address."""

    @step(OPEN, State.WITHDRAWN, label=_("No longer wanted"), rule="L9.1", by=AGENTS, needs_note=True, event=True, drops=OURS)
    def withdraw(self) -> None:
        """It stays as it is. What was edited already the note tells."""
