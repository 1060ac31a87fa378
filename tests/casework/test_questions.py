"""Questions to other roles: asked by a case, answered with one tap, and the case moves in the same transaction."""

import datetime as dt

import pytest
from django.urls import reverse

from casework.actions.answer_task import answer_task
from casework.actions.deeds import finish_task
from casework.actions.sweep import fire_deadlines
from casework.models import Deadline, Journal, Task
from casework.questions import waiting
from casework.views.todo import SHOWN
from logistics.models import Courier, Parcel
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from tests.builders import a_refund
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, fresh, hours, last_entry, state_of, taken
from tests.page import browser_of, text_of

SECOND = dt.timedelta(seconds=1)
NEW = {"waybill": "SF1234567890123", "courier": "shunfeng"}


def asked_whether_it_left(agent):
    """A parcel that nobody picked up; the warehouse is asked."""
    case = an_incident("stalled", agent, finding="not_picked_up")
    taken(case, "ask_the_warehouse", agent)
    return case, Task.objects.get(case=case)


def asked_whether_changed(agent):
    """A waybill without a record; the print clerk is asked."""
    case = an_incident("no_record", agent)
    taken(case, "ask_the_print_clerk", agent)
    return case, Task.objects.get(case=case)


def answered(case, by, answer, at=MONDAY, **facts):
    """The open question of the case, answered."""
    task = Task.objects.get(case=case, done_at=None)
    return answer_task(case.pk, task.pk, answer=answer, facts=facts, by=acts(by), at=at)


# Answering -----------------------------------------------------------------------------------------


def test_an_answer_moves_the_case_and_one_row_says_who_and_what(agent, warehouse):
    case, task = asked_whether_it_left(agent)
    answered(case, warehouse, "still_here", at=MONDAY + hours(1))
    assert state_of(case) == "to_ship"
    task.refresh_from_db()
    assert (task.answer, task.done_by, task.done_at) == ("still_here", warehouse, MONDAY + hours(1))
    entry = last_entry(case)
    assert (entry.step, entry.role, entry.actor) == ("it_is_still_here", "warehouse", warehouse)
    assert entry.facts == {"deed": "task_answered", "task": task.pk, "title": task.title, "asked": "did_it_leave", "answer": "still_here"}
    assert Deadline.objects.get(case=case, kind=task.clock_kind).status == "met"
    assert fresh(case).tasks.get(done_at=None).kind == "ship_now"


def test_the_facts_of_an_answer_go_into_the_step(agent, printclerk):
    case, _task = asked_whether_changed(agent)
    answered(case, printclerk, "changed", **NEW)
    assert state_of(case) == "new_number"
    new = Parcel.objects.get(waybill=NEW["waybill"])
    assert (new.courier.code, list(new.orders.all())) == ("shunfeng", [case.order])
    assert {name: last_entry(case).facts[name] for name in NEW} == NEW


def test_a_new_number_that_the_import_brought_already_is_the_same_parcel(agent, printclerk):
    case, _task = asked_whether_changed(agent)
    old = Parcel.objects.get(orders=case.order)
    known = Parcel.objects.create(shop=old.shop, courier=old.courier, waybill="7300009999", first_seen_at=MONDAY)
    answered(case, printclerk, "changed", waybill="7300009999", courier=old.courier.code)
    assert Parcel.objects.filter(waybill="7300009999").get() == known
    assert set(case.order.parcels.all()) == {old, known}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "waybill"),
        ({"waybill": "SF1234567890123"}, "courier"),
        ({"waybill": "SF1234567890123", "courier": "nobody"}, "courier"),
        ({"waybill": "短", "courier": "shunfeng"}, "waybill"),
        ({**NEW, "more": "x"}, "more"),
    ],
)
def test_an_answer_without_its_facts_changes_nothing(agent, printclerk, facts, field):
    case, task = asked_whether_changed(agent)
    with pytest.raises(Malformed) as refused:
        answered(case, printclerk, "changed", **facts)
    assert refused.value.field == field
    task.refresh_from_db()
    assert (task.done_at, state_of(case)) == (None, "at_print")


def test_the_old_number_is_no_new_one(agent, printclerk):
    case, _task = asked_whether_changed(agent)
    parcel = Parcel.objects.get(orders=case.order)
    with pytest.raises(Malformed) as refused:
        answered(case, printclerk, "changed", waybill=parcel.waybill, courier=parcel.courier.code)
    assert (refused.value.code, refused.value.field) == ("same_number", "waybill")
    assert state_of(case) == "at_print"


