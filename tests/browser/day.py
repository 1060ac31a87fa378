"""A day at the desk for the stories of the browser tests: its clock, the people in it, and what each of them sees."""

import datetime as dt
import re

from playwright.sync_api import expect

from casework.models import Case
from config.celery import app
from orders.models import User

MORNING = dt.datetime(2026, 11, 20, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


class Day:
    """The clock of the day and the people in it, each with a browser of their own. The worker keeps the same time."""

    def __init__(self, open_page, clock, now=MORNING):
        self.open_page, self.clock, self.pages = open_page, clock, {}
        self.now = now

    @property
    def now(self):
        return self._now

    @now.setter
    def now(self, at):
        self._now = at
        self.clock.write_text(at.isoformat())

    def as_(self, name):
        """The person's page, logged in, at the day's time."""
        if name not in self.pages:
            self.pages[name] = self.open_page(by=User.objects.get(username=name), viewport={"width": 1440, "height": 900})
        page = self.pages[name]
        page.set_extra_http_headers({"X-Test-Now": self.now.isoformat()})
        return page


def import_lists(page, *files):
    """The lists come in on the page, and a worker imports them."""
    page.goto("/imports/")
    page.set_input_files("[name=file]", list(files))
    page.locator("form[data-drop] button[type=submit]").click()
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("progress")).to_be_visible()
    app.send_task("orders.tasks.run_imports")  # what beat does every few seconds
    expect(page.locator("dl.stats")).to_be_visible(timeout=30_000)


def open_case(page, kind, number):
    """A case of the kind about an order, opened by hand."""
    page.goto("/cases/new/")
    page.fill("[name=text]", number)
    page.press("[name=text]", "Enter")
    chosen = page.locator(f"[name=kind][value={kind}]")
    chosen.wait_for(state="attached")
    if not chosen.is_visible():
        page.locator(".intake__open summary").click()
    chosen.check()
    page.locator("form[action='/cases/new/'] button[data-key=main]").click()
    return case_of(page)


def case_of(page):
    """The case whose page is shown."""
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    page.wait_for_load_state()
    return Case.objects.get(pk=re.search(r"/cases/(\d+)/", page.url)[1])


def take_step(page, step, **facts):
    """Take the step with what it asks for; wherever it stands, as what comes next or among the others."""
    form = page.locator(f"form[action*='/steps/{step}/']")
    form.wait_for(state="attached")
    if not form.is_visible():
        page.locator("details", has=form).locator("> summary").click()
    for name, value in facts.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            form.locator(f"[name={name}][value={value}]" if value is not True else f"[name={name}]").check()
        else:
            (field.select_option if field.evaluate("el => el.tagName") == "SELECT" else field.fill)(value)
    form.locator("button[type=submit]:not([form])").click()
    expect(page.locator(".toast")).to_contain_text("已完成")


def record_contact(page, case, channel, outcome):
    """Record an attempt to reach the customer."""
    page.goto(f"/cases/{case.pk}/")
    page.check(f"[name=channel][value={channel}]")
    page.check(f"[name=outcome][value={outcome}]")
    page.locator(f"form[action^='/cases/{case.pk}/contacts/'] button[type=submit]").click()
    expect(page.locator(".log")).to_be_visible()


def answer(page, title, words, **facts):
    """Answer a question on the short list, with what the answer asks for."""
    page.goto("/todo/")
    question = page.locator("section.ask", has_text=title)
    if not facts:
        question.get_by_role("button", name=words, exact=True).click()
    else:
        question.locator("summary", has_text=words).click()
        form = question.locator("form.form", has=page.get_by_role("button", name=words, exact=True))
        for name, value in facts.items():
            field = form.locator(f"[name={name}]")
            (field.select_option if field.evaluate("el => el.tagName") == "SELECT" else field.fill)(value)
        form.get_by_role("button", name=words, exact=True).click()
    expect(page.locator(".toast")).to_be_visible()


def wait_for(page, holds, seconds=30):
    """Wait until it holds, while the browser and the worker go on."""
    for _ in range(seconds * 10):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it takes too long")
