"""Damaged beyond use, in a real browser: two photos by phone, sent again at once, reported to the lead, and not closed before the lead knows."""

import pytest
from playwright.sync_api import expect

from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case
from logistics.models import Loss
from tests.browser.day import answer, case_of, import_lists, open_case, take_step
from tests.browser.test_missing_items import SAMPLES, an_order_of_two_lines, customer_sends, day  # noqa: F401  (a fixture)
from tests.browser.worker import worker  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AGAIN = "SF1234567890123"


@pytest.mark.rule("L7.1", "L7.4", "L7.6")
def test_from_two_photos_to_whole_goods_and_a_lead_who_knows(day, worker):  # noqa: F811
    page = day.as_("agent")
    import_lists(page, SAMPLES / "taobao_orders.csv", SAMPLES / "taobao_items.csv")
    order = an_order_of_two_lines()

    # What is damaged; then the customer's two photos bring the case back.
    case = open_case(page, "damaged", order.number)
    page.locator(".next a[data-key=main]").click()
    page.fill(f"[name=line-{order.lines.get(position=2).pk}]", "1")
    page.fill("[name=damage]", "外壳裂开")
    page.select_option("[name=worn]", "no")
    page.locator("[data-key=main]").click()
    customer_sends(day, page, case, "photo_damage", "photo_waybill")
    page.goto(f"/cases/{case.pk}/")
    take_step(page, "confirm")
    take_step(page, "severe_unusable", broken_by="courier")
    assert Loss.objects.get(case=case).cause == "damaged"

    # Sent again at once, without a return and without waiting for anybody.
    remedies = page.locator(".next")
    expect(remedies).to_contain_text("马上补发")
    remedies.get_by_role("link", name="补发").click()
    page.locator("form[data-form] button[type=submit]").click()
    again = case_of(page)
    assert (again.kind, again.parent_id) == ("reshipment", case.pk)
    answer(day.as_("warehouse"), "请补发", "已发货", waybill=AGAIN, courier="shunfeng")
    page.goto(f"/cases/{again.pk}/")
    take_step(page, "customer_has_it")

    # It has arrived, and the case stays open until a lead has taken note.
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator(".next")).to_contain_text("主管还没确认知悉")
    lead = day.as_("supervisor")
    lead.goto("/")
    lead.locator("nav.rail").get_by_role("link", name="待答").click()
    expect(lead.locator("section.ask")).to_contain_text("外壳裂开")
    answer(lead, "上报给您", "已知悉")
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator(".case__head")).to_contain_text("完好货品已收到")
    assert set(Case.objects.values_list("state", flat=True)) == {"resent", "arrived"}
    assert verify_invariants() == verify_audit() == []
