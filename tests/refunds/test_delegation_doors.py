"""Who stands in for whom, over page, admin and API: the same rules, the same refusals."""

import json

import pytest

from casework.actions.offers import TOKEN
from casework.models import Journal
from orders.errors import NotAllowed
from refunds.actions.delegate import end_delegation
from refunds.models import Delegation
from tests.builders import a_refund, an_order
from tests.callers import browser, program
from tests.cast import MONDAY, PASSWORD, acts
from tests.page import browser_of, field_of, text_of
from tests.refunds.test_delegation import DAY, TODAY, lend

pytestmark = pytest.mark.rule("R1.1", "R1.2")

PAGE, ADMIN = "/delegations/", "/admin/refunds/delegation/"


def form(shop, approver, delegate):
    days = {"first_day": TODAY.isoformat(), "last_day": (TODAY + DAY).isoformat()}
    return {"shop": shop.pk, "approver": approver.pk, "delegate": delegate.pk} | days


def body(**changes):
    return {"shop": "demo", "delegate": "supervisor", "first_day": "2026-11-23", "last_day": "2026-11-24"} | changes


@pytest.fixture
def lent(manager, supervisor, shop):
    return lend(manager, supervisor, shop)


# The page --------------------------------------------------------------------------------------------


def test_a_lead_lets_another_stand_in_and_takes_it_back(manager, supervisor, shop):
    client = browser_of(manager)
    assert "Nobody stands in for anybody" in text_of(client.get(PAGE))
    done = client.post(PAGE, form(shop, manager, supervisor), follow=True)
    assert "supervisor stands in for manager." in text_of(done)
    assert "manager supervisor 样例旗舰店 2026-11-23 – 2026-11-24 In force" in text_of(done)
    row = Delegation.objects.get()
    assert "Taken back" in text_of(client.post(f"{PAGE}{row.pk}/end/", follow=True))
    row.refresh_from_db()
    assert row.revoked_by == manager


def test_who_stands_in_sees_for_whom_and_by_whose_limit(agent, manager, supervisor, shop, lent):
    case = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="480.00")
    client = browser_of(supervisor)
    text = text_of(client.get(f"/approvals/{case.pk}/"))
    assert "You stand in for manager today." in text
    assert "Left for this order 500.00" in text
    big = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="600.00")
    page = client.get(f"/approvals/{big.pk}/")
    assert "Your limit by the power of manager" in text_of(page)
    sent = {"step": "approve", "version": field_of(page, "version"), "seen": field_of(page, "seen"), "password": PASSWORD}
    assert client.post(f"/approvals/{big.pk}/", sent).status_code == 302
    assert "Approved by supervisor for manager" in text_of(client.get(f"/approvals/{big.pk}/"))


