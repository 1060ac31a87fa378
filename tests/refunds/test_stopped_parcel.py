"""L9.6 A refund of goods whose parcel a courier is asked to stop waits for it, or a lead lets it go with a reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.open_case import open_case
from casework.actions.verify import verify_invariants
from orders.errors import Malformed, NotAllowed, StepRefused
from tests.builders import a_refund, an_order, numbers
from tests.cast import MONDAY, acts
from tests.logistics.incidents import facts_of, state_of, taken

pytestmark = pytest.mark.rule("L9.6")


@pytest.fixture
def order(shop):
    return an_order(shop, waybill=f"7367777777{next(numbers):04d}")


def stopped(order, agent):
    return open_case("intercept", by=acts(agent), at=MONDAY, order=order.number)


def refusals(deed):
    with pytest.raises(StepRefused) as refused:
        deed()
    return [(each.code, each.rule) for each in refused.value.reasons]


def approve(refund, lead):
    return advance(refund.pk, "approve", by=acts(lead, stepped_up_at=MONDAY), at=MONDAY)


WAITS = [("no_parcel_is_being_stopped", "L9.6")]


def test_the_approval_waits_for_the_courier(agent, supervisor, order):
    refund = a_refund(agent, order=order)
    stop = stopped(order, agent)
    assert refusals(lambda: approve(refund, supervisor)) == WAITS
    taken(stop, "courier_asked", agent, purpose="bring_back", whom="courier", way="phone")
    assert refusals(lambda: approve(refund, supervisor)) == WAITS
    taken(stop, "courier_accepts", agent, said="已拦截")
    taken(stop, "came_back", agent)
    assert (state_of(stop), approve(refund, supervisor).state) == ("back", "to_pay")
    assert verify_invariants() == []


def test_whoever_stops_a_merged_parcel_locks_every_order_in_it_first(agent, supervisor, order):
    other = an_order(order.shop, waybill=order.waybills[0])
    with CaptureQueriesContext(connection) as queries:
        stop = stopped(order, agent)
    locks = [each["sql"] for each in queries if "FOR NO KEY UPDATE" in each["sql"]]
    assert all(f"{each.pk}" in locks[0] for each in (order, other))
    assert "pg_advisory_xact_lock_shared" in str([each["sql"] for each in queries][: 1 + len(queries)])
    assert refusals(lambda: approve(a_refund(agent, order=other), supervisor)) == WAITS
    assert stop.order_id in (order.pk, other.pk)


def test_what_was_approved_before_is_not_paid_while_the_parcel_is_being_stopped(agent, supervisor, finance, order):
    refund = a_refund(agent, order=order, approved_by=supervisor)
    stopped(order, agent)
    paid = {"platform_number": "PAYSTOP1", "paid_at": MONDAY.isoformat()}
    assert refusals(lambda: advance(refund.pk, "record_payout", by=acts(finance), at=MONDAY, facts=paid)) == WAITS


def test_a_lead_lets_it_go_with_a_reason_and_nobody_else(agent, supervisor, order):
    refund, stop = a_refund(agent, order=order), stopped(order, agent)
    with pytest.raises(NotAllowed):
        taken(stop, "let_refunds_go", agent, note="客户急")
    with pytest.raises(Malformed):
        taken(stop, "let_refunds_go", supervisor)
    taken(stop, "let_refunds_go", supervisor, note="老客户，先退款")
    assert facts_of(stop).refunds_go_at == MONDAY
    assert approve(refund, supervisor).state == "to_pay"
    assert verify_invariants() == []


def test_what_somebody_has_signed_for_and_what_gives_back_no_goods_does_not_wait(agent, supervisor, order):
    postage = a_refund(
        agent, order=an_order(order.shop, freight="8.00", waybill="736777777001"), lines=[], freight="5.00", reason="freight"
    )
    stopped(postage.order, agent)
    assert approve(postage, supervisor).state == "to_pay"
    refund = a_refund(agent, order=order)
    stop = stopped(order, agent)
    order.parcels.update(delivered_at=MONDAY, said_delivered_at=MONDAY)
    assert approve(refund, supervisor).state == "to_pay"
    assert state_of(stop) == "to_ask"
