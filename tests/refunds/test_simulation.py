"""Simulating before asking: what would go back, be left, be paid by whom, be lost, and who may approve it. Nothing is changed."""

from decimal import Decimal
from itertools import product

import pytest

from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, Ledger
from logistics.fault import decide
from logistics.freight import Checked, Circumstances, Happened
from logistics.models import IncidentFacts, Loss
from orders.models import Line, Order
from refunds.actions.simulate import simulate_refund
from refunds.asking.circumstances import judge
from refunds.models import Request
from tests.builders import a_refund, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, taken, to_mend
from tests.refunds.returns import a_return, inspected

PATH = "refunds/simulate/"


@pytest.fixture
def api(agent):
    return program(agent)


@pytest.fixture
def order(shop):
    """Two lines, the first of three pieces; 8.00 of postage; prices above what was paid."""
    order = an_order(shop, lines=("100.00", "40.00"), freight="8.00")
    order.lines.filter(position=1).update(quantity=3, price=Decimal("40.00"))
    return order


def looked_at(api, order, **wish):
    answer = api.post(PATH, {"order": order.number} | wish)
    assert answer.status_code == 200, answer.content
    return answer.json()


def of_line(order, position=1, **asked):
    return [{"line": order.lines.get(position=position).pk} | asked]


def test_pieces_propose_their_amount_and_the_rest_is_what_is_left(api, order):
    found = looked_at(api, order, lines=of_line(order, pieces=1))
    first = found["lines"][0]
    assert (first["proposed"], first["asked"], first["left"], first["pieces"]) == ("33.34", "33.34", "66.66", 1)
    assert (first["listed"], first["discount"], first["postage"]) == ("120.00", "20.00", "5.71")
    assert (found["amount"], found["total"]["left"], found["fits"]) == ("33.34", "114.66", True)


def test_an_amount_that_is_typed_stands_beside_what_the_pieces_cost(api, order):
    found = looked_at(api, order, lines=of_line(order, pieces=2, amount="10.00"))
    first = found["lines"][0]
    assert (first["proposed"], first["asked"], first["pieces"]) == ("66.67", "10.00", 0)


@pytest.mark.fault("M10")
def test_piece_by_piece_the_customer_gets_back_what_was_paid(api, agent, supervisor, finance, order):
    amounts = []
    for paid in (True, False, True):
        amount = looked_at(api, order, lines=of_line(order, pieces=1))["amount"]
        a_refund(agent, order=order, amount=amount, **({"approved_by": supervisor, "paid_by": finance} if paid else {}))
        amounts.append(amount)
    assert amounts == ["33.34", "33.33", "33.33"]
    assert looked_at(api, order, lines=of_line(order, pieces=1))["amount"] == "0.00"


def test_the_postage_of_the_pieces_is_proposed_and_with_the_last_goods_all_of_it(api, agent, order):
    assert looked_at(api, order, lines=of_line(order, pieces=1))["freight_proposed"] == "1.91"
    a_refund(agent, order=order, amount="100.00", freight="5.71")
    assert looked_at(api, order)["freight_proposed"] == "0.00"
    assert looked_at(api, order, lines=of_line(order, 2, pieces=1))["freight_proposed"] == "2.29"


def test_what_went_back_and_what_others_set_aside_is_told_apart(api, agent, supervisor, finance, order):
    a_refund(agent, order=order, amount="10.00", approved_by=supervisor, paid_by=finance)
    a_refund(agent, order=order, amount="20.00", freight="3.00")
    found = looked_at(api, order, lines=of_line(order, amount="70.01"), freight="5.01")
    first = found["lines"][0]
    assert (first["refunded"], first["reserved"], first["left"]) == ("10.00", "20.00", "-0.01")
    assert (found["freight"]["reserved"], found["freight"]["left"]) == ("3.00", "-0.01")
    assert found["fits"] is False


@pytest.mark.rule("R1.3")
def test_a_refund_that_is_asked_anew_frees_its_own_money_first(api, agent, supervisor, order):
    case = a_refund(agent, order=order, amount="90.00", approved_by=supervisor)
    found = looked_at(api, order, case=case.pk, lines=of_line(order, amount="100.00"))
    assert (found["lines"][0]["reserved"], found["fits"]) == ("0.00", True)
    assert found["approver"] == {"cumulated": "100.00", "role": "supervisor", "limit": "500.00"}


@pytest.mark.rule("R1.2")
def test_the_lowest_role_whose_limit_holds_the_orders_sum_is_named(api, agent, manager, shop):
    order = an_order(shop, lines=("900.00",))
    asks = {amount: looked_at(api, order, lines=of_line(order, amount=amount))["approver"]["role"] for amount in ("500.00", "500.01")}
    assert asks == {"500.00": "supervisor", "500.01": "manager"}
    a_refund(agent, order=order, amount="300.00", approved_by=manager)
    assert looked_at(api, order, lines=of_line(order, amount="200.01"))["approver"]["role"] == "manager"


