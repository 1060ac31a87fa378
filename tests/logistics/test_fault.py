"""Who is at fault and who pays which freight: the handbook's sentences as examples, and what holds of all combinations."""

import dataclasses
from collections import Counter
from itertools import product

import pytest

from logistics.fault import RULES, decide, reasons_of
from logistics.freight import Checked, Circumstances, Fault, Happened, Leg, NoFaultExchange, PaidBack, Party, Remedy, SentBy
from tests.cast import MONDAY
from tests.test_handbook_rules import rules_of_the_handbook

BOOL = (False, True)
EVERYTHING = [Circumstances(*values) for values in product(Happened, Checked, Remedy, SentBy, BOOL, BOOL, BOOL, NoFaultExchange)]
BY_CUSTOMER = {Happened.ADDRESS_WRONG, Happened.ADDRESS_CHANGED, Happened.REFUSED, Happened.UNWANTED, Happened.INSISTED}
GOODS = {Happened.DAMAGED, Happened.MISSING, Happened.WRONG, Happened.PACKING, Happened.QUALITY}


def decided(happened, checked=Checked.NOT_YET, **more):
    return decide(Circumstances(happened, checked, **more), MONDAY)


def payers(decision):
    """Who bears the way out, the way back and the sending again."""
    return tuple(decision.legs[leg].payer for leg in Leg)


def spoke(decision):
    return [each.rule for each in decision.reasons]


@pytest.fixture(scope="module")
def all_decisions():
    return [(facts, decide(facts, MONDAY)) for facts in EVERYTHING]


# The handbook's sentences ---------------------------------------------------------------------------


@pytest.mark.rule("R3.1")
@pytest.mark.parametrize(
    ("happened", "checked", "at_fault"),
    [
        (Happened.QUALITY, Checked.CONFIRMED, Fault.SHOP),
        (Happened.WRONG, Checked.CONFIRMED, Fault.WAREHOUSE),
        (Happened.PACKING, Checked.CONFIRMED, Fault.WAREHOUSE),
        (Happened.MISSING, Checked.WAREHOUSE, Fault.WAREHOUSE),
        (Happened.DAMAGED, Checked.WAREHOUSE, Fault.WAREHOUSE),
        (Happened.MISDELIVERED, Checked.WAREHOUSE, Fault.WAREHOUSE),
    ],
)
def test_our_fault_we_pay(happened, checked, at_fault):
    decision = decided(happened, checked)
    assert (decision.at_fault, payers(decision)) == (at_fault, (Party.SHOP, Party.SHOP, Party.SHOP))
    assert "R3.1" in spoke(decision)


@pytest.mark.rule("R3.1")
def test_the_customer_advances_it_and_on_arrival_of_the_goods_it_is_paid_back():
    back = decided(Happened.WRONG, Checked.WAREHOUSE, remedy=Remedy.EXCHANGE).legs[Leg.BACK]
    assert (back.payer, back.advanced_by, back.paid_back, back.rule) == (Party.SHOP, Party.CUSTOMER, PaidBack.ON_ARRIVAL, "R3.1")


@pytest.mark.rule("R3.2")
@pytest.mark.parametrize(
    ("happened", "rule"),
    [(Happened.MISDELIVERED, "L1.4"), (Happened.LOST, "L3.2"), (Happened.MISSING, "L5.2"), (Happened.DAMAGED, "L7.6")],
)
def test_the_couriers_fault_we_pay_the_customer_and_claim_from_the_courier(happened, rule):
    decision = decided(happened, Checked.COURIER)
    assert (decision.at_fault, decision.fault_rule, spoke(decision)) == (Fault.COURIER, rule, [rule, "R3.2"])
    assert {(leg.payer, leg.advanced_by, leg.paid_back) for leg in decision.legs.values()} == {(Party.COURIER, Party.SHOP, PaidBack.CLAIM)}


@pytest.mark.rule("R3.2")
def test_what_the_customer_sends_back_for_the_courier_is_advanced_by_the_customer():
    decision = decided(Happened.DAMAGED, Checked.COURIER, remedy=Remedy.RETURN)
    assert (decision.legs[Leg.BACK].payer, decision.legs[Leg.BACK].advanced_by) == (Party.COURIER, Party.CUSTOMER)
    assert decision.legs[Leg.OUT].advanced_by == Party.SHOP


