"""From "ask for photos" to the photo in the viewer: agent, customer with a phone, and the agent again."""

import datetime as dt
import io
import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from casework.actions.add_evidence import add_evidence
from casework.actions.ask_photos import make_link, revoke_link
from casework.actions.verify import verify_invariants
from casework.models import Case, Evidence
from casework.photos.checklist import Wanted
from logistics.kinds.unreachable import Unreachable
from tests.browser.test_workbench_keys import at_desk  # noqa: F401  (a fixture)
from tests.builders import an_unreachable
from tests.casework.test_looks import scene
from tests.cast import NOON, acts

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def a_file(seed, name="photo.jpg", size=(900, 700)):
    out = io.BytesIO()
    scene(seed, size).save(out, "JPEG", quality=88)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture(autouse=True)
def no_brake():
    cache.clear()


@pytest.fixture
def case(agent, monkeypatch):
    """A case that waits for its customer, of a kind that wants two pictures."""
    wanted = (
        Wanted("photo_waybill", "面单上的重量能看出东西少没少。", "L5.3", instead=("base_slip",)),
        Wanted("photo_goods", "对照订单看到了哪些东西。", "L5.2"),
    )
    monkeypatch.setattr(Unreachable, "CHECKLIST", wanted)
    return an_unreachable(agent, at=NOON - HOUR, state="trying")


@pytest.fixture
def link(case, agent):
    """The address that the customer got."""
    return f"/e/{make_link(case.pk, kinds=['photo_waybill', 'photo_goods'], plea='closer', by=acts(agent), at=NOON)[1]}/"


