"""A whole day at the desk, in a real browser: from an empty shop to a refund on the register."""

import datetime as dt
import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from casework.actions.verify import verify_invariants
from casework.models import Case, Ledger
from orders.models import Order, Shop
from orders.split import price_of
from tests.browser.day import Day, import_lists, open_case, record_contact
from tests.browser.worker import worker  # noqa: F401  (a fixture)
from tests.cast import make_user
from tests.messages import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLES = ROOT / "tests/samples"


@pytest.fixture
def day(open_page, story_clock):
    shop = Shop.objects.create(code="demo", name="样例旗舰店")
    for name, role in [("agent", "agent"), ("supervisor", "supervisor"), ("finance", "finance")]:
        make_user(name, role, shop)
    return Day(open_page, story_clock)


def sweep(day, hours):
    day.now += dt.timedelta(hours=hours)
    call_command("fire_deadlines", now=day.now)


@pytest.mark.rule("L6.3", "L6.4", "R1.1", "R2.1", "R2.2", "R2.3")
def test_the_day(day, worker):  # noqa: F811
    page = day.as_("agent")

    # The lists come in, and a worker imports them.
    import_lists(page, SAMPLES / "taobao_orders.csv", SAMPLES / "taobao_items.csv")
    assert (Order.objects.count(), Order.objects.get(number="5118000990002971099").lines.count() > 0) == (200, True)

    # Two customers cannot be reached: one is tried on two channels, the other on all three.
    first, second = Order.objects.filter(status="shipped", waybills__len=1, lines__paid__gte=20).distinct().order_by("number")[:2]
    kept_short = open_case(page, "unreachable", first.number)
    for channel in ("chat", "phone"):
        record_contact(page, kept_short, channel, "no_answer")
    tried_all = open_case(page, "unreachable", second.number)
    for channel in ("chat", "phone", "email"):
        record_contact(page, tried_all, channel, "no_answer")
    sweep(day, 73)
    kept_short.refresh_from_db()
    tried_all.refresh_from_db()
    assert (kept_short.state, tried_all.state) == ("rule_not_kept", "returning")
    assert tried_all.incident.freight_payer == "customer"
    lead = day.as_("supervisor")
    lead.goto(f"/cases/{kept_short.pk}/")
    expect(lead.locator("h1").first).to_contain_text("联系不上")
    expect(lead.locator("form[action*='grant_one_more_day']")).to_have_count(1)

    # A refund is simulated while it is written: pieces become their amount. It is asked for; whoever asked cannot approve it.
    page = day.as_("agent")
    page.goto(f"/refunds/new/?case={tried_all.pk}")
    page.locator("input[name^=pieces-]").first.fill("1")
    line = second.lines.first()
    price = str(price_of(line.paid, line.quantity, 1))
    expect(page.locator("[data-amount]").first).to_have_value(price)
    expect(page.locator("#look")).to_contain_text(f"−{price}")
    expect(page.locator("#look")).to_contain_text("L6.3")
    page.select_option("[name=reason]", "not_received")
    page.select_option("[name=ground]", "record_checked")
    page.check("[name=channel][value=platform]")
    page.locator("form[data-ask] button[data-key=main]").click()
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    refund = Case.objects.get(kind="refund")
    assert refund.parent_id == tried_all.pk
    page.goto(f"/cases/{refund.pk}/")
    expect(page.locator("#why-approve")).to_be_visible()

    # The supervisor sees the same and sends it back; the agent asks anew for less.
    lead = day.as_("supervisor")
    lead.goto(f"/approvals/{refund.pk}/")
    expect(lead.locator("#case")).to_contain_text("L6.3")
    lead.fill("[name=reason]", "只退一部分")
    lead.click("button[value=send_back]")
    lead.wait_for_load_state()
    page.goto(f"/refunds/new/?again={refund.pk}")
    expect(page.locator("#main")).to_contain_text("只退一部分")
    page.locator("[data-amount]").first.fill("12.50")
    expect(page.locator("#look")).to_contain_text("−12.50")
    page.locator("form[data-ask] button[data-key=main]").click()
    page.wait_for_url(re.compile(r"/cases/\d+/"))

    # The supervisor approves, finance pays, the memo is written, the customer is told.
    lead = day.as_("supervisor")
    lead.goto(f"/approvals/{refund.pk}/")
    lead.locator("button", has_text="12.50").first.click()
    lead.wait_for_load_state()
    refund.refresh_from_db()
    assert refund.state == "to_pay"
    money = day.as_("finance")
    money.goto("/payouts/")
    money.fill("[name=platform_number]", "2026112300012345")
    money.fill("[name=paid_at]", day.now.strftime("%Y-%m-%dT%H:%M"))
    money.locator(f"form[action='/payouts/{refund.pk}/'] button[type=submit]").click()
    money.wait_for_load_state()
    page = day.as_("agent")
    page.goto(f"/cases/{refund.pk}/")
    expect(page.locator(".task__text")).to_contain_text("12.50")
    page.locator("form[action*='/tasks/'] button[type=submit]").click()
    page.wait_for_load_state()
    page.locator("form[action*='customer_told'] button[type=submit]:not([form])").first.click()
    page.wait_for_load_state()

    # Register, ledger and counters agree.
    money.goto("/register/")
    expect(money.locator("table")).to_contain_text("2026112300012345")
    refund.refresh_from_db()
    second.refresh_from_db()
    assert refund.state == "settled"
    assert str(second.refunded) == "12.50"
    assert list(Ledger.objects.filter(case=refund).order_by("pk").values_list("entry", flat=True)) == [
        "reserve",
        "release",
        "reserve",
        "settle",
    ]
    assert verify_invariants() == []