@pytest.mark.rule("R3.3")
def test_not_our_fault_return_freight_is_the_customers():
    decision = decided(Happened.UNWANTED, remedy=Remedy.RETURN)
    assert (decision.at_fault, spoke(decision)) == (Fault.NOBODY, ["R3.3"])
    assert payers(decision) == (Party.SHOP, Party.CUSTOMER, Party.CUSTOMER)
    assert decision.legs[Leg.BACK].paid_back is None


@pytest.mark.rule("R3.3")
def test_exchange_without_fault_each_side_half():
    decision = decided(Happened.UNWANTED, remedy=Remedy.EXCHANGE, no_fault_exchange=NoFaultExchange.SPLIT)
    assert payers(decision) == (Party.SHOP, Party.SPLIT, Party.SPLIT)
    back, resend = decision.legs[Leg.BACK], decision.legs[Leg.RESEND]
    assert (back.advanced_by, back.paid_back) == (Party.CUSTOMER, PaidBack.ON_ARRIVAL)
    assert (resend.advanced_by, resend.paid_back) == (Party.SHOP, PaidBack.BEFORE_SHIPPING)


@pytest.mark.rule("R3.3")
def test_exchange_without_fault_or_the_customer_where_the_shop_says_so():
    decision = decided(Happened.UNWANTED, remedy=Remedy.EXCHANGE, no_fault_exchange=NoFaultExchange.CUSTOMER)
    assert payers(decision) == (Party.SHOP, Party.CUSTOMER, Party.CUSTOMER)


@pytest.mark.rule("R3.4")
@pytest.mark.parametrize(
    "facts", [Circumstances(Happened.REFUSED), Circumstances(Happened.UNREACHABLE, contact_rule_kept=True)], ids=["refused", "unreachable"]
)
def test_returned_for_the_customers_reason_or_nobody_reachable_the_customers(facts):
    decision = decide(facts, MONDAY)
    assert (decision.legs[Leg.BACK].payer, spoke(decision)[-1]) == (Party.CUSTOMER, "R3.4")


@pytest.mark.rule("R3.5")
@pytest.mark.parametrize(
    ("happened", "checked"),
    [(Happened.UNWANTED, Checked.NOT_YET), (Happened.QUALITY, Checked.CONFIRMED), (Happened.DAMAGED, Checked.COURIER)],
)
def test_freight_insurance_the_insurer_pays_the_way_back(happened, checked):
    plain, insured = (decided(happened, checked, remedy=Remedy.RETURN, is_insured=each) for each in BOOL)
    back = insured.legs[Leg.BACK]
    assert (back.payer, back.advanced_by, back.paid_back, back.rule) == (Party.INSURER, Party.CUSTOMER, PaidBack.INSURANCE, "R3.5")
    assert [insured.legs[leg] for leg in (Leg.OUT, Leg.RESEND)] == [plain.legs[leg] for leg in (Leg.OUT, Leg.RESEND)]
    assert (insured.at_fault, insured.fault_rule) == (plain.at_fault, plain.fault_rule)


@pytest.mark.rule("R3.5")
def test_an_insured_exchange_is_a_return_and_a_new_order_with_its_own_postage():
    decision = decided(Happened.UNWANTED, remedy=Remedy.EXCHANGE, is_insured=True)
    assert payers(decision) == (Party.SHOP, Party.INSURER, Party.CUSTOMER)
    ours = decided(Happened.WRONG, Checked.WAREHOUSE, remedy=Remedy.EXCHANGE, is_insured=True)
    assert payers(ours) == (Party.SHOP, Party.INSURER, Party.SHOP)


@pytest.mark.rule("R3.5")
def test_the_insurer_pays_for_no_parcel_that_the_courier_brings_back():
    decision = decided(Happened.UNREACHABLE, remedy=Remedy.RETURN, contact_rule_kept=True, is_insured=True)
    assert decision.legs[Leg.BACK].payer == Party.CUSTOMER


@pytest.mark.rule("R3.6")
@pytest.mark.parametrize("sent_by", [SentBy.COLLECT, SentBy.SURFACE])
def test_returns_by_collect_on_delivery_or_surface_mail_are_refused(sent_by):
    decision = decided(Happened.QUALITY, Checked.WAREHOUSE, remedy=Remedy.RETURN, sent_by=sent_by)
    assert (decision.refuses_parcel, spoke(decision)) == (True, ["R3.1", "R3.6"])
    # Who pays the prepaid one that follows stays as it was.
    assert decision.legs == decided(Happened.QUALITY, Checked.WAREHOUSE, remedy=Remedy.RETURN).legs


