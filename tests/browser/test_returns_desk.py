"""The returns desk in a real browser, by keyboard alone: a return that came short, and an exchange until it is signed for."""

import io
import re

import pytest
from playwright.sync_api import expect

from casework.actions.verify import verify_invariants
from casework.models import Case
from orders.models import Shop
from refunds.models import ReturnLine
from tests.browser.day import MORNING, Day, answer, case_of, take_step
from tests.callers import a_picture
from tests.cast import make_user
from tests.refunds.returns import a_delivered_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACK, AGAIN = "YT1234567890123", "SF1234567890123"


@pytest.fixture
def day(open_page, story_clock):
    Shop.objects.create(code="demo", name="样例旗舰店")
    for name in ("agent", "warehouse"):
        make_user(name, name, Shop.objects.get())
    return Day(open_page, story_clock)


def asked(page, address, order, **fields):
    """Asked on the order's page; the agent tells the customer, who sends it."""
    page.goto(f"/orders/{order.pk}/")
    page.locator(f"a[href^='{address}']").click()
    page.select_option("[name=why]", fields.pop("why"))
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.check("[name=unworn]")
    page.locator("form[data-form] button[type=submit]").click()
    case = case_of(page)
    take_step(page, "on_its_way", waybill=BACK, courier="yuantong")
    return case


def scanned(page):
    """A scanner types the number and Enter; Enter once more says that it is here, and the inspection is shown."""
    page.goto("/returns/")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type(BACK)
    page.keyboard.press("Enter")
    expect(page.locator("form[action$='/here/'] button")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/inspect/$"))
    photo: io.BytesIO = a_picture()
    page.set_input_files("[name=photos]", {"name": "photo.png", "mimeType": "image/png", "buffer": photo.getvalue()})


@pytest.mark.rule("R5.2", "R5.4")
def test_a_return_that_came_short_goes_back_to_the_agent_by_keyboard_alone(day):
    order = a_delivered_order(Shop.objects.get(), quantity=2, signed=MORNING)
    case = asked(day.as_("agent"), "/returns/new/", order, why="unwanted")
    packer = day.as_("warehouse")
    scanned(packer)
    expect(packer.locator("[name^=good-]")).to_be_focused()
    packer.keyboard.press("Control+A")
    packer.keyboard.type("1")
    packer.keyboard.press("Enter")
    packer.wait_for_url(re.compile(r"/returns/$"))
    row = ReturnLine.objects.get(case=case)
    assert (row.good, row.short, Case.objects.get(pk=case.pk).state) == (1, 1, "different")
    # Scanned again nothing happens: nobody waits for it any more.
    packer.keyboard.type(BACK)
    packer.keyboard.press("Enter")
    expect(packer.locator("form[action$='/park/']")).to_be_visible()
    # The next parcel's number takes the place of the one before, whether the field has the focus or its key is pressed.
    scan = packer.get_by_role("searchbox")
    expect(scan).to_be_focused()
    packer.keyboard.type(AGAIN)
    expect(scan).to_have_value(AGAIN)
    packer.locator("[name=note]").focus()
    scan.focus()
    packer.keyboard.type(BACK)
    expect(scan).to_have_value(BACK)
    page = day.as_("agent")
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator(".next")).to_contain_text("短少 1 件")
    take_step(page, "agreed", agreed="只退一件")
    page.locator("a[href^='/refunds/new/']").first.click()
    assert page.input_value(f"[name=line-{row.line_id}]") == "50.00"


@pytest.mark.rule("R6.1")
def test_an_exchange_until_the_new_goods_are_signed_for(day):
    order = a_delivered_order(Shop.objects.get(), signed=MORNING)
    page, packer = day.as_("agent"), day.as_("warehouse")
    case = asked(page, "/exchanges/new/", order, why="unwanted", wanted="同款 42 码")
    scanned(packer)
    packer.locator("form[data-form] button[type=submit]").click()
    packer.wait_for_url(re.compile(r"/returns/$"))
    page.goto(f"/cases/{case.pk}/")
    take_step(page, "postage_settled", settled="customer_paid", how="顾客付 6 元")
    answer(packer, "同款 42 码", "已发货", waybill=AGAIN, courier="shunfeng")
    page.goto(f"/cases/{case.pk}/")
    take_step(page, "customer_has_it")
    expect(page.locator(".case__head")).to_contain_text("已换货")
    assert verify_invariants() == []