@pytest.mark.parametrize(
    "changes",
    [{"first_day": "2026-11-22"}, {"last_day": "2026-11-22"}, {"last_day": "x"}, {"delegate": ""}, {"delegate": "9" * 30}, {"shop": "0"}],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(manager, supervisor, shop, changes):
    answer = browser_of(manager).post(PAGE, form(shop, manager, supervisor) | changes)
    assert 400 <= answer.status_code < 500
    if "last_day" not in changes:
        assert field_of(answer, "last_day") == "2026-11-24"
    assert not Delegation.objects.exists()


def test_a_supervisor_lends_nobody_elses_power(supervisor, supervisor2, manager, shop):
    answer = browser_of(supervisor).post(PAGE, form(shop, manager, supervisor2))
    assert answer.status_code == 400
    assert browser_of(manager).post(PAGE, form(shop, supervisor, supervisor2)).status_code == 302
    assert Delegation.objects.get().given_by == manager


def test_taking_back_twice_is_said(manager, lent):
    client = browser_of(manager)
    end_delegation(lent.pk, by=acts(manager), at=MONDAY)
    answer = client.post(f"{PAGE}{lent.pk}/end/")
    assert (answer.status_code, "This is over already." in text_of(answer)) == (422, True)


@pytest.mark.fault("Z4")
@pytest.mark.parametrize("who", ["agent", "finance", "auditor", "admin", "superuser"])
def test_the_page_is_for_leads(request, who, supervisor, manager, shop, lent):
    client = browser_of(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, form(shop, manager, supervisor)).status_code == 403
    assert client.post(f"{PAGE}{lent.pk}/end/").status_code == 403


def test_another_shops_are_not_there(outsider, manager, supervisor, shop, lent):
    client = browser_of(outsider)
    assert "Nobody stands in for anybody" in text_of(client.get(PAGE))
    assert client.post(f"{PAGE}{lent.pk}/end/").status_code == 404
    assert client.post(PAGE, form(shop, manager, supervisor)).status_code == 400


def test_the_number_of_queries_does_not_grow_with_the_list(manager, supervisor, shop, lent, django_assert_max_num_queries):
    client = browser_of(manager)
    client.get(PAGE)
    for number in range(10):
        lend(manager, supervisor, shop, first=TODAY + (3 + number) * DAY, last=TODAY + (3 + number) * DAY)
    with django_assert_max_num_queries(22):
        assert "Stand-ins 11" in text_of(client.get(PAGE))


# The admin -------------------------------------------------------------------------------------------


def test_in_the_admin_a_lead_sets_and_takes_back(client, manager, supervisor, shop):
    client.force_login(manager)
    assert client.post(f"{ADMIN}add/", form(shop, manager, supervisor)).status_code == 302
    row = Delegation.objects.get()
    assert client.post(f"{ADMIN}add/", form(shop, manager, supervisor)).status_code == 422
    assert client.post(ADMIN, {"action": "take_back", "_selected_action": [row.pk]}).status_code == 302
    row.refresh_from_db()
    assert row.revoked_by == manager


# The API ---------------------------------------------------------------------------------------------


def test_over_the_api_power_is_lent_listed_and_taken_back(manager, supervisor, shop):
    caller = browser(manager)
    answer = caller.send("delegations/", json.dumps(body()))
    assert answer.status_code == 201
    row = answer.json()
    assert {"approver": "manager", "delegate": "supervisor", "standing": "in_force", "given_by": "manager"}.items() <= row.items()
    assert program(supervisor).get("delegations/").json()["results"] == [row]
    ended = caller.send(f"delegations/{row['id']}/", "{}", method="DELETE")
    assert (ended.status_code, ended.json()["standing"], ended.json()["revoked_by"]) == (200, "revoked", "manager")
    assert caller.send(f"delegations/{row['id']}/", "{}", method="DELETE").status_code == 422


def test_a_token_lends_nothing_and_takes_nothing_back(manager, supervisor, lent):
    caller = program(manager)
    for answer in (caller.send("delegations/", json.dumps(body())), caller.send(f"delegations/{lent.pk}/", "{}", method="DELETE")):
        assert (answer.status_code, answer.json()["code"]) == (403, TOKEN)


@pytest.mark.fault("Z5")
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"delegate": "nobody"}, 400, "bad_person"),
        ({"approver": "nobody"}, 400, "bad_person"),
        ({"first_day": "23.11.2026"}, 400, "invalid"),
        ({"given_by": "supervisor"}, 400, "unknown_field"),
        ({"shop": "other"}, 404, "not_found"),
        ({"delegate": "agent"}, 422, "step_refused"),
        ({"delegate": "manager"}, 422, "step_refused"),
        ({"last_day": "2026-11-22"}, 422, "step_refused"),
        ({"first_day": "2026-11-22"}, 422, "step_refused"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(agent, manager, supervisor, other_shop, changes, status, code):
    answer = browser(manager).send("delegations/", json.dumps(body(**changes)))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Delegation.objects.exists()


def test_names_of_other_shops_and_names_of_nobody_are_answered_alike(manager, supervisor, outsider):
    for field in ("delegate", "approver"):
        answers = [browser(manager).post("delegations/", body(**{field: name})) for name in (outsider.username, "nobody")]
        assert [each.status_code for each in answers] == [400, 400]
        assert answers[0].json() | {"request_id": ""} == answers[1].json() | {"request_id": ""}


def test_rights_that_are_refused_are_in_the_journal(manager, supervisor, agent, lent, shop):
    program(manager).send("delegations/", json.dumps(body()))
    program(manager).send(f"delegations/{lent.pk}/", "{}", method="DELETE")
    with pytest.raises(NotAllowed):
        lend(agent, supervisor, shop)
    case = a_refund(agent, order=an_order(shop))
    program(supervisor).post("refunds/approve/", {"rows": [{"refund": case.pk, "version": 1}]})
    browser_of(agent).get("/approvals/")
    program(agent).post("refunds/approve/", {"rows": [{"refund": case.pk, "version": 1}]})
    rows = Journal.objects.filter(step__startswith="refused:").order_by("pk").values_list("step", "actor_name", "shop")
    assert list(rows) == [
        ("refused:delegate", "manager", shop.pk),
        ("refused:end_delegation", "manager", shop.pk),
        ("refused:delegate", "agent", shop.pk),
        ("refused:approve_many", "supervisor", shop.pk),
        ("refused:look_at_money", "agent", None),
        ("refused:look_at_money", "agent", None),
    ]


def test_the_register_tells_by_whose_power(agent, manager, supervisor, lent, shop):
    a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="600.00", approved_by=supervisor)
    (row,) = program(agent).get("register/").json()["results"]
    assert (row["approved_by"], row["power_of"]) == ("supervisor", "manager")
