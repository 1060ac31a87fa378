"""News for the owner: one chip that counts, one letter, gone when they have worked on the case or say that they saw it."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.actions.outbox import drain_outbox
from casework.actions.see_news import see_news
from casework.actions.sweep import fire_deadlines
from casework.actions.tell_owner import tell_owner, tell_owners
from casework.actions.verify import verify_invariants
from casework.lists.queues import counts, in_tab
from casework.models import Case, Outbox
from casework.reading import list_cases, timeline
from casework.registry import NEWS
from casework.wording import news_words
from orders.access import Actor
from orders.errors import NotAllowed, NotFound
from tests.builders import an_unreachable
from tests.callers import a_picture, program
from tests.cast import MONDAY, acts
from tests.page import browser_of, text_of

SOON = MONDAY + dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def moves(monkeypatch):
    """News of an app above, as it registers them."""
    monkeypatch.setitem(NEWS, "moves", "Parcel moves again")


def tell(case, what="photos", at=MONDAY, count=1):
    with door(Actor.system(), at):
        tell_owner(lock_cases([case.pk])[case.pk], what, at=at, count=count)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def test_the_same_news_count_and_other_news_stand_beside_them(agent):
    case = an_unreachable(agent)
    tell(case)
    tell(case, count=2)
    tell(case, "moves", at=SOON)
    found = fresh(case)
    assert (found.news, found.news_at, found.version) == ({"photos": 3, "moves": 1}, SOON, case.version)
    with override("zh-hans"):
        assert news_words(found) == ["Parcel moves again", "顾客发来照片 ×3"]


def test_unknown_news_are_a_slip_of_ours(agent):
    with pytest.raises(KeyError):
        tell(an_unreachable(agent), "rumour")


def test_the_owner_gets_one_letter_until_they_have_seen_it(agent):
    agent.email = "agent@example.com"
    agent.save()
    case = an_unreachable(agent)
    tell(case)
    tell(case)
    drain_outbox(at=MONDAY)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["agent@example.com"], f"{case.number} 联系不上：顾客发来照片")
    see_news(case.pk, by=acts(agent), at=MONDAY)
    tell(case)
    drain_outbox(at=MONDAY)
    assert len(mail.outbox) == 2


def test_whoever_owns_the_case_when_the_letter_leaves_gets_it_and_nobody_else(agent, agent2, supervisor):
    for user in (agent, supervisor):
        user.email = f"{user.username}@example.com"
        user.save()
    case = an_unreachable(agent)
    tell(case)
    give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    drain_outbox(at=MONDAY)
    assert mail.outbox == []


def test_a_case_that_nobody_owns_shows_its_news_and_sends_no_letter(agent):
    case = an_unreachable(agent)
    give_case(case.pk, None, by=acts(agent), at=MONDAY)
    tell(case)
    assert fresh(case).news == {"photos": 1}
    assert not Outbox.objects.exists()


def test_a_closed_case_is_left_alone(agent):
    case = an_unreachable(agent, state="delivered")
    tell(case)
    assert (fresh(case).news, Outbox.objects.count()) == ({}, 0)


def test_a_deed_of_the_owner_takes_the_news_off_and_one_of_others_does_not(agent, agent2):
    case = an_unreachable(agent)
    tell(case)
    add_note(case.pk, note="看一下", by=acts(agent2), at=MONDAY)
    assert fresh(case).news
    add_note(case.pk, note="看过了", by=acts(agent), at=MONDAY)
    assert (fresh(case).news, fresh(case).news_at) == ({}, None)


def test_where_nobody_owns_the_case_anybodys_deed_takes_them_off_but_taking_it_does_not(agent, agent2):
    case = an_unreachable(agent)
    give_case(case.pk, None, by=acts(agent), at=MONDAY)
    tell(case)
    take_case(case.pk, by=acts(agent2), at=MONDAY)
    assert fresh(case).news
    give_case(case.pk, None, by=acts(agent2), at=MONDAY)
    add_note(case.pk, note="看过了", by=acts(agent), at=MONDAY)
    assert fresh(case).news == {}


def test_a_clock_that_fires_does_not_take_them_off_but_the_end_of_the_case_does(agent):
    case = an_unreachable(agent, state="trying")
    tell(case)
    fire_deadlines(at=MONDAY + dt.timedelta(hours=72))
    assert fresh(case).state == "rule_not_kept"
    assert fresh(case).news
    advance(case.pk, "delivered", by=Actor.system(), at=MONDAY + dt.timedelta(hours=73))
    assert fresh(case).news == {}


def test_seen_is_said_by_the_owner_and_journalled_once(agent, agent2, auditor, outsider):
    case = an_unreachable(agent)
    tell(case)
    for by, error in ((agent2, NotAllowed), (auditor, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            see_news(case.pk, by=acts(by), at=MONDAY)
    see_news(case.pk, by=acts(agent), at=MONDAY)
    see_news(case.pk, by=acts(agent), at=MONDAY)
    assert fresh(case).news == {}
    assert [(row.step, row.facts) for row in timeline(case) if row.step == "seen"] == [("seen", {"news": ["photos"]})]


def test_a_case_with_news_is_its_owners_turn_although_it_waits_for_others(agent, agent2):
    case = an_unreachable(agent, state="returning")
    now = MONDAY + dt.timedelta(hours=73)
    before = counts(acts(agent), now)
    tell(case, "moves", at=now)
    after = counts(acts(agent), now)
    assert (before["turn"], after["turn"]) == (0, 1)
    assert (before["waiting"], after["waiting"]) == (1, 0)
    assert not list_cases(acts(agent)).filter(in_tab("waiting", acts(agent), now)).exists()
    assert counts(acts(agent2), now)["turn"] == 0


def test_page_list_and_api_show_the_news_and_take_them_off(agent):
    case = an_unreachable(agent)
    tell(case, count=2)
    browser, api = browser_of(agent), program(agent)
    assert "Customer sent photos ×2" in text_of(browser.get("/cases/"))
    page = browser.get(f"/cases/{case.pk}/")
    assert f"/cases/{case.pk}/seen/" in page.content.decode()
    found = api.get(f"cases/{case.pk}/", **{"Accept-Language": "en"}).json()
    assert found["news"] == [{"code": "photos", "label": "Customer sent photos", "count": 2}]
    assert found["news_at"]
    assert api.get("cases/").json()["results"][0]["news"][0]["code"] == "photos"
    browser.post(f"/cases/{case.pk}/seen/")
    assert fresh(case).news == {}
    tell(case)
    assert api.post(f"cases/{case.pk}/seen/").json()["news"] == []


def test_the_admin_shows_the_news_and_takes_them_off(agent, client):
    case = an_unreachable(agent)
    tell(case)
    client.force_login(agent)
    assert "顾客发来照片" in text_of(client.get("/admin/casework/case/"))
    client.post(f"/admin/logistics/unreachable/{case.pk}/do/seen/")
    assert fresh(case).news == {}


def test_telling_a_thousand_owners_is_a_handful_of_statements(agent):
    for _ in range(12):
        an_unreachable(agent)
    with door(Actor.system(), MONDAY):
        cases = list(lock_cases(Case.objects.values_list("pk", flat=True)).values())
        with CaptureQueriesContext(connection) as few:
            tell_owners(cases[:2], "moves", at=MONDAY)
        with CaptureQueriesContext(connection) as many:
            tell_owners(cases[2:], "moves", at=MONDAY)
    assert len(few) == len(many) == 2
    assert verify_invariants() == []


@pytest.mark.rule("L6.2")
def test_a_picture_that_the_customer_sends_is_an_answer_and_one_of_ours_is_not(agent, shop):
    case = an_unreachable(agent, state="trying")
    add_evidence(case.pk, upload=a_picture(), kind="chat", by=acts(agent), at=MONDAY)
    assert fresh(case).state == "trying"
    add_evidence(case.pk, upload=a_picture(), kind="chat", by=Actor.customer(shop.pk), at=MONDAY)
    assert fresh(case).state == "answered"
    last = timeline(case).last()
    assert (last.step, last.facts["deed"], last.channel, last.actor_id) == ("customer_answered", "evidence", "customer link", None)


@pytest.mark.rule("L6.3")
def test_a_picture_after_the_window_is_late_whether_the_sweep_came_or_not(agent, shop):
    case = an_unreachable(agent, state="trying")
    late = MONDAY + dt.timedelta(hours=73)
    add_evidence(case.pk, upload=a_picture(), kind="chat", by=Actor.customer(shop.pk), at=late)
    # The lead decides first; an answer then is an answer too (L6.2).
    assert [row.step for row in timeline(case)][-2:] == ["escalate", "customer_answered"]


def test_a_customer_sees_one_shop_only(shop, other_shop):
    assert Actor.customer(shop.pk).shop_ids() == [shop.pk]
