"""What the rules of freight are told about a refund: what the case above has come to, else the customer's reason and what we found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.fault import decide, reasons_of
from logistics.freight import Checked, Circumstances, Decision, Fault, Freight, Happened, Leg, Party, Remedy
from logistics.models import IncidentFacts
from orders.models import Order
from refunds.models.request import Ground, Reason

# What it came down to, by the rule that found somebody at fault.
BY_RULE = {
    "L1.4": Happened.MISDELIVERED,
    "L1.5": Happened.ADDRESS_WRONG,
    "L3.2": Happened.LOST,
    "L4.2": Happened.LOST,
    "L5.2": Happened.MISSING,
    "L6.3": Happened.UNREACHABLE,
    "L6.4": Happened.UNREACHABLE,
    "L7.2": Happened.DAMAGED,
    "L7.6": Happened.DAMAGED,
    "L8.1": Happened.INSISTED,
    "L8.2": Happened.OUT_OF_AREA,
    "L9.7": Happened.ADDRESS_CHANGED,
    "L10.1": Happened.REFUSED,
    "L11.1": Happened.CONFISCATED,
    "R3.1": Happened.QUALITY,
    "R3.3": Happened.UNWANTED,
    "L0.2": Happened.OTHER,
}
BY_REASON = {
    Reason.NOT_RECEIVED: Happened.LOST,
    Reason.DAMAGED: Happened.DAMAGED,
    Reason.MISSING: Happened.MISSING,
    Reason.WRONG_GOODS: Happened.WRONG,
    Reason.QUALITY: Happened.QUALITY,
    Reason.UNWANTED: Happened.UNWANTED,
}
# How far what was found proves it; kindness proves nothing.
BY_GROUND = {
    Ground.COURIER_CONFIRMED: Checked.COURIER,
    Ground.WAREHOUSE_CONFIRMED: Checked.WAREHOUSE,
    Ground.RECORD_CHECKED: Checked.CONFIRMED,
    Ground.PHOTO_CHECKED: Checked.CONFIRMED,
    Ground.GOODS_BACK: Checked.CONFIRMED,
    Ground.OUR_MISTAKE: Checked.CONFIRMED,
}
LEGS = {Leg.OUT: _("Way out"), Leg.BACK: _("Way back"), Leg.RESEND: _("Sent out again")}
BY_FAULT = {Fault.COURIER: Checked.COURIER, Fault.WAREHOUSE: Checked.WAREHOUSE}


@dataclass(frozen=True)
class Way:
    """A leg of the goods' way, and who pays it."""

    leg: Leg
    freight: Freight

    @property
    def label(self) -> str:
        """The leg as it is shown."""
        return str(LEGS[self.leg])


@dataclass(frozen=True)
class Judged:
    """Who is at fault and who pays which leg. `is_final` says that the case above has decided it; else it is what would be decided."""

    decision: Decision
    is_final: bool = False
    # The way back was decided by a lead, whatever the rules say (L10.1).
    by_lead: bool = False

    @property
    def by_payer(self) -> list[tuple[str, Freight]]:
        """The legs as they are read: those that are paid alike together, "Way out, way back"."""
        alike: dict[Freight, list[str]] = {}
        for way in self.ways:
            alike.setdefault(way.freight, []).append(way.label)
        return [(str(_(", ")).join(labels), freight) for freight, labels in alike.items()]

    @property
    def ways(self) -> list[Way]:
        """The legs that are decided, in the order in which goods travel."""
        return [Way(leg, self.decision.legs[leg]) for leg in Leg if leg in self.decision.legs]


def facts_above(above: Case | None) -> IncidentFacts | None:
    """What the case above knows, or the one above that where only that one has decided (a return below an incident). One query."""
    if above is None:
        return None
    nearest = [pk for pk in (above.pk, above.parent_id) if pk is not None]
    rows = IncidentFacts.objects.filter(case__in=nearest)
    return min(rows, key=lambda each: (not each.fault, nearest.index(each.case_id)), default=None)


def judge(order: Order, facts: IncidentFacts | None, *, reason: str, ground: str, at: dt.datetime) -> Judged:
    """Ask the rules; where the case above has decided, its word stands."""
    decision = decide(circumstances(order, facts, reason=reason, ground=ground), at)
    if facts is None:
        return Judged(decision)
    if facts.freight_payer:
        decision = replace(decision, legs={**decision.legs, Leg.BACK: _way_back(decision, facts)})
    if facts.fault:
        decision = replace(decision, at_fault=Fault(facts.fault), fault_rule=facts.fault_rule, reasons=tuple(reasons_of(facts.rules)))
    return Judged(decision, is_final=bool(facts.fault), by_lead=facts.freight_by_lead)


def circumstances(order: Order, facts: IncidentFacts | None, *, reason: str, ground: str) -> Circumstances:
    """What is known of it; what is not known charges nobody."""
    remedy = Remedy.RETURN if ground == Ground.GOODS_BACK else Remedy.NOTHING_BACK
    insured = bool(order.freight_insured)
    if facts is not None and facts.fault:
        checked, kept = BY_FAULT.get(Fault(facts.fault), Checked.CONFIRMED), facts.fault_rule == "L6.3"
        happened = BY_RULE.get(facts.fault_rule, Happened.OTHER)
        # What was decided stands, also where the province was corrected since.
        beyond = "L10.2" in facts.rules
        return Circumstances(happened, checked, remedy, contact_rule_kept=kept, beyond_the_border=beyond, is_insured=insured)
    happened = BY_REASON.get(Reason(reason), Happened.OTHER) if reason else Happened.OTHER
    return Circumstances(happened, BY_GROUND.get(Ground(ground), Checked.NOT_YET), remedy, is_insured=insured)


def _way_back(decision: Decision, facts: IncidentFacts) -> Freight:
    """As the case has it; the same payer as by the rules is paid back by their way."""
    payer, by_rules = Party(facts.freight_payer), decision.legs.get(Leg.BACK)
    if by_rules is not None and by_rules.payer == payer:
        return replace(by_rules, rule=facts.freight_rule)
    return Freight(payer, payer, rule=facts.freight_rule)
