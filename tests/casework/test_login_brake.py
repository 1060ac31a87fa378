"""The brake on guessed passwords: by name alone, for known and unknown names alike, and gone with Redis."""

import time

import pytest
from django.core.cache import cache
from django.test import override_settings

from casework import brake
from casework.brake import TRIES, WINDOW, may_try
from tests.cast import PASSWORD
from tests.page import text_of


@pytest.fixture(autouse=True)
def released(servers):
    cache.clear()
    yield
    cache.clear()


def login(client, username, password="wrong", **headers):
    client.cookies["django_language"] = "en"
    return client.post("/login/", {"username": username, "password": password}, headers=headers)


def tried_out(client, username):
    for number in range(TRIES):
        assert login(client, username, **{"X-Forwarded-For": f"192.0.2.{number}"}).status_code == 200


@pytest.mark.fault("Z10")
def test_after_ten_wrong_passwords_the_right_one_waits_too(client, agent, agent2):
    tried_out(client, "agent")
    answer = login(client, "agent", PASSWORD)
    assert (answer.status_code, answer["Retry-After"]) == (429, str(WINDOW))
    assert "Too many tries." in text_of(answer)
    assert "_auth_user_id" not in client.session
    assert login(client, "agent2", PASSWORD).status_code == 302


@pytest.mark.fault("Z10")
def test_known_and_unknown_names_get_the_same_answer(client, agent):
    answers = []
    for name in ("agent", "nobody"):
        tried_out(client, name)
        answer = login(client, name, PASSWORD)
        answers.append((answer.status_code, text_of(answer)))
    assert answers[0] == answers[1]


@pytest.mark.fault("Z10")
@pytest.mark.parametrize("written", ["AGENT", "Agent", "ａｇｅｎｔ", " agent "])
def test_other_ways_of_writing_a_name_are_the_same_name(client, agent, written):
    tried_out(client, written)
    assert login(client, "agent", PASSWORD).status_code == 429


def test_the_right_password_in_time_forgets_the_slips(client, agent):
    for _ in range(TRIES - 1):
        login(client, "agent")
    assert login(client, "agent", PASSWORD).status_code == 302
    client.logout()
    tried_out(client, "agent")


def test_when_the_window_has_passed_the_name_is_free(client, agent, monkeypatch):
    monkeypatch.setattr(brake, "WINDOW", 1)
    tried_out(client, "agent")
    time.sleep(1.2)
    assert login(client, "agent", PASSWORD).status_code == 302


def test_tries_during_the_wait_do_not_make_it_longer(client, agent):
    tried_out(client, "agent")
    redis = cache._cache.get_client()
    (key,) = redis.keys("desk:*login:*")
    redis.expire(key, 100)
    login(client, "agent")
    assert 0 < redis.ttl(key) <= 100


def test_without_redis_people_still_get_in_and_the_log_says_so(client, agent, settings, caplog):
    with override_settings(CACHES={"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}):
        assert [may_try("agent") for _ in range(TRIES + 1)] == [True] * (TRIES + 1)
        assert login(client, "agent", PASSWORD).status_code == 302
    assert "no brake on logins" in caplog.text
