"""R1.2: many small requests approved at once, each by itself: preview, results, no second time, none above the limit of many."""

import json

import pytest
from django.db import transaction

from casework.actions.advance import advance
from casework.actions.offers import TOKEN
from casework.actions.set_policy import set_policy
from casework.models import Case, Journal
from refunds.actions.approve_many import Chosen, approve_many
from refunds.many import preview_many
from refunds.models import Approval, Request
from tests.builders import a_refund, an_order, an_unreachable
from tests.callers import browser, program
from tests.cast import MONDAY, PASSWORD, acts
from tests.page import browser_of, fields_of, text_of
from tests.refunds.test_money_in_the_database import APPROVE, at_once, fails, sql

pytestmark = pytest.mark.rule("R1.2")

ADDRESS = "/approvals/many/"


@pytest.fixture
def three(agent):
    return [a_refund(agent, amount=amount) for amount in ("49.99", "50.00", "50.01")]


def chosen(cases):
    return [Chosen(each.pk, Case.objects.get(pk=each.pk).version) for each in cases]


def codes(results):
    return [each.error.reasons[0].code if each.error and each.error.reasons else each.error and each.error.code for each in results]


def states(cases):
    return [Case.objects.get(pk=each.pk).state for each in cases]


def looked_at(client, cases):
    return client.get(ADDRESS, {"case": [each.pk for each in cases]})


def test_each_row_has_its_own_result_and_what_is_refused_stops_no_other(supervisor, three):
    results = approve_many(chosen(three)[::-1], by=acts(supervisor), at=MONDAY)
    assert codes(results) == ["small_enough_for_bulk", None, None]
    assert states(three) == ["to_pay", "to_pay", "asked"]
    assert Journal.objects.get(case=three[0], step="approve").channel == "bulk"
    assert Journal.objects.filter(case=three[2], step="refused:approve").count() == 1


def test_by_itself_the_same_request_is_approved(supervisor, three):
    assert advance(three[2].pk, "approve", by=acts(supervisor), at=MONDAY).state == "to_pay"


def test_only_requests_for_money_are_approved_among_many(agent, supervisor, three):
    other = an_unreachable(agent)
    results = approve_many([Chosen(other.pk, other.version), *chosen(three[:1])], by=acts(supervisor), at=MONDAY)
    assert codes(results) == ["not_found", None]


@pytest.mark.fault("C3")
def test_sent_twice_nothing_happens_twice(supervisor, three):
    twice = chosen(three[:2])
    assert codes(approve_many(twice, by=acts(supervisor), at=MONDAY)) == [None, None]
    assert codes(approve_many(twice, by=acts(supervisor), at=MONDAY)) == ["stale", "stale"]
    assert Approval.objects.count() == 2


@pytest.mark.fault("M13")
def test_eleven_of_one_order_stop_at_the_limit(agent, supervisor, manager, shop):
    order = an_order(shop, lines=("600.00",))
    eleven = [a_refund(agent, order=order, amount="49.00") for _ in range(11)]
    found = preview_many([each.pk for each in eleven], by=acts(supervisor), now=MONDAY)
    assert [[reason.code for reason in row.reasons] for row in found.rows] == [[]] * 10 + [["within_own_limit"]]
    assert found.amount == 490
    results = approve_many(chosen(eleven), by=acts(supervisor), at=MONDAY)
    assert codes(results) == [None] * 10 + ["within_own_limit"]
    last = preview_many([eleven[-1].pk], by=acts(manager), now=MONDAY)
    assert (len(last.can), last.wants_password) == (1, True)


@pytest.mark.fault("M11")
def test_what_somebody_else_moved_meanwhile_is_stale(agent, supervisor, supervisor2, shop):
    order = an_order(shop, lines=("600.00",))
    two = [a_refund(agent, order=order, amount="20.00") for _ in range(2)]
    seen = chosen(two)
    a_refund(agent, order=order, amount="10.00", approved_by=supervisor2)
    assert codes(approve_many(seen, by=acts(supervisor), at=MONDAY)) == ["stale", "stale"]


def test_the_day_counts_from_row_to_row(agent, supervisor, three):
    sql("SELECT refunds_set_limit(NULL, 'supervisor', NULL, 500, 60)")
    found = preview_many([each.pk for each in three[:2]], by=acts(supervisor), now=MONDAY)
    assert [[reason.code for reason in row.reasons] for row in found.rows] == [[], ["within_day_limit"]]
    assert codes(approve_many(chosen(three[:2]), by=acts(supervisor), at=MONDAY)) == [None, "within_day_limit"]


