"""The API's pages in a browser: read without a script, led from the list to the operation, and axe finds nothing in either theme."""

from tests.browser.test_every_page import HERE, LAPTOP, PHONE, axe_on


def test_whoever_writes_a_program_finds_how_to_ask_for_a_refund(open_page):
    page = open_page(viewport=LAPTOP)
    page.add_init_script(path=HERE / "axe/axe.min.js")
    page.goto("/api/docs/")
    assert axe_on(page) == []
    page.click("a[href$='#refunds_create']")
    page.wait_for_selector("h2#refunds_create:has-text('/api/v1/refunds/')")
    assert page.locator("pre:has-text('Idempotency-Key')").first.is_visible()
    page.click("section[aria-labelledby=shape-RefundRow] summary")
    assert axe_on(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
