"""The leads' screen: who has how much, what is late, what nobody has; and giving a case from there."""

import datetime as dt
import re

import pytest

from casework.actions.assign import give_case
from casework.lists.team import loads
from casework.models import Case, Deadline, Journal
from orders.models import Membership
from tests.builders import an_order, an_unreachable
from tests.cast import MONDAY, acts, make_user
from tests.page import text_of

HOURS = dt.timedelta(hours=1)


@pytest.fixture
def at_work(agent, agent2, shop):
    """Three cases of one clerk, one of the other, one that nobody has."""
    for count in range(1, 4):
        an_unreachable(agent, order=an_order(shop, waybill=f"YT770000000{count}"))
    an_unreachable(agent2, order=an_order(shop, waybill="YT7700000004"))
    free = an_unreachable(agent, order=an_order(shop, waybill="YT7700000005"))
    give_case(free.pk, None, by=acts(agent), at=MONDAY)
    return Case.objects.get(pk=free.pk)


def test_each_person_is_shown_with_what_is_open_late_and_due_today(supervisor, agent, agent2, at_work):
    first = min(case.deadlines.get().due_at for case in Case.objects.filter(owner=agent))
    before, after = loads(acts(supervisor), first), loads(acts(supervisor), first + HOURS)
    assert [(each.person, each.open, each.late) for each in before][:2] == [(agent, 3, 0), (agent2, 1, 0)]
    assert [(each.person, each.open, each.late) for each in after][:2] == [(agent, 3, 3), (agent2, 1, 1)]
    assert {each.person: each.today for each in before}[agent] == 3
    assert {each.person: each.today for each in after}[agent] == 0
    assert {(each.open, each.late, each.oldest) for each in before if each.person not in (agent, agent2)} == {(0, 0, None)}


def test_people_of_another_shop_and_their_cases_are_not_counted(supervisor, agent, outsider, at_work):
    assert outsider not in {each.person for each in loads(acts(supervisor), MONDAY)}
    assert {each.person for each in loads(acts(outsider), MONDAY)} == {outsider}
    assert loads(acts(agent), MONDAY) == []


def test_the_page_costs_the_same_however_many_people_and_cases(desk, supervisor, agent, shop, at_work, django_assert_max_num_queries):
    page = desk(supervisor)
    page.get("/team/")
    for count in range(20):
        an_unreachable(agent, order=an_order(shop, waybill=f"YT66000000{count:02d}"))
    with django_assert_max_num_queries(30):
        assert page.get("/team/").status_code == 200


def test_a_case_is_given_from_the_page_and_is_journalled(desk, supervisor, agent2, at_work):
    page = desk(supervisor)
    assert at_work.order.buyer.nick in text_of(page.get("/team/"))
    answer = page.post(f"/team/{at_work.pk}/give/", {"to": agent2.pk, "version": at_work.version}, follow=True)
    assert f"{at_work.number}: handed to {agent2.shown_name}." in text_of(answer)
    assert Case.objects.get(pk=at_work.pk).owner == agent2
    assert Journal.objects.filter(case=at_work, step="assign", actor=supervisor).count() == 1


def offered(answer, case):
    """Who is offered for the case, in order."""
    select = answer.content.decode().partition(f'<select class="input" id="to-{case.pk}"')[2].partition("</select>")[0]
    return [int(pk) for pk in re.findall(r'<option value="(\d+)">', select)]


@pytest.mark.rule("S5.1")
def test_a_lead_of_two_shops_is_offered_the_people_of_the_cases_shop_and_who_has_least_first(
    desk, supervisor, agent, agent2, outsider, other_shop, at_work
):
    Membership.objects.create(user=supervisor, shop=other_shop, role="supervisor")
    there = an_unreachable(outsider, order=an_order(other_shop, waybill="YT7700000006"))
    give_case(there.pk, None, by=acts(outsider), at=MONDAY)
    gone = make_user("gone", "agent", at_work.shop, is_active=False)
    everywhere = make_user("everywhere", "agent", None)
    page = desk(supervisor).get("/team/")
    here = offered(page, at_work)
    assert set(here) >= {supervisor.pk, agent.pk, agent2.pk, everywhere.pk}
    assert here[-2:] == [agent2.pk, agent.pk]
    assert not {outsider.pk, gone.pk} & set(here)
    assert set(offered(page, there)) == {supervisor.pk, outsider.pk, everywhere.pk}
    give_case(there.pk, everywhere.pk, by=acts(supervisor), at=MONDAY)
    late = desk(supervisor, there.deadlines.get().due_at + HOURS).get("/team/")
    assert set(offered(late, there)) == {supervisor.pk, outsider.pk}


def test_a_row_that_nobody_else_can_take_says_so(desk, other_shop, outsider):
    alone = make_user("alone", "supervisor", other_shop)
    Membership.objects.filter(user=outsider).delete()
    case = an_unreachable(alone, order=an_order(other_shop, waybill="YT7700000007"))
    answer = desk(alone, case.deadlines.get().due_at + HOURS).get("/team/")
    assert f"/team/{case.pk}/give/" not in answer.content.decode()
    assert "Nobody else works in this shop" in text_of(answer)


def test_a_free_case_without_a_clock_is_listed_as_well(desk, supervisor, at_work):
    Deadline.objects.filter(case=at_work).update(status=Deadline.Status.MET, ended_at=MONDAY)
    assert f"/team/{at_work.pk}/give/" in desk(supervisor).get("/team/").content.decode()


@pytest.mark.parametrize("given", [{"to": ""}, {"to": "0"}, {"to": "x"}, {"version": ""}, {"version": "1"}])
def test_a_refusal_is_said_on_the_page_and_changes_nothing(desk, supervisor, agent2, at_work, given):
    answer = desk(supervisor).post(f"/team/{at_work.pk}/give/", {"to": agent2.pk, "version": at_work.version, **given}, follow=True)
    assert answer.status_code == 200
    assert "toast" in answer.content.decode()
    assert Case.objects.get(pk=at_work.pk).owner is None


@pytest.mark.rule("S5.1")
def test_agents_and_other_shops_have_no_such_page(desk, agent, outsider, at_work):
    assert desk(agent).get("/team/").status_code == 403
    assert desk(outsider).post(f"/team/{at_work.pk}/give/", {"to": outsider.pk, "version": at_work.version}).status_code == 404
