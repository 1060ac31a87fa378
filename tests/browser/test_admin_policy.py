"""The admin's theme works under the policy that it is given: the browser refuses nothing, and nothing comes from elsewhere."""

import re

import pytest
from playwright.sync_api import expect

from casework.models import Case
from orders.models import Shop, User
from orders.roles import Role
from refunds.models import Approval
from tests.browser.drawn import drawn
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import PASSWORD, make_user
from tests.page import logged_in

# The boxes to tick of which the window shows a part that something else lies over.
COVERED = """() => [...document.querySelectorAll("#result_list tbody input[type=checkbox]")].filter(box => {
    const {left, top, bottom, width} = box.getBoundingClientRect(), seen = Math.min(bottom, innerHeight) - 1;
    return seen > top && document.elementFromPoint(left + width / 2, seen).closest("tr") !== box.closest("tr");
}).map(box => box.closest("tr").innerText)"""


@pytest.fixture
def desk(transactional_db):
    """A shop with somebody for each hand that a refund passes through, a refund that waits, and a case of L6."""
    shop = Shop.objects.create(code="demo", name="样例旗舰店")
    agent = make_user("agent", Role.AGENT, shop)
    for name, role in (("supervisor", Role.SUPERVISOR), ("manager", Role.MANAGER), ("finance", Role.FINANCE)):
        make_user(name, role, shop)
    a_refund(agent, order=an_order(shop, lines=("60.00", "40.00"), freight="5.00", waybill="73000000001234"))
    an_unreachable(agent, state="trying")
    return shop


def log_in(page, name):
    page.goto("/admin/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")


def test_the_one_login_leads_back_into_the_admin(page, desk):
    log_in(page, "manager")
    for address in (
        "/admin/",
        "/admin/password_change/",
        "/admin/orders/user/add/",
        "/admin/casework/policy/",
        "/admin/casework/holiday/add/",
    ):
        assert page.goto(address).status == 200
        drawn(page)


def test_a_supervisor_approves_with_the_mouse(open_page, desk):
    page = open_page(by=User.objects.get(username="supervisor"))
    page.goto("/admin/")
    refund, unreachable = (Case.objects.get(kind=kind) for kind in ("refund", "unreachable"))
    page.click('#nav-sidebar a[href*="state=asked"]')
    page.click(f"a:has-text('{refund.number}')")
    page.click(f'a[href$="/{refund.pk}/step/approve/"]')
    page.click("form.desk-form button[type=submit]")
    page.wait_for_url(f"**/refund/{refund.pk}/change/")
    assert Approval.objects.get().decided_by.username == "supervisor"
    page.goto(f"/admin/logistics/unreachable/{unreachable.pk}/change/")
    refused = page.locator("summary + .desk-steps [aria-disabled=true]").first
    page.click("summary")
    assert refused.is_visible()
    assert refused.evaluate("element => element.tagName") == "SPAN"


def test_the_theme_opens_and_shuts_under_the_policy(open_page, desk):
    """Filters, menus and dark colours are the theme's scripts: none of them is refused by the browser."""
    page = open_page(by=User.objects.get(username="manager"))
    page.goto("/admin/casework/case/")
    page.click("text=filter_list")
    page.click("#changelist-filter a[href*='whose=nobody']")
    page.wait_for_url("**whose=nobody**")
    # On a low window rows reach below its foot; no bar lies over one of them.
    page.set_viewport_size({"width": 1366, "height": 320})
    page.goto("/admin/casework/deadline/")
    drawn(page)
    assert page.evaluate(COVERED) == []
    page.set_viewport_size({"width": 1366, "height": 768})
    page.check("input#action-toggle, thead input[type=checkbox]")
    page.click("#nav-sidebar >> text=unfold_more")
    page.click("text=dark_mode")
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    # The workbench is dark now as well, and its ink is the admin's.
    ink = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")
    page.goto("/me/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')") == ink


@pytest.mark.fault("X1")
def test_a_script_in_the_page_would_not_run(chromium, live_server, desk):
    context = chromium.new_context(base_url=live_server.url)
    manager = logged_in(User.objects.get(username="manager"))
    context.add_cookies([{"name": "sessionid", "value": manager.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    assert page.goto("/admin/").url.endswith("/admin/")
    page.evaluate("window.ran = false")
    refused = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective), {once: true});
            const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script);
        })"""
    )
    assert refused == "script-src-elem"
    assert page.evaluate("window.ran") is False
    context.close()
