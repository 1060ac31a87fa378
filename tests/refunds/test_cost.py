"""DESIGN 5: one number per case, what it has cost us with all that was opened from it; what is not known is counted, never 0."""

from decimal import Decimal

import pytest

from casework.actions.advance import advance
from casework.models import Case
from orders.models import Line
from refunds.actions.ask import ask_refund
from refunds.books.cost import cost_of
from refunds.models import GoodsOut
from tests.builders import a_refund, a_wish, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import answered, fresh, sent_again, taken, to_mend
from tests.page import browser_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

NEW = {"waybill": "sf 1234567890123", "courier": "shunfeng"}
PAID = {"platform_number": "PAY00000001", "paid_at": MONDAY.isoformat()}


@pytest.fixture
def mended(agent, warehouse, supervisor, finance):
    """A lost parcel: two of its lines were sent again and lost once more, then refunded with the postage."""

    above = to_mend(agent, order=an_order(agent.memberships.get().shop, lines=("60.00", "40.00"), freight="8.00", waybill="74000000009999"))
    Line.objects.filter(order=above.order, position=1).update(item_cost="7.50", quantity=2)
    again = sent_again(above, agent, 2, 1)
    answered(again, "shipped", warehouse, **NEW)
    taken(again, "lost_again", agent, said="客服小王：丢件")
    lines = [{"line": line.pk, "amount": str(line.paid)} for line in above.order.lines.all()]
    refund = ask_refund(a_wish(above.order, case=above.pk, lines=lines, freight="8.00"), by=acts(agent), at=MONDAY)
    advance(refund.pk, "approve", by=acts(supervisor), at=MONDAY)
    advance(refund.pk, "record_payout", by=acts(finance), at=MONDAY, facts=PAID)
    return fresh(above)


def parts_of(cost):
    return [(each.kind, each.party, each.out, each.came_in) for each in cost.parts]


@pytest.mark.rule("R3.2", "L5.3")
def test_it_adds_up_what_the_remedies_cost_by_kind_and_by_whose_cost(mended):
    cost = cost_of(mended)
    assert parts_of(cost) == [
        ("freight", "courier", Decimal("8.00"), 0),
        ("goods", "courier", Decimal("100.00"), 0),
        ("reshipment", "courier", Decimal("15.00"), 0),
    ]
    assert (cost.out, cost.came_in, cost.net) == (Decimal("123.00"), 0, Decimal("123.00"))
    assert (cost.pieces_unknown, [str(each) for each in cost.unknown]) == (1, ["样例商品2 ×1"])
    assert (cost.caused_by, cost.by_rule) == ("courier", "L3.2")


def test_a_remedy_alone_has_its_own_part_and_the_cause_of_the_case_above(mended):
    refund = Case.objects.get(parent=mended, kind="refund")
    cost = cost_of(refund)
    assert (cost.net, cost.pieces_unknown, cost.caused_by) == (Decimal("108.00"), 0, "courier")


def test_what_is_only_set_aside_is_no_loss_yet(agent):
    case = a_refund(agent)
    assert cost_of(case).is_nothing
    assert cost_of(case).net == 0


def test_pieces_of_unknown_cost_are_no_zero(agent):
    case = an_unreachable(agent)
    GoodsOut.objects.create(case=case, kind="gift", what="袜子", quantity=3)
    cost = cost_of(case)
    assert (cost.is_nothing, cost.net, cost.pieces_unknown, cost.caused_by) == (False, 0, 3, "")


def test_the_number_of_queries_does_not_depend_on_what_stands_below(agent, mended, django_assert_num_queries):
    for case in (an_unreachable(agent), mended):
        with django_assert_num_queries(1):
            cost_of(case)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["What it costs us at least ¥123.00", "Cost unknown of 1 piece: 样例商品2 ×1", "Caused by: Courier L3.2"]),
        ("zh-hans", ["本单损失 至少 ¥123.00", "1 件成本未知： 样例商品2 ×1", "责任：快递 L3.2"]),
    ],
)
def test_the_page_shows_it(agent, mended, language, words):
    browser = browser_of(agent)
    browser.cookies["django_language"] = language
    text = text_of(browser.get(f"/cases/{mended.pk}/"))
    assert [each for each in words if each not in text] == []


def test_a_case_without_cost_has_no_such_panel(agent):
    assert "What it costs us" not in text_of(browser_of(agent).get(f"/cases/{an_unreachable(agent).pk}/"))


def test_the_api_answers_it_with_the_case(agent, mended):
    cost = program(agent).get(f"cases/{mended.pk}/").json()["cost"]
    assert {
        "net": "123.00",
        "out": "123.00",
        "came_in": "0.00",
        "pieces_unknown": 1,
        "caused_by": "courier",
        "by_rule": "L3.2",
    }.items() <= cost.items()
    assert cost["parts"][1] == {"kind": "goods", "party": "courier", "out": "100.00", "came_in": "0.00"}
