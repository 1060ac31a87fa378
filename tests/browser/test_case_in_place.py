"""The case beside its list: the next one opens in place, nothing jumps, and what was typed waits where it was typed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_workbench_keys import at_desk  # noqa: F401  (a fixture)
from tests.builders import an_unreachable

pytestmark = pytest.mark.django_db(transaction=True)
# Whatever moves without being asked to, from the first paint on.
WATCH = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) window.shifts.push(each.value); }))
    .observe({ type: "layout-shift", buffered: true });
"""


def test_the_next_case_opens_in_place_by_a_key_and_drafts_stay_with_their_case(at_desk, agent):  # noqa: F811
    first, second = an_unreachable(agent), an_unreachable(agent)
    page, folded = at_desk("about:blank", viewport={"width": 1366, "height": 768}), []
    page.on("request", lambda request: folded.append(request.post_data) if request.url.endswith("/me/folds/") else None)
    page.add_init_script(WATCH)
    page.goto(f"/cases/{first.pk}/?tab=all")
    page.evaluate("window.mine = true")
    page.keyboard.press("n")
    page.locator("#note-text").fill("顾客说周六在家")
    page.locator("#case-title").click()
    page.keyboard.press("]")
    expect(page).to_have_title(re.compile(second.number))
    assert f"/cases/{second.pk}/" in page.url
    assert page.evaluate("document.activeElement.id") == "case-title"
    expect(page.locator(f"#row-{second.pk}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#note-text")).to_have_value("")
    page.keyboard.press("[")
    expect(page.locator("#note-text")).to_have_value("顾客说周六在家")
    page.locator(f"#row-{second.pk}").click()
    expect(page).to_have_title(re.compile(second.number))
    page.go_back()
    expect(page).to_have_title(re.compile(first.number))
    # One page all the way, and nothing of it jumped.
    assert page.evaluate("window.mine") is True
    assert page.evaluate("window.shifts.reduce((sum, each) => sum + each, 0)") < 0.01
    # Only what a person folds is kept as folded.
    assert folded == []
    with page.expect_request("**/me/folds/"):
        page.locator("details[data-fold] > summary").first.click()
    assert len(folded) == 1