@pytest.mark.parametrize("value", ["", "perhaps", None, 7, "x" * 41])
def test_only_the_known_answers_are_taken(agent, warehouse, value):
    case, task = asked_whether_it_left(agent)
    with pytest.raises(Malformed) as refused:
        answer_task(case.pk, task.pk, answer=value, by=acts(warehouse), at=MONDAY)
    assert refused.value.field == "answer"


def test_the_same_answer_twice_is_one_and_another_is_told_what_was_said(agent, warehouse, manager):
    case, task = asked_whether_it_left(agent)
    answer_task(case.pk, task.pk, answer="left", by=acts(warehouse), at=MONDAY)
    rows = Journal.objects.filter(case=case).count()
    assert answer_task(case.pk, task.pk, answer="left", by=acts(warehouse), at=MONDAY + hours(1)).done_at == MONDAY
    assert Journal.objects.filter(case=case).count() == rows
    with pytest.raises(Refused) as refused:
        answer_task(case.pk, task.pk, answer="not_found", by=acts(manager), at=MONDAY + hours(1))
    assert refused.value.code == "already_answered"


def test_a_question_that_the_case_no_longer_needs_takes_no_answer(agent, warehouse):
    case, task = asked_whether_it_left(agent)
    taken(case, "customer_has_it", agent)
    with pytest.raises(Refused) as refused:
        answer_task(case.pk, task.pk, answer="left", by=acts(warehouse), at=MONDAY)
    assert refused.value.code == "already_answered"


# Who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["agent", "supervisor", "finance", "printclerk", "auditor", "admin"])
def test_the_warehouses_question_is_answered_by_the_warehouse(agent, who, request):
    case, task = asked_whether_it_left(agent)
    with pytest.raises(NotAllowed):
        answered(case, request.getfixturevalue(who), "left")
    task.refresh_from_db()
    assert task.done_at is None


def test_the_manager_may_stand_in_for_whoever_is_asked(agent, manager):
    case, _task = asked_whether_it_left(agent)
    answered(case, manager, "left")
    assert state_of(case) == "to_check"


def test_another_shops_question_does_not_exist(agent, outsider):
    case, _task = asked_whether_it_left(agent)
    with pytest.raises(NotFound):
        answered(case, outsider, "left")


def test_a_question_is_not_marked_as_done_there(agent, warehouse):
    case, task = asked_whether_it_left(agent)
    with pytest.raises(Refused) as refused:
        finish_task(case.pk, task.pk, by=acts(warehouse), at=MONDAY)
    assert refused.value.code == "answer_wanted"


@pytest.mark.rule("S7.1")
def test_what_is_done_on_the_platform_takes_no_answer(agent, supervisor):
    case = a_refund(agent, approved_by=supervisor)
    with pytest.raises(Refused) as refused:
        answer_task(case.pk, case.tasks.get().pk, answer="left", by=acts(agent), at=MONDAY)
    assert refused.value.code == "no_question"


# Until when ----------------------------------------------------------------------------------------


def test_a_question_is_answered_within_eight_working_hours_else_it_is_marked(agent):
    case, task = asked_whether_it_left(agent)
    deadline = Deadline.objects.get(case=case, kind=task.clock_kind)
    assert (deadline.due_at, deadline.rule) == (MONDAY + hours(8), "L3.1")
    fire_deadlines(at=deadline.due_at - SECOND)
    assert Deadline.objects.get(pk=deadline.pk).status == "open"
    fire_deadlines(at=deadline.due_at)
    assert Deadline.objects.get(pk=deadline.pk).status == "over"


# The short list ------------------------------------------------------------------------------------


def test_each_role_sees_what_it_is_asked(agent, warehouse, printclerk, manager, finance):
    asked_whether_it_left(agent)
    asked_whether_changed(agent)
    assert [len(waiting(acts(each))) for each in (warehouse, printclerk, manager, agent, finance)] == [1, 1, 2, 0, 0]


def test_the_list_says_what_is_asked_about_which_order_and_takes_the_answer(agent, warehouse):
    case, task = asked_whether_it_left(agent)
    page = browser_of(warehouse)
    text = text_of(page.get("/todo/"))
    assert "Did this parcel leave us?" in text
    assert case.order.number[-4:] in text
    assert case.order.buyer.nick in text
    assert case.order.parcels.get().waybill in text
    # After this answer nobody looks any more, so it is asked for once again.
    assert "Have you looked everywhere?" in text
    answer = page.post(f"/todo/{task.pk}/", {"answer": "left"})
    assert (answer.status_code, answer["Location"]) == (302, "/todo/")
    assert state_of(case) == "to_check"
    assert "Nobody asks you anything now." in text_of(page.get("/todo/"))


