"""Every page in both themes: axe finds nothing, and neither do the checks for what axe does not look at (WCAG 2.2 AA)."""

import json
import re
from pathlib import Path

import pytest

from orders.models import Shop
from orders.roles import Role
from tests.browser.drawn import drawn
from tests.cast import make_user
from tests.every_page import ROLES, a_busy_desk, pages

HERE = Path(__file__).parent
LAPTOP, DESK, PHONE = {"width": 1366, "height": 768}, {"width": 1920, "height": 1080}, {"width": 390, "height": 844}
# A laptop at 200 %.
ZOOMED = {"width": 683, "height": 384}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = "([theme, tags, seen, readable]) => wrongIn(theme, tags, seen, readable)"
OWN_CODE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
EVERYWHERE = "names => names.flatMap(name => everywhere[name]().map(each => `${name}: ${each}`))"


@pytest.fixture
def shop(db):
    return Shop.objects.create(code="demo", name="样例旗舰店", is_demo=True)


@pytest.fixture
def people(supervisor, agent, finance, warehouse):
    # Some pages are for who sees every shop.
    manager = make_user("manager", Role.MANAGER, None)
    return dict(zip(ROLES, (supervisor, agent, finance, warehouse, manager), strict=True))


def one_of_each(found):
    """The first page of those that are drawn by the same templates."""
    drawn = set()
    for role, address, answer in found:
        names = {each.name for each in answer.templates if each.name}
        if (answer.status_code == 200 and names - drawn) or "no-such" in address:
            drawn |= names
            yield role, address


def axe_on(page, seen, readable):
    """What axe finds on the page that is open, in both themes, but for parts that it has seen. In the other theme only colours are others."""
    wrong = []
    for theme, tags in (("light", RULES), ("dark", [])):
        found, looks = page.evaluate(AXE, [theme, tags, list(seen), list(readable[theme])])
        wrong += found
        readable[theme].update(looks)
    return wrong


def look_at(page, seen, readable):
    """All that is wrong with the page that is open."""
    wrong = axe_on(page, seen, readable)
    wrong += page.evaluate(EVERYWHERE, ["decidedByEnter", "offscreen", "small", "hidden", "moving", "pasteless", "draggedOnly", "ordered"])
    for window in (ZOOMED, PHONE, DESK, LAPTOP):
        page.set_viewport_size(window)
        wrong += [f"{window['width']} wide {each}" for each in page.evaluate(EVERYWHERE, ["sideways"])]
    return wrong


def keeps_to_the_policy(address, answer):
    """The page allows nothing but our own files, and holds neither script nor style of its own."""
    assert "unsafe" not in answer["Content-Security-Policy"], address
    assert OWN_CODE.findall(answer.content.decode()) == [], address


def beside_them(samples, agent):
    """What no list of addresses of the workbench holds: the way in, refusals, and one of each form of the admin's pages."""
    yield from (("nobody", "/login/"), ("nobody", "/login/?next=%00"), ("agent", "/cases/0/"))
    table, case = "/admin/casework/", samples["case"][0][0]
    for address in (
        "/admin/",
        f"{table}case/",
        f"{table}case/{case}/change/",
        f"{table}policy/",
        f"{table}script/?after=100",
        f"{table}holiday/2026-10-01/delete/",
        f"/admin/orders/user/{agent.pk}/change/",
        "/admin/logistics/courier/add/",
    ):
        yield "office", address


# One world and one browser for all pages: half a minute on a quiet core, several on a busy one.
@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_nothing_is_wrong_with_any_page_in_either_theme(open_page, people, shop, settings):
    settings.DEBUG = True
    samples = a_busy_desk(shop, *(people[role] for role in ("agent", "supervisor", "finance", "warehouse")))
    found = list(pages(samples, people))
    for _role, address, answer in found:
        keeps_to_the_policy(address, answer)
    tabs, visited, wrong, readable = {}, set(), {}, {"light": set(), "dark": set()}
    people |= {"nobody": None, "office": people["manager"]}
    for role, address in (*one_of_each(found), *beside_them(samples, people["agent"])):
        if role not in tabs:
            tabs[role] = open_page(by=people[role], viewport=LAPTOP, reduced_motion="reduce", color_scheme="light")
            for script in ("axe/axe.min.js", "contrast.js", "everywhere.js"):
                tabs[role].add_init_script(path=HERE / script)
        tabs[role].goto(address)
        if role == "office":
            drawn(tabs[role])
        # The rail is the same on every page of a person, and the list beside every case.
        seen = [".rail", ".wb .queue", "#nav-sidebar"] if role in visited else []
        visited.add(role)
        # A long list of the admin costs the other checks seconds.
        looks = look_at if role != "office" or address.endswith(("/change/", "/add/")) else axe_on
        if bad := looks(tabs[role], seen, readable):
            wrong[address] = bad
    assert len(found) > 50
    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)
