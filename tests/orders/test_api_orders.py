"""GET /api/v1/orders/: money, waybills and lines of one's own shops, and nothing of a person."""

import pytest

from orders.vault import seal
from tests.builders import an_order
from tests.callers import program


def test_an_order_has_the_promised_names(agent, shop):
    order = an_order(shop, lines=("60.00", "35.00"), freight="5.00", waybill="73000000001")
    body = program(agent).get("orders/", {"number": order.number, "shop": "demo"}).json()
    assert set(body) == {"results", "next"}
    (row,) = body["results"]
    wanted = {"number": order.number, "shop": "demo", "status": "shipped", "paid": "100.00", "freight": "5.00"}
    wanted |= {"reserved": "0.00", "refunded": "0.00", "waybills": ["73000000001"], "room": "100.00"}
    assert wanted.items() <= row.items()
    assert [{name: line[name] for name in ("title", "quantity", "paid", "reserved", "refunded")} for line in row["lines"]] == [
        {"title": "样例商品1", "quantity": 1, "paid": "60.00", "reserved": "0.00", "refunded": "0.00"},
        {"title": "样例商品2", "quantity": 1, "paid": "35.00", "reserved": "0.00", "refunded": "0.00"},
    ]
    assert [line["id"] for line in row["lines"]] == [line.pk for line in order.lines.all()]


@pytest.mark.fault("X4")
def test_an_order_number_is_text_to_the_last_digit(agent, shop):
    order = an_order(shop, number="5118012345678901234")
    assert program(agent).get("orders/", {"number": order.number}).json()["results"][0]["number"] == "5118012345678901234"


@pytest.mark.fault("P1")
def test_nothing_of_a_person_is_in_the_answer(agent, shop):
    order = an_order(shop, name_enc=seal("张三丰"), phone_enc=seal("13900001234"), street_enc=seal("文三路 1 号"), message="call me")
    text = program(agent).get("orders/").content.decode()
    assert order.number in text
    assert not [each for each in ("张三丰", "13900001234", "文三路", order.buyer.nick, "call me") if each in text]


def test_orders_of_another_shop_are_not_seen(agent, outsider, superuser, shop, other_shop):
    mine, theirs = an_order(shop), an_order(other_shop)
    assert [row["id"] for row in program(agent).get("orders/").json()["results"]] == [mine.pk]
    assert program(agent).get("orders/", {"number": theirs.number}).json()["results"] == []
    assert program(agent).get("orders/", {"shop": "other"}).json()["results"] == []
    assert [row["id"] for row in program(outsider).get("orders/").json()["results"]] == [theirs.pk]
    assert program(superuser).get("orders/").json()["results"] == []


@pytest.mark.fault("L1")
def test_the_list_asks_the_database_as_often_for_many_as_for_one(agent, shop, django_assert_num_queries):
    api = program(agent)
    for count in (1, 19):
        for _ in range(count):
            an_order(shop, lines=("1.00", "2.00"))
        # token with person, memberships, orders, lines
        with django_assert_num_queries(4):
            api.get("orders/")
