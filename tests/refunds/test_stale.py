"""M11, C4: whoever decides on an order's money that has moved since they saw it is told so, with the sums as they are now."""

import json

import pytest

from casework.actions.advance import advance
from casework.models import Case, Journal
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.models import Approval, Ending, SendBack
from tests.builders import a_refund, a_wish, an_order
from tests.callers import browser
from tests.cast import MONDAY, acts

pytestmark = [pytest.mark.fault("M11"), pytest.mark.rule("R1.3")]


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="8.00")


@pytest.fixture
def case(agent, order):
    return a_refund(agent, order=order, amount="30.00")


def version_of(case):
    return Case.objects.get(pk=case.pk).version


@pytest.mark.fault("C4")
@pytest.mark.parametrize(("step", "rows"), [("approve", Approval), ("reject", Ending), ("send_back", SendBack)])
def test_over_the_api_too_with_the_fresh_sums_in_the_answer(agent, agent2, supervisor, supervisor2, order, case, step, rows):
    caller, seen = browser(supervisor2), case.version
    a_refund(agent2, order=order, amount="10.00", approved_by=supervisor)
    facts = {} if step == "approve" else {"facts": {"reason": "裂纹看不清"}}
    answer = caller.send(f"cases/{case.pk}/steps/{step}/", json.dumps({"version": seen} | facts))
    body = answer.json()
    assert (answer.status_code, body["code"], body["version"]) == (409, "stale", version_of(case))
    first = str(order.lines.first().pk)
    assert body["totals"]["order"] == {"paid": "108.00", "refunded": "0.00", "reserved": "40.00", "left": "68.00", "approved": "10.00"}
    assert body["totals"]["lines"][first] == {"paid": "60.00", "refunded": "0.00", "reserved": "40.00", "left": "20.00"}
    assert body["totals"]["freight"]["paid"] == "8.00"
    assert not rows.objects.filter(request__case=case).exists()
    assert caller.send(f"cases/{case.pk}/steps/{step}/", json.dumps({"version": body["version"]} | facts)).status_code == 200


def moved_by_a_new_request(agent, order, **people):
    a_refund(agent, order=order, amount="5.00")


def moved_by_an_approval(agent, order, supervisor, **people):
    a_refund(agent, order=order, amount="5.00", approved_by=supervisor)


def moved_by_a_payment(agent, order, supervisor, finance, **people):
    a_refund(agent, order=order, amount="5.00", approved_by=supervisor, paid_by=finance)


def moved_by_a_rejection(agent, order, supervisor, **people):
    other = a_refund(agent, order=order, amount="5.00")
    advance(other.pk, "reject", by=acts(supervisor), at=MONDAY, facts={"reason": "样例"})


def moved_by_the_platform(order, **people):
    Order.objects.filter(pk=order.pk).update(platform_refunded="5.00")


MOVES = {
    moved_by_a_new_request: 1,
    moved_by_an_approval: 2,
    moved_by_a_payment: 3,
    moved_by_a_rejection: 2,
    moved_by_the_platform: 1,
}


@pytest.mark.parametrize("move", MOVES)
def test_whatever_moves_the_orders_money_makes_a_new_version_of_what_waits(agent, supervisor, finance, order, case, move):
    before = version_of(case)
    move(agent=agent, order=order, supervisor=supervisor, finance=finance)
    assert version_of(case) == before + MOVES[move]
    assert Journal.objects.filter(case=case, step="update").count() == 0


def test_the_own_money_and_another_orders_do_not(agent, supervisor, shop, order, case):
    wish = {name: value for name, value in a_wish(order, "20.00").items() if name != "order"}
    again = ask_refund(wish | {"case": case.pk, "version": case.version}, by=acts(agent), at=MONDAY)
    assert again.version == version_of(case) == case.version + 1
    a_refund(agent, order=an_order(shop), approved_by=supervisor)
    Order.objects.filter(pk=order.pk).update(province="江苏省")
    assert version_of(case) == case.version + 1


def test_what_waits_for_its_payment_is_paid_whatever_else_is_asked(agent, supervisor, finance, order, case):
    done = advance(case.pk, "approve", by=acts(supervisor), at=MONDAY, version=case.version)
    a_refund(agent, order=order, amount="5.00")
    facts = {"platform_number": "PAY00000001", "paid_at": MONDAY.isoformat()}
    assert advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, version=done.version, facts=facts).state == "paid"
