"""The stalled board in a real browser: from the night to the case, by mouse and by keys, on a desk and on a phone."""

import datetime as dt
import re

import pytest

from logistics.actions.flag_stalled import flag_stalled
from logistics.models import Region
from orders.access import Actor
from tests.cast import MONDAY
from tests.logistics.nodes import a_parcel_of

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = MONDAY + dt.timedelta(hours=100)


@pytest.fixture
def stalled(shop, settings):
    """Two parcels without news, one of them in a remote region."""
    settings.TEST_CLOCK = True
    still = {
        "stage": "transit",
        "stage_since": MONDAY,
        "last_event_at": MONDAY,
        "picked_up_at": MONDAY,
        "last_text": "到达 乌鲁木齐转运中心",
    }
    parcels = a_parcel_of(shop, **still), a_parcel_of(shop, region=Region.objects.get(code="remote"), **still)
    flag_stalled(shop, at=NIGHT, by=Actor.system("clock"))
    return parcels


def at_the_board(open_page, user, **options):
    page = open_page(by=user, extra_http_headers={"X-Test-Now": NIGHT.isoformat()}, **options)
    page.goto("/stalled/")
    return page


@pytest.mark.rule("L3.3")
def test_from_the_cell_to_the_case(open_page, supervisor, stalled):
    page = at_the_board(open_page, supervisor)
    _here, far = stalled
    page.get_by_role("link", name=re.compile("中通 偏远")).click()
    page.wait_for_url("**region=remote*")
    assert page.get_by_role("heading", name="中通 · 偏远").is_visible()
    rows = page.locator("#parcels tbody tr")
    assert rows.count() == 1
    page.get_by_role("link", name=far.waybill).click()
    page.wait_for_url("**/cases/*/")
    assert page.get_by_text(far.waybill).first.is_visible()


def test_rows_are_reached_by_keys(open_page, supervisor, stalled):
    page = at_the_board(open_page, supervisor)
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused in {each.waybill for each in stalled}
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != focused
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")


def test_a_lead_runs_it_again_and_reads_what_it_found(open_page, supervisor, stalled):
    page = at_the_board(open_page, supervisor)
    page.get_by_role("button", name="现在再跑一次").click()
    # The night of the fixture was less than a minute ago.
    assert page.get_by_role("alert").inner_text().strip() == "一分钟内刚跑过。"


def test_on_a_phone_nothing_scrolls_sideways_and_all_is_there(open_page, supervisor, stalled):
    page = at_the_board(open_page, supervisor, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("Array.from(document.querySelectorAll('.scroll-x')).map(each => each.scrollWidth - each.clientWidth)") == [0, 0]
    _here, far = stalled
    assert page.get_by_role("link", name=re.compile("中通 偏远")).is_visible()
    card = page.locator("#parcels tbody tr").filter(has_text=far.waybill)
    assert [words for words in ("杭州市", "到达 乌鲁木齐转运中心", "待核查", "未领") if words not in card.inner_text()] == []
