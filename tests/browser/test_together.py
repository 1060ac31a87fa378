"""Two people at one case: they see one another, what changes shows without taking away what is typed, and a draft outlives the page."""

import re

import pytest
from playwright.sync_api import expect

from casework import presence
from tests.builders import an_unreachable

pytestmark = pytest.mark.django_db(transaction=True)
# A choice of which one is made already, and a list.
CHOICES = (
    '<input type="radio" name="how" value="a" aria-label="a" checked><input type="radio" name="how" value="b" aria-label="b">'
    '<select name="which" aria-label="which"><option>1</option><option>2</option><option>3</option></select>'
)
SENT_ON_LEAVING = """() => {
  const post = desk.post;
  let times = 0;
  desk.post = (...all) => { times += 1; return post(...all); };
  dispatchEvent(new Event("pagehide"));
  desk.post = post;
  return times;
}"""
LONG = "一个有四十个字的名字" * 4


@pytest.fixture(autouse=True)
def nobody_is_here(servers):
    presence._redis().flushdb()
    yield
    presence._redis().flushdb()


def at_the_case(open_page, user, case):
    page = open_page(by=user)
    page.goto(f"/cases/{case.pk}/")
    return page


def asks_now(page):
    """The page looks again at once, as when one comes back to it."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_at_one_case_lose_nothing_and_know_of_one_another(open_page, agent, agent2, supervisor):
    case = an_unreachable(agent)
    hers, his = at_the_case(open_page, agent, case), at_the_case(open_page, agent2, case)
    hers.keyboard.press("n")
    hers.keyboard.type("打了三次电话")
    expect(hers.locator(".draft-line")).to_contain_text("草稿已存")
    asks_now(his)
    expect(his.locator(".case__head .presence--writes")).to_have_text("agent 正在写")
    expect(his.locator("form[data-draft=note] .presence--writes")).to_have_count(1)
    # He writes a note; she is told, and one click shows it beside what she has typed.
    his.keyboard.press("n")
    his.keyboard.type("@AG")
    expect(his.locator("#mention [role=option]:visible")).to_have_text(["agent"])
    expect(his.locator("#note-text")).to_have_attribute("aria-activedescendant", f"mention-{agent.pk}")
    his.keyboard.press("Enter")
    his.keyboard.type("我来联系")
    expect(his.locator("#mention")).to_be_hidden()
    expect(his.locator("#note-text")).to_have_value("@agent 我来联系")
    his.locator("form[data-draft=note] [type=submit]").click()
    expect(his.locator(".toast").first).to_be_visible()
    asks_now(hers)
    expect(hers.locator("[data-changed]")).to_contain_text("agent2")
    assert hers.evaluate("document.activeElement.id") == "note-text"
    hers.locator("[data-redraw]").click()
    expect(hers.locator(".log")).to_contain_text("我来联系")
    expect(hers.locator("#note-text")).to_have_value("打了三次电话")
    # Another day, another machine.
    again = at_the_case(open_page, agent, case)
    expect(again.locator("#note-text")).to_have_value("打了三次电话")
    expect(again.locator(".draft-line")).to_have_text(re.compile(r"^\d\d:\d\d 的草稿丢弃$"))
    # A draft that is discarded by mistake comes back by the same button, with what was chosen in place of what stands there by itself.
    again.evaluate("html => document.querySelector('#note-text').insertAdjacentHTML('beforebegin', html)", CHOICES)
    again.check("[name=how][value=b]")
    again.select_option("[name=which]", "2")
    again.locator(".draft-line button").click()
    expect(again.locator(".draft-line")).to_have_text("草稿已丢弃找回")
    expect(again.locator("#note-text")).to_have_value("")
    expect(again.locator("[name=how][value=a]")).to_be_checked()
    again.select_option("[name=which]", "3")
    assert again.evaluate(SENT_ON_LEAVING) == 0, "a list alone is no draft"
    again.locator(".draft-line button").click()
    expect(again.locator(".draft-line")).to_contain_text("草稿已存")
    expect(again.locator("#note-text")).to_have_value("打了三次电话")
    expect(again.locator("[name=how][value=b]")).to_be_checked()
    expect(again.locator("[name=which]")).to_have_value("2")
    # Nobody types in his page now: it follows by itself.
    again.locator("form[data-draft=note] [type=submit]").click()
    expect(again.locator(".toast").first).to_be_visible()
    asks_now(his)
    expect(his.locator(".log")).to_contain_text("打了三次电话")
    # However long her name is, his telephone shows all of it.
    for each in (agent, supervisor):
        each.first_name = LONG
        each.save()
    case.order.buyer.nick = "tb_" + LONG * 2
    case.order.buyer.save()
    his.set_viewport_size({"width": 390, "height": 844})
    asks_now(hers)
    his.reload()  # a name that changes is no news to a page that knows who is there
    asks_now(his)
    expect(his.locator(".case__head .presence")).to_contain_text(LONG)
    assert his.evaluate("document.documentElement.scrollWidth") == 390
    # So it is with the buyer's: the order stands beside it in the one line, and the buttons are wide enough.
    line, order = (his.locator(each).bounding_box() for each in (".case__sub", ".case__order"))
    assert order["y"] + order["height"] <= line["y"] + line["height"] + 1
    assert order["x"] + order["width"] <= 390
    assert his.locator(".case__head .push .btn:visible").evaluate_all("all => all.every(each => each.offsetWidth >= 32)")
    his.locator(".case__sub").hover()
    expect(his.locator(".case__nick")).to_have_css("white-space", "normal")
    assert his.evaluate("document.documentElement.scrollWidth") == 390
    # And where two are called so, one of them is named by the account.
    his.locator("[data-key=n]").click()
    his.locator("#note-text").press_sequentially("@一个")
    expect(his.locator("#mention [role=option]:visible")).to_have_text([f"{LONG} agent", f"{LONG} supervisor"])
    # Once the caret has left the word the list is gone, and Enter is Enter; back at the word it is there again.
    his.keyboard.press("Home")
    expect(his.locator("#mention")).to_be_hidden()
    his.keyboard.press("Enter")
    expect(his.locator("#note-text")).to_have_value("\n@一个")
    his.keyboard.press("Backspace")
    his.keyboard.press("End")
    his.keyboard.type("有")
    expect(his.locator("#mention")).to_be_visible()
    his.keyboard.press("Enter")
    expect(his.locator("#note-text")).to_have_value("@agent ")