@pytest.mark.rule("R3.1")
def test_reason_and_ground_say_who_pays_which_way_and_by_which_rule(api, order):
    found = looked_at(api, order, reason="quality", ground="photo_checked", lines=of_line(order, pieces=1))
    assert (found["at_fault"], found["fault_rule"], found["is_final"]) == ("shop", "R3.1", False)
    assert [each["rule"] for each in found["reasons"]] == ["R3.1"]
    assert [(each["leg"], each["payer"]) for each in found["legs"]] == [("out", "shop"), ("back", "shop"), ("resend", "shop")]


def test_while_nothing_is_proven_no_freight_is_promised(api, order):
    found = looked_at(api, order, reason="quality")
    assert (found["at_fault"], found["is_decided"], found["legs"]) == ("unknown", False, [])
    assert [each["rule"] for each in found["reasons"]] == ["L0.2"]


@pytest.mark.rule("R3.5")
def test_with_freight_insurance_the_insurer_pays_the_way_back(api, order):
    Order.objects.update(freight_insured=True)
    found = looked_at(api, order, reason="unwanted", ground="goods_back")
    back = next(each for each in found["legs"] if each["leg"] == "back")
    assert (back["payer"], back["paid_back"], back["rule"]) == ("insurer", "insurance", "R3.5")


@pytest.mark.rule("L6.3")
def test_what_the_case_above_decided_counts_and_not_what_is_typed(api, agent):
    case = an_unreachable(agent, state="returning")
    found = looked_at(api, case.order, case=case.pk, reason="quality", ground="photo_checked")
    assert (found["at_fault"], found["fault_rule"], found["is_final"]) == ("customer", "L6.3", True)
    assert ("back", "customer", "L6.3") in [(each["leg"], each["payer"], each["rule"]) for each in found["legs"]]


def test_whatever_a_case_decides_who_pays_which_way_is_told_as_it_was_decided():
    """From fault and rule alone the same ways come out; what else the rules looked at is insurance, border and exchange."""
    for happened, checked, kept in product(Happened, Checked, (True, False)):
        decision = decide(Circumstances(happened, checked, contact_rule_kept=kept), MONDAY)
        facts = IncidentFacts(fault=decision.at_fault, fault_rule=decision.fault_rule, rules=[each.rule for each in decision.reasons])
        for reason in ("quality", "not_received", ""):
            judged = judge(Order(), facts, reason=reason, ground="photo_checked", at=MONDAY)
            assert judged.decision.legs == decision.legs, (happened, checked, kept)
            assert (judged.decision.at_fault, judged.decision.fault_rule) == (decision.at_fault, decision.fault_rule)


@pytest.mark.rule("L10.1")
def test_a_leads_word_on_the_way_back_counts_above_all(api, agent, supervisor):
    case = an_unreachable(agent, state="returning")
    taken(case, "override_freight", supervisor, note="kulant", freight_payer="shop")
    found = looked_at(api, case.order, case=case.pk)
    assert found["by_lead"] is True
    assert ("back", "shop", "L10.1") in [(each["leg"], each["payer"], each["rule"]) for each in found["legs"]]


@pytest.mark.rule("R3.1")
def test_of_goods_that_came_back_the_inspections_decision_counts(api, agent, warehouse):
    case = a_return(agent, 1, why="quality")
    inspected(case, warehouse)
    found = looked_at(api, case.order, case=case.pk, reason="unwanted", ground="goods_back")
    assert (found["at_fault"], found["is_final"]) == ("shop", True)
    assert ("back", "shop", "R3.1") in [(each["leg"], each["payer"], each["rule"]) for each in found["legs"]]


@pytest.mark.rule("L13.1", "R3.2")
def test_what_the_courier_owes_for_a_lost_parcel_lowers_the_loss(api, agent):
    case = to_mend(agent, lines=("60.00", "40.00"))
    found = looked_at(api, case.order, case=case.pk, lines=of_line(case.order, amount="60.00"))
    (claim,) = found["claims"]
    assert (claim["owed"], claim["covers"], claim["cause"], claim["rule"]) == ("100.00", "60.00", "lost", "L13.1")
    assert (found["claim"], found["net_loss"], found["at_fault"]) == ("60.00", "0.00", "courier")


