"""Who is at fault and who pays which freight (L1.5, L6.3, L6.4, L9.7, L10, R3). Pure: circumstances and an instant give a decision.

The rules stand in the handbook's order, and each is asked. The first that names somebody at fault counts; of a leg the last word counts,
since R3.5 changes what the rules before it say. The last rule takes what the others left open, so nothing falls through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from logistics.freight import (
    Checked,
    Circumstances,
    Decision,
    Fault,
    Freight,
    Happened,
    Leg,
    NoFaultExchange,
    PaidBack,
    Party,
    Remedy,
    SentBy,
)
from orders.errors import Reason, Text

# How a leg is paid.
OURS = Freight(Party.SHOP, Party.SHOP)
THEIRS = Freight(Party.CUSTOMER, Party.CUSTOMER)
DEDUCTED = Freight(Party.CUSTOMER, Party.SHOP, PaidBack.DEDUCTED)
CLAIMED = Freight(Party.COURIER, Party.SHOP, PaidBack.CLAIM)
CLAIMED_FOR_CUSTOMER = Freight(Party.COURIER, Party.CUSTOMER, PaidBack.CLAIM)
INSURED = Freight(Party.INSURER, Party.CUSTOMER, PaidBack.INSURANCE)
PAID_BACK = Freight(Party.SHOP, Party.CUSTOMER, PaidBack.ON_ARRIVAL)
HALF_PAID_BACK = Freight(Party.SPLIT, Party.CUSTOMER, PaidBack.ON_ARRIVAL)
HALF_SETTLED = Freight(Party.SPLIT, Party.SHOP, PaidBack.BEFORE_SHIPPING)

# What happens to goods that the customer holds and can send back.
IN_HAND = {Happened.DAMAGED, Happened.MISSING, Happened.WRONG, Happened.PACKING, Happened.QUALITY, Happened.UNWANTED}


@dataclass(frozen=True)
class Ruling:
    """What one rule says: who is at fault, who pays which leg, whether the return parcel is refused. It may say a part only."""

    at_fault: Fault | None = None
    legs: Mapping[Leg, Freight] = field(default_factory=dict)
    refuses_parcel: bool = False


Says = Callable[[Circumstances, Fault | None], Ruling | None]


@dataclass(frozen=True)
class Rule:
    """An entry of the handbook: its id, its sentence, and what it says of circumstances; None where it does not apply."""

    id: str
    sentence: Text
    says: Says

    @property
    def reason(self) -> Reason:
        """The rule as it is shown."""
        return Reason(self.says.__name__, self.sentence, self.id)


RULES: list[Rule] = []


def rule(number: str, sentence: Text) -> Callable[[Says], Says]:
    """Put a rule at the end of the table."""

    def add(says: Says) -> Says:
        RULES.append(Rule(number, sentence, says))
        return says

    return add


def decide(facts: Circumstances, at: dt.datetime) -> Decision:
    """Ask every rule in its order. Total: any circumstances get a decision with at least one reason."""
    at_fault: Fault | None = None
    legs: dict[Leg, Freight] = {}
    fault_rule, reasons, refuses = "", [], False
    for each in RULES:
        ruling = each.says(facts, at_fault)
        if ruling is None:
            continue
        if at_fault is None and ruling.at_fault is not None:
            at_fault, fault_rule = ruling.at_fault, each.id
        legs |= {leg: replace(freight, rule=each.id) for leg, freight in ruling.legs.items()}
        refuses = refuses or ruling.refuses_parcel
        reasons.append(each.reason)
    assert at_fault is not None  # the last rule sees to it
    return Decision(at_fault, fault_rule, legs, tuple(reasons), refuses, at)


def reasons_of(numbers: Collection[str]) -> list[Reason]:
    """The sentences of rules that once spoke. Those that the table no longer has are left out."""
    return [each.reason for each in RULES if each.id in numbers]


def ways(out: Freight, back: Freight, resend: Freight) -> dict[Leg, Freight]:
    """All three legs."""
    return {Leg.OUT: out, Leg.BACK: back, Leg.RESEND: resend}


# L1 to L5 -------------------------------------------------------------------------------------------


@rule("L1.4", _("The courier delivered it wrongly."))
def delivered_wrongly(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """It is the courier's, once it says so."""
    return Ruling(Fault.COURIER) if (facts.happened, facts.checked) == (Happened.MISDELIVERED, Checked.COURIER) else None


