"""A clerk's hour, counted: ten tasks with their clicks and keys (docs/design.md), the shortest in English too, and a whole case without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from casework.models import Case, ContactAttempt
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY
from tests.logistics.addresses import a_change, a_printed_order
from tests.messages import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
BOUND = re.compile(r"^\| (\d+) \| [^|]+ \| [^|]+ \| (\d+) \|", re.MULTILINE)


class Hands:
    """A person at a page. Each click, each key and each text that is typed or pasted counts as one."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def click(self, target, *modifiers):
        self.count += 1
        (self.page.locator(target).first if isinstance(target, str) else target).click(modifiers=modifiers)

    def press(self, *keys):
        for key in keys:
            self.count += 1
            self.page.keyboard.press(key)

    def type(self, text):
        self.count += 1
        self.page.keyboard.insert_text(text)

    def lies_open(self, case):
        self.page.goto(f"/cases/{case.pk}/")

    def sees(self, selector, text):
        expect(self.page.locator(selector).first).to_contain_text(text)


@pytest.fixture
def hands(open_page):
    """hands(user) are the person's at a page of their own, in Chinese."""
    return lambda user: Hands(open_page(by=user, permissions=["clipboard-read", "clipboard-write"], **LAPTOP))


def bounds():
    """The bound of each task, as it was written down before."""
    return {int(number): int(bound) for number, bound in BOUND.findall((ROOT / "docs/design.md").read_text())}


def find_by_waybill(me, case):
    me.page.goto("/")
    me.press("Control+k")
    me.type(case.incident.parcel.waybill)
    me.press("Enter")
    me.sees("#case-title", "联系不上")


def log_two_calls(me, case):
    me.lies_open(case)
    for _ in range(2):
        me.click("[name=channel][value=phone]")
        me.click("[name=outcome][value=no_answer]")
        # The toast of the first call may still stand there.
        with me.page.expect_navigation():
            me.press("Control+Enter")
        me.sees(".toast", "联系")
    assert ContactAttempt.objects.filter(case=case, channel="phone").count() == 2


def ask_for_a_photo(me, case):
    me.lies_open(case)
    me.click("details.menu > summary:has-text('照片')")
    me.click("[name=kinds]")
    me.click("form[action*='/photos/'] button")
    me.click(".letter ~ button, .note button[data-copy-from], [data-copy-from]")
    me.sees(".toast", "已复制")


def ask_for_a_refund(me, order):
    me.page.goto(f"/orders/{order.pk}/")
    me.click("a[href^='/refunds/new/']")
    me.click("[data-amount]")
    me.type("12.50")
    me.page.select_option("[name=reason]", "not_received")
    me.page.select_option("[name=ground]", "record_checked")
    me.count += 4
    me.click("[name=channel][value=platform]")
    me.press("Control+Enter")
    me.page.wait_for_url(re.compile(r"/cases/\d+/"))
    assert Case.objects.filter(kind="refund", order=order).count() == 1


def hand_over_five(me, cases):
    me.page.goto("/cases/?tab=mine")
    shown = me.page.locator("[data-pick]").evaluate_all("boxes => boxes.map(box => Number(box.value))")
    places = [shown.index(case.pk) for case in cases]
    for place in (min(places), max(places)):
        me.click(me.page.locator("[data-pick]").nth(place), *(["Shift"] if place > min(places) else []))
    expect(me.page.locator("[data-pick]:checked")).to_have_count(len(cases))
    me.press("v")
    me.click("button[name=deed][value=give]")
    me.page.select_option("[name=to]", label="agent2")
    me.count += 2
    me.press("Control+Enter")
    me.sees(".note", "5 件")
    assert Case.objects.filter(owner__username="agent2").count() == len(cases)


def take_next_and_do_the_next_step(me, case):
    me.page.goto("/")
    me.press("x")
    me.page.wait_for_url(re.compile(r"/cases/\d+/"))
    me.click("[name=channel][value=chat]")
    me.click("[name=outcome][value=no_answer]")
    me.press("Control+Enter")
    me.sees(".toast", "联系")


def copy_a_reply(me, case):
    me.lies_open(case)
    me.press("c")
    me.sees(".toast", "已复制")
    assert case.incident.parcel.waybill in me.page.evaluate("navigator.clipboard.readText()")


