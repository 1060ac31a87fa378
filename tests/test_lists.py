"""Every list of the house, page and API: nothing is counted through and nothing passed over, however many rows a shop has (tests/counting.py).

What is about one thing (a case, a parcel, an import) is looked at by tests/every_page.py.
"""

import pytest
from django.urls import URLPattern, get_resolver

from tests.builders import a_refund, an_unreachable
from tests.cast import make_user
from tests.counting import nothing_counted
from tests.page import browser_of

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


def test_no_list_counts_its_rows_or_passes_over_any(browser):
    seen = []
    for address in addresses():
        with nothing_counted(address):
            answer = browser.get(address)
        seen += [address] if answer.status_code == 200 else []
    assert {"/", "/cases/", "/approvals/", "/register/", "/parcels/", "/payouts/", "/claims/", "/promises/", "/api/v1/cases/"} <= set(seen)
