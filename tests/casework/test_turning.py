"""From case to case in one list: next, previous, an honest end, and the place that is kept while the open case moves."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from casework.actions.assign import take_case
from casework.actions.deeds import record_contact
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def three(agent):
    """Three cases of the agent's, in the order in which they are worked."""
    cases = [an_unreachable(agent, at=MONDAY + HOUR * number) for number in range(3)]
    for case in cases:
        take_case(case.pk, by=acts(agent), at=MONDAY + HOUR * 3)
    return cases


def led(browser, address):
    """Where a link leads."""
    answer = browser.get(address)
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def case_in(address):
    return int(re.search(r"/cases/(\d+)/", address)[1])


def links(browser, address):
    """The ways to the previous and the next case on a page."""
    body = browser.get(address).content.decode().replace("&amp;", "&")
    return [re.search(rf'href="([^"]*/{way}/[^"]*)"', body)[1] for way in ("previous", "next")]


def test_the_links_lead_through_the_list_in_its_order_and_back(desk, agent, three):
    browser, (first, second, third) = desk(agent, MONDAY + HOUR * 4), three
    _back, on = links(browser, f"/cases/{first.pk}/?tab=mine")
    to_second = led(browser, on)
    assert case_in(to_second) == second.pk
    back, on = links(browser, to_second)
    assert case_in(led(browser, on)) == third.pk
    assert case_in(led(browser, back)) == first.pk


def test_behind_the_last_stands_a_page_that_says_so(desk, agent, three):
    browser = desk(agent, MONDAY + HOUR * 4)
    _back, on = links(browser, f"/cases/{three[-1].pk}/?tab=mine")
    text = text_of(browser.get(on))
    assert "That was the last case of this list." in text
    back, _on = links(browser, f"/cases/{three[0].pk}/?tab=mine")
    assert "That was the first case of this list." in text_of(browser.get(back))


def test_the_place_is_kept_when_a_step_of_ones_own_has_moved_the_case(desk, agent, three):
    first, second, _third = three
    browser = desk(agent, MONDAY + HOUR * 4)
    _back, on = links(browser, f"/cases/{first.pk}/?tab=mine")
    for channel in ("phone", "email", "chat"):
        record_contact(first.pk, channel=channel, outcome="no_answer", by=acts(agent), at=MONDAY + HOUR * 4)
    assert case_in(led(browser, on)) == second.pk


def test_a_step_leads_back_to_the_case_with_its_place(desk, agent, three):
    browser = desk(agent, MONDAY + HOUR * 4)
    page = browser.get(f"/cases/{three[1].pk}/?tab=mine").content.decode().replace("&amp;", "&")
    action = re.search(r'action="([^"]*/notes/[^"]*)"', page)[1]
    assert "place=" in action
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("version", "once")}
    answer = browser.post(action, form | {"note": "x"})
    assert parse_qs(urlsplit(answer["Location"]).query)["place"] == parse_qs(urlsplit(action).query)["place"]


def test_in_another_order_the_way_goes_on_from_where_the_case_stands_there(desk, agent, three):
    first, second, third = three
    browser = desk(agent, MONDAY + HOUR * 4)
    to_second = led(browser, links(browser, f"/cases/{first.pk}/?tab=mine")[1])
    kept = urlsplit(to_second).query
    cursor = parse_qs(kept)["place"][0]
    browser.post("/cases/columns/", {"column": ["state"], "sort": "newest"})
    for query in (kept, f"{kept}&after={cursor}"):
        assert case_in(led(browser, f"/cases/{second.pk}/next/?{query}")) == first.pk
        to_third = led(browser, f"/cases/{second.pk}/previous/?{query}")
        assert case_in(to_third) == third.pk
        assert browser.get(to_third).status_code == 200


def test_a_filter_of_the_list_is_kept_and_what_it_leaves_out_is_passed_over(desk, agent, agent2, three):
    first, second, third = three
    browser = desk(agent, MONDAY + HOUR * 4)
    _back, on = links(browser, f"/cases/{first.pk}/?q={third.number}")
    address = led(browser, on)
    assert case_in(address) == third.pk
    assert parse_qs(urlsplit(address).query)["q"] == [third.number]
    assert case_in(address) != second.pk


@pytest.mark.parametrize("way", ["next", "previous"])
def test_another_shops_case_and_a_place_that_is_none_are_refused(desk, agent, outsider, three, way):
    assert desk(outsider).get(f"/cases/{three[0].pk}/{way}/").status_code == 404
    assert desk(agent).get(f"/cases/{three[0].pk}/{way}/?place=nonsense").status_code == 400
    assert desk(agent).get("/cases/999999/next/").status_code == 404
    assert desk(agent).get(f"/cases/{three[0].pk}/sideways/").status_code == 404