def approve_as_a_lead(me, refund):
    me.page.goto("/")
    me.click("a[href='/approvals/']")
    me.page.wait_for_url("**/approvals/")
    me.press("a", "Enter")
    me.sees(".toast", "已同意")
    refund.refresh_from_db()
    assert refund.state == "to_pay"


def answer_a_print_task(me, change):
    me.page.goto("/")
    me.click("a[href='/todo/']")
    me.click("section.ask .answers > form button")
    me.sees(".toast", "已答复")


def see_why_a_button_is_grey(me, refund):
    me.page.goto("/cases/")
    me.click(f"#row-{refund.pk}")
    me.sees("#why-approve", "由主管")
    assert me.page.locator("#why-approve").is_visible()


def test_ten_tasks_of_a_clerks_hour_stay_within_their_bounds(hands, agent, agent2, supervisor, printclerk, shop):
    order, case, first, asked = an_order(shop), an_unreachable(agent), an_unreachable(agent), a_refund(agent)
    change = a_change(agent, a_printed_order(shop))
    free = an_unreachable(agent2, at=MONDAY)
    Case.objects.filter(pk=free.pk).update(owner=None)
    me, lead, printer = hands(agent), hands(supervisor), hands(printclerk)
    tasks = {
        1: (me, find_by_waybill, case),
        2: (me, log_two_calls, case),
        3: (me, ask_for_a_photo, case),
        4: (me, ask_for_a_refund, order),
        5: (me, hand_over_five, [an_unreachable(agent) for _ in range(5)]),
        6: (me, take_next_and_do_the_next_step, free),
        7: (me, copy_a_reply, first),
        8: (lead, approve_as_a_lead, asked),
        9: (printer, answer_a_print_task, change),
        10: (me, see_why_a_button_is_grey, a_refund(agent)),
    }
    counted = {}
    for number, (who, does, what) in tasks.items():
        who.count = 0
        does(who, what)
        counted[number] = who.count
    assert {number: count for number, count in counted.items() if count > bounds()[number]} == {}, counted
    the_shortest_in_english(me, case)


def the_shortest_in_english(me, case):
    """The language is one click away, and the same keys do the same."""
    me.page.goto("/")
    me.click("button[name=language][value=en]")
    me.sees("h1", "Today")
    me.press("Control+k")
    me.type(case.incident.parcel.waybill)
    me.press("Enter")
    me.sees("#case-title", "Customer unreachable")
    me.press("c")
    me.sees(".toast", "Copied")
    me.click("[name=channel][value=email]")
    me.click("[name=outcome][value=no_answer]")
    me.press("Control+Enter")
    me.sees(".toast", "The attempt is recorded.")


def test_a_whole_case_without_a_mouse(hands, agent, shop):
    order = an_order(shop, waybill="73000000004711")
    me = hands(agent)
    me.page.goto("/")
    me.press("g")
    me.type("新建案件")
    me.press("Enter")
    # A number that is scanned before the page is drawn is not lost.
    me.page.wait_for_url("**/cases/new/", wait_until="domcontentloaded")
    me.type(order.number)
    me.press("Enter")
    expect(me.page.locator("[name=kind]").first).to_be_attached()
    reach(me, ".intake__open summary")
    me.press("Enter")
    choose(me, "kind", "unreachable")
    me.press("Control+Enter")
    me.page.wait_for_url(re.compile(r"/cases/\d+/"))
    # The customer answers the phone.
    me.press("r", "Space")
    choose(me, "channel", "phone")
    choose(me, "outcome", "answered")
    me.press("Control+Enter")
    me.sees(".chip--state", "顾客已回复")
    # What was agreed is passed on, and the case is closed.
    reach(me, "[name=agreed]")
    me.type("改约周六")
    me.press("Control+Enter")
    me.sees(".next__what", "本案已结")
    assert Case.objects.get(order=order).closed_at is not None


def choose(me, name, value):
    """Tab to the choice, and along it by the arrows."""
    reach(me, f"[name={name}]")
    me.press("Space")
    for _ in range(60):
        if me.page.evaluate("document.activeElement.value") == value:
            return
        me.press("ArrowDown")
    raise AssertionError(f"{value} is not reached by the arrows")


def reach(me, selector, tabs=60):
    """Tab until the field has the focus; what cannot be reached so is out of reach."""
    for _ in range(tabs):
        if me.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        me.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")
