"""S3.2 The complaint book: what is recorded of complaints is a list by cause, department and time, counted and given out for the analysis."""

import datetime as dt
import io

import openpyxl
import pytest

from casework.actions.deeds import finish_task
from casework.actions.open_case import open_case
from casework.models import Journal
from logistics.complaints import complaints, tallies
from tests.builders import an_order
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import taken
from tests.page import browser_of, text_of

pytestmark = pytest.mark.rule("S3.2")
DAY = dt.timedelta(days=1)


def a_complaint(agent, cause="", department="", at=MONDAY):
    order = an_order(agent.memberships.get().shop)
    case = open_case("complaint", by=acts(agent), at=at, order=order.number)
    if cause:
        taken(case, "cause_settled", agent, at=at, cause=cause, finding=f"查到：{cause}", department=department)
    return case


@pytest.fixture
def book(agent):
    """Two that the warehouse caused, one of the service, one of the customer's use, one that nobody has settled."""
    told = a_complaint(agent, "handling", "仓库")
    finish_task(told.pk, told.tasks.get().pk, by=acts(agent), at=MONDAY)
    return [
        told,
        a_complaint(agent, "quality", "仓库", at=MONDAY + DAY),
        a_complaint(agent, "ours", "客服部"),
        a_complaint(agent, "use"),
        a_complaint(agent),
    ]


def found(by, **wanted):
    return [each.pk for each in complaints(acts(by), **wanted).order_by("pk")]


def test_it_is_filtered_by_cause_department_day_and_state(agent, book):
    told, quality, service, use, new = [each.pk for each in book]
    assert found(agent) == sorted([told, quality, service, use, new])
    assert found(agent, department="仓库") == [told, quality]
    assert found(agent, department="仓库", cause="quality") == [quality]
    assert found(agent, cause="none") == [new]
    day = MONDAY.date()
    assert (found(agent, until=day), found(agent, since=day + DAY)) == ([told, service, use, new], [quality])
    assert (found(agent, is_open=False), len(found(agent, is_open=True))) == ([], 5)
    assert {each.pk: each.told_at for each in complaints(acts(agent)) if each.said_department} == {
        told: MONDAY,
        quality: None,
        service: None,
    }


def test_departments_are_counted_by_cause(agent, book, django_assert_num_queries):
    rows = complaints(acts(agent))
    with django_assert_num_queries(1):
        found = [(each.department, each.counts, each.total) for each in tallies(rows)]
    assert found == [("", [0, 0, 1, 0, 0, 1], 2), ("仓库", [0, 1, 0, 1, 0, 0], 2), ("客服部", [1, 0, 0, 0, 0, 0], 1)]


def test_the_page_shows_what_was_found_and_asks_no_more_for_many(agent, auditor, warehouse, outsider, book, django_assert_max_num_queries):
    browser = browser_of(agent)
    with django_assert_max_num_queries(16):
        page = text_of(browser.get("/complaints/"))
    assert all(each.number in page for each in book)
    assert "查到：handling" in page
    assert "Complaint book" in text_of(browser.get(f"/cases/{book[0].pk}/"))
    one = text_of(browser.get("/complaints/?department=仓库&cause=quality"))
    assert (book[1].number in one, book[0].number in one) == (True, False)
    assert "No complaint fits" in text_of(browser.get("/complaints/?since=2027-01-01"))
    for address in ("cause=x", "since=2026-13-01", "shop=nobodys"):
        assert browser.get(f"/complaints/?{address}").status_code == 400
    assert browser_of(warehouse).get("/complaints/").status_code == 403
    assert book[0].number not in text_of(browser_of(outsider).get("/complaints/"))
    assert book[0].number in text_of(browser_of(auditor).get("/complaints/"))


@pytest.mark.rule("S5.1")
def test_leads_take_it_out_as_a_workbook_which_is_journalled(agent, supervisor, book):
    answer = browser_of(supervisor).get("/complaints/export.xlsx?department=仓库")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == [book[0].number, book[1].number]
    assert (rows[0][6], rows[1][3], rows[1][6]) == ("部门", book[0].order.number, "仓库")
    assert Journal.objects.get(object_type="complaints").facts == {"rows": 2, "filter": {"department": "仓库"}}
    assert browser_of(agent).get("/complaints/export.xlsx").status_code == 403


def test_a_program_reads_it(agent, outsider, book):
    rows = program(agent).get("complaints/", {"department": "仓库"}).json()["results"]
    assert [(each["number"], each["cause"], each["told_at"] is None) for each in rows] == [
        (book[1].number, "quality", True),
        (book[0].number, "handling", False),
    ]
    assert [each["case"] for each in program(agent).get("complaints/", {"cause": "none"}).json()["results"]] == [book[4].pk]
    assert program(outsider).get("complaints/").json()["results"] == []
