"""Who works on a case: take, give, lay down, take the next."""

import datetime as dt
import threading

import pytest
from django.db import connection

from casework.actions.advance import advance
from casework.actions.ask_photos import make_link
from casework.actions.assign import give_case, take_case, take_next
from casework.actions.deeds import record_contact
from casework.actions.sweep import fire_deadlines
from casework.models import Case, Journal
from casework.reading import timeline
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import User
from refunds.actions.ask import ask_refund
from tests.builders import a_refund, a_wish, an_unreachable
from tests.cast import MONDAY, acts, make_user
from tests.page import browser_of, text_of


def free(*cases):
    for case in cases:
        give_case(case.pk, None, by=acts(case.owner), at=MONDAY)


def owner_of(case):
    return Case.objects.get(pk=case.pk).owner


def state_of(case):
    return Case.objects.get(pk=case.pk).state


def test_who_opens_a_case_owns_it_and_lays_it_down_and_another_takes_it(agent, agent2):
    case = an_unreachable(agent)
    free(case)
    assert owner_of(case) is None
    taken = take_case(case.pk, by=acts(agent2), at=MONDAY)
    assert (taken.owner_id, taken.version) == (agent2.pk, case.version + 2)
    entry = timeline(case).last()
    assert (entry.step, entry.before, entry.after, entry.actor) == ("assign", {"owner": None}, {"owner": agent2.pk}, agent2)


def test_a_colleagues_case_is_taken_over_by_leads_only(agent, agent2, supervisor):
    case = an_unreachable(agent)
    with pytest.raises(NotAllowed) as refused:
        take_case(case.pk, by=acts(agent2), at=MONDAY)
    assert refused.value.code == "owned_by_another"
    take_case(case.pk, by=acts(supervisor), at=MONDAY)
    assert owner_of(case) == supervisor


def test_taking_ones_own_case_again_changes_nothing(agent):
    case = an_unreachable(agent)
    rows = Journal.objects.count()
    assert take_case(case.pk, by=acts(agent), at=MONDAY).version == case.version
    assert Journal.objects.count() == rows


def test_a_case_is_given_to_a_colleague_of_the_shop_and_to_nobody_else(agent, agent2, finance, outsider, superuser):
    case = an_unreachable(agent)
    gone = make_user("gone", "agent", case.shop, is_active=False)
    for to in (outsider.pk, finance.pk, superuser.pk, gone.pk, 999_999, 10**30, "x", True, [agent2.pk]):
        with pytest.raises(Malformed) as refused:
            give_case(case.pk, to, by=acts(agent), at=MONDAY)
        assert refused.value.field == "owner"
    give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    assert owner_of(case) == agent2
    with pytest.raises(NotAllowed):
        give_case(case.pk, agent.pk, by=acts(agent), at=MONDAY)


def test_what_the_warehouse_took_it_lays_down_itself(agent, warehouse):
    case = an_unreachable(agent, state="returning")
    free(case)
    take_case(case.pk, by=acts(warehouse), at=MONDAY)
    give_case(case.pk, None, by=acts(warehouse), at=MONDAY)
    assert owner_of(case) is None


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_who_only_looks_takes_nothing(request, agent, name):
    case = an_unreachable(agent)
    free(case)
    with pytest.raises(NotAllowed):
        take_case(case.pk, by=acts(request.getfixturevalue(name)), at=MONDAY)


def test_a_case_of_another_shop_is_neither_taken_nor_given(agent, outsider):
    case = an_unreachable(agent)
    for deed in (lambda: take_case(case.pk, by=acts(outsider), at=MONDAY), lambda: give_case(case.pk, None, by=acts(outsider), at=MONDAY)):
        with pytest.raises(NotFound):
            deed()


def test_the_next_case_is_the_free_one_that_runs_out_first(agent, agent2):
    later = an_unreachable(agent, at=MONDAY + dt.timedelta(hours=2))
    first = an_unreachable(agent, at=MONDAY)
    mine = an_unreachable(agent2, at=MONDAY - dt.timedelta(hours=5))
    free(later, first)
    assert take_next(by=acts(agent2), at=MONDAY).pk == first.pk
    assert take_next(by=acts(agent2), at=MONDAY).pk == later.pk
    assert take_next(by=acts(agent2), at=MONDAY) is None
    assert owner_of(mine) == agent2


def test_the_next_case_is_never_a_leads_matter_a_closed_one_or_another_shops(agent, agent2, outsider):
    waits_for_a_lead = a_refund(agent)
    closed = an_unreachable(agent, state="delivered")
    other = an_unreachable(agent)
    give_case(waits_for_a_lead.pk, None, by=acts(agent), at=MONDAY)
    free(other)
    assert take_next(by=acts(outsider), at=MONDAY) is None
    assert take_next(by=acts(agent2), at=MONDAY).pk == other.pk
    assert take_next(by=acts(agent2), at=MONDAY) is None
    assert owner_of(closed) == agent


def test_an_auditor_has_no_next_case(agent, auditor):
    free(an_unreachable(agent))
    assert take_next(by=acts(auditor), at=MONDAY) is None