def test_the_amount_is_a_policy_of_the_shop(supervisor, manager, shop, three):
    set_policy("bulk_approval_up_to", "49.99", by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert codes(approve_many(chosen(three[:2]), by=acts(supervisor), at=MONDAY)) == [None, "small_enough_for_bulk"]


def test_the_database_itself_knows_the_amount(supervisor, three):
    big, small = (Request.objects.get(case=each).pk for each in three[:0:-1])
    with transaction.atomic():
        sql("SELECT set_config('casework.channel', 'bulk', true)")
        fails("small_enough_for_bulk", APPROVE, supervisor.pk, big)
        at_once(APPROVE, supervisor.pk, small)


# The page --------------------------------------------------------------------------------------------


def test_the_preview_says_who_can_and_who_cannot_and_why(supervisor, three):
    own = a_refund(supervisor, amount="5.00")
    page = looked_at(browser_of(supervisor), [*three, own])
    text = text_of(page)
    assert "Among many, requests up to 50.00 are approved; decide this one by itself." in text
    assert "You asked for this refund; somebody else decides and pays." in text
    assert "Approve 2 requests, ¥99.99 in all" in text
    assert len(fields_of(page, "row")) == 2


def test_choosing_previewing_and_approving(supervisor, three):
    client = browser_of(supervisor)
    assert len(fields_of(client.get("/approvals/"), "case")) == 3
    rows = fields_of(looked_at(client, three), "row")
    done = client.post(ADDRESS, {"row": rows})
    assert "2 of 2 are approved." in text_of(done)
    assert states(three) == ["to_pay", "to_pay", "asked"]
    again = client.post(ADDRESS, {"row": rows})
    assert again.status_code == 200
    assert "0 of 2 are approved." in text_of(again)
    assert Approval.objects.count() == 2
    assert "2 that were chosen do not wait any more." in text_of(looked_at(client, three))


def test_the_password_is_asked_for_once_for_all(agent, manager, shop, three):
    order = an_order(shop, lines=("900.00",))
    a_refund(agent, order=order, amount="490.00", approved_by=manager)
    cases = [a_refund(agent, order=order, amount="20.00"), three[0]]
    client = browser_of(manager)
    page = looked_at(client, cases)
    assert "Your password again" in text_of(page)
    rows = fields_of(page, "row")
    assert "Enter your password again for it." in text_of(client.post(ADDRESS, {"row": rows[::-1]}))
    assert states(cases) == ["asked", "to_pay"]
    wrong = client.post(ADDRESS, {"row": rows[:1], "password": "wrong"})
    assert (wrong.status_code, "The password is not right." in text_of(wrong)) == (400, True)
    page = looked_at(client, cases[:1])
    assert client.post(ADDRESS, {"row": fields_of(page, "row"), "password": PASSWORD}).status_code == 200
    assert states(cases) == ["to_pay", "to_pay"]


def test_nothing_chosen_and_nothing_left(supervisor):
    client = browser_of(supervisor)
    assert "Nothing that was chosen waits any more" in text_of(client.get(ADDRESS))
    assert client.post(ADDRESS, {}).status_code == 400


@pytest.mark.parametrize("row", ["x", "1", "1-x", "-1", "1-1-1", "9" * 30 + "-1"])
def test_a_row_that_is_none_is_refused(supervisor, row):
    assert browser_of(supervisor).post(ADDRESS, {"row": row}).status_code == 400


@pytest.mark.fault("Z4")
@pytest.mark.parametrize("who", ["agent2", "finance", "auditor", "admin", "warehouse"])
def test_only_leads_approve_many(request, who, three):
    client = browser_of(request.getfixturevalue(who))
    assert looked_at(client, three).status_code == 403
    assert client.post(ADDRESS, {"row": f"{three[0].pk}-1"}).status_code == 403
    assert states(three) == ["asked"] * 3


def test_another_shops_requests_are_not_there(outsider, three):
    client = browser_of(outsider)
    assert "Nothing that was chosen waits any more" in text_of(looked_at(client, three))
    done = client.post(ADDRESS, {"row": [f"{each.pk}-{each.version}" for each in three]})
    assert three[0].number not in text_of(done)
    assert states(three) == ["asked"] * 3


def test_the_number_of_queries_does_not_grow_with_what_was_chosen(agent, supervisor, three, django_assert_num_queries):
    client = browser_of(supervisor)
    looked_at(client, three)
    for cases in (three[:1], three):
        with django_assert_num_queries(7):
            looked_at(client, cases)


# The API ---------------------------------------------------------------------------------------------


def send(caller, rows):
    return caller.send("refunds/approve/", json.dumps({"rows": rows}))


def test_over_the_api_each_row_has_its_result(supervisor, three):
    rows = [{"refund": each.case_id, "version": each.version} for each in chosen(three)]
    answer = send(browser(supervisor), [*rows, {"refund": 999999, "version": 1}])
    found = answer.json()["results"]
    assert [(each["refund"], each["approved"], each["state"]) for each in found] == [
        (three[0].pk, True, "to_pay"),
        (three[1].pk, True, "to_pay"),
        (three[2].pk, False, "asked"),
        (999999, False, None),
    ]
    assert [each["refusal"] and each["refusal"]["code"] for each in found] == [None, None, "step_refused", "not_found"]


def test_a_token_approves_none(supervisor, three):
    assert send(program(supervisor), [{"refund": three[0].pk, "version": 1}]).json()["code"] == TOKEN
    assert states(three) == ["asked"] * 3


@pytest.mark.fault("Z5")
@pytest.mark.parametrize(
    "rows", [[], "x", [1], [{"refund": 1}], [{"refund": 1, "version": 1, "amount": "1"}], [{"refund": 1, "version": 1}] * 2]
)
def test_rows_that_are_none_are_refused(supervisor, rows):
    assert send(browser(supervisor), rows).status_code == 400