@rule("L1.5", _("The customer wrote the address wrongly and bears the loss."))
def address_written_wrongly(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Every way is the customer's."""
    return Ruling(Fault.CUSTOMER, ways(DEDUCTED, DEDUCTED, THEIRS)) if facts.happened == Happened.ADDRESS_WRONG else None


@rule("L3.2", _("The parcel is lost with the courier."))
def lost_with_the_courier(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Confirmed by the courier, or taken so by a lead."""
    return Ruling(Fault.COURIER) if (facts.happened, facts.checked) == (Happened.LOST, Checked.COURIER) else None


@rule("L4.2", _("The parcel never left us: the warehouse cannot find it."))
def lost_with_us(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The warehouse says so of itself."""
    return Ruling(Fault.WAREHOUSE) if (facts.happened, facts.checked) == (Happened.LOST, Checked.WAREHOUSE) else None


@rule("L5.2", _("Pieces are missing; packing and weights say with whom, as far as they can."))
def pieces_missing(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The customer is not to suffer from what cannot be said."""
    found = {Checked.COURIER: Fault.COURIER, Checked.WAREHOUSE: Fault.WAREHOUSE, Checked.CONFIRMED: Fault.UNKNOWN}
    with_whom = found.get(facts.checked) if facts.happened == Happened.MISSING else None
    return Ruling(with_whom) if with_whom else None


# L6 to L10 ------------------------------------------------------------------------------------------


@rule("L6.3", _("Silence, and every channel was tried: the return postage is the customer's."))
def silent(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Treated as returning: sent again at the customer's cost (L10)."""
    is_silent = facts.happened == Happened.UNREACHABLE and facts.contact_rule_kept
    return Ruling(Fault.CUSTOMER, ways(OURS, DEDUCTED, THEIRS)) if is_silent else None


@rule("L6.4", _("Silence, but the contact rule was not kept: the postage is the shop's."))
def not_all_was_tried(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Nothing is charged."""
    was_missed = facts.happened == Happened.UNREACHABLE and not facts.contact_rule_kept
    return Ruling(Fault.SHOP, ways(OURS, OURS, OURS)) if was_missed else None


@rule("L7.2", _("Damaged, and nothing tells with whom: we pay the return postage."))
def damaged(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Two photos prove the damage; the customer is not to suffer from what cannot be said."""
    return Ruling(Fault.UNKNOWN) if (facts.happened, facts.checked) == (Happened.DAMAGED, Checked.CONFIRMED) else None


@rule("L7.6", _("Damaged by the courier."))
def damaged_on_the_way(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """It leads to a claim."""
    return Ruling(Fault.COURIER) if (facts.happened, facts.checked) == (Happened.DAMAGED, Checked.COURIER) else None


@rule("L8.1", _("Out of area, and the customer insisted on this courier: they collect it and bear the consequence."))
def insisted_on_the_courier(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """As the memo says; sent again at their cost."""
    return Ruling(Fault.CUSTOMER, ways(OURS, DEDUCTED, THEIRS)) if facts.happened == Happened.INSISTED else None


@rule("L8.2", _("Out of area, and the courier was our choice: the postage goes on the courier's monthly account."))
def out_of_area(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The customer advances nothing, so R3.1 has nothing to pay back."""
    return Ruling(Fault.SHOP, ways(OURS, OURS, OURS)) if facts.happened == Happened.OUT_OF_AREA else None


@rule("L9.7", _("The address was changed after signing: all cost is the customer's."))
def changed_after_signing(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Every way is the customer's."""
    return Ruling(Fault.CUSTOMER, ways(DEDUCTED, DEDUCTED, THEIRS)) if facts.happened == Happened.ADDRESS_CHANGED else None


@rule("L10.1", _("Refused for the customer's reason: a refund is less one freight, and sending again is paid by the customer."))
def refused(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The one freight is the way back."""
    return Ruling(Fault.CUSTOMER, ways(OURS, DEDUCTED, THEIRS)) if facts.happened == Happened.REFUSED else None


@rule("L10.2", _("Hong Kong, Macau, Taiwan: a refused parcel costs the customer both ways."))
def refused_beyond_the_border(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The way out as well."""
    return Ruling(legs={Leg.OUT: DEDUCTED}) if facts.happened == Happened.REFUSED and facts.beyond_the_border else None


@rule("L11.1", _("Confiscated by security inspection; who is liable says the courier, or a lead."))
def confiscated(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The customer is not to suffer from what cannot be said."""
    found = {Checked.COURIER: Fault.COURIER, Checked.WAREHOUSE: Fault.SHOP, Checked.CONFIRMED: Fault.UNKNOWN}
    liable = found.get(facts.checked) if facts.happened == Happened.CONFISCATED else None
    return Ruling(liable) if liable else None


# R3 -------------------------------------------------------------------------------------------------


@rule("R3.1", _("Our fault: we pay. What the customer advances is paid back when the goods arrive."))
def our_fault(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Quality, wrong, missing, packing; also what is proven and lies with nobody else. L6.4 and L8.2 have said all of theirs."""
    at_fault = fault or _ours(facts)
    has_said_all = facts.happened in (Happened.UNREACHABLE, Happened.OUT_OF_AREA)
    is_ours = at_fault in (Fault.SHOP, Fault.WAREHOUSE, Fault.UNKNOWN) and not has_said_all
    return Ruling(at_fault, ways(OURS, PAID_BACK, OURS)) if is_ours else None


@rule("R3.2", _("The courier's fault: we pay the customer, and claim from the courier."))
def couriers_fault(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Every way; what the customer sends back is advanced by the customer, like any return."""
    back = CLAIMED_FOR_CUSTOMER if _comes_back(facts) else CLAIMED
    return Ruling(legs=ways(CLAIMED, back, CLAIMED)) if fault == Fault.COURIER else None


@rule("R3.3", _("Not our fault: the return freight is the customer's; an exchange goes by the shop's policy."))
def nobodys_fault(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Each side half of an exchange, or the customer all of it."""
    if facts.happened != Happened.UNWANTED:
        return None
    is_split = facts.remedy == Remedy.EXCHANGE and facts.no_fault_exchange == NoFaultExchange.SPLIT
    return Ruling(Fault.NOBODY, ways(OURS, HALF_PAID_BACK, HALF_SETTLED) if is_split else ways(OURS, THEIRS, THEIRS))


@rule("R3.4", _("Returned for the customer's reason, or nobody reachable: the customer's."))
def returned_for_the_customer(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Says again what L6.3 and L10.1 decide."""
    is_so = facts.happened == Happened.REFUSED or (facts.happened == Happened.UNREACHABLE and facts.contact_rule_kept)
    return Ruling() if is_so else None


@rule("R3.5", _("Freight insurance: the insurer pays the way back. An exchange is a return with refund and a new order."))
def insured(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Whoever is at fault, or the customer would be paid twice. A new order without fault bears its own postage."""
    if not facts.is_insured or fault is None or not _comes_back(facts):
        return None
    is_new_order = fault == Fault.NOBODY and facts.remedy == Remedy.EXCHANGE
    return Ruling(legs={Leg.BACK: INSURED} | ({Leg.RESEND: THEIRS} if is_new_order else {}))


@rule("R3.6", _("Collect-on-delivery and surface mail are refused; the customer sends it again, prepaid."))
def sent_unpaid(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """Says nothing of who pays the prepaid one."""
    return Ruling(refuses_parcel=True) if _comes_back(facts) and facts.sent_by != SentBy.PREPAID else None


@rule("L0.2", _("Not proven yet, or not decided by the handbook: nothing is promised, a lead decides."))
def a_lead_decides(facts: Circumstances, fault: Fault | None) -> Ruling | None:
    """The last word, where nobody had one."""
    return None if fault else Ruling(Fault.UNKNOWN)


def _ours(facts: Circumstances) -> Fault | None:
    """Goods that were bad or badly handled before the courier had them, as far as that is proven."""
    if facts.happened in (Happened.QUALITY, Happened.SERVICE) and facts.checked != Checked.NOT_YET:
        return Fault.SHOP
    if facts.happened in (Happened.WRONG, Happened.PACKING) and facts.checked != Checked.NOT_YET:
        return Fault.WAREHOUSE
    by_us = facts.happened in (Happened.MISDELIVERED, Happened.DAMAGED) and facts.checked == Checked.WAREHOUSE
    return Fault.WAREHOUSE if by_us else None


def _comes_back(facts: Circumstances) -> bool:
    """Whether the customer sends goods back, and not the courier a parcel."""
    return facts.remedy != Remedy.NOTHING_BACK and facts.happened in IN_HAND
