"""Showing the person of an order: with a reason, once, recorded (S5.1)."""

import pytest

from casework.actions.advance import advance
from casework.models import Journal
from orders.vault import seal
from tests.builders import an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

SECRETS = ("陈小明", "13812342075", "文三路 7 幢")


@pytest.fixture
def case(agent, shop):
    sealed = {"name_enc": seal(SECRETS[0]), "phone_enc": seal(SECRETS[1]), "street_enc": seal(SECRETS[2])}
    return an_unreachable(agent, order=an_order(shop, waybill="YT7788000011", **sealed))


def ask(browser, case, reason="核对地址"):
    return browser.post(f"/cases/{case.pk}/reveal/", {"reason": reason})


@pytest.mark.rule("S5.1")
@pytest.mark.fault("P1", "P7")
def test_with_a_reason_the_person_is_shown_once_and_it_is_recorded(desk, agent, case):
    browser = desk(agent)
    answer = ask(browser, case)
    assert all(secret in answer.content.decode() for secret in SECRETS)
    assert answer["Cache-Control"] == "no-store"
    row = Journal.objects.get(case=case, step="reveal")
    assert (row.actor, row.note, row.facts) == (agent, "核对地址", {"shown": ["name", "phone", "street"]})
    again = browser.get(f"/cases/{case.pk}/")
    assert not any(secret in again.content.decode() for secret in SECRETS)
    assert "Personal data shown" in text_of(again)


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_without_a_reason_nothing_is_shown(desk, agent, case, reason):
    answer = ask(desk(agent), case, reason)
    assert answer.status_code == 400
    assert not any(secret in answer.content.decode() for secret in SECRETS)
    assert not Journal.objects.filter(step="reveal").exists()


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize("role", ["warehouse", "finance", "auditor", "printclerk", "admin"])
def test_other_roles_are_refused_and_the_refusal_is_recorded(desk, case, role, request):
    answer = ask(desk(request.getfixturevalue(role)), case)
    assert answer.status_code == 403
    assert not any(secret in answer.content.decode() for secret in SECRETS)
    assert Journal.objects.filter(case=case, step="refused:reveal").count() == 1


@pytest.mark.rule("S5.1")
def test_another_shop_learns_nothing(desk, outsider, case):
    assert ask(desk(outsider), case).status_code == 404


def test_a_lead_sees_the_person_of_a_closed_case_too(desk, agent, supervisor, case):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    assert ask(desk(supervisor), case).status_code == 200


def test_what_the_file_did_not_hold_cannot_be_shown(desk, agent):
    answer = ask(desk(agent), an_unreachable(agent))
    assert answer.status_code == 422
    assert "The platform's file held neither name nor phone nor street." in text_of(answer)


def test_a_reason_with_a_phone_number_is_kept_without_it(desk, agent, case):
    ask(desk(agent), case, f"回拨 {SECRETS[1]}")
    assert SECRETS[1] not in Journal.objects.get(step="reveal").note
