"""Tokens in the admin: made for people whom one looks after, shown once, revoked for good."""

import re

import pytest
from django.urls import reverse

from casework.models import Journal
from orders.actions.create_token import create_token, digest_of
from orders.models import ApiToken
from tests.cast import MONDAY

LIST = "/admin/orders/apitoken/"


def shown(response):
    found = re.search(r"desk-once[^>]*>([^<]+)<", response.content.decode())
    return found.group(1) if found else ""


@pytest.mark.fault("Z11")
def test_a_token_is_shown_once_and_kept_as_a_digest(client, manager, agent):
    client.force_login(manager)
    token = shown(client.post(f"{LIST}add/", {"user": agent.pk, "read_only": "on"}))
    kept = ApiToken.objects.get()
    assert (kept.user, kept.read_only, kept.digest) == (agent, True, digest_of(token))
    assert token not in client.get(LIST).content.decode()
    assert token not in client.get(reverse("admin:orders_apitoken_change", args=[kept.pk])).content.decode()
    entry = Journal.objects.get(object_type="token")
    assert (entry.actor, entry.channel) == (manager, "admin")
    assert digest_of(token) not in str(entry.after)
    assert client.get("/api/v1/cases/", headers={"Authorization": f"Token {token}"}).status_code == 200


@pytest.mark.parametrize("who", ["admin", "outsider", "superuser", "supervisor", "finance"])
def test_a_manager_makes_no_token_for_who_approves_or_pays_or_is_beyond_the_shop(who, client, manager, request):
    client.force_login(manager)
    person = request.getfixturevalue(who)
    assert f'value="{person.pk}"' not in client.get(f"{LIST}add/").content.decode()
    response = client.post(f"{LIST}add/", {"user": person.pk})
    assert response.status_code in (200, 403)
    assert not shown(response)
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing(client, manager, agent):
    token = create_token(agent, at=MONDAY)
    client.force_login(manager)
    client.post(LIST, {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]})
    assert ApiToken.objects.get().revoked_at
    client.logout()
    assert client.get("/api/v1/cases/", headers={"Authorization": f"Token {token}"}).status_code == 401


def test_tokens_of_other_shops_are_neither_seen_nor_revoked(client, manager, outsider):
    create_token(outsider, at=MONDAY)
    token = ApiToken.objects.get()
    client.force_login(manager)
    assert outsider.username not in client.get(LIST).content.decode()
    client.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is None


def test_an_auditor_sees_tokens_and_revokes_none(client, auditor, agent):
    create_token(agent, at=MONDAY)
    client.force_login(auditor)
    assert agent.username in client.get(LIST).content.decode()
    assert client.post(LIST, {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]}).status_code == 403
    assert ApiToken.objects.get().revoked_at is None
