"""An outage of a courier with five cases, in a real browser: offered on the board, answered and urged together, one leaves, the last one ends it."""

import datetime as dt

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from casework.actions.set_policy import set_policy
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Journal
from logistics.models import Outage, Parcel
from orders.models import Shop
from tests.browser.day import MORNING, Day, take_step
from tests.builders import an_order
from tests.cast import acts, make_user
from tests.logistics.incidents import an_incident
from tests.logistics.nodes import node, tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = dt.timedelta(hours=1)
FIVE = 5


@pytest.fixture
def agent():
    call_command("create_shop", "demo")
    shop = Shop.objects.get()
    set_policy("outage", FIVE, shop_id=shop.pk, by=acts(make_user("manager", "manager", shop)), at=MORNING - 48 * HOUR)
    agent = make_user("agent", "agent", shop)
    for number in range(FIVE):
        order = an_order(shop, waybill=f"7422222222000{number}")
        an_incident("stalled", agent, order=order, at=MORNING - 2 * HOUR, picked_up=MORNING - 40 * HOUR)
    return agent


@pytest.mark.rule("L3.3", "L0.2")
def test_an_outage_with_five_children(agent, open_page, story_clock):
    day = Day(open_page, story_clock)
    page = day.as_("agent")
    page.goto("/stalled/")
    page.get_by_role("button", name="合并处理").click()
    expect(page.locator("h1")).to_contain_text("中通 杭州市")
    outage = Outage.objects.get()

    # One text for all, each with its own facts.
    page.get_by_role("button", name="答复所有顾客").click()
    expect(page.locator(".note[role=status]")).to_contain_text("5 件中完成 5 件")
    waybills = list(Parcel.objects.order_by("pk").values_list("waybill", flat=True))
    for waybill in waybills:
        expect(page.locator("tbody")).to_contain_text(waybill)
    assert Journal.objects.filter(step="told_together").count() == FIVE

    # One differs and leaves, the others are urged together.
    page.get_by_role("link", name="返回快递异常").click()
    row = page.locator("tbody tr").first
    row.get_by_text("退出", exact=True).click()
    row.locator("[name=note]").fill("地址写错，另行处理")
    row.get_by_role("button", name="单独处理").click()
    expect(page.locator("tbody tr")).to_have_count(FIVE - 1)
    page.get_by_role("link", name="已解释并催快递").click()
    page.fill("[name=said]", "后天恢复派送")
    page.get_by_role("button", name="对所选全部执行").click()
    expect(page.locator(".note[role=status]")).to_contain_text("4 件中完成 4 件")
    children = list(Case.objects.filter(parent=outage))
    assert {each.state for each in children} == {"urged"}

    # The parcels arrive; the outage ends with the last of them, the one that left goes on.
    for each in children:
        tell(Parcel.objects.get(incidents__case=each), node(day.now + 20 * HOUR, "signed", "301"))
    page.goto(f"/cases/{outage.pk}/")
    expect(page.locator(".case__head")).to_contain_text("全部已关闭")
    page.goto(f"/cases/{Case.objects.get(kind='stalled', parent=None).pk}/")
    take_step(page, "explained_and_urged", said="单独催件")
    assert verify_invariants() == verify_audit() == []
