"""Every list of the house, page and API: nothing is counted through and nothing passed over, however many rows a shop has (tests/counting.py).

What is about one thing (a case, a parcel, an import) is looked at by tests/every_page.py.
"""

import re

import pytest
from django.urls import URLPattern, get_resolver

from orders import keyset
from tests.builders import a_refund, an_unreachable
from tests.cast import make_user
from tests.counting import nothing_counted
from tests.page import browser_of, text_of

# Other people's lists, and what is no page.
NOT_OURS = ("admin/", "api/docs", "api/schema", "logout/", "i18n/")
# Files hold all rows; how many are too many is their own rule.
FILES = (".xlsx", ".zip", ".csv")


def addresses():
    """The address of each view that needs nothing to be known but who asks."""
    found = []

    def walk(patterns, before):
        for each in patterns:
            route = before + str(each.pattern).removeprefix("^").removesuffix("$")
            if isinstance(each, URLPattern):
                found.append(route)
            else:
                walk(each.url_patterns, route)

    walk(get_resolver().url_patterns, "")
    return sorted(
        {f"/{each}" for each in found if not set("<(?\\") & set(each) and not each.startswith(NOT_OURS) and not each.endswith(FILES)}
    )


@pytest.fixture
def browser(shop, agent, supervisor):
    """Of somebody who leads: they see every page."""
    an_unreachable(agent)
    a_refund(agent)
    a_refund(agent, approved_by=supervisor)
    return browser_of(make_user("lead", "manager", shop))


@pytest.fixture
def last_rows(monkeypatch):
    """The cursor of the last row of each page that was read."""
    whole, cursors = keyset._page, []

    def noting(rows, wanted, given, size, at):
        page = whole(rows, wanted, given, size, at)
        cursors.extend(keyset.encode(row, keyset.order_of(rows), at) for row in page.rows[-1:])
        return page

    monkeypatch.setattr(keyset, "_page", noting)
    return cursors


def test_no_list_counts_its_rows_or_passes_over_any_and_beyond_the_last_one_it_leads_to_the_first(browser, last_rows):
    """The last row of a page is worked off while somebody stands there: its cursor leads to nothing."""
    seen, led = [], []
    for address in addresses():
        last_rows.clear()
        with nothing_counted(address):
            answer = browser.get(address)
        seen += [address] if answer.status_code == 200 else []
        if last_rows and not address.startswith("/api/"):
            (cursor,) = last_rows
            led += [address] if "First page" in text_of(browser.get(address, {"after": cursor})) else [f"not {address}"]
    assert {"/", "/cases/", "/approvals/", "/register/", "/parcels/", "/payouts/", "/claims/", "/promises/", "/api/v1/cases/"} <= set(seen)
    assert [each for each in led if each.startswith("not ")] == []
    assert {"/approvals/", "/register/", "/payouts/"} <= set(led)
    last_rows.clear()
    head = re.compile(r"<h1>To be paid</h1>\s*<span[^>]*>(\d+)<")
    here = browser.get("/payouts/").content.decode()
    beyond = browser.get("/payouts/", {"after": last_rows[0]}).content.decode()
    assert head.findall(here) == head.findall(beyond) == ["1"], "there is as much to be paid from wherever one looks"
