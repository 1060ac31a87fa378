"""R1.2: above an amount the approver enters the password again. Page, API, admin and database ask for it alike."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.db import transaction

from casework.actions.advance import advance
from casework.actions.offers import TOKEN
from casework.actions.set_policy import set_policy
from casework.brake import TRIES, WINDOW
from casework.models import Journal
from orders.errors import NotAllowed
from refunds.models import Approval, Request
from tests.builders import a_refund, an_order
from tests.callers import browser, program
from tests.cast import MONDAY, NOON, PASSWORD, acts
from tests.page import browser_of, button_of, field_of, text_of
from tests.refunds.test_money_in_the_database import APPROVE, at_once, fails, sql

pytestmark = pytest.mark.rule("R1.2")

MINUTE = dt.timedelta(minutes=1)
WITH_PASSWORD = APPROVE.replace("decided_by_id)", "decided_by_id, stepped_up_at)").replace("amount, %s", "amount, %s, %s")


@pytest.fixture(autouse=True)
def no_tries_before(servers):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("900.00",))


@pytest.fixture
def big(agent, order):
    return a_refund(agent, order=order, amount="500.01")


def take(caller, case, step="approve", **facts):
    case.refresh_from_db()
    return caller.send(f"cases/{case.pk}/steps/{step}/", json.dumps({"version": case.version, "facts": facts}))


def give(caller, password):
    return caller.send("step-up/", json.dumps({"password": password}))


def is_refused(case, by):
    with pytest.raises(NotAllowed) as refused:
        advance(case.pk, "approve", by=by, at=MONDAY)
    assert (refused.value.code, refused.value.status) == ("step_up_required", 403)
    return True


def test_above_the_amount_the_password_is_wanted_first_and_the_row_keeps_when_it_came(big, manager):
    assert is_refused(big, acts(manager))
    entry = Journal.objects.get(case=big, step="refused:approve")
    assert entry.facts["code"] == "step_up_required"
    advance(big.pk, "approve", by=acts(manager, stepped_up_at=MONDAY - MINUTE), at=MONDAY)
    assert Approval.objects.get().stepped_up_at == MONDAY - MINUTE


@pytest.mark.parametrize(("minutes", "good"), [(0, True), (15, True), (16, False), (-6, False)])
def test_the_password_is_good_for_a_quarter_of_an_hour(big, manager, minutes, good):
    by = acts(manager, stepped_up_at=MONDAY - minutes * MINUTE)
    assert advance(big.pk, "approve", by=by, at=MONDAY).state == "to_pay" if good else is_refused(big, by)


def test_up_to_the_amount_nobody_is_asked(agent, manager, order):
    case = a_refund(agent, order=order, amount="500.00")
    assert advance(case.pk, "approve", by=acts(manager, stepped_up_at=MONDAY), at=MONDAY).state == "to_pay"
    assert Approval.objects.get().stepped_up_at is None


def test_a_sum_in_parts_needs_the_password_as_well(agent, manager, order):
    a_refund(agent, order=order, amount="300.00", approved_by=manager)
    assert is_refused(a_refund(agent, order=order, amount="200.01"), acts(manager))


def test_amount_and_minutes_are_policies_of_the_shop(big, agent, manager, shop):
    set_policy("step_up_above", "600.00", by=acts(manager), at=MONDAY, shop_id=shop.pk)
    advance(big.pk, "approve", by=acts(manager), at=MONDAY)
    set_policy("step_up_above", "10.00", by=acts(manager), at=MONDAY, shop_id=shop.pk)
    set_policy("step_up_valid", {"hours": "0.05"}, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    small = a_refund(agent)
    assert is_refused(small, acts(manager, stepped_up_at=MONDAY - 4 * MINUTE))
    assert advance(small.pk, "approve", by=acts(manager, stepped_up_at=MONDAY - 3 * MINUTE), at=MONDAY).state == "to_pay"


def test_rejecting_and_sending_back_need_no_password(big, manager):
    assert advance(big.pk, "send_back", by=acts(manager), at=MONDAY, facts={"reason": "样例"}).state == "sent_back"


# The API ---------------------------------------------------------------------------------------------


def test_over_the_api_the_session_is_told_first(big, manager):
    caller = browser(manager)
    answer = take(caller, big)
    assert (answer.status_code, answer.json()["code"], answer.json()["reasons"][0]["rule"]) == (403, "step_up_required", "R1.2")
    wrong = give(caller, "wrong")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (400, "wrong_password", "password")
    assert take(caller, big).status_code == 403
    key = caller.client.cookies["sessionid"].value
    assert give(caller, PASSWORD).json() == {"stepped_up_at": "2026-11-23T12:00:00+08:00"}
    assert caller.client.cookies["sessionid"].value != key
    assert take(caller, big).status_code == 200
    assert Approval.objects.get().stepped_up_at == NOON


def test_another_session_of_the_same_person_is_asked_for_itself(big, manager):
    one, other = browser(manager), browser(manager)
    assert give(one, PASSWORD).status_code == 200
    assert take(other, big).status_code == 403
    assert take(one, big).status_code == 200


def test_a_token_gives_no_password_and_gains_nothing(big, manager):
    answer = give(program(manager), PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (403, TOKEN)
    assert take(program(manager), big).json()["code"] == TOKEN


@pytest.mark.fault("Z10")
def test_wrong_tries_count_with_those_of_the_login(client, big, manager):
    caller = browser(manager)
    for _ in range(TRIES - 1):
        assert give(caller, "wrong").status_code == 400
    assert client.post("/login/", {"username": "MANAGER", "password": "wrong"}).status_code == 200
    answer = give(caller, PASSWORD)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "too_many_tries", str(WINDOW))
    assert client.post("/login/", {"username": "manager", "password": PASSWORD}).status_code == 429
    assert take(caller, big).status_code == 403


@pytest.mark.parametrize("sent", [{}, {"password": 1}, {"password": "x", "user": "manager"}, {"password": ""}])
def test_a_body_that_is_none_is_refused(manager, sent):
    assert browser(manager).send("step-up/", json.dumps(sent)).status_code == 400


# The page --------------------------------------------------------------------------------------------


def decide(client, case, **sent):
    page = client.get(f"/approvals/{case.pk}/")
    form = {"step": "approve", "version": field_of(page, "version"), "seen": field_of(page, "seen"), "reason": "看过了"}
    return client.post(f"/approvals/{case.pk}/", form | sent)


def test_the_page_asks_for_the_password_beside_the_button(big, manager, agent):
    client = browser_of(manager)
    page = client.get(f"/approvals/{big.pk}/")
    assert "Your password again" in text_of(page)
    assert button_of(page, "approve")
    for password, status in (("", 403), ("wrong", 400)):
        answer = decide(client, big, password=password)
        assert answer.status_code == status
        assert field_of(answer, "reason") == "看过了"
        assert field_of(answer, "password") == ""
    assert decide(client, big, password=PASSWORD).status_code == 302
    again = a_refund(agent, order=an_order(big.shop, lines=("900.00",)), amount="700.00")
    assert "Your password again" not in text_of(client.get(f"/approvals/{again.pk}/"))
    assert decide(client, again).status_code == 302


@pytest.mark.fault("Z10")
def test_the_page_says_when_the_name_must_wait(big, manager):
    client = browser_of(manager)
    for _ in range(TRIES):
        decide(client, big, password="wrong")
    answer = decide(client, big, password=PASSWORD)
    assert answer.status_code == 429
    assert "Too many tries." in text_of(answer)
    assert not Approval.objects.exists()


# Raw SQL as the application's role -------------------------------------------------------------------


def test_the_database_itself_wants_to_be_told(big, manager):
    row = Request.objects.get(case=big)
    with transaction.atomic():
        sql("SELECT set_config('casework.now', %s, true)", MONDAY.isoformat())
        fails("approval_is_stepped_up", APPROVE, manager.pk, row.pk)
        for stale in (MONDAY - 16 * MINUTE, MONDAY + 6 * MINUTE):
            fails("approval_is_stepped_up", WITH_PASSWORD, manager.pk, stale, row.pk)
        at_once(WITH_PASSWORD, manager.pk, MONDAY, row.pk)
    assert Approval.objects.get().stepped_up_at == MONDAY
