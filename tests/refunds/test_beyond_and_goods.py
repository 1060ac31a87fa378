"""R3, R4: money beyond the order goes the same one way and moves no counter; what leaves stock stands in the ledger at its cost."""

import json
from decimal import Decimal

import pytest

from casework.actions.advance import advance
from casework.actions.verify import verify_invariants
from casework.models import Ledger
from logistics.models import IncidentFacts
from orders.errors import Malformed, StepRefused
from orders.models import Line, Order
from refunds.models import GoodsOut, Request, Return
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.logistics.incidents import answered, fresh, sent_again, to_mend
from tests.refunds.returns import a_delivered_order, a_return
from tests.refunds.test_money_in_the_database import NEW_VERSION, fails, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

SMALL = {"channel": "small_payment"}
ADVANCED = {"kind": "freight", "amount": "12.00"}
NEW = {"waybill": "sf 1234567890123", "courier": "shunfeng"}


def money_of(case):
    order = Order.objects.get(pk=case.order_id)
    return order.reserved, order.refunded, order.approved_total


def rows_of(case, **wanted):
    return list(Ledger.objects.filter(case=case, **wanted).values_list("entry", "kind", "direction", "channel", "party", "amount"))


def a_line_of(case):
    return json.dumps([{"line": case.order.lines.get().pk, "amount": "20.00"}])


def with_postage(agent, *, order=None, amount="30.00", payee=SMALL):
    """A refund with the postage that the customer advanced, below a return that is here."""
    above = a_return(agent, order=order)
    IncidentFacts.objects.filter(case=above).update(freight_payer="shop", freight_rule="R3.1")
    Return.objects.filter(case=above).update(postage="12.00", arrived_at=MONDAY, released_at=MONDAY)
    return a_refund(agent, order=above.order, amount=amount, case=above.pk, beyond=ADVANCED, payee=payee)


# Beyond the order ----------------------------------------------------------------------------------


@pytest.mark.rule("R3.1")
def test_what_goes_beyond_the_order_is_asked_approved_and_paid_with_it_and_moves_no_counter(agent, supervisor, finance):
    case = with_postage(agent)
    request = Request.objects.get(case=case)
    assert (request.amount, request.of_order, request.beyond, request.beyond_kind) == (42, 30, 12, "freight")
    assert money_of(case) == (30, 0, 0)
    case = advance(case.pk, "approve", by=acts(supervisor), at=MONDAY)
    assert money_of(case) == (30, 0, 42)
    facts = {"platform_number": "PAY00000001", "paid_at": MONDAY.isoformat()}
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=facts)
    assert money_of(case) == (0, 30, 42)
    assert rows_of(case, entry="post") == [("post", "freight", "out", "small_payment", "shop", Decimal("12.00"))]
    assert verify_invariants() == []


@pytest.mark.rule("R1.2")
def test_what_goes_beyond_the_order_counts_in_the_limit(agent, supervisor, shop):
    order = a_delivered_order(shop, lines=("600.00",))
    case = with_postage(agent, order=order, amount="495.00")
    with pytest.raises(StepRefused) as refused:
        advance(case.pk, "approve", by=acts(supervisor), at=MONDAY)
    assert [each.code for each in refused.value.reasons] == ["within_own_limit"]


@pytest.mark.rule("R1.3")
def test_an_end_sets_the_orders_money_free_and_nothing_else(agent):
    case = with_postage(agent)
    advance(case.pk, "withdraw", by=acts(agent), at=MONDAY, note="x")
    assert [row[0] for row in rows_of(case)] == ["reserve", "release"]
    assert verify_invariants() == []


@pytest.mark.rule("R3.1")
@pytest.mark.parametrize(
    ("beyond", "field"),
    [
        ("12.00", "beyond"),
        ({"kind": "freight"}, "beyond"),
        ({"kind": "", "amount": "1.00"}, "beyond.kind"),
        ({"kind": "gift", "amount": "1.00"}, "beyond.kind"),
        ({"kind": "freight", "amount": "0"}, "beyond.amount"),
        ({"kind": "freight", "amount": "1.001"}, "beyond.amount"),
        ({"kind": "freight", "amount": 1}, "beyond.amount"),
    ],
)
def test_what_goes_beyond_the_order_is_a_kind_and_an_amount_above_zero(agent, beyond, field):
    with pytest.raises(Malformed) as refused:
        a_refund(agent, beyond=beyond, payee=SMALL)
    assert refused.value.field == field


@pytest.mark.rule("R3.1")
def test_the_platform_does_not_pay_what_goes_beyond_the_order(agent):
    with pytest.raises(Malformed) as refused:
        a_refund(agent, beyond=ADVANCED)
    assert (refused.value.code, refused.value.field) == ("not_on_the_platform", "payee.channel")


