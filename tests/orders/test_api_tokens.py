"""Tokens: made once, kept as a digest, refused when they no longer hold, and never written down."""

import datetime as dt
import hashlib
import io
import logging

import pytest
from django.core.management import CommandError, call_command

from config.logs import JsonLine
from orders.actions.create_token import create_token
from orders.models import ApiToken, Membership
from orders.roles import Role
from tests.builders import an_unreachable
from tests.callers import Caller, browser, program
from tests.cast import MONDAY


def with_token(token, word="Token"):
    return Caller(Authorization=f"{word} {token}".strip())


def printed(*words, **options):
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_a_command_prints_the_token_alone_on_its_line(agent):
    token = printed("create_token", "agent")
    assert token.endswith("\n")
    assert len(token.split()) == 1
    assert with_token(token.strip()).get("cases/").status_code == 200


@pytest.mark.fault("Z11")
def test_the_database_has_the_digest_alone(agent):
    token = create_token(agent, at=MONDAY)
    row = ApiToken.objects.get()
    assert row.digest == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row.__dict__)


@pytest.mark.fault("Z11")
def test_a_token_is_never_logged(agent, caplog):
    caplog.set_level(logging.DEBUG)
    token = create_token(agent, at=MONDAY)
    with_token(token).get("cases/")
    with_token(token + "x").get("cases/", {"token": token})
    assert caplog.records
    lines = [JsonLine().format(each) for each in caplog.records if each.name != "django.db.backends"]
    assert not [line for line in lines if token in line]


def test_a_token_is_not_made_for_nobody(agent):
    agent.is_active = False
    agent.save()
    for name in ("nobody", "agent"):
        with pytest.raises(CommandError):
            call_command("create_token", name)
    assert not ApiToken.objects.exists()


@pytest.mark.fault("Z11")
def test_a_read_only_token_reads_and_never_writes(agent):
    case = an_unreachable(agent)
    api = with_token(printed("create_token", "agent", "--read-only").strip())
    assert api.get(f"cases/{case.pk}/").status_code == 200
    assert api.send("cases/", "", method="HEAD").status_code == 200
    assert api.send("cases/", "", method="OPTIONS").status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("cases/", f"cases/{case.pk}/contacts/", f"cases/{case.pk}/steps/delivered/", "refunds/", "cases/next/"):
            answer = api.send(path, "{}", method=method)
            assert (answer.status_code, answer.json()["code"]) == (403, "token_read_only")
    case.refresh_from_db()
    assert case.version == 1


@pytest.mark.fault("Z11")
@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 401), (1, 401)])
def test_a_token_ends_at_its_time(agent, settings, seconds, status):
    settings.TEST_CLOCK = True
    ends = MONDAY + dt.timedelta(days=1)
    api = with_token(create_token(agent, at=MONDAY, expires_at=ends))
    assert api.get("cases/", **{"X-Test-Now": (ends + dt.timedelta(seconds=seconds)).isoformat()}).status_code == status


def test_the_command_takes_the_end_of_a_token(agent):
    printed("create_token", "agent", expires="2026-11-30T00:00:00+08:00", now=MONDAY.isoformat())
    row = ApiToken.objects.get()
    assert (row.created_at, row.expires_at) == (MONDAY, dt.datetime(2026, 11, 29, 16, tzinfo=dt.UTC))
    with pytest.raises(CommandError):
        call_command("create_token", "agent", expires="soon")


@pytest.mark.fault("Z9")
def test_a_revoked_token_is_refused_at_once(agent):
    api = program(agent)
    ApiToken.objects.update(revoked_at=MONDAY)
    answer = api.get("cases/")
    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (401, "bad_token", "Token")


@pytest.mark.fault("Z9")
def test_the_tokens_of_somebody_who_left_are_refused_at_once(agent):
    api, page = program(agent), browser(agent)
    agent.is_active = False
    agent.save()
    assert (api.get("cases/").status_code, page.get("cases/").status_code) == (401, 401)


@pytest.mark.fault("Z9")
def test_a_new_password_ends_every_token_and_session(agent, agent2):
    api, page, colleague = program(agent), browser(agent), program(agent2)
    agent.set_password("another-long-password")
    agent.save()
    assert (api.get("cases/").status_code, page.get("cases/").status_code) == (401, 401)
    assert colleague.get("cases/").status_code == 200
    assert program(agent).get("cases/").status_code == 200


def test_another_change_of_the_person_leaves_the_token(agent):
    api = program(agent)
    agent.first_name = "Lin"
    agent.save()
    assert api.get("cases/").status_code == 200


@pytest.mark.fault("Z9")
def test_a_role_that_was_taken_away_is_gone_with_the_next_request(agent):
    case = an_unreachable(agent)
    api = program(agent)
    membership = Membership.objects.get(user=agent)
    membership.role = Role.AUDITOR
    membership.save()
    assert api.post(f"cases/{case.pk}/contacts/", {"channel": "chat", "outcome": "answered"}).status_code == 403
    membership.delete()
    assert api.get(f"cases/{case.pk}/").status_code == 404


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token a b", "Token ü", "token x", "Token " + "x" * 5000, "Token \x00", "Basic YTpi", "Bearer x", "", "x"]
)
def test_whatever_is_no_token_is_refused(agent, header):
    answer = Caller(Authorization=header).get("cases/")
    assert (answer.status_code, answer.json()["code"] in {"bad_token", "not_authenticated"}) == (401, True)


def test_the_word_token_is_read_in_any_case(agent):
    assert with_token(create_token(agent, at=MONDAY), "token").get("orders/").status_code == 200