@pytest.mark.fault("C6")
@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_holds_is_passed_over_and_a_locked_order_makes_nobody_wait(agent, agent2, other_cursor):
    held, second, third = (an_unreachable(agent, at=MONDAY + dt.timedelta(minutes=n)) for n in range(3))
    free(held, second, third)
    other_cursor.execute("BEGIN; SELECT 1 FROM casework_case WHERE id = %s FOR NO KEY UPDATE", [held.pk])
    other_cursor.execute("SELECT 1 FROM orders_order WHERE id = %s FOR NO KEY UPDATE", [second.order_id])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
    assert take_next(by=acts(agent2), at=MONDAY).pk == second.pk
    other_cursor.execute("UPDATE casework_case SET owner_id = %s WHERE id = %s; COMMIT", [agent.pk, held.pk])
    assert take_next(by=acts(agent2), at=MONDAY).pk == third.pk
    assert owner_of(held) == agent
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@pytest.mark.fault("C6")
@pytest.mark.django_db(transaction=True)
def test_twenty_who_press_at_once_get_twenty_cases(agent, shop):
    cases = [an_unreachable(agent) for _ in range(20)]
    free(*cases)
    people = [acts(make_user(f"agent{n:02d}", "agent", shop)) for n in range(20)]
    got, start = [], threading.Barrier(20)

    def work(by):
        start.wait()
        got.append((by.user_id, take_next(by=by, at=MONDAY).pk))
        connection.close()

    threads = [threading.Thread(target=work, args=[by]) for by in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {case_id for _user, case_id in got} == {case.pk for case in cases}
    assert dict(Case.objects.values_list("owner_id", "pk")) == dict(got)


def test_who_leaves_takes_no_open_case_along(agent, agent2, superuser):
    open_one, closed = an_unreachable(agent), an_unreachable(agent, state="delivered")
    theirs = an_unreachable(agent2)
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert (owner_of(open_one), owner_of(closed), owner_of(theirs)) == (None, agent, agent2)
    assert Case.objects.get(pk=open_one.pk).version == open_one.version + 1
    row = Journal.objects.get(object_type="case", step="update")
    assert (row.case_id, row.before["owner_id"], row.after["owner_id"]) == (open_one.pk, agent.pk, None)
    assert take_next(by=acts(agent2), at=MONDAY).pk == open_one.pk


def test_who_comes_back_finds_nothing_changed(agent):
    case = an_unreachable(agent)
    for active in (False, True):
        User.objects.filter(pk=agent.pk).update(is_active=active)
    assert owner_of(case) is None


# Whoever begins to work a case that nobody has ------------------------------------------------------


def unclaimed(agent, state="to_contact"):
    case = an_unreachable(agent, state=state)
    free(case)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("who", ["agent2", "supervisor", "manager"])
def test_the_first_step_by_hand_makes_its_actor_the_owner_in_the_steps_own_row(agent, who, request):
    case, person = unclaimed(agent, "trying"), request.getfixturevalue(who)
    rows = timeline(case).count()
    after = advance(case.pk, "customer_answered", by=acts(person), at=MONDAY, version=case.version)
    assert (owner_of(case), after.owner_id, after.version) == (person, person.pk, case.version + 1)
    assert timeline(case).count() == rows + 1
    entry = timeline(case).last()
    assert (entry.step, entry.before["owner"], entry.after["owner"]) == ("customer_answered", None, person.pk)
    assert "Owner: " + person.shown_name in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))


def test_an_attempt_to_reach_the_customer_takes_the_case_whether_or_not_a_step_follows(agent, agent2):
    for state, step, moved in (("to_contact", "first_attempt_made", 1), ("trying", "contact", 0)):
        case = unclaimed(agent, state)
        record_contact(case.pk, channel="phone", outcome="no_answer", by=acts(agent2), at=MONDAY)
        entry = timeline(case).last()
        assert (owner_of(case), entry.step, entry.after) == (agent2, step, {"owner": agent2.pk})
        assert Case.objects.get(pk=case.pk).version == case.version + moved


def test_who_asks_for_a_remedy_of_a_free_case_takes_it(agent, agent2):
    case = unclaimed(agent, "returning")
    ask_refund(a_wish(case.order) | {"case": case.pk}, by=acts(agent2), at=MONDAY)
    assert owner_of(case) == agent2


def test_who_asks_the_customer_for_photos_takes_the_case(agent, agent2):
    case = unclaimed(agent)
    make_link(case.pk, kinds=["chat"], by=acts(agent2), at=MONDAY)
    assert (owner_of(case), timeline(case).last().step) == (agent2, "link_made")


def test_a_step_on_a_colleagues_case_leaves_it_to_them(agent, supervisor):
    case = an_unreachable(agent, state="trying")
    advance(case.pk, "customer_answered", by=acts(supervisor), at=MONDAY)
    assert (owner_of(case), "owner" in timeline(case).last().after) == (agent, False)


def test_a_yes_about_money_and_a_deadline_take_no_case(agent, supervisor):
    refund, case = a_refund(agent), unclaimed(agent, "trying")
    free(refund)
    advance(refund.pk, "approve", by=acts(supervisor), at=MONDAY)
    fire_deadlines(at=MONDAY + dt.timedelta(hours=73))
    assert (owner_of(refund), owner_of(case), state_of(case)) == (None, None, "rule_not_kept")


# From the list one is in ----------------------------------------------------------------------------


def test_from_a_filtered_list_the_next_case_is_one_of_that_list(agent, agent2):
    sooner, later = an_unreachable(agent), an_unreachable(agent, state="trying", at=MONDAY + dt.timedelta(hours=1))
    free(sooner, later)
    browser = browser_of(agent2)
    answer = browser.post("/cases/next/?tab=unassigned&state=unreachable.trying")
    assert answer["Location"] == f"/cases/{later.pk}/?tab=unassigned&state=unreachable.trying"
    assert (owner_of(later), owner_of(sooner)) == (agent2, None)
    answer = browser.post("/cases/next/?tab=unassigned&state=unreachable.trying")
    assert answer["Location"] == "/cases/?tab=unassigned&state=unreachable.trying"
    assert "No case of this list is free." in text_of(browser.get(answer["Location"]))
    assert browser.post("/cases/next/?state=nonsense").status_code == 400
    assert owner_of(sooner) is None
