"""A parcel that stands still, in a real browser: from the courier's push to the parcel that was sent again and signed for."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case
from config.celery import app
from logistics.carriers.kuaidi100 import sign_of
from logistics.models import Loss, NightlyRun, Parcel
from orders.models import Shop
from tests.browser.day import Day, answer, case_of, import_lists, take_step, wait_for
from tests.browser.worker import worker  # noqa: F401  (a fixture)
from tests.cast import make_user
from tests.logistics.traces import SALT, push, row, sample
from tests.messages import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLES = ROOT / "tests/samples"
HOUR = dt.timedelta(hours=1)
AGAIN = "SF1234567890123"


@pytest.fixture
def day(open_page, story_clock):
    call_command("create_shop", "demo", kuaidi100_salt=SALT)
    for name, role in [("agent", "agent"), ("supervisor", "supervisor"), ("warehouse", "warehouse")]:
        make_user(name, role, Shop.objects.get())
    return Day(open_page, story_clock)


def courier_tells(page, form):
    """The provider posts to the desk, which has no session and no cookie there."""
    answer = page.request.post(
        "/webhooks/kuaidi100/demo/", data=urlencode(form), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.json() == {"result": True, "returnCode": "200", "message": "成功"}


def a_push(*nodes, **about):
    """A signed push with nodes of (instant, code, text)."""
    rows = [row(0, code, text, **dict.fromkeys(("time", "ftime"), f"{at:%Y-%m-%d %H:%M:%S}")) for at, code, text in nodes]
    param = push(*rows, **about)
    return {"param": param.decode(), "sign": sign_of(param, SALT)}


@pytest.mark.rule("L3.1", "L3.2", "L3.3", "L3.4", "L5.3")
def test_from_the_push_to_the_parcel_that_was_sent_again(day, worker):  # noqa: F811
    page = day.as_("agent")
    import_lists(page, SAMPLES / "taobao_orders.csv", SAMPLES / "taobao_items.csv")
    told = sample("06")
    for name in ("02", "06", "11"):
        courier_tells(page, sample(name)["form"])

    # The night looks at what stands still; the board shows it.
    day.now = day.now.replace(hour=2, minute=30) + 24 * HOUR
    app.send_task("logistics.tasks.flag_stalled")
    wait_for(page, lambda: NightlyRun.objects.filter(state="done").exists())

    # From the board to the case; the courier is urged and says: lost.
    day.now += 7 * HOUR
    page = day.as_("agent")
    page.goto("/stalled/")
    parcel = Parcel.objects.get(orders__number=told["order_no"])
    page.get_by_role("link", name=parcel.waybill).click()
    case = case_of(page)
    assert (case.kind, case.state) == ("stalled", "to_check")
    take_step(page, "explained_and_urged", said="今天给答复")
    take_step(page, "courier_says_lost", said="客服小王：中转站丢件")
    take_step(page, "loss_explained", wish="resend")
    assert Loss.objects.get(case=case).parcel == parcel

    # It is sent again: asked by the agent, shipped by the warehouse.
    page.locator(".next").get_by_role("link", name="补发").click()
    page.fill("[name=reason]", "中转站丢件")
    page.locator("form[data-form] button[type=submit]").click()
    again = case_of(page)
    assert (again.kind, again.state, again.parent_id) == ("reshipment", "to_ship", case.pk)
    packer = day.as_("warehouse")
    answer(packer, "请补发", "已发货", waybill=AGAIN, courier="shunfeng")
    again.refresh_from_db()
    assert (again.state, again.incident.parcel.waybill) == ("under_way", AGAIN)

    # Tracked until signed: both cases close by themselves.
    way = [(day.now + 2 * HOUR, "103", "顺丰速运 已收取快件"), (day.now + 20 * HOUR, "1001", "快件到达 【西安转运中心】")]
    day.now += 48 * HOUR
    page = day.as_("agent")
    courier_tells(page, a_push(*way, nu=AGAIN, com="shunfeng"))
    page.goto(f"/cases/{again.pk}/")
    expect(page.locator(".case__head")).to_contain_text("补发在途")
    courier_tells(page, a_push(*way, (day.now - HOUR, "3", "您的快件已签收"), nu=AGAIN, com="shunfeng", state="3"))
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator(".case__head")).to_contain_text("补发已收到")
    assert set(Case.objects.filter(pk__in=(case.pk, again.pk)).values_list("state", flat=True)) == {"resent", "arrived"}
    assert verify_invariants() == verify_audit() == []
