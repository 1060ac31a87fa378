"""The pages of the workbench in a browser: clocks that count, lists that renew themselves, small windows, long names."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from casework.actions.deeds import add_note, record_contact
from orders.models import Line
from tests.browser.day import wait_for
from tests.browser.drawn import drawn
from tests.browser.test_workbench_keys import at_desk  # noqa: F401  (a fixture)
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import NOON, acts

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)
LONG = "一个有四十个字的名字" * 4


@pytest.fixture
def full(agent, shop):
    """A case with everything on it, long names included."""
    agent.first_name = LONG
    agent.save()
    order = an_order(shop, lines=("159.00", "78.00"), freight="12.00", waybill="SF99999999999999999999")
    order.buyer.nick = LONG
    order.buyer.save()
    Line.objects.filter(order=order).update(title=LONG, sku=LONG)
    case = an_unreachable(agent, order=order, at=NOON - HOUR, state="trying")
    record_contact(case.pk, channel="phone", outcome="no_answer", note=LONG, by=acts(agent), at=NOON)
    a_refund(agent, order=order, at=NOON)
    return case


WINDOWS = [1920, 1366, 1024, 390]


def test_nothing_is_wider_than_the_window_in_the_longer_language(at_desk, agent, full):  # noqa: F811
    agent.theme, agent.density = "dark", "compact"
    agent.save()
    page = at_desk("/")
    for address in ("/", "/cases/?tab=all", f"/cases/{full.pk}/", "/cases/new/", "/me/", "/nowhere/"):
        page.goto(address)
        for width in WINDOWS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, (address, width)


def test_clocks_count_down_by_the_servers_time_and_turn_red(at_desk, agent):  # noqa: F811
    case = an_unreachable(agent, at=NOON)
    due = NOON + dt.timedelta(minutes=90)
    case.deadlines.update(due_at=due, wake_at=due)
    page = at_desk("about:blank")
    page.clock.install()
    page.goto(f"/cases/{case.pk}/")
    clock = page.locator(".clocks time")
    expect(clock).to_contain_text(re.compile("1:(29|30) left"))
    expect(clock).to_have_class("clock clock--soon")
    page.clock.fast_forward("02:00:00")
    expect(clock).to_contain_text("over")
    expect(clock).to_have_class("clock clock--late")


def test_the_list_renews_itself_and_keeps_the_row_in_focus(at_desk, agent):  # noqa: F811
    first = an_unreachable(agent)
    page = at_desk("about:blank")
    page.clock.install()
    page.goto("/cases/")
    # What the page knows at first is what came before it was answered; only then does it ask again after a while.
    wait_for(page, lambda: page.evaluate("sessionStorage.getItem('desk-told')"))
    page.keyboard.press("j")
    second = an_unreachable(agent)
    page.clock.fast_forward("01:01")
    expect(page.locator(f"#row-{second.pk}")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == f"row-{first.pk}"


def test_on_a_telephone_the_list_and_the_order_are_one_tap_away(at_desk, agent, full):  # noqa: F811
    page = at_desk(f"/cases/{full.pk}/", viewport={"width": 390, "height": 844})
    expect(page.locator(".context")).to_be_hidden()
    page.locator("[data-pane-to=context]").click()
    expect(page.locator(".context")).to_be_visible()
    page.locator("[data-pane-to=list]").click()
    expect(page.locator(f"#row-{full.pk}")).to_be_visible()


def test_on_a_telephone_every_place_of_the_manager_is_read_whole_in_the_longer_language(at_desk, manager):  # noqa: F811
    page = at_desk("/", user=manager, viewport={"width": 390, "height": 844})
    cut = page.evaluate(
        """() => Array.from(document.querySelectorAll('.rail__list .rail__item')).filter(el => el.getClientRects().length)
            .filter(el => el.scrollWidth > el.clientWidth || el.getBoundingClientRect().right > innerWidth || el.getBoundingClientRect().bottom > innerHeight)
            .map(el => el.innerText)"""
    )
    assert cut == []
    assert page.get_by_role("link", name="To answer").is_visible()


def test_the_language_is_switched_on_the_page_itself(at_desk, agent):  # noqa: F811
    page = at_desk("/")
    expect(page.locator("h1")).to_have_text("Today")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_a_picture_is_added_and_seen(at_desk, agent, settings, tmp_path):  # noqa: F811
    from tests.casework.test_page_evidence import a_picture

    settings.MEDIA_ROOT = tmp_path
    case = an_unreachable(agent)
    page = at_desk(f"/cases/{case.pk}/")
    page.set_input_files("#evidence-file", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_picture().read()})
    page.select_option("#evidence-kind", "photo_damage")
    page.locator("form[action*='/evidence/'] button[type=submit]").click()
    picture = page.locator(".proof img")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 60)


@pytest.mark.fault("X1")
def test_what_people_write_is_shown_and_never_run(at_desk, agent, shop, full):  # noqa: F811
    payload = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}"
    shop.name = agent.first_name = payload[:100]
    shop.save()
    agent.save()
    order = full.order
    order.buyer.nick = payload[:100]
    order.buyer.save()
    order.invoice_wish = order.message = order.memo = payload
    order.save(update_fields=["invoice_wish", "message", "memo"])
    Line.objects.filter(order=order).update(title=payload, sku=payload)
    add_note(full.pk, note=payload, by=acts(agent), at=NOON)
    page = at_desk("/")
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for address in (
        "/",
        "/cases/?tab=all",
        f"/cases/{full.pk}/",
        "/me/",
        "/cases/new/?order=%22%3E%3Cscript%3E",
        "/cases/?q=%22%3E%3Cscript%3E",
    ):
        # Also what the page hears while it is open.
        with page.expect_response("**/live/**"):
            page.goto(address)
        drawn(page)
    assert dialogs == []
