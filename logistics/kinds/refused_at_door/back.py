"""L7.5: once it is back the warehouse looks into it, and complete goods are sent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind
from casework.photos.checklist import has_evidence
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.goods.claimed import claimed, share
from logistics.goods.items import ItemsField, pieces
from logistics.kinds import coming_home, endings
from logistics.kinds.coming_home import ComesHome
from logistics.kinds.endings import AT_THE_END, CourierSaid, Wish
from logistics.kinds.incident import override_freight
from logistics.kinds.refused_at_door.door import refused_for_own_reason
from logistics.kinds.refused_at_door.states import AT_THE_DOOR, BACK, OPEN, State
from logistics.models.incident import CameBackAs
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from orders.errors import Reason
from orders.roles import AGENTS

# What the warehouse's finding comes down to, for the rules of freight (logistics/fault.py).
HAPPENED: Mapping[str, Happened] = {
    CameBackAs.DAMAGED: Happened.DAMAGED,
    CameBackAs.WRONG: Happened.WRONG,
    CameBackAs.MISSING: Happened.MISSING,
}

# What the courier owes for.
OWED = {CameBackAs.DAMAGED: Loss.Cause.DAMAGED, CameBackAs.MISSING: Loss.Cause.MISSING}


class Admitted(CourierSaid):
    """What the courier admits, of which pieces."""

    items = ItemsField(label=_("Broken or missing: line × pieces"))


class Back(ComesHome):
    """What came back decides who pays; complete goods go out before anything else is offered."""

    came_back = coming_home.came_back((*AT_THE_DOOR, State.RETURNING), State.HERE)
    looked_at = coming_home.looked_at(OPEN)

    def when_looked_at(self) -> None:
        """L7.2, L5.2, R3.1: what the warehouse found is proven; with whom it lay the courier may say yet."""
        happened = HAPPENED.get(self.facts.came_back_as)
        if happened is not None:
            self.decide_freight(Circumstances(happened, Checked.CONFIRMED))

    @guard(_("The warehouse found nothing wrong with it, or has not looked yet."), rule="L7.5")
    def something_is_wrong(self: Back, at: Situation) -> bool:
        return self.facts.came_back_as in HAPPENED

    @guard(_("Damage and missing pieces may be the courier's; wrong goods are ours."), rule="L7.6")
    def may_be_the_couriers(self: Back, at: Situation) -> bool:
        return self.facts.came_back_as in (CameBackAs.DAMAGED, CameBackAs.MISSING)

    @guard(_("Something is wrong with it, or the warehouse has not looked yet."), rule="L7.5")
    def nothing_is_wrong(self: Back, at: Situation) -> bool:
        return bool(self.facts.came_back_as == CameBackAs.WHOLE)

    @step(
        BACK,
        None,
        label=_("The courier admits it"),
        rule="L7.6",
        by=AGENTS,
        facts=Admitted,
        when=[something_is_wrong, may_be_the_couriers],
        event=True,
    )
    def couriers_fault(self, facts: dict[str, Any]) -> None:
        """All freight is claimed from the courier (R3.2), and it owes the price of the pieces until that is claimed (L13.1)."""
        assert self.at is not None  # steps run with a situation
        found = pieces(facts["items"], claimed(self.at).lines)
        self.asked(Asked.COURIER, answer=facts["said"])
        self.decide_freight(Circumstances(HAPPENED[self.facts.came_back_as], Checked.COURIER))
        self.courier_owes(OWED[self.facts.came_back_as], sum((share(line, quantity) for line, quantity in found), Decimal("0.00")), "L13.1")

    @step(
        BACK,
        State.GONE_ON,
        label=_("It is in order: goes on as a returned parcel"),
        rule="L10.1",
        by=AGENTS,
        when=[nothing_is_wrong, has_evidence(EvidenceKind.PHOTO_INSPECTION, rule="R5.2")],
        drops=AT_THE_END,
        event=True,
        next_in=BACK,
        final=True,
        hint=_("Nothing was damaged, wrong or missing, so the postage is the customer's."),
    )
    def was_in_order(self) -> None:
        """Refused for the customer's own reason, as it turned out."""
        refused_for_own_reason(self)

    # Remedies -------------------------------------------------------------------------------------------

    @step(State.HERE, State.TO_REFUND, label=_("The customer wants the money"), rule="L7.5", by=AGENTS, event=True)
    def goods_declined(self) -> None:
        """Complete goods were offered first."""

    @step(State.TO_REFUND, State.HERE, label=_("The customer wants the goods after all"), rule="L7.5", by=AGENTS, event=True)
    def goods_wanted(self) -> None:
        """Back to complete goods."""

    being_mended = endings.being_mended(BACK, State.MENDING, rule="L7.5")
    fell_through = endings.fell_through([State.MENDING], State.HERE, rule="L7.5")
    resent = endings.resent(OPEN, State.RESENT, rule="L7.5")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L7.5")

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """L7.5: complete goods once it is back and was looked into; the money only when the customer declined the goods."""
        if self.state == State.MENDING:
            return []
        if self.state not in BACK:
            return [Reason("not_here", _("First the parcel is back: then complete goods are sent."), "L7.5")]
        if kind == "refund" and self.state != State.TO_REFUND:
            return [Reason("goods_first", _("Complete goods are offered first; the customer has not declined them yet."), "L7.5")]
        if self.facts.came_back_as == CameBackAs.WHOLE:
            return [Reason("in_order", _("It came back in order: it goes on as a returned parcel."), "L10.1")]
        return self.not_looked_at(kind, at)

    def step_with_child(self, child: Case) -> str:
        """While a remedy is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Made good, or another remedy is to be found."""
        return endings.after_child(child)

    # Lost on its way back -------------------------------------------------------------------------------

    courier_says_lost = endings.courier_says_lost([State.RETURNING], State.LOST, rule="L3.2", next_in=[])

    @step(State.LOST, State.HERE, label=_("Explained to the customer"), rule="L3.2", by=AGENTS, facts=Wish)
    def loss_explained(self, facts: dict[str, Any]) -> None:
        """What the customer would like stands in the journal; complete goods go out without waiting."""

    @step(State.LOST, State.RETURNING, label=_("It turned up after all"), rule="L3.2", by=AGENTS, event=True)
    def turned_up(self) -> None:
        """On its way back still."""
        self.facts.lost_at = None
        self.courier_owes_nothing(Loss.Cause.LOST)
        self.nothing_is_owed()

    override_freight = override_freight(OPEN)
