"""Orders in the admin: one's shops, found by what people have in hand, the person sealed, the list cheap."""

import pytest
from django.urls import reverse

from orders.models import Memo, Order, PlatformRefund
from orders.vault import seal
from tests.builders import a_refund, an_order
from tests.cast import MONDAY, make_user

LIST = "/admin/orders/order/"
# Session, person, roles; rows, and whether there are several shops.
QUERIES = 5


@pytest.fixture
def order(shop):
    order = an_order(shop, lines=("60.00", "40.00"), waybill="73000000001234", memo="样例备注", message="请快点")
    Order.objects.filter(pk=order.pk).update(name_enc=seal("王小明"), phone_enc=seal("13800001234"), street_enc=seal("样例路1号"))
    return order


def found(client, address):
    return client.get(address).content.decode()


def listed(client, address, order):
    """Whether the list links to the order; what was searched for is echoed in the search field."""
    return f"/orders/order/{order.pk}/change/" in found(client, address)


@pytest.mark.parametrize("text", ["number", "beginning", "waybill", "buyer"])
def test_an_order_is_found_by_what_people_have_in_hand(text, client, agent, order, shop):
    other = an_order(shop)
    client.force_login(agent)
    typed = {"number": order.number, "beginning": order.number[:19], "waybill": "73000000001234", "buyer": order.buyer.nick}[text]
    assert listed(client, f"{LIST}?q={typed}", order)
    assert not listed(client, f"{LIST}?q={typed}", other)


@pytest.mark.parametrize("text", ["%", "_", "7300000000123", "王小明", "13800001234"])
def test_a_search_looks_at_beginnings_only_and_never_at_the_person(text, client, agent, order):
    client.force_login(agent)
    assert not listed(client, f"{LIST}?q={text}", order)


def test_orders_of_other_shops_are_not_there(client, agent, order, other_shop):
    theirs = an_order(other_shop, waybill="73000000009999")
    client.force_login(agent)
    assert not listed(client, LIST, theirs)
    assert not listed(client, f"{LIST}?q={theirs.number}", theirs)
    assert client.get(reverse("admin:orders_order_change", args=[theirs.pk])).status_code == 404
    for table in ("orders_buyer", "logistics_parcel", "orders_shop"):
        html = found(client, reverse(f"admin:{table}_changelist"))
        assert theirs.buyer.nick not in html
        assert "73000000009999" not in html
        assert "别家店" not in html


@pytest.mark.rule("S5.1")
@pytest.mark.fault("P1")
@pytest.mark.parametrize("who", ["agent", "manager", "admin"])
def test_the_person_stays_sealed(who, client, order, request, django_assert_max_num_queries):
    client.force_login(request.getfixturevalue(who))
    html = found(client, reverse("admin:orders_order_change", args=[order.pk]))
    assert "样例备注" in html
    assert "浙江省 杭州市 西湖区 **" in html
    for secret in ("王小明", "13800001234", "样例路"):
        assert secret not in html


def test_the_page_shows_money_lines_and_memos(client, finance, order, agent):
    a_refund(agent, order=order, amount="12.30")
    Memo.objects.create(order=order, at=MONDAY, text="样例便签", flag=1, source="import")
    PlatformRefund.objects.create(shop=order.shop, order=order, number="9001", status="样例状态")
    client.force_login(finance)
    html = found(client, reverse("admin:orders_order_change", args=[order.pk]))
    for text in ("12.30", "样例商品1", "样例商品2", "样例便签", "样例状态"):
        assert text in html


def test_the_list_costs_the_same_however_long(client, agent, shop, django_assert_num_queries):
    client.force_login(agent)
    client.get(LIST)
    for count in (3, 12):
        for _ in range(count):
            an_order(shop)
        with django_assert_num_queries(QUERIES):
            client.get(LIST)


def test_one_with_several_shops_filters_by_shop(client, shop, other_shop):
    both = make_user("both", "agent", None)
    here, there = an_order(shop), an_order(other_shop)
    client.force_login(both)
    assert listed(client, f"{LIST}?shop={shop.pk}", here)
    assert not listed(client, f"{LIST}?shop={shop.pk}", there)


def test_a_shop_is_renamed_by_an_administrator_and_keeps_its_code(client, admin, shop):
    client.force_login(admin)
    assert client.post(f"/admin/orders/shop/{shop.pk}/change/", {"name": "新名字", "code": "hacked"}).status_code == 302
    shop.refresh_from_db()
    assert (shop.name, shop.code) == ("新名字", "demo")


def test_the_shop_itself_is_what_scopes_it(client, admin, other_shop):
    client.force_login(admin)
    assert client.post(f"/admin/orders/shop/{other_shop.pk}/change/", {"name": "新名字"}).status_code == 404
