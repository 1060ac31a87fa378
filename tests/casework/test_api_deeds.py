"""What is done with a case through the API: steps, contacts, pictures, tasks, and who works on it."""

import datetime as dt
import hashlib
import io

import pytest

from casework.models import Case, Evidence, Journal
from tests.builders import a_refund, an_unreachable
from tests.callers import Caller, a_picture, browser, program
from tests.cast import MONDAY

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def case(agent):
    return an_unreachable(agent)


@pytest.fixture
def api(agent):
    return program(agent)


# Steps ----------------------------------------------------------------------------------------------


def test_a_step_answers_how_the_case_stands_then(api, case):
    answer = api.post(f"cases/{case.pk}/steps/customer_answered/", {"version": 1, "note": "by chat", "facts": {"answer": "deliver again"}})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["state"], body["version"]) == ("answered", 2)
    assert [each["name"] for each in body["steps"] if each["allowed"]] == ["passed_on", "delivered"]
    row = api.get(f"cases/{case.pk}/timeline/").json()["results"][-1]
    assert {name: row[name] for name in ("actor", "step", "from", "to", "channel", "note", "facts")} == {
        "actor": "agent",
        "step": "customer_answered",
        "from": "to_contact",
        "to": "answered",
        "channel": "api",
        "note": "by chat",
        "facts": {"answer": "deliver again"},
    }


def test_a_step_needs_the_version_that_was_seen(api, case):
    answer = api.post(f"cases/{case.pk}/steps/customer_answered/", {})
    assert (answer.status_code, answer.json()["field"]) == (400, "version")


@pytest.mark.fault("M11")
def test_a_step_seen_from_an_old_version_is_stale(api, case):
    api.post(f"cases/{case.pk}/contacts/", {"channel": "chat", "outcome": "no_answer"})
    answer = api.post(f"cases/{case.pk}/steps/customer_answered/", {"version": 1})
    assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "stale", 2)


def test_a_step_that_the_state_does_not_have_is_refused_with_the_reason_of_the_offer(api, case):
    offered = next(each for each in api.get(f"cases/{case.pk}/").json()["steps"] if each["name"] == "passed_on")
    answer = api.post(f"cases/{case.pk}/steps/passed_on/", {"version": 1, "facts": {"agreed": "x"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "step_refused")
    assert answer.json()["reasons"] == offered["reasons"]
    assert Journal.objects.filter(case=case, step="refused:passed_on").count() == 1


def test_a_step_of_another_role_is_forbidden(api, case):
    answer = api.step(case.pk, "return_at_our_cost")
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (403, "role")


def test_a_step_that_the_kind_does_not_have_is_not_found(api, case):
    assert api.step(case.pk, "approve").json()["code"] == "unknown_step"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 1.0}, "version"),
        ({"version": None}, "version"),
        ({"version": 10**30}, "version"),
        ({"version": 1, "note": 5}, "note"),
        ({"version": 1, "note": "x" * 4001}, "note"),
        ({"version": 1, "note": "a\x00b"}, "note"),
        ({"version": 1, "facts": []}, "facts"),
        ({"version": 1, "facts": "x"}, "facts"),
        ({"version": 1, "facts": {"answer": ["x"]}}, "answer"),
        ({"version": 1, "facts": {"answer": {"x": 1}}}, "answer"),
        ({"version": 1, "facts": {"answer": "\ud800"}}, "facts.answer"),
        ({"version": 1, "facts": {"status": "x"}}, "status"),
        ({"version": 1, "state": "delivered"}, "state"),
        ([1], ""),
        ("x", ""),
        (None, "version"),
    ],
)
def test_a_malformed_step_names_the_field_and_changes_nothing(api, case, body, field):
    answer = api.post(f"cases/{case.pk}/steps/customer_answered/", body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert (Case.objects.get(pk=case.pk).state, Journal.objects.filter(case=case).count()) == ("to_contact", 1)


@pytest.mark.parametrize("value", [5, True, "", "yesterday", "2026-13-40", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_among_the_facts_is_a_time_of_these_years(api, case, value):
    answer = api.step(case.pk, "courier_names_return", {"returns_at": value})
    assert (answer.status_code, answer.json()["field"]) == (400, "returns_at")


def test_the_clock_of_a_test_is_the_time_of_the_step(api, case, settings):
    settings.TEST_CLOCK = True
    body = {"channel": "chat", "outcome": "no_answer"}
    answer = api.post(f"cases/{case.pk}/contacts/", body, **{"X-Test-Now": (MONDAY + HOUR).isoformat()})
    assert answer.json()["at"] == "2026-11-23T11:00:00+08:00"
    assert api.post(f"cases/{case.pk}/contacts/", body, **{"X-Test-Now": "soon"}).json()["field"] == "X-Test-Now"


# Contacts -------------------------------------------------------------------------------------------


@pytest.mark.rule("L6.1")
def test_the_first_attempt_opens_the_window(api, case):
    answer = api.post(f"cases/{case.pk}/contacts/", {"channel": "phone", "outcome": "no_answer", "note": "rang long"})
    assert answer.status_code == 201
    assert {"channel": "phone", "outcome": "no_answer", "by": "agent", "note": "rang long"}.items() <= answer.json().items()
    assert api.get(f"cases/{case.pk}/").json()["state"] == "trying"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"channel": "pigeon"}, "channel"), ({"outcome": 1}, "outcome"), ({"note": []}, "note"), ({"at": "2026-01-01"}, "at")],
)
def test_a_malformed_attempt_names_the_field(api, case, change, field):
    answer = api.post(f"cases/{case.pk}/contacts/", {"channel": "chat", "outcome": "no_answer"} | change)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


