"""S4.1, S4.2, S1.4 by keys alone, in Chinese: find a script, copy it, see what is found in a text, promise, and record it as sent."""

import re

import pytest
from playwright.sync_api import expect

from casework.models import ContactAttempt, Promise
from tests.builders import an_unreachable
from tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("S4.1"), pytest.mark.rule("S4.2"), pytest.mark.rule("S1.4")]


def test_a_script_is_copied_checked_and_recorded_without_a_mouse(open_page, agent):
    case = an_unreachable(agent)
    page = open_page(viewport={"width": 1366, "height": 768})
    page.goto("/login/")
    page.fill("[name=username]", agent.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("nav.rail")).to_be_visible()
    page.goto(f"/cases/{case.pk}/")
    page.keyboard.press("s")
    expect(page.locator("#scripts-list [data-script]").first).to_contain_text("本状态的标准说法")
    page.keyboard.type("正在核实")
    expect(page.locator("#scripts-list [data-script][aria-current]")).to_contain_text("24小时内一定给您答复")
    page.keyboard.press("Enter")
    expect(page.locator("dialog#scripts")).to_be_hidden()
    expect(page.locator("#contact-message")).to_have_value(re.compile(case.number))
    expect(page.locator("#reply-findings")).to_contain_text("是承诺：记下来")
    assert page.evaluate("document.activeElement.id") == "reply-sent"
    page.focus("#contact-message")
    page.keyboard.press("End")
    page.keyboard.type("不关我的事")
    expect(page.locator("#reply-findings")).to_contain_text("不推给别人。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[role=alert]").first).to_contain_text("这样回复不能发出")
    expect(page.locator("#contact-message")).to_have_value(re.compile("不关我的事"))
    page.fill("#contact-message", f"亲，您的售后单{case.number}正在核实，24小时内给您答复。")
    expect(page.locator("#reply-findings [name=promise_what_0]")).to_have_value("24小时内给您答复")
    expect(page.locator("#reply-findings [name=promise]")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast").first).to_contain_text("已记为发出")
    expect(page.locator(".context")).to_contain_text("24小时内给您答复")
    assert ContactAttempt.objects.get().script.code == "any-looking"
    assert Promise.objects.get().contact == ContactAttempt.objects.get()
