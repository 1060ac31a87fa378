"""Exchanges: goods come back and are inspected, the postage is settled, and new goods go out until they are signed for (R6)."""

from decimal import Decimal

import pytest

from casework.actions.advance import advance
from casework.actions.verify import verify_invariants
from casework.models import Policy
from logistics.models import IncidentFacts, Loss, Parcel
from orders.errors import Malformed, NotAllowed, StepRefused
from refunds.actions.ask import ask_refund
from refunds.actions.ask_return import ask_exchange
from refunds.goods.returning import why_not_paid
from tests.builders import a_wish
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, answered, fresh, hours, running, state_of, taken
from tests.refunds.returns import a_delivered_order, a_wish_to_return, an_exchange, inspected, return_of, shipped

SETTLED = {"settled": "customer_paid", "how": "顾客付 6 元"}
BACK = {"waybill": "YT1234567890123", "courier": "yuantong"}


def refused_codes(attempt):
    with pytest.raises(StepRefused) as refused:
        attempt()
    return [each.code for each in refused.value.reasons]


def to_ship(agent, warehouse, **wish):
    """An exchange whose goods are back and whose postage is settled."""
    case = inspected(an_exchange(agent, **wish), warehouse)
    taken(case, "postage_settled", agent, **SETTLED)
    return fresh(case)


@pytest.mark.rule("R6.1")
def test_inspected_the_postage_is_settled_and_those_who_pack_are_asked_for_what_is_wanted(agent, warehouse):
    case = inspected(an_exchange(agent, wanted="同款 42 码"), warehouse)
    assert (case.state, case.tasks.count()) == ("postage", 0)
    with pytest.raises(Malformed) as refused:
        taken(case, "postage_settled", agent, settled="customer_paid")
    assert refused.value.field == "how"
    taken(case, "postage_settled", agent, **SETTLED)
    task = case.tasks.get()
    assert (task.kind, task.role, task.text) == ("ship_again", "packers", "同款 42 码")
    assert (state_of(case), return_of(case).settled) == ("to_ship", "customer_paid")
    assert running(case, "ship").due_at == MONDAY + hours(8)


@pytest.mark.rule("R6.1")
def test_the_new_goods_are_tracked_until_signed_beside_the_parcel_that_came_back(agent, warehouse):
    case = an_exchange(agent)
    taken(case, "on_its_way", agent, **BACK)
    case = inspected(fresh(case), warehouse)
    taken(case, "postage_settled", agent, settled="nothing_owed")
    case = shipped(case, warehouse)
    parcel = Parcel.objects.get(waybill="SF1234567890123")
    assert (case.state, case.incident.parcel, parcel.is_return, parcel.is_awaited) == ("sent", parcel, False, True)
    assert return_of(case).waybill == BACK["waybill"]
    taken(case, "delivered", None)
    assert (state_of(case), verify_invariants()) == ("exchanged", [])


@pytest.mark.rule("R6.1")
def test_nothing_is_shipped_before_the_inspection_nor_for_a_difference_without_a_lead(agent, supervisor, warehouse):
    case = an_exchange(agent)
    with pytest.raises(StepRefused):
        taken(case, "postage_settled", agent, **SETTLED)
    case = inspected(case, warehouse, worn=1)
    assert state_of(case) == "different"
    with pytest.raises(NotAllowed):
        taken(case, "accept_difference", agent, note="算了")
    taken(case, "accept_difference", supervisor, note="老顾客")
    taken(case, "postage_settled", agent, **SETTLED)
    assert state_of(case) == "to_ship"


@pytest.mark.rule("R5.2")
def test_an_exchange_in_spite_of_the_difference_lets_no_money_go_and_no_program_decides_it(agent, supervisor, warehouse, shop):
    order = a_delivered_order(shop, quantity=2)
    case = inspected(an_exchange(agent, 2, order=order), warehouse, good=1)
    answer = program(supervisor).post(f"cases/{case.pk}/steps/accept_difference/", {"version": case.version, "note": "老顾客"})
    assert (answer.status_code, state_of(case)) == (403, "different")
    taken(case, "accept_difference", supervisor, note="老顾客")
    facts = return_of(case)
    assert (facts.exchange_in_spite_at, facts.released_at) == (MONDAY, None)
    line = order.lines.get().pk
    assert why_not_paid({line: Decimal("50.00")}, case.pk) == []
    assert [each.code for each in why_not_paid({line: Decimal("50.01")}, case.pk)] == ["not_as_claimed"]


@pytest.mark.rule("R3.3")
@pytest.mark.parametrize(("policy", "payer"), [(None, "split"), ("customer", "customer")])
def test_without_fault_the_shops_policy_says_who_pays(agent, manager, shop, policy, payer):
    if policy:
        Policy.objects.create(name="no_fault_exchange", shop=shop, value=policy, valid_from=MONDAY, changed_by=manager, changed_at=MONDAY)
    facts = IncidentFacts.objects.get(case=an_exchange(agent))
    assert (facts.freight_payer, facts.freight_rule) == (payer, "R3.3")