# Pictures -------------------------------------------------------------------------------------------


def test_a_picture_is_kept_with_the_digest_of_what_is_stored(api, case):
    sent = a_picture()
    original = hashlib.sha256(sent.getvalue()).hexdigest()
    answer = api.upload(f"cases/{case.pk}/evidence/", file=sent, kind="photo_damage")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["kind"], body["original_sha256"], body["uploaded_by"]) == ("photo_damage", original, "agent")
    assert api.get(f"cases/{case.pk}/").json()["evidence"] == [body]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "photo_damage"}, "file"),
        ({"file": "no file", "kind": "photo_damage"}, "file"),
        ({"kind": "x", "file": "a picture"}, "kind"),
        ({"file": "a picture"}, "kind"),
        ({"file": "a picture", "kind": "chat", "sha256": "0"}, "sha256"),
    ],
)
def test_a_malformed_upload_names_the_field(api, case, fields, field):
    fields = {name: a_picture() if value == "a picture" else value for name, value in fields.items()}
    answer = api.upload(f"cases/{case.pk}/evidence/", **fields)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert not Evidence.objects.exists()


@pytest.mark.fault("U1")
def test_what_is_no_picture_is_refused_whatever_it_is_called(api, case):
    script = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    script.name = "photo.jpg"
    assert api.upload(f"cases/{case.pk}/evidence/", file=script, kind="chat").json()["code"] == "picture_unreadable"


# Tasks ----------------------------------------------------------------------------------------------


def test_a_task_is_marked_as_done_there_once(api, agent, supervisor, auditor):
    case = a_refund(agent, approved_by=supervisor)
    (task,) = api.get(f"cases/{case.pk}/").json()["tasks"]
    assert (task["kind"], task["done_at"]) == ("memo", None)
    first = api.post(f"cases/{case.pk}/tasks/{task['id']}/done/")
    second = api.post(f"cases/{case.pk}/tasks/{task['id']}/done/")
    assert (first.status_code, first.json()["done_by"]) == (200, "agent")
    assert second.json() == first.json()
    assert api.post(f"cases/{case.pk}/tasks/{10**30}/done/").status_code == 404
    assert Journal.objects.filter(case=case, step="task_done").count() == 1
    assert program(auditor).post(f"cases/{case.pk}/tasks/{task['id']}/done/").status_code == 403


# Who works on it ------------------------------------------------------------------------------------


def test_a_case_is_laid_down_taken_and_given(agent, agent2, api, case):
    assert api.post(f"cases/{case.pk}/give/", {"owner": None}).json()["owner"] is None
    assert program(agent2).post(f"cases/{case.pk}/take/").json()["owner"] == "agent2"
    assert api.post(f"cases/{case.pk}/take/").json()["code"] == "owned_by_another"
    assert program(agent2).post(f"cases/{case.pk}/give/", {"owner": "agent"}).json()["owner"] == "agent"


@pytest.mark.parametrize("owner", ["nobody", "outsider", "warehouse", 5, ""])
def test_a_case_is_given_to_nobody_who_does_not_work_on_it(api, case, owner, outsider, warehouse):
    answer = api.post(f"cases/{case.pk}/give/", {"owner": owner})
    assert (answer.status_code, answer.json()["field"]) == (400, "owner")


def test_the_next_case_is_the_one_that_runs_out_first(agent, agent2, shop, api):
    later, sooner = an_unreachable(agent, at=MONDAY + HOUR), an_unreachable(agent, at=MONDAY)
    for each in (later, sooner):
        api.post(f"cases/{each.pk}/give/", {"owner": None})
    other = program(agent2)
    assert [other.post("cases/next/").json()["id"] for _ in range(2)] == [sooner.pk, later.pk]
    assert other.post("cases/next/").json()["code"] == "nothing_waits"


# Deciding about money -------------------------------------------------------------------------------


@pytest.mark.rule("R1.1")
def test_money_is_asked_by_token_and_decided_by_session(agent, supervisor, finance):
    case = a_refund(agent)
    by_token = program(supervisor).step(case.pk, "approve")
    assert (by_token.status_code, by_token.json()["code"]) == (403, "token_may_not_decide")
    approved = browser(supervisor).step(case.pk, "approve")
    assert (approved.status_code, approved.json()["state"]) == (200, "to_pay")
    facts = {"platform_number": "PAY20261123", "paid_at": "2026-11-23T12:00:00+08:00"}
    assert program(finance).step(case.pk, "record_payout", facts).status_code == 403
    assert browser(finance).step(case.pk, "record_payout", facts).json()["state"] == "paid"


def test_a_session_that_writes_without_the_csrf_token_is_refused(supervisor, agent):
    case = a_refund(agent)
    caller = browser(supervisor)
    caller.headers = {}
    answer = caller.post(f"cases/{case.pk}/steps/approve/", {"version": 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert Case.objects.get(pk=case.pk).state == "asked"


def test_a_token_beside_a_session_is_still_a_token(supervisor, agent):
    case = a_refund(agent)
    caller = browser(supervisor)
    caller.headers |= program(supervisor).headers
    assert caller.step(case.pk, "approve").json()["code"] == "token_may_not_decide"


def test_nobody_gets_in_without_either(case):
    answer = Caller().get(f"cases/{case.pk}/")
    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (401, "not_authenticated", "Token")
