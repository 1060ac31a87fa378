"""Asking, approving, paying and importing in a real browser: keys, double clicks, going back, and no script at all."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from casework.actions.add_evidence import add_evidence
from casework.models import Case
from orders.models import ImportRun, Memo, Order
from tests.builders import a_platform_refund, a_refund, an_order
from tests.callers import a_picture
from tests.cast import MONDAY, acts

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture
def enter(open_page):
    """A page of a logged-in person, in English."""
    return lambda user, **options: open_page(by=user, **({"locale": "en-US", "viewport": {"width": 1440, "height": 900}} | options))


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="8.00")


def scrolls(page, selector):
    return page.locator(selector).evaluate("part => part.scrollHeight - part.clientHeight")


def fill_in(page, order, amount="30.00"):
    page.goto(f"/refunds/new/?order={order.number}")
    page.locator("[data-amount]").first.fill(amount)
    page.select_option("[name=reason]", "damaged")
    page.select_option("[name=ground]", "photo_checked")


def a_full_view(agent, agent2, supervisor2, finance, shop, order):
    """A request whose buyer, order and pictures fill every part of the view."""
    for reason in ("missing", "not_received", "missing"):
        other = an_order(shop)
        Order.objects.filter(pk=other.pk).update(buyer=order.buyer)
        a_refund(agent2, order=other, amount="10.00", reason=reason, approved_by=supervisor2, paid_by=finance)
    a_refund(agent2, order=order, amount="12.00", approved_by=supervisor2)
    for _ in range(2):
        text = "顾客说花瓶裂了，愿意留用，退一部分。客服已看图，等主管审批后再答复。"
        Memo.objects.create(order=order, at=MONDAY, text=text, writer_code="LN", source="import")
    case = a_refund(agent, order=order, amount="30.00", freight="8.00")
    for kind in ("photo_damage", "photo_waybill", "chat", "photo_goods"):
        add_evidence(case.pk, upload=a_picture(), kind=kind, by=acts(agent), at=MONDAY)
    return case


def test_a_request_is_in_one_view_without_scrolling_in_both_languages(enter, agent, agent2, supervisor, supervisor2, finance, shop, order):
    case = a_full_view(agent, agent2, supervisor2, finance, shop, order)
    for locale in ("en-US", "zh-CN"):
        page = enter(supervisor, locale=locale)
        page.goto(f"/approvals/{case.pk}/")
        assert scrolls(page, ".decide__body") <= 0, locale
        assert scrolls(page, "html") <= 0, locale
        expect(page.locator("button[value=approve]")).to_be_in_viewport()


def test_small_ones_are_chosen_looked_at_and_approved_by_keys_alone(enter, agent, supervisor, shop):
    cases = [a_refund(agent, order=an_order(shop), amount=amount) for amount in ("9.00", "12.00", "80.00")]
    page = enter(supervisor)
    page.goto("/approvals/")
    for key in "pjpjpv":
        page.keyboard.press(key)
    page.wait_for_url("**/approvals/many/?*")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve 2 requests, ¥21.00 in all")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 are approved.")).to_be_visible()
    assert [Case.objects.get(pk=each.pk).state for each in cases] == ["to_pay", "to_pay", "asked"]


@pytest.mark.rule("R1.1")
def test_a_moves_to_the_money_button_and_only_enter_sends(enter, agent, supervisor, order):
    case = a_refund(agent, order=order)
    page = enter(supervisor)
    page.goto(f"/approvals/{case.pk}/")
    page.keyboard.press("a")
    expect(page.locator("button[value=approve]")).to_be_focused()
    case.refresh_from_db()
    assert case.state == "asked"
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals/")
    case.refresh_from_db()
    assert case.state == "to_pay"


@pytest.mark.rule("R1.3")
def test_b_asks_for_the_reason_and_only_ctrl_enter_sends_back(enter, agent, supervisor, order):
    case = a_refund(agent, order=order)
    page = enter(supervisor)
    page.goto(f"/approvals/{case.pk}/")
    page.fill("[name=reason]", "请补")
    # Enter decides nothing, and Ctrl Enter nothing before B.
    for key in ("Enter", "Control+Enter"):
        page.press("[name=reason]", key)
    expect(page.locator("form.decide__foot")).not_to_have_attribute("data-sent", "yes")
    page.fill("[name=reason]", "")
    page.locator("[name=reason]").blur()
    page.keyboard.press("b")
    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.type("请补裂纹近照")
    page.keyboard.press("Enter")
    expect(page.locator("form.decide__foot")).not_to_have_attribute("data-sent", "yes")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/approvals/")
    case.refresh_from_db()
    assert case.state == "sent_back"


@pytest.mark.fault("M11")
def test_a_stale_approval_shows_fresh_totals_and_keeps_the_words(enter, agent, agent2, supervisor, order):
    case = a_refund(agent, order=order, amount="30.00")
    page = enter(supervisor)
    page.goto(f"/approvals/{case.pk}/")
    page.fill("[name=reason]", "看过照片")
    a_refund(agent2, order=order, amount="10.00")
    page.locator("button[value=approve]").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody has changed this in the meantime")
    expect(page.locator("tfoot")).to_contain_text("10.00")
    expect(page.locator("[name=reason]")).to_have_value("看过照片")
    page.locator("button[value=approve]").click()
    page.wait_for_url("**/approvals/")


@pytest.mark.fault("C3")
def test_a_double_click_asks_once(enter, agent, order):
    page = enter(agent)
    fill_in(page, order)
    page.locator("[data-ask] button[data-key=main]").dblclick()
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    assert Case.objects.filter(kind="refund").count() == 1


@pytest.mark.fault("C3")
@pytest.mark.parametrize("script", [True, False])
def test_going_back_and_sending_again_asks_once(enter, agent, order, script):
    page = enter(agent, java_script_enabled=script)
    fill_in(page, order)
    page.locator("[data-ask] button[data-key=main]").click()
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    page.go_back()
    fill_in(page, order)
    page.locator("[data-ask] button[data-key=main]").click()
    expect(page.get_by_role("alert").first).to_contain_text("You asked for exactly this a moment ago")
    assert Case.objects.filter(kind="refund").count() == 1


def test_what_would_be_left_is_counted_while_typing_and_the_account_is_asked_for_only_where_it_is_needed(enter, agent, order):
    page = enter(agent)
    fill_in(page, order, "２5.5")
    row, foot = page.locator("tbody tr").first, page.locator("tfoot tr")
    expect(row.locator("[data-left-then]")).to_have_text("34.50")
    expect(foot).to_contain_text("25.50")
    expect(page.locator("[data-sum-words]")).to_have_text("Ask a lead for ¥25.50")
    page.locator("[data-amount]").first.fill("60.01")
    expect(row.locator("[data-left-then]")).to_have_text("−0.01")
    expect(page.locator("[data-too-much]")).to_be_visible()
    expect(page.locator("[name=account]")).to_be_hidden()
    page.check("[name=channel][value=alipay]")
    expect(page.locator("[name=account]")).to_be_visible()


def test_files_are_dropped_looked_at_and_confirmed(enter, agent):
    page = enter(agent)
    page.goto("/imports/")
    text = (SAMPLES / "taobao_orders.csv").read_bytes().decode("gb18030", "replace")
    files = page.evaluate_handle(
        """text => { const data = new DataTransfer();
                     data.items.add(new File(["\\ufeff" + text], "taobao_orders.csv", {type: "text/csv"}));
                     return data; }""",
        text,
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": files})
    expect(page.locator("[data-drop-names]")).to_have_text("taobao_orders.csv")
    page.get_by_role("button", name="See what would happen").click()
    expect(page.locator("dl.stats")).to_contain_text("200")
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("progress")).to_be_visible()
    run = ImportRun.objects.get()
    assert run.state == "queued"
    # The bar asks by itself, and the page comes anew once the run has ended.
    ImportRun.objects.filter(pk=run.pk).update(state="done")
    expect(page.locator("progress")).to_have_count(0)


def test_importing_works_without_a_script(enter, agent):
    page = enter(agent, java_script_enabled=False)
    page.goto("/imports/")
    page.set_input_files("[name=file]", [SAMPLES / "taobao_orders.csv", SAMPLES / "taobao_items.csv"])
    page.get_by_role("button", name="See what would happen").click()
    expect(page.locator("dl.stats")).to_be_visible()
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("progress")).to_be_visible()
    assert ImportRun.objects.get().files.count() == 2


def test_no_money_page_scrolls_sideways_in_the_longer_language(enter, agent, supervisor, finance, order):
    case = a_refund(agent, order=order, amount="30.00", payee={"channel": "alipay", "account": "13800138000", "name": "何大明"})
    a_refund(agent, order=order, amount="5.00", approved_by=supervisor)
    addresses = {
        supervisor: [f"/approvals/{case.pk}/", "/register/"],
        finance: ["/payouts/"],
        agent: [f"/refunds/new/?order={order.number}", f"/orders/{order.pk}/", "/imports/"],
    }
    for user, pages in addresses.items():
        page = enter(user)
        for address in pages:
            page.goto(address)
            for width in (1366, 700, 390):
                page.set_viewport_size({"width": width, "height": 768})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_a_difference_with_the_platform_is_seen_and_booked(enter, finance, order):
    row = a_platform_refund(order, "12.00", is_open=False, is_paid=True, status="退款成功", finished_at=MONDAY)
    page = enter(finance)
    page.goto("/register/")
    page.get_by_role("link", name="Reconcile with the platform").click()
    line = page.locator("tr", has_text=row.number)
    expect(line).to_contain_text("Paid there, not in our books")
    line.locator("[name=note]").fill("Agreed to there by hand")
    line.get_by_role("button", name="Book it").click()
    expect(page.locator("tr", has_text=row.number)).to_contain_text("Booked; both sides agree")
    expect(page.locator("tr", has_text=row.number)).to_contain_text("Agreed to there by hand")
    expect(page.locator(".stats")).to_contain_text("agrees with the list")
    expect(page.locator(".stats")).to_contain_text("0 of 1")
