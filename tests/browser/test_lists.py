"""The wide list by keyboard alone, in Chinese: filtered, kept as a view, several cases taken at once and given back, one laid aside."""

import pytest
from playwright.sync_api import expect

from casework.actions.assign import give_case
from casework.models import Case
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_is_filtered_kept_as_a_view_and_its_cases_are_taken_and_given_back(open_page, agent, agent2):
    cases = [an_unreachable(agent2) for _ in range(3)]
    a_refund(agent2)
    for case in cases:
        give_case(case.pk, None, by=acts(agent2), at=MONDAY)
    page = open_page(by=agent, viewport={"width": 1366, "height": 768})
    page.goto("/cases/?tab=all")
    expect(page.locator("[data-row]")).to_have_count(4)
    page.keyboard.press("f")
    expect(page.locator("[data-filters] [name=kind]")).to_be_focused()
    page.locator("[data-filters] [name=kind]").select_option(label="联系不上")
    page.locator("[data-filters] button").press("Enter")
    chip = page.locator("[data-chip]")
    expect(chip).to_have_text("类型：联系不上去掉这个条件")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.get_by_text("存为视图").press("Enter")
    page.locator("[name=name]").fill("先联系")
    page.keyboard.press("Enter")
    expect(page.locator(".tabs [aria-current]")).to_have_text(["全部 4", "先联系 3"])
    # Two rows by their key; the button says how many.
    page.locator("body").press("j")
    page.keyboard.press("p")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("[data-picked]")).to_have_text("(2)")
    page.keyboard.press("v")
    page.get_by_role("button", name="领取").press("Enter")
    expect(page.get_by_role("region", name="已选案件")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note")).to_have_text("2 件中完成 2 件。")
    assert set(Case.objects.filter(owner=agent.pk).values_list("pk", flat=True)) == {case.pk for case in cases[:2]}
    page.keyboard.press("z")
    expect(page.locator(".note")).to_have_text("2 件中已撤回 2 件。")
    assert not Case.objects.filter(owner=agent.pk).exists()
    # Back in the list the chip goes by Delete, and a click with Shift chooses a range.
    page.get_by_text("回到列表").first.click()
    page.locator("[data-chip]").press("Delete")
    expect(page.locator("[data-row]")).to_have_count(4)
    page.locator("[data-pick]").nth(0).click()
    page.locator("[data-pick]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("(3)")
    on_a_phone_what_can_be_done_stays_in_sight(page)
    lays_aside_and_takes_back(page, cases[0])


def on_a_phone_what_can_be_done_stays_in_sight(page):
    """Above the places at the foot, from the first row to the last, and over none that has the focus; where nothing is chosen it waits below the rows."""
    page.set_viewport_size({"width": 390, "height": 500})
    button, rows = page.locator("#several button"), page.locator("[data-row]")
    for row in (rows.first, rows.last):
        row.focus()
        edges = [each.bounding_box() for each in (row, page.locator(".queue__foot"), button, page.locator(".rail"))]
        assert edges[0]["y"] + edges[0]["height"] <= edges[1]["y"]
        assert edges[2]["y"] + edges[2]["height"] <= edges[3]["y"]
    for _ in range(3):
        page.locator("[data-pick]:checked").first.click()
    expect(page.locator(".queue__foot")).to_have_css("position", "static")
    page.set_viewport_size({"width": 1366, "height": 768})


def lays_aside_and_takes_back(page, case):
    """What can wait is out of one's list until then, and is taken back before its time."""
    page.goto(f"/cases/{case.pk}/?tab=mine")
    page.get_by_role("button", name="领取").press("Enter")
    expect(page.locator(f"#row-{case.pk}")).to_be_visible()
    page.locator("#case-title").press("l")
    expect(page.get_by_role("button", name="三小时后")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_text("已放到稍后处理，11-23 15:00 回来；有动静会提前回来。")
    expect(page.locator(f".queue #row-{case.pk}")).to_have_count(0)
    page.get_by_role("link", name="稍后").press("Enter")
    page.locator(f"#row-{case.pk}").press("Enter")
    page.get_by_role("button", name="现在拿回来").press("Enter")
    expect(page.locator(".toast")).to_have_text("这件单子回到“我的”里了。")
    page.get_by_role("link", name="我的").first.press("Enter")
    expect(page.locator(f"#row-{case.pk}")).to_be_visible()
