"""The keyboard of the workbench: single keys by their place, off while one types, and able to be switched off."""

import re

import pytest
from playwright.sync_api import expect

from casework.models import ContactAttempt
from tests.builders import an_unreachable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_desk(open_page, agent):
    """A browser, logged in, in English; at_desk(address) opens a page, the agent's when nobody else is named."""

    def open_at(address, user=agent, **options):
        page = open_page(locale="en-US", by=user, **{"viewport": {"width": 1440, "height": 900}} | options)
        page.goto(address)
        return page

    return open_at


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_j_and_k_move_along_the_rows_a_slash_reaches_the_search_and_enter_opens(at_desk, agent):
    first, second = an_unreachable(agent), an_unreachable(agent)
    page = at_desk("/cases/")
    # What is typed in a field is no command.
    page.keyboard.press("/")
    page.keyboard.type("jkm/d1")
    assert page.locator("[name=q]").input_value() == "jkm/d1"
    assert page.locator("html").get_attribute("data-theme") == "auto"
    page.locator("[name=q]").evaluate("el => el.blur()")
    for key, row in (("j", first), ("j", second), ("j", second), ("k", first)):
        page.keyboard.press(key)
        assert focused(page) == f"row-{row.pk}"
    # With a Chinese input method on, event.key is "Process"; event.code still tells the key.
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Process', code: 'KeyJ', bubbles: true}))")
    assert focused(page) == f"row-{second.pk}"
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_visible()
    assert f"/cases/{first.pk}/" in page.url


def test_a_number_opens_another_step_and_control_enter_sends_what_one_types_in(at_desk, agent):
    case = an_unreachable(agent)
    page = at_desk(f"/cases/{case.pk}/")
    page.keyboard.press("1")
    form = page.locator("form[action*='/steps/customer_answered/']")
    expect(form).to_be_visible()
    form.locator("[name=answer]").fill("at home on Saturday")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".chip--state").first).to_have_text("Customer answered")
    case.refresh_from_db()
    assert case.state == "answered"


def test_control_enter_does_the_next_step(at_desk, agent):
    case = an_unreachable(agent)
    page = at_desk(f"/cases/{case.pk}/")
    page.check("[name=channel][value=phone]")
    page.check("[name=outcome][value=no_answer]")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The attempt is recorded.")
    assert ContactAttempt.objects.get(case=case).channel == "phone"


def test_single_keys_can_be_switched_off_for_the_person_on_every_machine(at_desk, agent):
    an_unreachable(agent)
    page = at_desk("/cases/")
    page.keyboard.press("Shift+Slash")
    sheet = page.locator("dialog#keys")
    expect(sheet).to_be_visible()
    sheet.locator("form[data-look=keys] button").click()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page = at_desk("/cases/")
    page.keyboard.press("j")
    assert focused(page) == ""
    # What is no single key works on.
    page.keyboard.press("Control+k")
    expect(page.locator("dialog#palette")).to_be_visible()


def test_the_palette_goes_to_a_page_to_a_case_and_takes_a_step(at_desk, agent):
    case = an_unreachable(agent)
    page = at_desk("/")
    # Who types faster than the names of the pages come goes to the page all the same.
    late = []
    page.route(re.compile(r"/palette/\?q=$"), lambda route: late.append(route))
    page.keyboard.press("g")
    page.keyboard.type("队列")
    with page.expect_response(lambda answer: "/palette/?q=%" in answer.url):
        page.keyboard.press("Enter")
    late.pop().continue_()
    page.wait_for_url("**/cases/")
    page.unroute_all()
    page.keyboard.press("Control+k")
    page.keyboard.type("队列")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Queue")
    page.keyboard.press("Control+a")
    page.keyboard.type(case.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.pk}/")
    page.keyboard.press("g")
    page.keyboard.type("customer answered")
    page.keyboard.press("Enter")
    expect(page.locator("form[action*='/steps/customer_answered/']")).to_be_visible()


def test_theme_and_density_turn_without_losing_what_is_typed(at_desk, agent):
    case = an_unreachable(agent)
    page = at_desk(f"/cases/{case.pk}/")
    page.fill("#contact-note", "half a sentence")
    page.locator("h1").click()
    page.keyboard.press("m")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("d")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    assert page.locator("#contact-note").input_value() == "half a sentence"
    agent.refresh_from_db()
    assert (agent.theme, agent.density) == ("light", "compact")


def test_a_greyed_step_is_reached_by_keyboard_and_does_nothing(at_desk, agent, supervisor):
    from tests.builders import a_refund

    refund = a_refund(agent)
    page = at_desk(f"/cases/{refund.pk}/")
    button = page.locator("button[aria-describedby=why-approve]")
    button.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(f"/cases/{refund.pk}/")
    described = button.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text().startswith("This is for: Supervisor, Manager.")


def test_a_text_is_copied_in_one_click(at_desk, agent, live_server):
    case = an_unreachable(agent)
    page = at_desk(f"/cases/{case.pk}/", permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("y")
    expect(page.locator(".toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == case.incident.parcel.waybill


def test_the_page_works_without_any_script(at_desk, agent):
    case = an_unreachable(agent)
    page = at_desk(f"/cases/{case.pk}/", java_script_enabled=False)
    page.locator("summary", has_text="The customer answered").click()
    form = page.locator("form[action*='/steps/customer_answered/']")
    form.locator("[name=answer]").fill("at home")
    form.locator("button[type=submit]").click()
    expect(page.locator(".chip--state").first).to_have_text("Customer answered")
    page.locator("form[data-look=theme] button").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
