"""The wide list: columns in the order of the person, and the order of the rows; kept on the server."""

import datetime as dt
import re

import pytest

from casework.lists.columns import COLUMNS, SORTS, USUAL, columns_of, moved, sort_of
from orders.models import User
from tests.builders import an_unreachable
from tests.casework.test_page_queue import listed
from tests.cast import MONDAY
from tests.page import text_of

HOUR = dt.timedelta(hours=1)


def heads_of(answer):
    return re.findall(r'<td class="cases__(\w+)"', answer.content.decode().split("</tr>")[2])


def test_who_has_chosen_nothing_sees_the_usual_columns_and_what_runs_out_first(desk, agent):
    an_unreachable(agent)
    answer = desk(agent).get("/cases/")
    assert tuple(heads_of(answer)) == USUAL
    assert "What runs out first" in text_of(answer)


def test_columns_and_order_are_the_persons_own_and_stay(desk, agent, agent2):
    cases = [an_unreachable(agent, at=MONDAY + number * HOUR).pk for number in (2, 0, 1)]
    browser = desk(agent, MONDAY + 3 * HOUR)
    answer = browser.post("/cases/columns/?tab=all", {"column": ["number", "owner", "state"], "sort": "newest"})
    assert answer["Location"] == "/cases/?tab=all"
    page = desk(agent, MONDAY + 3 * HOUR).get("/cases/?tab=all")
    assert heads_of(page) == ["number", "owner", "state"]
    assert listed(page) == [cases[0], cases[2], cases[1]]
    assert "queue__group" not in page.content.decode()
    assert tuple(heads_of(desk(agent2, MONDAY + 3 * HOUR).get("/cases/?tab=all"))) == USUAL


@pytest.mark.parametrize(("sort", "order"), [("newest", [2, 1, 0]), ("oldest", [0, 1, 2]), ("changed", [1, 2, 0])])
def test_rows_stand_in_the_chosen_order_page_after_page(desk, agent, sort, order, monkeypatch):
    monkeypatch.setattr("casework.views.listing.PAGE", 1)
    cases = [an_unreachable(agent, at=MONDAY + number * HOUR) for number in range(3)]
    browser = desk(agent, MONDAY + 4 * HOUR)
    browser.post(f"/cases/{cases[1].pk}/notes/", {"note": "x"})
    type(cases[1]).objects.filter(pk=cases[1].pk).update(changed_at=MONDAY + 4 * HOUR)
    browser.post("/cases/columns/", {"column": ["state"], "sort": sort})
    seen, address = [], "/cases/"
    while address:
        answer = browser.get(address)
        seen += listed(answer)
        match = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        address = match and match[1]
    assert seen == [cases[place].pk for place in order]


def test_another_order_begins_at_its_first_page(desk, agent, monkeypatch):
    monkeypatch.setattr("casework.views.listing.PAGE", 1)
    cases = [an_unreachable(agent, at=MONDAY + number * HOUR) for number in range(2)]
    browser = desk(agent, MONDAY + 3 * HOUR)
    second = re.search(r'rel="next" href="[^"]*\?([^"]+)"', browser.get("/cases/?tab=all").content.decode())[1].replace("&amp;", "&")
    assert "after=" in second
    answer = browser.post(f"/cases/columns/?{second}", {"column": ["state"], "sort": "newest"})
    assert answer["Location"] == "/cases/?tab=all"
    assert listed(browser.get(answer["Location"])) == [cases[-1].pk]


def test_every_column_is_drawn(desk, agent):
    case = an_unreachable(agent)
    browser = desk(agent)
    browser.post("/cases/columns/", {"column": [each.name for each in COLUMNS], "sort": "due"})
    page = text_of(browser.get("/cases/"))
    for words in (
        case.number,
        case.order.buyer.nick,
        "样例旗舰店",
        "Agents",
        "11-23 10:00",
        "Reach the customer: Chat, Phone, E-mail",
        "agent",
    ):
        assert words in page


def test_a_column_moves_a_place_and_the_first_and_last_stay_within(desk, agent):
    assert moved(["a", "b", "c"], "b", -1) == ["b", "a", "c"]
    assert moved(["a", "b", "c"], "b", 1) == ["a", "c", "b"]
    assert moved(["a", "b"], "a", -1) == moved(["a", "b"], "b", 1) == moved(["a", "b"], "x", 1) == ["a", "b"]
    part = desk(agent).post(
        "/cases/columns/", {"column": ["state", "owner"], "sort": "due", "right": "state"}, headers={"hx-request": "true"}
    )
    assert [each.name for each in columns_of(User.objects.get(pk=agent.pk))] == ["owner", "state"]
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize(
    "given", [{}, {"column": []}, {"column": ["nonsense"]}, {"column": ["state", "state"]}, {"column": ["state"], "sort": "x"}]
)
def test_what_is_no_column_or_order_is_refused_and_changes_nothing(desk, agent, given):
    assert desk(agent).post("/cases/columns/", {"sort": "due"} | given).status_code == 400
    assert User.objects.get(pk=agent.pk).list_look == {}


def test_a_column_that_there_is_no_more_is_left_out():
    user = User(list_look={"columns": ["gone", "state"], "sort": "gone"})
    assert [each.name for each in columns_of(user)] == ["state"]
    assert sort_of(user) is SORTS["due"]


def test_the_table_renews_itself_as_a_table(desk, agent):
    case = an_unreachable(agent)
    part = desk(agent).get("/cases/?as=table", headers={"hx-request": "true"}).content.decode()
    assert f'id="line-{case.pk}"' in part
    assert "<html" not in part
