"""The page of an order: money by line, memos, the platform's refunds, cases and parcels."""

import datetime as dt

import pytest

from orders.models import Memo, PlatformRefund
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY
from tests.page import browser_of, text_of


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "1240.00"), freight="8.00", waybill="73000000000001")


def opened(user, order):
    return browser_of(user).get(f"/orders/{order.pk}/")


def test_lines_and_postage_show_paid_refunded_set_aside_and_left(agent, order):
    a_refund(agent, order=order, amount="30.00", freight="8.00")
    text = text_of(opened(agent, order))
    assert "样例商品1 1 60.00 0.00 0.00 30.00 30.00" in text
    assert "样例商品2 1 1,240.00 0.00 0.00 0.00 1,240.00" in text
    assert "Postage 8.00 0.00 8.00 0.00" in text
    assert "In all 1,308.00 0.00 0.00 38.00 1,270.00" in text


@pytest.mark.rule("L9.9")
def test_memos_stand_there_with_flag_and_writers_code(agent, order):
    Memo.objects.create(order=order, at=MONDAY, flag=5, writer_code="LN", text="已打单", source="import")
    text = text_of(opened(agent, order))
    assert "Flag: Purple 已打单 LN Import" in text


@pytest.mark.rule("R2.3")
def test_the_platforms_refunds_stand_there_with_their_own_deadlines(agent, shop, order):
    deadline = MONDAY + dt.timedelta(hours=30)
    PlatformRefund.objects.create(shop=shop, order=order, number="9001", amount="30.00", status="等待卖家同意", deadline_at=deadline)
    page = opened(agent, order)
    assert "9001" in text_of(page)
    assert 'datetime="2026-11-24T16:00:00+08:00" data-due' in page.content.decode()


def test_cases_refunds_and_parcels_of_the_apps_above_are_on_it(agent, order):
    case, refund = an_unreachable(agent, order=order), a_refund(agent, order=order)
    body = opened(agent, order).content.decode()
    for part in (case.number, refund.number, 'data-copy="73000000000001"', f"/refunds/new/?order={order.number}"):
        assert part in body


@pytest.mark.rule("S5.1")
def test_of_the_address_only_the_district_is_shown(agent, order):
    assert "浙江省 杭州市 西湖区 **" in text_of(opened(agent, order))


@pytest.mark.parametrize("who", ["agent", "supervisor", "finance", "warehouse", "printclerk", "auditor"])
def test_everybody_of_the_shop_reads_it(request, who, order):
    assert opened(request.getfixturevalue(who), order).status_code == 200


def test_only_those_who_may_ask_find_the_way_to_a_refund(warehouse, order):
    assert "/refunds/new/" not in opened(warehouse, order).content.decode()


def test_another_shops_order_is_not_there(outsider, order):
    assert opened(outsider, order).status_code == 404
    assert browser_of(outsider).get("/orders/99999999999999999999/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_lines_memos_and_cases(agent, agent2, shop, order, django_assert_num_queries):
    client = browser_of(agent)
    client.get(f"/orders/{order.pk}/")
    large = an_order(shop, lines=("10.00",) * 20)
    for number in range(10):
        Memo.objects.create(order=large, at=MONDAY, text=f"{number}", source="import")
        a_refund(agent2, order=large, amount="1.00")
    for each in (order, large):
        with django_assert_num_queries(13):
            client.get(f"/orders/{each.pk}/")
