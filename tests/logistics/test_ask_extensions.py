"""L0.4 While a parcel is looked for its order does not confirm its receipt by itself: a task on the platform, once for each date."""

import datetime as dt

import pytest

from casework.actions.deeds import finish_task
from casework.actions.set_policy import set_policy
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Task
from logistics.actions.ask_extensions import ask_extensions
from logistics.models import Extension
from orders.models import Order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, hours, last_entry, parcel_of, state_of, taken
from tests.logistics.nodes import a_parcel_of, node, tell

SECOND = dt.timedelta(seconds=1)
NEAR = MONDAY + hours(72)


def an_incident_of(agent, confirms_at, kind="stalled", **order):
    case = an_incident(kind, agent)
    Order.objects.filter(pk=case.order_id).update(auto_confirm_at=confirms_at, **order)
    return case


def asked(case):
    return list(Task.objects.filter(case=case, kind="extend_receipt"))


@pytest.mark.rule("L0.4")
def test_the_task_comes_when_the_date_is_nearer_than_three_days(agent):
    case = an_incident_of(agent, NEAR)
    assert ask_extensions(at=MONDAY) == 0
    assert ask_extensions(at=MONDAY + SECOND) == 1
    (task,) = asked(case)
    assert (task.role, task.rule, task.created_at) == ("agent", "L0.4", MONDAY + SECOND)
    assert case.order.number in task.text
    assert "2026-11-26 10:00" in task.text
    assert Deadline.objects.get(case=case, kind=task.clock_kind).due_at == MONDAY + hours(4) + SECOND
    assert (last_entry(case).step, last_entry(case).facts["order"]) == ("extension_asked", case.order.number)
    assert verify_invariants() == []


@pytest.mark.rule("L0.4")
def test_each_date_is_asked_for_once_however_often_it_runs_and_a_new_one_anew(agent):
    case = an_incident_of(agent, NEAR - hours(1))
    assert [ask_extensions(at=MONDAY + hours(number)) for number in range(3)] == [1, 0, 0]
    finish_task(case.pk, asked(case)[0].pk, by=acts(agent), at=MONDAY + hours(3))
    assert ask_extensions(at=MONDAY + hours(4)) == 0
    Order.objects.filter(pk=case.order_id).update(auto_confirm_at=NEAR + hours(100))
    assert [ask_extensions(at=MONDAY + hours(number)) for number in (100, 101, 102)] == [0, 1, 0]
    assert Extension.objects.count() == len(asked(case)) == 2


@pytest.mark.rule("L0.4")
def test_two_cases_of_one_order_ask_once(agent):
    case = an_incident_of(agent, NEAR - hours(1))
    other = an_incident("logistics_complaint", agent, order=case.order)
    assert ask_extensions(at=MONDAY) == 1
    assert (len(asked(case)), asked(other)) == (1, [])


@pytest.mark.rule("L0.4")
def test_each_order_of_a_merged_parcel_has_its_own_task(agent, shop):
    case = an_incident_of(agent, NEAR - hours(1))
    second = a_parcel_of(shop).orders.get()
    Order.objects.filter(pk=second.pk).update(auto_confirm_at=NEAR - hours(2))
    parcel_of(case).orders.add(second)
    assert ask_extensions(at=MONDAY) == 2
    assert {text for each in asked(case) for text in (case.order.number, second.number) if text in each.text} == {
        case.order.number,
        second.number,
    }


@pytest.mark.rule("L0.4")
@pytest.mark.parametrize(
    ("kind", "order"),
    [
        ("missing_items", {}),
        ("stalled", {"status": "finished"}),
        ("stalled", {"auto_confirm_at": None}),
        ("stalled", {"auto_confirm_at": MONDAY - SECOND}),
    ],
)
def test_nothing_is_asked_where_nothing_is_traced_or_it_is_over(agent, kind, order):
    an_incident_of(agent, **{"confirms_at": NEAR - hours(1), "kind": kind})
    Order.objects.update(**order)
    assert ask_extensions(at=MONDAY) == 0


@pytest.mark.rule("L0.4")
@pytest.mark.parametrize("kind", ["refused_at_door", "returned_to_sender"])
def test_what_comes_back_to_us_is_asked_for_as_well(agent, kind):
    case = an_incident_of(agent, NEAR - hours(1), kind)
    assert ask_extensions(at=MONDAY) == len(asked(case)) == 1


@pytest.mark.rule("L0.4")
def test_what_nobody_had_done_before_the_case_went_on_as_another_is_asked_there_once(agent):
    case = an_incident_of(agent, NEAR, "doubtful")
    assert ask_extensions(at=MONDAY + SECOND) == 1
    taken(case, "goes_on_as_returned", agent, at=MONDAY + hours(1))
    assert asked(case)[0].is_dropped
    following = Case.objects.get(kind="returned_to_sender")
    assert [ask_extensions(at=MONDAY + hours(number)) for number in (2, 3)] == [1, 0]
    assert len(asked(following)) == 1
    finish_task(following.pk, asked(following)[0].pk, by=acts(agent), at=MONDAY + hours(4))
    assert ask_extensions(at=MONDAY + hours(5)) == 0
    assert verify_invariants() == []


@pytest.mark.rule("L0.4")
def test_the_policy_says_how_near(agent, manager, shop):
    an_incident_of(agent, MONDAY + hours(90))
    set_policy("extend_when_less_than", {"hours": 96}, shop_id=shop.pk, by=acts(manager), at=MONDAY - hours(1))
    assert ask_extensions(at=MONDAY) == 1


@pytest.mark.rule("S7.1")
def test_the_case_does_not_close_over_it_but_the_arrival_of_the_parcel_takes_it_away(agent):
    case = an_incident_of(agent, NEAR - hours(1))
    ask_extensions(at=MONDAY)
    tell(parcel_of(case), node(MONDAY + hours(5), "signed", "301"))
    assert state_of(case) == "delivered"
    assert asked(case)[0].is_dropped


@pytest.mark.rule("L0.4")
def test_ten_orders_cost_no_more_statements_than_one(agent, django_assert_num_queries):
    ask_extensions(at=MONDAY - hours(9))  # its first sign of life
    an_incident_of(agent, NEAR - hours(1))
    with django_assert_num_queries(21):
        assert ask_extensions(at=MONDAY) == 1
    for _each in range(10):
        an_incident_of(agent, NEAR - hours(1))
    with django_assert_num_queries(21):
        assert ask_extensions(at=MONDAY) == 10
