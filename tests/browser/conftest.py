"""A real browser on the test's own server. Whatever it complains about fails the test."""

import os
import shutil

import pytest
from django.db import connections

from tests.browser.missing import MESSAGE, PROGRAMS
from tests.page import logged_in


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, started once. Without it the test is skipped; where CI=true it fails."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MESSAGE)
    # The driver keeps an event loop in this thread; the tests themselves stay synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import expect, sync_playwright

    # A busy machine is slow and nothing else; whoever sees it at once loses no time.
    expect.set_options(timeout=20_000)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program)
        yield browser
        browser.close()
        # Those that tests opened while the driver's event loop ran: nobody finds them once it has stopped.
        connections.close_all()


@pytest.fixture
def open_page(chromium, live_server):
    """Opens a page as a new visitor, or as somebody who has logged in: open_page(locale="zh-CN", by=user, **options of the browser context)."""
    contexts, complaints = [], []

    def open_as_new_visitor(locale="zh-CN", by=None, **options):
        context = chromium.new_context(locale=locale, timezone_id="Asia/Shanghai", base_url=live_server.url, **options)
        if locale.startswith("en"):
            context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        if by is not None:
            context.add_cookies([{"name": "sessionid", "value": logged_in(by).cookies["sessionid"].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((live_server.url, "data:", "blob:")) else complaints.append(request.url),
        )
        return page

    yield open_as_new_visitor
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(message):
    """An error in the console; an answer of 4xx shows there too, and a test may want one."""
    return message.type == "error" and "Failed to load resource: the server responded with a status of 4" not in message.text


@pytest.fixture
def story_clock(tmp_path):
    """The file that says what time it is in a story that a worker takes part in."""
    return tmp_path / "now"


@pytest.fixture
def page(open_page):
    """One visitor's page, in Chinese."""
    return open_page()
