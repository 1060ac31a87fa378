"""Intake in a real browser: paste, arrow, Enter; what is settled leaves a note; a list of waybills is opened after one look."""

import datetime as dt

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from casework.models import Case, Journal
from logistics.models import Parcel
from orders.models import Shop
from tests.browser.day import Day, case_of
from tests.builders import an_order
from tests.cast import MONDAY, make_user
from tests.logistics.nodes import merge, node

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def day(open_page, story_clock):
    call_command("create_shop", "demo")
    make_user("agent", "agent", Shop.objects.get())
    return Day(open_page, story_clock)


def paste(page, text):
    """As from the clipboard: the text and the event, without the rights that a clipboard asks for."""
    field = page.locator("[name=text]")
    field.fill(text)
    field.dispatch_event("paste")


@pytest.mark.rule("L0.1", "L0.5")
def test_from_a_pasted_chat_to_the_case_with_three_keys(day):
    shop = Shop.objects.get()
    waybills = [f"YT778800002{number}" for number in range(3)]
    for waybill in waybills:
        an_order(shop, waybill=waybill)
    parcel = Parcel.objects.get(waybill=waybills[0])
    merge(parcel, node(MONDAY - 30 * HOUR, "delivering", "5"), node(MONDAY - 20 * HOUR, "signed", "3", "已签收，签收人：本人"))

    # Paste: the order appears, the likeliest kind has the focus. Enter, as a scanner sends it twice: nobody has said a kind yet.
    # Arrow: the next one. Enter: it is open.
    page = day.as_("agent")
    page.goto("/cases/new/")
    paste(page, f"tb88(2026-11-23 09:12:44):\n亲，{waybills[0]} 显示签收了但是少东西")
    expect(page.locator("[name=kind][value=signed_not_received]")).to_be_focused()
    expect(page.locator(".intake__order")).to_contain_text("已签收，签收人：本人")
    page.keyboard.press("Enter")
    expect(page.locator("[name=kind]:checked")).to_have_count(0)
    assert not Case.objects.exists()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=kind][value=missing_items]")).to_be_checked()
    page.keyboard.press("Enter")
    case = case_of(page)
    assert (case.kind, case.incident.parcel) == ("missing_items", parcel)

    # The same once more leads to the first.
    page.goto("/cases/new/")
    paste(page, waybills[0])
    expect(page.locator(".kinds__one--no").filter(has_text=case.number)).to_be_visible()

    # Settled at once: a note, no case.
    page.fill("[name=note]", "已告知放在驿站")
    page.locator("[name=only_note]").click()
    expect(page.locator("#o-notes")).to_be_visible()
    assert Journal.objects.get(step="note").note == "已告知放在驿站"

    # Several: chosen to be a case for each, looked at, opened.
    page.goto("/cases/new/")
    paste(page, "\n".join([*waybills[1:], "YT0000000000"]))
    page.locator("[name=begin]").click()
    page.select_option("[name=kind]", "no_record")
    page.locator("button[data-key=main]").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("[name=open]").click()
    expect(page.locator(".note.is-done")).to_be_visible()
    assert Case.objects.filter(kind="no_record").count() == 2
