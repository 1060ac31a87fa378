"""Finding a case by what one has in hand: order, waybill, buyer, case number."""

import pytest

from casework.actions.advance import advance
from tests.builders import a_refund, an_order, an_unreachable
from tests.casework.test_page_queue import listed
from tests.cast import MONDAY, acts
from tests.page import text_of


@pytest.fixture
def case(agent, shop):
    order = an_order(shop, number="5118000990001234567", waybill="YT8899000011")
    order.buyer.nick = "晴天小店"
    order.buyer.save()
    an_unreachable(agent)
    return an_unreachable(agent, order=order)


@pytest.mark.parametrize(
    "text",
    ["5118000990001234567", "511800099000", " 5118000990001234567 ", "4567", "YT8899000011", "yt8899000011", "YT8899", "晴天小店", "晴天"],
)
def test_it_is_found_by_order_waybill_and_buyer_whole_or_by_the_beginning(desk, agent, case, text):
    assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]


def test_it_is_found_by_its_number_whole_or_by_the_last_digits(desk, agent, case):
    day, count = case.number.split("-")[1:]
    for text in (case.number, case.number.lower(), f"{day}-{count}", count, count.lstrip("0")):
        assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]


@pytest.mark.parametrize(
    "text", ["店", "99999999", "AS-261123-9999", "%", "_", "' OR 1=1", "天", "😀", "x" * 10_000, "5118000990001234568"]
)
def test_what_does_not_fit_is_not_found(desk, agent, case, text):
    found = desk(agent).get("/cases/", {"q": text})
    assert found.status_code == 200
    assert case.pk not in listed(found)


def test_a_closed_case_is_found_as_well(desk, agent, case):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    assert listed(desk(agent).get("/cases/", {"q": case.order.number})) == [case.pk]


def test_every_case_of_a_waybills_order_is_found(desk, agent, case):
    refund = a_refund(agent, order=case.order)
    assert set(listed(desk(agent).get("/cases/", {"q": "YT8899000011"}))) == {case.pk, refund.pk}


@pytest.mark.rule("S5.1")
def test_another_shop_finds_nothing(desk, outsider, case):
    for text in (case.number, case.order.number, "YT8899000011", "晴天小店"):
        assert listed(desk(outsider).get("/cases/", {"q": text})) == []


def test_an_order_without_a_case_leads_to_a_new_one(desk, agent, shop):
    order = an_order(shop)
    answer = desk(agent).get("/cases/", {"q": order.number})
    assert f"/cases/new/?order={order.number}" in answer.content.decode()
    assert "No case fits" in text_of(answer)
