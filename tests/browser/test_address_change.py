"""An address that is to be changed, in a real browser: while the order is unpaid, once it may be in print, and after it has left."""

import dataclasses
import datetime as dt
from random import Random

import pytest
from playwright.sync_api import expect

from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case
from logistics.models import Parcel
from orders.access import Actor
from orders.actions.import_files import import_files
from orders.models import Shop
from refunds.demo.lists import write_lists
from refunds.demo.orders import PAID, SHIPPED, UNPAID, an_order
from tests.browser.day import Day, answer, open_case, take_step
from tests.cast import make_user
from tests.logistics.addresses import ASKED_FOR, NEW
from tests.logistics.nodes import node, tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def day(open_page, story_clock):
    shop = Shop.objects.create(code="demo", name="样例旗舰店")
    for name in ("agent", "print_clerk"):
        make_user(name, name, shop)
    return Day(open_page, story_clock)


def listed(order, folder, at, **changes):
    """The platform's list tells of the order as it stands at that time."""
    items = [dataclasses.replace(each, status=changes.get("status", order.status)) for each in order.items]
    order = dataclasses.replace(order, items=items, **changes)
    import_files(Shop.objects.get(), write_lists(folder, [order]), by=Actor.system("command"), at=at)
    return order


def stands(page, case, words):
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator(".case__head")).to_contain_text(words)


@pytest.mark.rule("L9.2", "L9.6", "L9.8")
def test_unpaid_then_in_print_then_shipped(day, tmp_path):
    order = listed(an_order(Random(9), 1, day.now - 30 * MINUTE, UNPAID), tmp_path, day.now)
    page = day.as_("agent")

    # Unpaid: to be closed and ordered again.
    case = open_case(page, "address_change", order.number)
    take_step(page, "note_address", **NEW)
    expect(page.locator(".case__head")).to_contain_text("待关闭并重新下单")
    expect(page.locator(".context")).to_contain_text("139****1111")
    expect(page.locator(".next__what")).to_contain_text("到平台上关闭未付款订单")

    # Paid after all and collected for printing: the task is withdrawn, print clerk or warehouse have the word.
    day.now += 10 * MINUTE
    order = listed(order, tmp_path, day.now, status=PAID, paid_at=day.now - MINUTE, flag="紫")
    stands(day.as_("agent"), case, "等打单员或仓库答复")
    answer(day.as_("print_clerk"), "地址还能改吗", "已扣下，可以改")
    stands(page, case, "到平台上修改")

    # The exact texts are shown once, with a reason; then both edits are made.
    page.get_by_role("link", name="查看并复制").click()
    page.fill("[name=reason]", "修改订单")
    page.locator("button[data-key=main]").click()
    expect(page.locator("#address-line")).to_have_text("李四 13900001111 浙江省杭州市滨江区江南大道100号3幢")
    expect(page.locator("section[role=status]")).to_contain_text("地址已改，以订单为准")
    for _edit in range(2):
        page.goto(f"/cases/{case.pk}/")
        page.locator(".next form[action*='/tasks/'] button[type=submit]").click()
        expect(page.locator(".toast")).to_be_visible()
    stands(page, case, "等打单员或仓库答复")

    # It leaves before the print clerk has confirmed: the courier is asked.
    day.now += 10 * MINUTE
    listed(order, tmp_path, day.now, status=SHIPPED, shipped_at=day.now - MINUTE, courier="中通快递", waybill="73100200300401")
    stands(day.as_("agent"), case, "已发货，待找快递")
    page.locator(".next a.btn--main").click()
    page.locator("button[data-key=main]").click()
    take_step(page, "courier_asked", **ASKED_FOR)
    take_step(page, "courier_accepts", said="网点同意改派")
    tell(Parcel.objects.get(), node(day.now + 5 * MINUTE, "signed", "301", "本人签收"), at=day.now + 6 * MINUTE)
    day.now += 10 * MINUTE
    stop = Case.objects.get(kind="intercept")
    stands(day.as_("agent"), stop, "签收在哪里")
    take_step(page, "signed_at_the_new_place")
    stands(page, case, "告诉顾客结果")
    take_step(page, "customer_told")
    expect(page.locator(".case__head")).to_contain_text("新地址已签收")
    assert set(Case.objects.values_list("kind", "state")) == {("address_change", "arrived"), ("intercept", "redirected")}
    assert verify_invariants() == verify_audit() == []
