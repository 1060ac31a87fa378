"""A missing item, in a real browser: three weights, two photos by phone, slip and packing, and the refund of the line."""

import csv
import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Ledger
from logistics.models import Loss, Weight
from orders.models import Order, Shop
from tests.browser.day import Day, answer, case_of, import_lists, open_case, record_contact, take_step
from tests.browser.test_customer_upload import PHONE, a_file
from tests.browser.worker import worker  # noqa: F401  (a fixture)
from tests.cast import make_user
from tests.messages import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLES = ROOT / "tests/samples"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def day(open_page, story_clock):
    shop = Shop.objects.create(code="demo", name="样例旗舰店")
    for name in ("agent", "supervisor", "finance", "warehouse", "print_clerk"):
        make_user(name, name, shop)
    return Day(open_page, story_clock)


def shipping_list(path, waybill, kilograms):
    """What the print software writes of a parcel."""
    row = {"快递单号": waybill, "快递公司": "", "重量(kg)": kilograms, "打包员": "小王", "发货时间": "2026-11-18 17:00:00", "订单编号": ""}
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    return path


def an_order_of_two_lines():
    """A shipped order in one parcel whose second line has room for a refund."""
    orders = Order.objects.filter(status="shipped", waybills__len=1, lines__position=2, lines__paid__gte=10, reserved=0, refunded=0)
    return orders.order_by("number").first()


def customer_sends(day, page, case, *kinds):
    """The agent asks for photos; the customer sends one of each kind from a phone."""
    page.goto(f"/cases/{case.pk}/")
    page.get_by_text("向顾客要照片").click()
    page.get_by_role("button", name="生成链接").click()
    address = re.search(r"http://\S+/(e/\S+/)", page.locator("#letter").inner_text())[1]
    phone = day.open_page(**PHONE, extra_http_headers={"X-Test-Now": day.now.isoformat()})
    phone.goto(f"/{address}")
    for seed, kind in enumerate(kinds, 1):
        phone.locator(f"[name={kind}]").set_input_files([a_file(seed)])
    phone.locator("[data-go]").click()
    expect(phone.locator("[data-said]")).to_have_text(f"谢谢您，收到 {len(kinds)} 张照片。")


@pytest.mark.rule("L5.1", "L5.2", "L5.3", "L5.5", "R1.1", "R2.3")
def test_from_three_weights_to_the_refund_of_the_line(day, worker, tmp_path):  # noqa: F811
    page = day.as_("agent")
    import_lists(page, SAMPLES / "taobao_orders.csv", SAMPLES / "taobao_items.csv")
    order = an_order_of_two_lines()
    import_lists(page, shipping_list(tmp_path / "发货单.csv", order.waybills[0], "1.30"))

    # What is missing, and that it was ordered and paid.
    case = open_case(page, "missing_items", order.number)
    page.locator(".next a[data-key=main]").click()
    page.fill(f"[name=line-{order.lines.get(position=2).pk}]", "1")
    page.check("[name=unpacked]")
    page.fill("[name=told_where]", "盒盖夹层里")
    page.locator("[data-key=main]").click()
    take_step(page, "lines_checked")

    # Three weights: ours came with the list, the waybill's and the courier's are typed in.
    expect(page.locator(".context")).to_contain_text("1300")
    take_step(page, "weights_compared", waybill="1290", courier="1050")
    assert dict(Weight.objects.values_list("source", "grams")) == {"warehouse": 1300, "waybill": 1290, "courier": 1050}
    expect(page.locator(".context")).to_contain_text("快递")

    # The customer sends two photos by phone, and the case comes back.
    customer_sends(day, page, case, "photo_goods", "photo_box")
    case.refresh_from_db()
    assert (case.state, case.news) == ("photos_here", {"photos": 2})
    page.goto(f"/cases/{case.pk}/")
    take_step(page, "photos_checked", box="30×20×10")

    # Print clerk and warehouse answer on their short lists.
    answer(day.as_("print_clerk"), "查底单", "没找到")
    answer(day.as_("warehouse"), "装箱了吗", "已装齐")
    page.goto(f"/cases/{case.pk}/")
    take_step(page, "confirm")
    assert Loss.objects.get(case=case).cause == "missing"

    # Contacted first, then offered in their order; the customer wants the money.
    record_contact(page, case, "chat", "answered")
    take_step(page, "next_order_declined")
    take_step(page, "resend_declined")
    page.get_by_role("link", name="退款").first.click()
    refund = ask_for_line(page, order, "10.00")
    assert refund.parent_id == case.pk
    case.refresh_from_db()
    assert case.state == "mending"

    # A lead approves, finance pays, the customer is told; the case above ends by itself.
    lead = day.as_("supervisor")
    lead.goto(f"/approvals/{refund.pk}/")
    lead.locator("button[value=approve]").click()
    lead.wait_for_url("**/approvals/")
    pay(day.as_("finance"), refund, day.now)
    page.goto(f"/cases/{refund.pk}/")
    page.locator("form[action*='/tasks/'] button[type=submit]").click()
    expect(page.locator(".toast")).to_be_visible()
    take_step(page, "customer_told")
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator(".case__head")).to_contain_text("已退款")
    assert set(Case.objects.values_list("state", flat=True)) == {"settled", "refunded"}
    assert list(Ledger.objects.order_by("pk").values_list("entry", "line__position")) == [("reserve", 2), ("settle", 2)]
    assert verify_invariants() == verify_audit() == []


def ask_for_line(page, order, amount):
    """Ask for an amount of the second line."""
    line = order.lines.get(position=2)
    asked = page.locator("tbody tr", has_text=line.title).filter(has=page.locator("[data-amount]"))
    asked.last.locator("[data-amount]").fill(amount)
    page.select_option("[name=reason]", "missing")
    page.select_option("[name=ground]", "record_checked")
    page.check("[name=channel][value=platform]")
    page.locator("form[data-ask] button[data-key=main]").click()
    return case_of(page)


def pay(page, refund, at):
    page.goto("/payouts/")
    page.fill("[name=platform_number]", "2026112000012345")
    page.fill("[name=paid_at]", at.strftime("%Y-%m-%dT%H:%M"))
    page.locator(f"form[action='/payouts/{refund.pk}/'] button[type=submit]").click()
    expect(page.locator(f"form[action='/payouts/{refund.pk}/']")).to_have_count(0)