@pytest.mark.rule("L1.5")
def test_the_customer_wrote_the_address_wrongly_and_bears_the_loss():
    decision = decided(Happened.ADDRESS_WRONG)
    assert (decision.at_fault, spoke(decision)) == (Fault.CUSTOMER, ["L1.5"])
    assert payers(decision) == (Party.CUSTOMER,) * 3


@pytest.mark.rule("L6.3")
def test_silence_and_every_channel_tried_the_return_postage_is_the_customers():
    decision = decided(Happened.UNREACHABLE, contact_rule_kept=True)
    assert (decision.at_fault, decision.fault_rule) == (Fault.CUSTOMER, "L6.3")
    back = decision.legs[Leg.BACK]
    assert (back.payer, back.advanced_by, back.paid_back, back.rule) == (Party.CUSTOMER, Party.SHOP, PaidBack.DEDUCTED, "L6.3")


@pytest.mark.rule("L6.4")
def test_silence_but_a_channel_was_not_tried_nothing_is_charged():
    decision = decided(Happened.UNREACHABLE, contact_rule_kept=False)
    assert (decision.at_fault, spoke(decision), payers(decision)) == (Fault.SHOP, ["L6.4"], (Party.SHOP,) * 3)
    assert decision.legs[Leg.BACK].advanced_by == Party.SHOP


@pytest.mark.rule("L9.7")
def test_address_changed_after_signing_all_cost_is_the_customers():
    decision = decided(Happened.ADDRESS_CHANGED)
    assert (spoke(decision), payers(decision)) == (["L9.7"], (Party.CUSTOMER,) * 3)


@pytest.mark.rule("L10.1")
def test_refused_for_the_customers_reason_refund_less_one_freight_and_resend_paid_by_the_customer():
    decision = decided(Happened.REFUSED)
    assert payers(decision) == (Party.SHOP, Party.CUSTOMER, Party.CUSTOMER)
    assert decision.legs[Leg.BACK].paid_back == PaidBack.DEDUCTED
    assert (decision.legs[Leg.RESEND].advanced_by, decision.fault_rule) == (Party.CUSTOMER, "L10.1")


@pytest.mark.rule("L10.2")
def test_hong_kong_macau_taiwan_a_refused_parcel_costs_the_customer_both_ways():
    decision = decided(Happened.REFUSED, beyond_the_border=True)
    assert payers(decision) == (Party.CUSTOMER,) * 3
    assert spoke(decision) == ["L10.1", "L10.2", "R3.4"]


@pytest.mark.rule("L5.2")
@pytest.mark.rule("L7.2")
@pytest.mark.parametrize("happened", [Happened.MISSING, Happened.DAMAGED])
def test_what_cannot_be_said_is_not_the_customers_loss(happened):
    decision = decided(happened, Checked.CONFIRMED)
    assert (decision.at_fault, payers(decision)) == (Fault.UNKNOWN, (Party.SHOP,) * 3)


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("happened", [*sorted(GOODS), Happened.LOST, Happened.MISDELIVERED, Happened.OTHER])
def test_nothing_is_promised_before_it_is_checked(happened):
    decision = decided(happened)
    assert (decision.at_fault, decision.is_decided, spoke(decision)) == (Fault.UNKNOWN, False, ["L0.2"])


@pytest.mark.rule("L8.1", "L8.2")
def test_out_of_area_is_borne_by_who_chose_the_courier():
    insisted, ours = decided(Happened.INSISTED), decided(Happened.OUT_OF_AREA)
    assert (insisted.at_fault, payers(insisted)) == (Fault.CUSTOMER, (Party.SHOP, Party.CUSTOMER, Party.CUSTOMER))
    assert (ours.at_fault, payers(ours), spoke(ours)) == (Fault.SHOP, (Party.SHOP,) * 3, ["L8.2"])
    assert {each.advanced_by for each in ours.legs.values()} == {Party.SHOP}


@pytest.mark.rule("L11.1")
@pytest.mark.parametrize(
    ("checked", "at_fault", "payer"),
    [
        (Checked.COURIER, Fault.COURIER, Party.COURIER),
        (Checked.WAREHOUSE, Fault.SHOP, Party.SHOP),
        (Checked.CONFIRMED, Fault.UNKNOWN, Party.SHOP),
    ],
)
def test_what_was_confiscated_is_borne_by_who_is_liable_and_never_by_the_customer(checked, at_fault, payer):
    decision = decided(Happened.CONFISCATED, checked)
    assert (decision.at_fault, decision.fault_rule, set(payers(decision))) == (at_fault, "L11.1", {payer})


# What holds of everything ---------------------------------------------------------------------------


