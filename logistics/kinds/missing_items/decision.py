"""L5.3: what proves that it is missing, who says so, and with whom it was lost."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.freight import Checked, Circumstances, Fault, Happened
from logistics.goods.claimed import claimed
from logistics.goods.weighing import Verdict
from logistics.kinds import deciding
from logistics.kinds.checking import compared, nothing_was_refunded
from logistics.kinds.incident import Incident, Part
from logistics.kinds.missing_items.states import State
from logistics.models.incident import Packing, Slip
from logistics.models.loss import Loss
from logistics.models.weight import WeighedBy
from orders.roles import AGENTS, LEADS


def courier_weight_is_known(case: Incident, at: Situation) -> bool:
    """Whether the courier told its weight."""
    return claimed(at).weights.get(WeighedBy.COURIER) is not None


def slip_was_found(case: Incident, at: Situation) -> bool:
    """Whether the base slip was found."""
    return bool(case.facts.slip == Slip.FOUND)


def with_whom(packing: str, verdict: Verdict) -> Checked:
    """With whom confirmed pieces were lost: what the warehouse says of itself counts, then the scales."""
    if packing == Packing.INCOMPLETE or verdict == Verdict.WAREHOUSE:
        return Checked.WAREHOUSE
    return Checked.COURIER if verdict == Verdict.COURIER else Checked.CONFIRMED


# The same whoever decides.
it_is_missing = partial(step, target=State.OFFER_NEXT, rule="L5.3", drops=deciding.DROPS)


class Decision(Part):
    """Confirmed or not, by an agent where the checks agree, else by a lead."""

    @guard(
        _("The weight is not proven: a photo of the waybill with its weight, the courier's weight, or the base slip is needed."),
        rule="L5.3",
    )
    def weight_is_proven(self: Decision, at: Situation) -> bool:
        readable = EvidenceKind.PHOTO_WAYBILL in at.evidence_kinds and claimed(at).weights.get(WeighedBy.WAYBILL) is not None
        return readable or courier_weight_is_known(self, at) or slip_was_found(self, at)

    @guard(_("The warehouse has not confirmed how it was packed; a lead may decide."), rule="L5.3")
    def warehouse_has_confirmed(self: Decision, at: Situation) -> bool:
        return self.facts.packing in (Packing.COMPLETE, Packing.INCOMPLETE)

    @guard(_("All scales agree and the warehouse packed completely; a lead may decide otherwise."), rule="L5.3")
    def something_speaks_for_it(self: Decision, at: Situation) -> bool:
        return self.facts.packing == Packing.INCOMPLETE or compared(at).verdict != Verdict.EQUAL

    @it_is_missing(
        State.TO_DECIDE,
        label=_("Confirmed: it is missing"),
        by=AGENTS,
        when=[nothing_was_refunded, weight_is_proven, warehouse_has_confirmed, something_speaks_for_it],
    )
    def confirm(self) -> None:
        """Who lost it is noted with its rule; what the courier owes is kept."""
        self._confirmed()

    not_confirmed = deciding.not_confirmed([State.TO_DECIDE], State.TO_EXPLAIN, rule="L5.3")
    lead_asked = deciding.lead_asked([State.TO_DECIDE], State.DISPUTED, rule="L5.3")
    told_why = deciding.told_why([State.TO_EXPLAIN], State.NOT_CONFIRMED, rule="L5.3")
    customer_disputes = deciding.customer_disputes([State.TO_EXPLAIN], State.DISPUTED, rule="L5.3")

    @it_is_missing(State.DISPUTED, label=_("Lead: it is missing"), by=LEADS, when=[nothing_was_refunded], needs_note=True)
    def lead_confirms(self) -> None:
        """The lead believes the customer."""
        self._confirmed()

    lead_refuses = deciding.lead_refuses([State.DISPUTED], State.TO_EXPLAIN, rule="L5.3")

    def _confirmed(self) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.confirmed_at = self.at.now
        checked = with_whom(self.facts.packing, compared(self.at).verdict)
        if self.decide_freight(Circumstances(Happened.MISSING, checked)).at_fault == Fault.COURIER:
            self.courier_owes(Loss.Cause.MISSING, claimed(self.at).price(self.facts.items), "L13.1")