def fits(page):
    """Nothing is wider than the window, and what a thumb shall hit is 44 px high."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    low = page.evaluate(
        "() => Array.from(document.querySelectorAll('button, label.btn, a')).filter(el => el.getClientRects().length && el.getBoundingClientRect().height < 44)"
        ".map(el => el.outerHTML)"
    )
    assert low == []


def ask(page, case):
    """The agent asks for what the checklist wants; the address from the letter."""
    page.goto(f"/cases/{case.pk}/")
    page.get_by_text("Ask the customer for photos").click()
    expect(page.locator("[name=kinds][value=photo_waybill]")).to_be_checked()
    expect(page.locator("[name=kinds][value=photo_box]")).not_to_be_checked()
    page.get_by_role("button", name="Make the link").click()
    letter = page.locator("#letter").inner_text()
    return re.search(r"http://\S+/(e/\S+/)", letter)[1]


@pytest.mark.rule("R1.1")
def test_a_customer_sends_two_photos_by_phone_the_case_moves_and_its_owner_sees_it(at_desk, open_page, agent, case):  # noqa: F811
    desk = at_desk("/", viewport={"width": 1440, "height": 900})
    address = ask(desk, case)
    phone = open_page(**PHONE)
    phone.goto(f"/{address}")
    fits(phone)
    expect(phone.locator("[data-go]")).to_be_disabled()
    expect(phone.locator("[data-missing]")).to_have_text("还差：面单照片、全部商品照片")
    expect(phone.get_by_text("面单上的重量能看出东西少没少。")).to_be_visible()
    phone.locator("[name=photo_waybill]").set_input_files([a_file(1)])
    phone.locator("[name=photo_goods]").set_input_files([a_file(2)])
    expect(phone.locator("[data-go]")).to_have_text("提交这 2 张")
    fits(phone)
    phone.locator("[data-go]").click()
    expect(phone.locator("[data-said]")).to_have_text("谢谢您，收到 2 张照片。")
    expect(phone.locator("[data-missing]")).to_have_text("需要的照片都收到了，谢谢您！")
    expect(phone.locator(".up__photo.is-done")).to_have_count(2)
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.news) == ("answered", {"photos": 2})
    assert Evidence.objects.filter(case=case, uploaded_by=None, link__isnull=False).count() == 2
    desk.goto("/")
    row = desk.locator(f"#row-{case.pk}")
    expect(row).to_contain_text("Customer sent photos ×2")
    row.click()
    expect(desk.locator(".case__head")).to_contain_text("Customer answered")
    expect(desk.locator(".wanted__line.is-done")).to_have_count(2)
    desk.get_by_role("button", name="Seen").click()
    expect(desk.locator(".chip--news")).to_have_count(0)
    assert verify_invariants() == []


def test_partial_sending_is_allowed_and_bad_files_are_told_apart(open_page, case, link):
    phone = open_page(locale="en-GB", **PHONE)
    phone.goto(f"{link}?lang=en")
    phone.locator("[name=photo_goods]").set_input_files([a_file(2), {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}])
    phone.locator("[data-go]").click()
    expect(phone.locator("[data-missing]")).to_have_text("Still missing: Photo of the waybill")
    expect(phone.locator(".up__photo.is-overdue")).to_contain_text("This is not a readable JPEG, PNG or WebP picture.")
    expect(phone.locator("[data-said]")).to_have_text("Thank you. Photos received: 1")
    phone.locator("[name=photo_goods]").set_input_files([a_file(3)])
    phone.get_by_role("button", name="Take out photo.jpg").last.click()
    expect(phone.locator("[data-go]")).to_be_disabled()
    phone.reload()
    expect(phone.get_by_text("received: 1")).to_be_visible()
    assert Evidence.objects.count() == 1


def test_a_line_that_breaks_loses_nothing_and_what_came_through_counts_once(open_page, case, link):
    phone = open_page(**PHONE)
    phone.goto(link)
    phone.locator("[name=photo_goods]").set_input_files([a_file(2), a_file(2)])

    def lost(route):
        # It arrives, but its answer does not: something on the way gives up.
        route.fetch()
        route.fulfill(status=408, body="")

    phone.route(f"**{link}*", lost, times=1)
    phone.locator("[data-go]").click()
    expect(phone.locator(".up__photo.is-overdue")).to_contain_text("网络断了，请再点一次提交。")
    phone.locator("[data-go]").click()
    expect(phone.locator("[data-said]")).to_have_text("谢谢您，收到 1 张照片。")
    assert Evidence.objects.count() == 1


def test_a_link_that_ended_meanwhile_says_so_and_a_dead_one_is_a_page_of_its_own(open_page, case, link, agent):
    phone = open_page(**PHONE)
    phone.goto(link)
    revoke_link(case.pk, case.upload_links.get().pk, by=acts(agent), at=NOON)
    phone.locator("[name=photo_goods]").set_input_files([a_file(2)])
    phone.locator("[data-go]").click()
    expect(phone.locator(".up__photo.is-overdue")).to_contain_text("链接已失效")
    phone.goto(link)
    expect(phone.get_by_role("heading", name="链接已失效")).to_be_visible()
    fits(phone)


def test_without_script_the_page_is_a_form(open_page, case, link):
    phone = open_page(java_script_enabled=False, **PHONE)
    phone.goto(link)
    phone.locator("[name=photo_waybill]").set_input_files([a_file(1)])
    phone.locator("[name=photo_goods]").set_input_files([a_file(2), a_file(3)])
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("谢谢您，收到 3 张照片。")).to_be_visible()
    assert Evidence.objects.count() == 3


@pytest.fixture
def album(case, agent):
    """Three pictures on the case; the first is in another case too."""
    other = an_unreachable(agent)
    for about, seed, size in ((case, 1, (900, 700)), (case, 2, (600, 1400)), (case, 3, (900, 700)), (other, 1, (900, 700))):
        add_evidence(about.pk, upload=io.BytesIO(a_file(seed, size=size)["buffer"]), kind="photo_damage", by=acts(agent), at=NOON)
    return other


def placed(page):
    return page.locator(".viewer img").evaluate("el => el.style.transform")


def test_the_viewer_zooms_turns_moves_and_goes_on_by_key_and_button(at_desk, case, album):  # noqa: F811
    page = at_desk(f"/cases/{case.pk}/", viewport={"width": 1440, "height": 900})
    thumbs = page.locator("[data-view]")
    thumbs.first.click()
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_be_visible()
    expect(viewer).to_contain_text(f"Same photo in {album.number}")
    expect(viewer.locator("[data-count]")).to_have_text("1 / 3")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(viewer.locator("[data-zoom]")).to_have_text("156%")
    page.keyboard.press("Shift+ArrowLeft")
    assert placed(page) == "translate(60px, 0px) rotate(0deg) scale(1.5625)"
    page.keyboard.press("-")
    page.keyboard.press("0")
    page.keyboard.press("r")
    assert placed(page) == "translate(0px, 0px) rotate(90deg) scale(1)"
    page.keyboard.press("ArrowRight")
    expect(viewer.locator("[data-count]")).to_have_text("2 / 3")
    assert placed(page) == "translate(0px, 0px) rotate(0deg) scale(1)"
    viewer.get_by_role("button", name="Turn").click()
    box, stage = page.locator(".viewer img").bounding_box(), page.locator("[data-stage]").bounding_box()
    assert box["width"] <= stage["width"] + 1
    assert box["height"] <= stage["height"] + 1
    page.mouse.move(stage["x"] + 200, stage["y"] + 200)
    page.mouse.wheel(0, -100)
    expect(viewer.locator("[data-zoom]")).to_have_text("125%")
    page.mouse.down()
    page.mouse.move(stage["x"] + 250, stage["y"] + 230)
    page.mouse.up()
    assert placed(page) == "translate(50px, 30px) rotate(90deg) scale(1.25)"
    viewer.get_by_role("button", name="Previous picture").click()
    viewer.get_by_role("button", name="Previous picture").click()
    expect(viewer.locator("[data-count]")).to_have_text("3 / 3")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(thumbs.nth(2)).to_be_focused()


def test_the_viewer_shows_the_whole_picture_on_a_phone_upright_and_turned(at_desk, case, album):  # noqa: F811
    page = at_desk(f"/cases/{case.pk}/", **PHONE)
    for number in range(3):
        page.locator("[data-view]").nth(number).click()
        for turned in (False, True):
            if turned:
                page.locator(".viewer").get_by_role("button", name="Turn").click()
            expect(page.locator(".viewer img")).to_have_js_property("complete", True)
            box, stage = page.locator(".viewer img").bounding_box(), page.locator("[data-stage]").bounding_box()
            assert box["width"] <= stage["width"] + 1, (number, turned)
            assert box["height"] <= stage["height"] + 1, (number, turned)
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        page.locator(".viewer").get_by_role("button", name="Close").click()
