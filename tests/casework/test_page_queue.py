"""The queue: tabs, groups, pages, scope, and a number of queries that does not grow."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.assign import give_case
from casework.models import Deadline
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
    tabs = {tab.name: tab.number for tab in desk(agent).get("/cases/").context["tabs"]}
    assert tabs == {"mine": 1, "snoozed": 0, "unassigned": 1, "overdue": 1, "waiting": 1, "all": 5, "closed": None}


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


@pytest.mark.parametrize("query", ["tab=", "kind=", "at=x", "after=", "tab=mine&tab=all", "unknown=1"])
def test_an_address_with_nothing_in_it_shows_the_plain_list(desk, agent, query):
    assert desk(agent).get(f"/cases/?{query}").status_code == 200


def test_a_colleague_of_another_shop_sees_none_of_it(desk, outsider, cases):
    browser = desk(outsider)
    for tab in ("mine", "unassigned", "overdue", "waiting", "all", "closed"):
        assert listed(browser.get(f"/cases/?tab={tab}")) == []
    assert not any(tab.number for tab in browser.get("/cases/").context["tabs"])


def test_an_empty_tab_says_so(desk, agent):
    assert "You have no open case." in text_of(desk(agent).get("/cases/"))
    assert "Nothing is overdue." in text_of(desk(agent).get("/cases/?tab=overdue"))


def test_a_row_tells_kind_buyer_next_step_clock_order_and_owner(desk, agent):
    case = an_unreachable(agent)
    page = text_of(desk(agent).get(f"/cases/{case.pk}/"))
    row = page[page.index("Customer unreachable tb_") :]
    assert case.order.buyer.nick in row
    assert "Reach the customer: Chat, Phone, E-mail" in row
    assert "First attempt" in row
    assert "8:00 left" in row
    assert case.order.number[-4:] in row
    assert "Owner: agent" in row


def leads_to(answer, rel):
    """The address behind “next” or “previous”, or None."""
    match = re.search(rf'rel="{rel}" href="([^"]+)"', answer.content.decode())
    return html.unescape(match[1]) if match else None


@pytest.fixture
def of_three(monkeypatch):
    """Pages of three rows."""
    monkeypatch.setattr("casework.views.listing.PAGE", 3)


def test_the_next_page_begins_where_the_last_one_ended_and_leads_back(desk, agent, of_three):
    cases = [an_unreachable(agent).pk for _ in range(7)]
    browser = desk(agent)
    first = browser.get("/cases/")
    second = browser.get(leads_to(first, "next"))
    third = browser.get(leads_to(second, "next"))
    assert [listed(each) for each in (first, second, third)] == [cases[:3], cases[3:6], cases[6:]]
    assert (leads_to(first, "prev"), leads_to(third, "next")) == (None, None)
    back = browser.get(leads_to(third, "prev"))
    assert listed(back) == cases[3:6]
    assert listed(browser.get(leads_to(back, "prev"))) == cases[:3]
    assert listed(browser.get(leads_to(back, "next"))) == cases[6:]


def test_a_page_stays_where_it_was_while_rows_come_go_and_run_out(desk, agent, agent2, of_three):
    cases = [an_unreachable(agent).pk for _ in range(5)]
    following = leads_to(desk(agent).get("/cases/"), "next")
    give_case(cases[0], agent2.pk, by=acts(agent), at=MONDAY)
    an_unreachable(agent, at=MONDAY - 2 * HOUR)
    # All of them are overdue by then: what runs out moves no row over the edge of a page.
    assert listed(desk(agent, MONDAY + 200 * HOUR).get(following)) == cases[3:]
    for gone in cases[3:]:
        give_case(gone, agent2.pk, by=acts(agent), at=MONDAY)
    beyond = desk(agent).get(following)
    assert listed(beyond) == []
    assert re.search(r'href="(/cases/\?[^"]*)">First page<', beyond.content.decode())[1] == "/cases/?"


def test_pages_go_on_among_cases_that_have_no_clock(desk, agent, of_three):
    cases = [an_unreachable(agent).pk for _ in range(5)]
    Deadline.objects.filter(case__in=cases[1:]).update(status=Deadline.Status.MET, ended_at=MONDAY)
    browser = desk(agent)
    first = browser.get("/cases/")
    assert listed(first) + listed(browser.get(leads_to(first, "next"))) == cases


def test_the_case_beside_the_list_keeps_the_page(desk, agent, of_three):
    cases = [an_unreachable(agent).pk for _ in range(4)]
    browser = desk(agent)
    second = browser.get(leads_to(browser.get("/cases/"), "next"))
    link = re.search(rf'id="row-{cases[3]}" href="([^"]+)"', second.content.decode())[1]
    assert listed(browser.get(html.unescape(link))) == cases[3:]


@pytest.mark.parametrize("cursor", ["x", "MTA", "W10", "WyJ4IiwxXQ", "W251bGwsMCwieCIsMV0", "é", "A" * 300])
@pytest.mark.parametrize("name", ["after", "before"])
def test_what_is_no_cursor_is_refused_with_a_sentence(desk, agent, name, cursor):
    answer = desk(agent).get("/cases/", {name: cursor})
    assert answer.status_code == 400
    assert "This is no cursor of this list." in text_of(answer)


def test_htmx_gets_the_rows_alone(desk, agent):
    case = an_unreachable(agent)
    answer = desk(agent).get(f"/cases/?at={case.pk}", headers={"hx-request": "true"})
    assert listed(answer) == [case.pk]
    assert "<html" not in answer.content.decode()
    assert 'aria-current="true"' in answer.content.decode()


def test_twenty_cases_and_two_hundred_take_the_same_queries_whoever_looks(desk, agent, manager, finance):
    def asked(who):
        browser = desk(who)
        browser.get("/cases/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/cases/")
        return len(queries)

    for _ in range(20):
        an_unreachable(agent)
    few = asked(agent)
    for _ in range(180):
        an_unreachable(agent)
    assert [asked(who) for who in (agent, manager, finance)] == [few] * 3
    assert few <= 8
