"""The queue: tabs, groups, pages, scope, and a number of queries that does not grow."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.assign import give_case
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

HOUR = dt.timedelta(hours=1)


def listed(answer):
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', answer.content.decode())]


@pytest.fixture
def cases(agent, agent2, supervisor):
    """One case for each tab."""
    found = {
        "mine": an_unreachable(agent),
        "hers": an_unreachable(agent2),
        "waiting": an_unreachable(agent2, state="trying"),
        "overdue": an_unreachable(agent2, at=MONDAY - 24 * 5 * HOUR),
        "free": an_unreachable(agent2),
        "closed": an_unreachable(agent2),
    }
    give_case(found["free"].pk, None, by=acts(agent2), at=MONDAY)
    advance(found["closed"].pk, "delivered", by=acts(agent2), at=MONDAY)
    return {name: case.pk for name, case in found.items()}


@pytest.mark.parametrize(
    ("tab", "wanted"),
    [
        ("mine", ["mine"]),
        ("unassigned", ["free"]),
        ("overdue", ["overdue"]),
        ("waiting", ["waiting"]),
        ("all", ["overdue", "mine", "free", "hers", "waiting"]),
        ("closed", ["closed"]),
    ],
)
def test_a_tab_holds_its_cases_what_is_overdue_first_then_our_turn(desk, agent, cases, tab, wanted):
    assert listed(desk(agent).get(f"/cases/?tab={tab}")) == [cases[name] for name in wanted]


def test_every_tab_but_the_closed_one_shows_how_many_it_holds(desk, agent, cases):
    tabs = {tab.name: number for tab, number, _query in desk(agent).get("/cases/").context["tabs"]}
    assert tabs == {"mine": 1, "unassigned": 1, "overdue": 1, "waiting": 1, "all": 5, "closed": None}


def test_a_case_is_overdue_from_the_second_after_its_deadline(desk, agent):
    case = an_unreachable(agent)
    due = case.deadlines.get().due_at
    second = dt.timedelta(seconds=1)
    assert listed(desk(agent, due - second).get("/cases/?tab=overdue")) == []
    assert listed(desk(agent, due).get("/cases/?tab=overdue")) == []
    assert listed(desk(agent, due + second).get("/cases/?tab=overdue")) == [case.pk]


def test_a_request_for_money_waits_for_the_agent_and_not_for_the_lead(desk, agent, supervisor):
    refund = a_refund(agent)
    assert listed(desk(agent).get("/cases/?tab=waiting")) == [refund.pk]
    assert listed(desk(supervisor).get("/cases/?tab=waiting")) == []


def test_the_list_is_narrowed_to_a_kind(desk, agent):
    an_unreachable(agent)
    refund = a_refund(agent)
    assert listed(desk(agent).get("/cases/?tab=all&kind=refund")) == [refund.pk]


@pytest.mark.parametrize("query", ["tab=nonsense", "kind=nonsense", "page=-3", "page=99999999999", "page=x", "at=x", "tab=mine&tab=all"])
def test_an_address_that_makes_no_sense_shows_the_plain_list(desk, agent, query):
    assert desk(agent).get(f"/cases/?{query}").status_code == 200


def test_a_colleague_of_another_shop_sees_none_of_it(desk, outsider, cases):
    browser = desk(outsider)
    for tab in ("mine", "unassigned", "overdue", "waiting", "all", "closed"):
        assert listed(browser.get(f"/cases/?tab={tab}")) == []
    assert all(not number for _tab, number, _query in browser.get("/cases/").context["tabs"])


def test_an_empty_tab_says_so(desk, agent):
    assert "You have no open case." in text_of(desk(agent).get("/cases/"))
    assert "Nothing is overdue." in text_of(desk(agent).get("/cases/?tab=overdue"))


def test_a_row_tells_kind_buyer_next_step_clock_order_and_owner(desk, agent):
    case = an_unreachable(agent)
    page = text_of(desk(agent).get("/cases/"))
    row = page[page.index("Customer unreachable tb_") :]
    assert case.order.buyer.nick in row
    assert "Reach the customer: Chat, Phone, E-mail" in row
    assert "First attempt" in row
    assert "8:00 left" in row
    assert case.order.number[-4:] in row
    assert "Owner: agent" in row


def test_fifty_rows_make_a_page(desk, agent):
    cases = [an_unreachable(agent) for _ in range(51)]
    browser = desk(agent)
    first, second = browser.get("/cases/"), browser.get("/cases/?page=2")
    assert len(listed(first)) == 50
    assert set(listed(first)) | set(listed(second)) == {case.pk for case in cases}
    assert 'rel="next"' in first.content.decode()
    assert 'rel="next"' not in second.content.decode()


def test_htmx_gets_the_rows_alone(desk, agent):
    case = an_unreachable(agent)
    answer = desk(agent).get(f"/cases/?at={case.pk}", headers={"hx-request": "true"})
    assert listed(answer) == [case.pk]
    assert "<html" not in answer.content.decode()
    assert 'aria-current="true"' in answer.content.decode()


def test_twenty_cases_and_two_hundred_take_the_same_queries(desk, agent):
    browser = desk(agent)
    few, many = [], []
    for number, found in ((20, few), (180, many)):
        for _ in range(number):
            an_unreachable(agent)
        browser.get("/cases/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/cases/")
        found.extend(queries)
    assert len(few) == len(many) <= 30
