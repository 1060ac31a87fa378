"""The API's pages in a browser: read without a script, led from the list to the operation, and axe finds nothing in either theme."""

from tests.browser.test_every_page import HERE, LAPTOP, PHONE, axe_on


def test_whoever_writes_a_program_finds_how_to_ask_for_a_refund(open_page):
    page, readable = open_page(viewport=LAPTOP), {"light": set(), "dark": set()}
    for script in ("axe/axe.min.js", "contrast.js"):
        page.add_init_script(path=HERE / script)
    page.goto("/api/docs/")
    page.click("a[href$='#refunds_create']")
    page.wait_for_selector("h2#refunds_create:has-text('/api/v1/refunds/')")
    assert page.locator("pre:has-text('Idempotency-Key')").first.is_visible()
    page.click("section[aria-labelledby=shape-RefundRow] summary")
    assert axe_on(page, (), readable) == []
    # The longest chapter has lists among its answers.
    page.goto("/api/docs/cases/")
    page.click("a[href='#shape-PromiseRow-list'] >> nth=0")
    assert page.locator("h3#shape-PromiseRow-list").evaluate("el => Math.abs(el.getBoundingClientRect().top) < innerHeight")
    assert axe_on(page, (), readable) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