@pytest.mark.rule("R3.5")
def test_with_freight_insurance_it_is_a_return_and_a_new_order(agent, shop):
    order = a_delivered_order(shop, freight_insured=True)
    assert refused_codes(lambda: ask_exchange(a_wish_to_return(order), by=acts(agent), at=MONDAY)) == ["insured"]


@pytest.mark.rule("R6.1")
def test_what_is_out_of_stock_becomes_an_offer_of_other_goods(agent, warehouse):
    case = to_ship(agent, warehouse, wanted="红色 M")
    answered(case, "cannot_ship", warehouse)
    assert (state_of(case), fresh(case).queue) == ("to_offer", "agents")
    taken(case, "other_goods", agent, wanted="蓝色 M")
    assert case.tasks.get(done_at=None).text == "蓝色 M"
    assert state_of(shipped(case, warehouse)) == "sent"


@pytest.mark.rule("R6.1", "R5.2")
def test_or_of_a_refund_which_is_not_asked_for_while_the_exchange_goes_on(agent, warehouse):
    case = to_ship(agent, warehouse)
    under = a_wish(case.order, "100.00", case=case.pk, ground="goods_back")
    assert refused_codes(lambda: ask_refund(under, by=acts(agent), at=MONDAY)) == ["new_goods_first"]
    assert refused_codes(lambda: ask_refund(a_wish(case.order), by=acts(agent), at=MONDAY)) == ["being_exchanged"]
    answered(case, "cannot_ship", warehouse)
    refund = ask_refund(under, by=acts(agent), at=MONDAY)
    assert (state_of(case), refund.parent_id) == ("refunding", case.pk)
    advance(refund.pk, "withdraw", by=acts(agent), at=MONDAY, note="顾客改要同款")
    assert state_of(case) == "to_offer"


@pytest.mark.rule("R6.1")
@pytest.mark.parametrize(("step", "facts"), [("came_back", {}), ("lost_again", SAID)])
def test_new_goods_that_do_not_reach_the_customer_become_an_offer(agent, warehouse, step, facts):
    case = shipped(to_ship(agent, warehouse), warehouse)
    taken(case, step, agent, **facts)
    assert state_of(case) == "to_offer"
    if step == "lost_again":
        assert str(Loss.objects.get(case=case).amount) == "100.00"
    taken(case, "other_goods", agent)
    assert case.tasks.get(done_at=None).text == "样例商品1 ×1"


@pytest.mark.rule("R6.1")
def test_called_off_nobody_is_asked_to_ship_any_more(agent, warehouse):
    case = to_ship(agent, warehouse)
    taken(case, "call_off", agent, note="顾客改要退款")
    assert (state_of(case), case.tasks.get().is_dropped) == ("called_off", True)


@pytest.mark.rule("L0.2")
def test_who_pays_is_decided_before_anything_is_shipped(agent, supervisor, warehouse):
    case = inspected(an_exchange(agent, why="quality"), warehouse, worn=1)
    taken(case, "accept_difference", supervisor, note="老顾客")
    assert refused_codes(lambda: taken(case, "postage_settled", agent, **SETTLED)) == ["postage_is_decided"]
    taken(case, "override_freight", supervisor, freight_payer="shop", note="算我们的")
    taken(case, "postage_settled", agent, settled="nothing_owed")
    assert state_of(case) == "to_ship"


@pytest.mark.rule("R6.1")
def test_what_leaves_stock_is_booked_at_its_cost_and_other_goods_as_unknown(agent, warehouse):
    same, other = to_ship(agent, warehouse), to_ship(agent, warehouse, wanted="红色 M")
    same.order.lines.update(item_cost="31.50")
    shipped(same, warehouse)
    shipped(other, warehouse, waybill="SF1234567890124")
    assert [(str(each.cost), each.what) for each in same.goods_out.all()] == [("31.50", "")]
    assert [(each.cost, each.what) for each in other.goods_out.all()] == [(None, "红色 M")]
    # Lost and sent once more it leaves stock once more.
    taken(same, "lost_again", agent, **SAID)
    taken(same, "other_goods", agent)
    shipped(fresh(same), warehouse, waybill="SF1234567890125")
    assert [str(each.cost) for each in same.goods_out.order_by("pk")] == ["31.50", "31.50"]
    assert verify_invariants() == []


@pytest.mark.rule("R5.2")
def test_a_refund_that_is_withdrawn_opens_no_way_past_the_lead(agent, supervisor, warehouse, shop):
    order = a_delivered_order(shop, quantity=2)
    case = inspected(an_exchange(agent, 2, order=order), warehouse, good=1)
    refund = ask_refund(a_wish(order, "50.00", case=case.pk, ground="goods_back"), by=acts(agent), at=MONDAY)
    advance(refund.pk, "withdraw", by=acts(agent), at=MONDAY, note="顾客还是要换")
    assert refused_codes(lambda: taken(case, "other_goods", agent)) == ["nothing_is_owed_to_us"]
    taken(case, "accept_difference", supervisor, note="老顾客")
    assert state_of(case) == "postage"