def test_a_refused_answer_comes_back_with_what_was_typed(agent, printclerk):
    case, task = asked_whether_changed(agent)
    answer = browser_of(printclerk).post(f"/todo/{task.pk}/", {"answer": "changed", "waybill": "坏", "courier": "shunfeng"})
    assert answer.status_code == 400
    assert 'value="坏"' in answer.content.decode()
    assert state_of(case) == "at_print"


def test_who_is_not_asked_is_refused_on_the_page_too(agent, finance, outsider):
    _case, task = asked_whether_it_left(agent)
    assert browser_of(finance).post(f"/todo/{task.pk}/", {"answer": "left"}).status_code == 403
    assert browser_of(outsider).post(f"/todo/{task.pk}/", {"answer": "left"}).status_code == 404
    assert browser_of(finance).get(f"/todo/{task.pk}/").status_code == 302


def test_the_list_costs_the_same_for_one_question_and_for_twenty(agent, warehouse, django_assert_max_num_queries):
    asked_whether_it_left(agent)
    page = browser_of(warehouse)
    page.get("/todo/")
    for _ in range(19):
        asked_whether_it_left(agent)
    with django_assert_max_num_queries(12):
        text = page.get("/todo/").content.decode()
    assert text.count('class="panel ask"') == 20 < SHOWN


def test_the_case_page_offers_the_answers_to_who_is_asked_and_says_whom_it_waits_for(agent, warehouse):
    case, task = asked_whether_it_left(agent)
    theirs = browser_of(warehouse).get(f"/cases/{case.pk}/").content.decode()
    assert f"/cases/{case.pk}/tasks/{task.pk}/answer/" in theirs
    ours = browser_of(agent).get(f"/cases/{case.pk}/")
    assert f"/tasks/{task.pk}/answer/" not in ours.content.decode()
    assert "Waiting for the answer of: Warehouse, Manager" in text_of(ours)
    answer = browser_of(warehouse).post(f"/cases/{case.pk}/tasks/{task.pk}/answer/", {"answer": "not_found"})
    assert answer.status_code == 302
    assert state_of(case) == "lost"


def test_an_answer_that_came_too_late_is_told_in_words(agent, printclerk, manager):
    case, task = asked_whether_changed(agent)
    answered(case, manager, "not_changed")
    answer = browser_of(printclerk).post(f"/cases/{case.pk}/tasks/{task.pk}/answer/", {"task": task.pk, "answer": "changed"} | NEW)
    assert answer.status_code == 422
    told = text_of(answer).partition("What you typed:")[2].strip()
    courier = Courier.objects.get(code=NEW["courier"]).name
    assert told.startswith(f"New waybill {NEW['waybill']} Copy Was the courier of this parcel changed? It was changed Courier {courier}")


# API -----------------------------------------------------------------------------------------------


def test_the_api_lists_questions_with_their_answers_and_takes_one(agent, warehouse):
    case, task = asked_whether_it_left(agent)
    asked_whether_changed(agent)
    caller = program(warehouse)
    (row,) = caller.get("tasks/?mine=true").json()["results"]
    assert (row["id"], row["case"], row["kind"], row["order"]) == (task.pk, case.pk, "did_it_leave", case.order.number)
    assert [each["value"] for each in row["answers"]] == ["left", "still_here", "not_found"]
    assert len(caller.get("tasks/").json()["results"]) == 2
    assert [each["kind"] for each in caller.get("tasks/?mine=false").json()["results"]] == ["courier_changed"]
    answer = caller.post(f"cases/{case.pk}/tasks/{task.pk}/answer/", {"answer": "left"})
    assert (answer.status_code, answer.json()["answer"], answer.json()["done_by"]) == (200, "left", "warehouse")
    assert caller.post(f"cases/{case.pk}/tasks/{task.pk}/answer/", {"answer": "still_here"}).status_code == 422


def test_the_admin_answers_too(agent, manager):
    case, task = asked_whether_changed(agent)
    page = browser_of(manager)
    assert "It was changed" in text_of(page.get(reverse("admin:logistics_norecord_change", args=[case.pk])))
    page.post(reverse("admin:logistics_norecord_deed", args=[case.pk, "answer"]), {"task": task.pk, "answer": "changed", **NEW})
    assert state_of(case) == "new_number"