@pytest.mark.rule("L13.1")
def test_no_yuan_of_a_claim_is_counted_for_two_refunds(api, agent):
    case = to_mend(agent, lines=("60.00", "40.00"))
    a_refund(agent, order=case.order, amount="50.00", case=case.pk)
    found = looked_at(api, case.order, lines=of_line(case.order, 1, amount="10.00") + of_line(case.order, 2, amount="40.00"))
    assert (found["claim"], found["net_loss"]) == ("50.00", "0.00")
    assert looked_at(api, case.order, lines=of_line(case.order, 2, amount="30.00"))["claim"] == "30.00"


@pytest.mark.rule("L13.1")
def test_of_missing_pieces_the_courier_pays_no_more_than_their_price(api, agent, shop):
    order = an_order(shop, lines=("60.00", "40.00"), waybill="74000000009901")
    order.lines.update(quantity=2)
    case = an_incident("missing_items", agent, order=order)
    first = order.lines.first()
    IncidentFacts.objects.filter(case=case).update(items=[{"line": first.pk, "quantity": 1}])
    parcel = order.parcels.get()
    Loss.objects.create(case=case, parcel=parcel, courier=parcel.courier, cause="missing", amount="30.00", rule="L13.1", at=MONDAY)
    assert looked_at(api, order, case=case.pk, lines=of_line(order, pieces=2))["claim"] == "30.00"
    assert looked_at(api, order, case=case.pk, lines=of_line(order, amount="12.00"))["claim"] == "12.00"
    assert looked_at(api, order, lines=of_line(order, 2, pieces=1))["claim"] == "0.00"


def test_the_cost_of_goods_is_told_where_it_is_known_and_is_never_nothing_where_it_is_not(api, order):
    Line.objects.filter(order=order, position=1).update(item_cost="12.50")
    assert looked_at(api, order, lines=of_line(order, pieces=2))["goods_cost"] == "25.00"
    both = of_line(order, pieces=2) + of_line(order, 2, pieces=1)
    found = looked_at(api, order, lines=both)
    assert (found["goods_cost"], [each["cost"] for each in found["lines"]]) == (None, ["25.00", None])


@pytest.mark.rule("R1.2")
def test_what_goes_beyond_the_order_counts_for_loss_and_limit_and_takes_nothing_from_it(api, order):
    found = looked_at(api, order, lines=of_line(order, amount="100.00"), beyond={"kind": "freight", "amount": "12.00"})
    assert (found["amount"], found["net_loss"], found["approver"]["cumulated"]) == ("112.00", "112.00", "112.00")
    assert (found["total"]["asked"], found["beyond"], found["fits"]) == ("100.00", "12.00", True)


def test_it_changes_nothing(api, agent, order):
    case = a_refund(agent, order=order)

    def all_there_is():
        counts = [each.objects.count() for each in (Case, Request, Ledger, Journal)]
        return (
            counts,
            Case.objects.values("state", "version", "changed_at").get(),
            Order.objects.values().get(),
            list(Line.objects.values()),
        )

    before = all_there_is()
    looked_at(api, order, case=case.pk, reason="damaged", lines=of_line(order, pieces=3), freight="8.00")
    assert all_there_is() == before
    assert verify_invariants() == []


@pytest.mark.fault("M4")
@pytest.mark.parametrize("amount", ["-1", "1.005", "1,00", "1e2", "NaN", "１", " 1 ", "1\n", True, 12, [], 10**100])
def test_what_is_no_amount_is_refused_naming_the_field(api, order, amount):
    for wish in ({"freight": amount}, {"lines": of_line(order, amount=amount)}):
        answer = api.post(PATH, {"order": order.number} | wish)
        assert answer.status_code == 400
        assert answer.json()["field"].split(".")[0] in wish


@pytest.mark.parametrize("pieces", [-1, 4, 10**30, "1", 1.5, True])
def test_pieces_are_a_number_that_the_line_has(api, order, pieces):
    answer = api.post(PATH, {"order": order.number, "lines": of_line(order, pieces=pieces)})
    assert (answer.status_code, answer.json()["field"]) == (400, "lines.0.pieces")


def test_a_line_of_another_order_or_named_twice_is_refused(api, order, shop):
    for lines in (of_line(an_order(shop), amount="1.00"), of_line(order, amount="1.00") * 2):
        answer = api.post(PATH, {"order": order.number, "lines": lines})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_line")


def test_the_number_of_queries_does_not_grow_with_the_lines(agent, shop, django_assert_num_queries):
    small, large = an_order(shop, lines=("10.00",)), an_order(shop, lines=("10.00",) * 30)
    for order in (small, large):
        wish = {"order": order.number, "lines": [{"line": line.pk, "pieces": 1} for line in order.lines.all()]}
        by = acts(agent)
        with django_assert_num_queries(4):
            simulate_refund(wish, by=by, at=MONDAY)