@pytest.mark.parametrize(
    ("beyond", "kind", "channel", "by"),
    [
        ("5", "", "alipay", "request_beyond_has_its_kind"),
        ("0", "freight", "alipay", "request_beyond_has_its_kind"),
        ("-5", "freight", "alipay", "request_beyond_has_its_kind"),
        ("NaN", "freight", "alipay", "request_beyond_has_its_kind"),
        ("5", "freight", "platform", "request_beyond_is_paid_past_the_platform"),
        ("5", "compensation", "alipay", "request_is_of_its_kind"),
        ("5", "gift", "alipay", "request_is_of_its_kind"),
    ],
)
def test_raw_sql_asks_for_nothing_beyond_the_order_that_is_not_allowed(agent, beyond, kind, channel, by):
    case = a_refund(agent)
    columns = NEW_VERSION.replace("payee_mask,", "payee_mask, beyond, beyond_kind,").replace("'',", f"'', '{beyond}', '{kind}',")
    statement = columns.replace("evidence, payee_channel, ''", f"evidence, '{channel}', ''")
    fails(by, statement, a_line_of(case), Decimal("20.00") + Decimal(beyond), agent.pk, 2, case.pk)


# At whose cost -------------------------------------------------------------------------------------


@pytest.mark.rule("R3.2")
@pytest.mark.parametrize(("fault", "party"), [("courier", "courier"), ("nobody", "shop"), ("", "unknown"), ("warehouse", "warehouse")])
def test_every_row_says_at_whose_cost_as_the_case_above_has_decided(agent, supervisor, fault, party):
    above = an_unreachable(agent, state="returning")
    IncidentFacts.objects.filter(case=above).update(fault=fault, fault_rule="L3.2" if fault else "")
    case = a_refund(agent, order=above.order, case=above.pk)
    assert Request.objects.get().party == party
    advance(case.pk, "withdraw", by=acts(agent), at=MONDAY, note="x")
    assert {row[4] for row in rows_of(case)} == {party}


def test_nobody_says_otherwise_in_raw_sql(agent):
    case = a_refund(agent)
    sql(
        NEW_VERSION.replace("payee_mask,", "payee_mask, party,").replace("'',", "'', 'courier',"),
        a_line_of(case),
        "20.00",
        agent.pk,
        2,
        case.pk,
    )
    assert Request.objects.get(seq=2).party == "unknown"


# What leaves stock ---------------------------------------------------------------------------------


@pytest.fixture
def shipped(agent, warehouse):
    """A reshipment of two lines that has left us: the cost of one of them is known."""

    def ship(cost="7.50"):
        above = to_mend(agent, lines=("60.00", "40.00"))
        Line.objects.filter(order=above.order, position=1).update(item_cost=cost)
        Line.objects.filter(order=above.order).update(quantity=2)
        case = sent_again(above, agent, 2, 1)
        answered(case, "shipped", warehouse, **NEW)
        return fresh(case)

    return ship


@pytest.mark.rule("L5.3")
def test_what_is_sent_again_stands_in_the_ledger_at_its_cost_and_what_is_not_known_stays_unknown(shipped):
    case = shipped()
    assert list(GoodsOut.objects.values_list("case", "order", "line__position", "quantity", "unit_cost", "party", "at")) == [
        (case.pk, case.order_id, 1, 2, Decimal("7.50"), "courier", MONDAY),
        (case.pk, case.order_id, 2, 1, None, "courier", MONDAY),
    ]
    assert rows_of(case) == [("post", "reshipment", "out", "stock", "courier", Decimal("15.00"))]
    assert [each.cost for each in GoodsOut.objects.all()] == [15, None]
    assert money_of(case) == (0, 0, 0)
    assert verify_invariants() == []


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize(("cost", "known"), [("0.00", 0), ("9999999999.99", None)])
def test_what_costs_nothing_or_beyond_belief_posts_nothing(shipped, cost, known):
    case = shipped(cost)
    assert GoodsOut.objects.get(line__position=1).unit_cost == known
    assert rows_of(case) == []
    assert verify_invariants() == []


GOODS = "INSERT INTO refunds_goodsout (case_id, kind, what, quantity, unit_cost, line_id) VALUES (%s, %s, %s, %s, %s, %s)"


@pytest.mark.rule("S4.3")
def test_a_gift_that_is_no_line_has_the_cost_that_is_given_or_none(agent):
    case = an_unreachable(agent)
    GoodsOut.objects.create(case=case, kind="gift", what="袜子", quantity=2, unit_cost=Decimal("3.00"))
    GoodsOut.objects.create(case=case, kind="gift", what="贺卡", quantity=1)
    assert rows_of(case) == [("post", "gift", "out", "stock", "unknown", Decimal("6.00"))]
    assert verify_invariants() == []


def test_raw_sql_lets_nothing_out_that_is_not_plain(agent, other_shop):
    case = an_unreachable(agent)
    line, strange = case.order.lines.get().pk, an_order(other_shop).lines.get().pk
    fails("goods_out_kind_is_known", GOODS, case.pk, "cash", "x", 1, 1, None)
    fails("goods_out_have_pieces", GOODS, case.pk, "gift", "x", 0, 1, None)
    fails("goods_out_cost_is_a_number", GOODS, case.pk, "gift", "x", 1, "-1", None)
    fails("goods_out_are_a_line_or_words", GOODS, case.pk, "gift", "x", 1, None, line)
    fails("goods_out_are_a_line_or_words", GOODS, case.pk, "gift", "", 1, None, None)
    fails("goods_out_belong_to_an_order", GOODS, case.pk, "gift", "", 1, None, strange)
    sql(GOODS, case.pk, "gift", "", 1, "99.00", line)
    assert GoodsOut.objects.get().unit_cost is None
    fails("a_line_leaves_once_per_case", GOODS, case.pk, "gift", "", 1, None, line)
