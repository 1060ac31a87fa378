"""Lists of many columns on a phone: each row is a card, and nothing runs off the right edge; test_every_page.py looks at all pages in Chinese."""

import pytest

from refunds.actions.open_claims import open_claims
from tests.builders import a_refund
from tests.cast import MONDAY, acts
from tests.refunds.claims import a_line, a_loss

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}}
LISTS = ("/claims/", "/claims/?tab=to_file", "/claims/?tab=unmatched", "/parcels/", "/register/")
# Right edges of what stands on the page beyond the window, by its words.
BEYOND = """() => [...document.querySelectorAll(".table--fold *")].filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.className + " " + each.textContent.slice(0, 30))"""


def test_no_list_runs_off_the_edge_of_a_phone_in_the_longer_language(open_page, agent, supervisor, manager, shop, settings, database_clock):
    settings.TEST_CLOCK = True
    open_claims([a_loss(agent).pk], by=acts(agent), at=MONDAY)
    a_loss(agent)
    a_line(shop)
    a_refund(agent, approved_by=supervisor)
    page = open_page(locale="en-GB", by=manager, extra_http_headers={"X-Test-Now": MONDAY.isoformat()}, **PHONE)
    for path in LISTS:
        page.goto(path)
        assert page.locator(".table--fold tbody tr").count(), path
        assert (page.evaluate(BEYOND), page.evaluate("document.documentElement.scrollWidth")) == ([], 390), path
