"""What an open page asks again and again: a bare 304 while nothing has changed, and what has in words."""

import datetime as dt

import pytest
from django.db import connection
from django.test import override_settings

from casework import presence
from casework.actions.deeds import add_note
from casework.actions.door import door
from casework.live import pulse_of
from casework.models import Journal
from orders.access import Actor
from orders.models import Membership, User
from orders.roles import Role
from tests.builders import an_unreachable
from tests.cast import MONDAY, NOON, acts, make_user

pytestmark = pytest.mark.usefixtures("servers")


@pytest.fixture(autouse=True)
def nobody_is_here(servers):
    presence._redis().flushdb()
    yield
    presence._redis().flushdb()


def ask(browser, tag="", **given):
    return browser.get("/live/", given, headers={"If-None-Match": tag} if tag else {})


def changed_after(browser, deed, **given):
    """Whether a page that knows how it stands hears of the deed."""
    tag = ask(browser, **given)["ETag"]
    assert ask(browser, tag, **given).status_code == 304
    deed()
    return ask(browser, tag, **given).status_code == 200


def test_nothing_new_is_three_queries_and_an_empty_answer(desk, agent, django_assert_num_queries):
    case = an_unreachable(agent)
    browser = desk(agent)
    tag = ask(browser, case=case.pk)["ETag"]
    with django_assert_num_queries(3):
        answer = ask(browser, tag, case=case.pk)
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (304, b"", "no-store")


def test_whatever_happens_to_a_case_of_ones_shops_is_a_change_and_in_other_shops_it_is_not(desk, agent, agent2, outsider):
    case = an_unreachable(agent)
    assert changed_after(desk(agent2), lambda: add_note(case.pk, note="看过", by=acts(agent), at=MONDAY))
    assert not changed_after(desk(outsider), lambda: add_note(case.pk, note="看过", by=acts(agent), at=MONDAY))


@pytest.mark.fault("P7")
def test_what_one_person_knows_is_no_answer_for_another(desk, agent, agent2):
    an_unreachable(agent)
    tag = ask(desk(agent))["ETag"]
    assert ask(desk(agent2), tag).status_code == 200


def test_a_stranger_hears_nothing(client, db):
    assert client.get("/live/").status_code == 302


def test_a_case_that_others_changed_says_who_and_what(desk, agent, agent2):
    case = an_unreachable(agent)
    browser = desk(agent)
    newest = ask(browser, case=case.pk).json()["newest"]
    add_note(case.pk, note="看过", by=acts(agent2), at=MONDAY)
    told = ask(browser, case=case.pk, seen=newest).json()
    assert told["changed"] == ["agent2: Note"]
    assert ask(browser, case=case.pk, seen=told["newest"]).json()["changed"] == []


def test_a_case_of_another_shop_is_as_if_it_were_none(desk, agent, outsider):
    case = an_unreachable(agent)
    assert "newest" not in ask(desk(outsider), case=case.pk).json()
    assert "people" not in ask(desk(outsider), case=case.pk, writing="note").json()


def test_two_at_one_case_see_one_another_and_who_writes_where(desk, agent, agent2):
    case = an_unreachable(agent)
    first, second = desk(agent), desk(agent2)
    assert ask(first, case=case.pk).json()["people"] == []
    assert ask(second, case=case.pk, writing="contact").json()["people"] == [{"form": "", "words": "agent is looking"}]
    assert ask(first, case=case.pk).json()["people"] == [{"form": "contact", "words": "agent2 is writing"}]


def test_who_says_nothing_any_more_is_gone(desk, agent, agent2):
    case = an_unreachable(agent)
    ask(desk(agent), case=case.pk, pace=15)
    later = [ask(desk(agent2, MONDAY + dt.timedelta(seconds=after)), case=case.pk).json()["people"] for after in (37, 38)]
    assert [len(each) for each in later] == [1, 0]


def test_a_colleague_who_lost_the_shop_is_not_named(desk, agent, agent2):
    case = an_unreachable(agent)
    ask(desk(agent2), case=case.pk)
    Membership.objects.filter(user=agent2).delete()
    assert ask(desk(agent), case=case.pk).json()["people"] == []


@pytest.mark.parametrize(
    "given", [{"case": "x"}, {"case": "9" * 20}, {"seen": "-1"}, {"pace": "1e9"}, {"writing": "<b>"}, {"told": "soon"}]
)
def test_what_cannot_be_read_is_left_out(desk, agent, given):
    assert ask(desk(agent), **({"case": an_unreachable(agent).pk} | given)).status_code == 200


def test_without_redis_nobody_is_shown_and_everything_works(desk, agent, agent2, monkeypatch):
    case = an_unreachable(agent)
    monkeypatch.setattr(presence, "_rest_until", 0.0)
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        presence._redis.cache_clear()
        ask(desk(agent2), case=case.pk)
        assert ask(desk(agent), case=case.pk).json()["people"] == []
        assert presence._rest_until > 0
        assert desk(agent).get(f"/cases/{case.pk}/").status_code == 200
    presence._redis.cache_clear()


def test_the_shops_of_the_question_are_those_of_the_actor(db, agent, shop, other_shop, outsider, superuser):
    """casework_shops_of says in SQL what Actor.shop_ids says."""
    everywhere = make_user("everywhere", Role.MANAGER, None)
    once_everywhere = make_user("once", Role.MANAGER, None)
    User.objects.filter(pk=once_everywhere.pk).update(all_shops=False)
    for user in (agent, outsider, superuser, everywhere, User.objects.get(pk=once_everywhere.pk)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT casework_shops_of(%s)", [user.pk])
            found = {pk for (pk,) in cursor.fetchall()}
        seen = Actor.of(user, "page").shop_ids()
        assert found == ({shop.pk, other_shop.pk} if seen is None else set(seen)), user.username


def test_the_pulse_is_one_query_however_much_happened(agent, django_assert_num_queries):
    case = an_unreachable(agent)
    for number in range(5):
        add_note(case.pk, note=f"{number}", by=acts(agent), at=MONDAY)
    with django_assert_num_queries(1):
        pulse = pulse_of(agent.pk, case.pk, NOON)
    assert (pulse.unread, pulse.is_seen, pulse.newest) == (0, True, case.journal.order_by("-pk").first().pk)


def test_however_much_happens_in_other_shops_nobody_is_woken_and_nothing_missed(agent, outsider):
    case, other, by = an_unreachable(agent), an_unreachable(outsider), acts(outsider)
    before = pulse_of(agent.pk, None, NOON).lists
    row = {
        "at": MONDAY,
        "shop": other.shop,
        "case": other,
        "object_type": "case",
        "step": "note",
        "actor_name": by.name,
        "channel": by.channel,
    }
    with door(by, MONDAY):
        Journal.objects.bulk_create(Journal(**row, actor=outsider) for _number in range(250))
    assert pulse_of(agent.pk, None, NOON).lists == before
    add_note(case.pk, note="看过", by=acts(agent), at=MONDAY)
    assert pulse_of(agent.pk, None, NOON).lists != before
