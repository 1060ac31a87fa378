"""The first screen: what runs out first, for the shops of the person who looks."""

import datetime as dt
import re

import pytest

from casework.actions.assign import give_case
from casework.actions.deeds import record_contact
from orders.models import PlatformRefund
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

HOUR = dt.timedelta(hours=1)


def rows_of(answer, group):
    """The case ids under a heading, in the order of the page."""
    body = answer.content.decode()
    part = body.split(f'id="group-{group}"')[1].split("</section>")[0]
    return [int(pk) for pk in re.findall(r'id="row-(\d+)"', part)]


OVERDUE, TURN, WAITING = range(3)


def test_an_empty_shop_says_what_to_do(desk, agent):
    assert "No open case in your shops." in text_of(desk(agent).get("/"))


def test_each_case_stands_in_one_group_and_what_runs_out_first_is_first(desk, agent):
    later = an_unreachable(agent, at=MONDAY + HOUR)
    sooner = an_unreachable(agent)
    waiting = an_unreachable(agent, state="trying")
    for channel in ("phone", "email"):
        record_contact(waiting.pk, channel=channel, outcome="no_answer", by=acts(agent), at=MONDAY)
    late = an_unreachable(agent, at=MONDAY - 24 * 5 * HOUR)
    answer = desk(agent, MONDAY + 2 * HOUR).get("/")
    assert rows_of(answer, OVERDUE) == [late.pk]
    assert rows_of(answer, TURN) == [sooner.pk, later.pk]
    assert rows_of(answer, WAITING) == [waiting.pk]


@pytest.mark.rule("L6.1")
def test_while_a_channel_is_missing_it_is_our_turn(desk, agent):
    case = an_unreachable(agent, state="trying")
    answer = desk(agent).get("/")
    assert rows_of(answer, TURN) == [case.pk]
    assert "Trying to reach the customer · To do: Reach the customer: Phone, E-mail" in text_of(answer)


def test_a_row_names_its_clock_only_where_neither_the_state_nor_the_task_does(desk, agent):
    an_unreachable(agent, state="answered")
    an_unreachable(agent)
    browser = desk(agent)
    browser.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    text = text_of(browser.get("/"))
    assert "顾客已回复 · 待办：转告快递并结案" in text
    assert "转告快递并结案 · 转告快递" not in text
    assert " · 首次联系" in text


def test_a_free_case_is_everybodys_turn_and_a_colleagues_is_not(desk, agent, agent2):
    free, hers = an_unreachable(agent), an_unreachable(agent2)
    give_case(free.pk, None, by=acts(agent), at=MONDAY)
    answer = desk(agent).get("/")
    assert rows_of(answer, TURN) == [free.pk]
    assert rows_of(answer, WAITING) == [hers.pk]


def test_a_request_for_money_is_the_leads_turn_and_not_the_agents(desk, agent, supervisor):
    refund = a_refund(agent)
    assert rows_of(desk(supervisor).get("/"), TURN) == [refund.pk]
    assert rows_of(desk(agent).get("/"), WAITING) == [refund.pk]


def test_an_approved_refund_is_the_turn_of_finance(desk, agent, supervisor, finance):
    refund = a_refund(agent, approved_by=supervisor)
    assert rows_of(desk(finance).get("/"), TURN) == [refund.pk]
    assert rows_of(desk(supervisor).get("/"), WAITING) == [refund.pk]


@pytest.mark.rule("R2.3")
def test_the_platforms_own_clock_is_named_when_it_runs_out_first(desk, agent, shop):
    order = an_order(shop)
    PlatformRefund.objects.create(
        shop=shop, order=order, number="900001", amount="30.00", status="等待卖家同意", is_open=True, deadline_at=MONDAY + HOUR
    )
    a_refund(agent, order=order)
    answer = text_of(desk(agent).get("/"))
    assert "1:00 left" in answer
    assert "Platform's deadline platform" in answer


def test_the_numbers_add_up(desk, agent, agent2, supervisor):
    an_unreachable(agent, at=MONDAY - 24 * 5 * HOUR)
    an_unreachable(agent2)
    a_refund(agent)
    free = an_unreachable(agent)
    give_case(free.pk, None, by=acts(agent), at=MONDAY)
    for person in (agent, agent2, supervisor):
        numbers = desk(person).get("/").context["numbers"]
        assert numbers["overdue"] + numbers["turn"] + numbers["waits"] == numbers["all"] == 4


def test_nothing_of_another_shop_is_seen_or_counted(desk, agent, outsider):
    an_unreachable(agent)
    assert "No open case in your shops." in text_of(desk(outsider).get("/"))


def test_the_next_free_case_is_taken_and_opened(desk, agent, agent2):
    later, sooner = an_unreachable(agent, at=MONDAY + HOUR), an_unreachable(agent)
    for case in (later, sooner):
        give_case(case.pk, None, by=acts(agent), at=MONDAY + HOUR)
    answer = desk(agent2, MONDAY + HOUR).post("/cases/next/")
    sooner.refresh_from_db()
    assert answer["Location"] == f"/cases/{sooner.pk}/"
    assert sooner.owner == agent2


def test_when_nothing_is_free_one_is_told_so(desk, agent):
    browser = desk(agent)
    assert browser.post("/cases/next/")["Location"] == "/"
    assert "No case is free." in text_of(browser.get("/"))


def test_whoever_takes_no_cases_gets_no_button_for_it(desk, agent, auditor):
    an_unreachable(agent)
    assert "/cases/next/" not in desk(auditor).get("/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_cases(desk, agent, supervisor, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = desk(agent, MONDAY + 2 * HOUR)

    def some(number):
        for _ in range(number):
            an_unreachable(agent)
            an_unreachable(agent, state="trying")
            a_refund(agent)

    some(1)
    browser.get("/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/")
    some(5)
    with CaptureQueriesContext(connection) as many:
        browser.get("/")
    assert len(many) == len(few) <= 40