def test_every_combination_is_among_them():
    assert len(set(EVERYTHING)) == len(EVERYTHING) == len(Happened) * 4 * 3 * 3 * 2 * 2 * 2 * 2
    assert len(dataclasses.fields(Circumstances)) == 8


def test_every_decision_has_a_reason_whose_rule_stands_in_the_handbook(all_decisions):
    known = rules_of_the_handbook()
    for facts, decision in all_decisions:
        assert decision.fault_rule in spoke(decision), facts
        assert set(spoke(decision)) <= known, facts
        assert all(str(each.text) for each in decision.reasons), facts


def test_every_rule_of_the_table_speaks_somewhere_in_its_order_and_with_its_own_sentence(all_decisions):
    table = [each.id for each in RULES]
    assert {rule for _, decision in all_decisions for rule in spoke(decision)} == set(table)
    assert Counter(table).most_common(1)[0][1] == 1
    for facts, decision in all_decisions:
        assert spoke(decision) == sorted(spoke(decision), key=table.index), facts
    assert reasons_of(["R3.4", "L6.3", "X9.9"]) == list(decided(Happened.UNREACHABLE, contact_rule_kept=True).reasons)


def test_the_same_circumstances_give_the_same_decision_dated_by_the_caller(all_decisions):
    for facts, decision in all_decisions:
        assert decide(dataclasses.replace(facts), MONDAY) == decision, facts
        assert decision.decided_at == MONDAY


def test_every_leg_is_decided_or_none_and_each_adds_up_to_one(all_decisions):
    for facts, decision in all_decisions:
        assert set(decision.legs) in (set(Leg), set()), facts
        assert decision.is_decided is not ("L0.2" in spoke(decision)), facts
        for freight in decision.legs.values():
            assert sum(freight.payer.shares.values()) == 1
            assert (len(freight.payer.shares) == 2) is (freight.payer == Party.SPLIT)
            assert freight.rule in spoke(decision)


def test_who_advances_what_another_bears_is_paid_back_in_a_named_way(all_decisions):
    for facts, decision in all_decisions:
        for freight in decision.legs.values():
            assert freight.advanced_by in (Party.CUSTOMER, Party.SHOP), facts
            assert (freight.paid_back is None) is (freight.advanced_by == freight.payer), facts


def test_the_customer_never_pays_when_it_is_our_fault(all_decisions):
    for facts, decision in all_decisions:
        if decision.at_fault in (Fault.SHOP, Fault.WAREHOUSE, Fault.COURIER, Fault.UNKNOWN):
            assert not {Party.CUSTOMER, Party.SPLIT} & {each.payer for each in decision.legs.values()}, facts


def test_the_customer_is_at_fault_only_for_a_deed_or_silence_of_their_own(all_decisions):
    for facts, decision in all_decisions:
        if decision.at_fault in (Fault.CUSTOMER, Fault.NOBODY):
            assert facts.happened in BY_CUSTOMER or (facts.happened == Happened.UNREACHABLE and facts.contact_rule_kept), facts


def test_the_courier_pays_where_it_is_at_fault_and_nowhere_else(all_decisions):
    for facts, decision in all_decisions:
        pays = Party.COURIER in {each.payer for each in decision.legs.values()}
        assert pays is (decision.at_fault == Fault.COURIER), facts
        assert not pays or facts.checked == Checked.COURIER, facts


def test_the_insurer_pays_only_the_way_back_of_an_insured_order_that_the_customer_sends_back(all_decisions):
    for facts, decision in all_decisions:
        insured = {leg for leg, each in decision.legs.items() if each.payer == Party.INSURER}
        comes_back = facts.remedy != Remedy.NOTHING_BACK and facts.happened in GOODS | {Happened.UNWANTED}
        assert insured == ({Leg.BACK} if facts.is_insured and comes_back and decision.is_decided else set()), facts


def test_halves_are_for_an_exchange_without_fault(all_decisions):
    for facts, decision in all_decisions:
        if Party.SPLIT in {each.payer for each in decision.legs.values()}:
            assert (facts.happened, facts.remedy) == (Happened.UNWANTED, Remedy.EXCHANGE), facts
            assert (facts.no_fault_exchange, facts.is_insured) == (NoFaultExchange.SPLIT, False), facts


def test_what_nobody_has_proven_about_goods_charges_nobody(all_decisions):
    for facts, decision in all_decisions:
        if facts.checked == Checked.NOT_YET and facts.happened in GOODS | {Happened.LOST, Happened.MISDELIVERED}:
            assert not decision.is_decided, facts
