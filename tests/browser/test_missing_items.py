"""A missing item in a real browser: named line by line, weighed on three scales, answered by those who pack, refunded at its line."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from casework.actions.add_evidence import add_evidence
from casework.models import Case
from orders.models import Line
from refunds.models import Request
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def enter(open_page, live_server):
    """A page of a logged-in person, in English, on the day of the story."""

    def as_person(user, **options):
        client = Client()
        client.force_login(user)
        headers = {"X-Test-Now": MONDAY.isoformat()}
        page = open_page(locale="en-US", extra_http_headers=headers, **({"viewport": {"width": 1440, "height": 900}} | options))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return as_person


def send(page):
    """The main button of the next step."""
    page.locator(".next [data-key=main]").click()


def take(page, label, note=""):
    """One of the other steps."""
    step = page.locator(".steps details", has_text=label)
    step.locator("summary").click()
    if note:
        step.locator("textarea").fill(note)
    step.locator("button[type=submit]").click()


@pytest.mark.rule("L5.1")
@pytest.mark.rule("L5.2")
@pytest.mark.rule("L5.3")
@pytest.mark.rule("L5.5")
def test_from_the_complaint_to_the_refunded_line(enter, agent, warehouse, printclerk, live_server):
    case = an_incident("missing_items", agent, lines=("60.00", "40.00"))
    second = Line.objects.get(order=case.order, position=2)
    page = enter(agent)
    page.goto(f"/cases/{case.pk}/")
    page.locator(".next a[data-key=main]").click()
    page.locator(f"[name=line-{second.pk}]").fill("1")
    page.locator("[name=unpacked]").check()
    page.locator("[name=told_where]").fill("盒盖夹层")
    page.locator("[data-key=main]").click()
    expect(page.locator(".case__head")).to_contain_text("Check 1: order lines")
    send(page)
    for name, grams in (("warehouse", "1300"), ("waybill", "1310"), ("courier", "1200")):
        page.locator(f"#weights_compared_{name}").fill(grams)
    send(page)
    expect(page.locator(".context")).to_contain_text("The courier weighed 1200 g, our warehouse 1300 g: 100 g were lost on the way.")

    for kind in ("photo_goods", "photo_box"):
        add_evidence(case.pk, upload=a_picture(), kind=kind, by=acts(agent), at=MONDAY)
    page.goto(f"/cases/{case.pk}/")
    send(page)
    expect(page.locator(".case__head")).to_contain_text("Base slip is looked for")

    clerk = enter(printclerk, **PHONE)
    clerk.goto("/todo/")
    clerk.get_by_role("button", name="It was not found").click()
    expect(clerk.locator(".page")).to_contain_text("Nobody asks you anything now.")
    packer = enter(warehouse, **PHONE)
    packer.goto("/todo/")
    packer.get_by_role("button", name="Packed completely").click()
    expect(packer.locator(".page")).to_contain_text("Nobody asks you anything now.")

    page.goto(f"/cases/{case.pk}/")
    send(page)
    page.locator("[name=channel][value=chat]").check()
    page.locator("[name=outcome][value=answered]").check()
    send(page)
    take(page, "Declined: not with the next order")
    expect(page.locator(".next")).to_contain_text("Reshipment")
    take(page, "Declined: not sent again")
    page.locator(".next").get_by_role("link", name="Refund").click()
    expect(page.locator(f"[name=line-{second.pk}]")).to_have_value("40.00")
    page.locator("[data-key=main]").click()
    expect(page.locator(".case__head")).to_contain_text("Refund")
    assert Request.objects.get().lines == [{"line": second.pk, "amount": "40.00"}]
    assert Case.objects.get(pk=case.pk).state == "mending"
    assert case.losses.get().amount == 40
