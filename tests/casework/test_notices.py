"""Notices: given, mentioned, watched, news, soon; merged while unread, of cases that one may see, and not kept for ever."""

import datetime as dt
import re

import pytest

from casework.actions.advance import advance
from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.actions.notices import MOST, clear_away, read_notices, tell_soon, tend
from casework.actions.see_news import see_news
from casework.actions.snooze import snooze
from casework.actions.tell_owner import tell_owner
from casework.actions.watch import stop_watching, watch
from casework.models import Heartbeat, Notice
from casework.notices import notices_of
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import Membership
from orders.roles import Role
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts, make_user
from tests.page import browser_of, text_of

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


def told(user):
    return [(each.what, each.count) for each in notices_of(acts(user)).filter(read_at=None).order_by("pk")]


def note(case, user, text="看过", at=MONDAY):
    add_note(case.pk, note=text, by=acts(user), at=at)


def test_who_watches_hears_of_others_in_one_line_that_counts_and_not_of_themselves(agent, agent2):
    case = an_unreachable(agent)
    watch(case.pk, by=acts(agent2), at=MONDAY)
    watch(case.pk, by=acts(agent2), at=MONDAY)
    note(case, agent2)
    assert told(agent2) == []
    note(case, agent)
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    assert told(agent2) == [("changed", 2)]
    stop_watching(case.pk, by=acts(agent2))
    read_notices(by=acts(agent2), at=MONDAY)
    note(an_unreachable(agent), agent)
    assert told(agent2) == []


def test_what_comes_after_reading_is_a_new_line(agent, agent2):
    case = an_unreachable(agent)
    watch(case.pk, by=acts(agent2), at=MONDAY)
    note(case, agent)
    assert read_notices(by=acts(agent2), at=MONDAY, case_id=case.pk) == 1
    note(case, agent)
    assert (told(agent2), Notice.objects.count()) == ([("changed", 1)], 2)


def test_who_only_looks_or_sees_another_shop_watches_nothing(agent, auditor, outsider):
    case = an_unreachable(agent)
    for user, refusal in ((auditor, NotAllowed), (outsider, NotFound)):
        with pytest.raises(refusal):
            watch(case.pk, by=acts(user), at=MONDAY)


def test_who_is_given_a_case_hears_of_it_and_who_takes_one_does_not(agent, agent2):
    case = an_unreachable(agent)
    give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    give_case(case.pk, None, by=acts(agent2), at=MONDAY)
    take_case(case.pk, by=acts(agent), at=MONDAY)
    assert (told(agent2), told(agent)) == ([("assigned", 1)], [])


def test_news_are_a_notice_until_they_were_seen_on_the_case(agent):
    case = an_unreachable(agent)
    for _twice in range(2):
        with door(Actor.system(), MONDAY):
            tell_owner(lock_cases([case.pk])[case.pk], "photos", at=MONDAY)
    assert told(agent) == [("news", 2)]
    see_news(case.pk, by=acts(agent), at=MONDAY)
    assert told(agent) == []


def test_a_refund_that_was_sent_back_is_news_of_who_asked(agent, supervisor):
    case = a_refund(agent)
    advance(case.pk, "send_back", by=acts(supervisor), at=MONDAY, facts={"reason": "缺照片"})
    (notice,) = notices_of(acts(agent))
    assert (notice.what, notice.about) == ("news", "sent_back")


@pytest.mark.parametrize("text", ["@agent2 请看", "请@agent2看一下", "＠agent2，已退", "（@AGENT2）", "@李四请看", "@李四四"])
def test_a_name_behind_an_at_sign_tells_that_colleague(agent, agent2, text):
    agent2.first_name = "李四"
    agent2.save()
    note(an_unreachable(agent), agent, text)
    assert told(agent2) == [("mentioned", 1)]


def test_all_of_one_name_are_told(agent, agent2, supervisor, outsider):
    for each in (agent2, supervisor, outsider):
        each.first_name = "李四"
        each.save()
    note(an_unreachable(agent), agent, "@李四 请看")
    assert [told(each) for each in (agent2, supervisor, outsider)] == [[("mentioned", 1)], [("mentioned", 1)], []]


def test_one_of_two_of_one_name_is_offered_by_the_name_of_the_account(agent, agent2, supervisor, outsider):
    """Whoever has a name alone by the name that is shown, without what turns its direction, and is told however it is written."""
    for each, name in ((agent2, "李四"), (supervisor, "李\u200f四"), (outsider, "李四")):
        each.first_name = name
        each.save()
    case = an_unreachable(agent)
    page = browser_of(agent).get(f"/cases/{case.pk}/").content.decode()
    assert sorted(re.findall(r'data-name="(李四)" data-written="([^"]*)"', page)) == [("李四", "agent2"), ("李四", "supervisor")]
    supervisor.first_name = "王\u202e五"
    supervisor.save()
    page = browser_of(agent).get(f"/cases/{case.pk}/").content.decode()
    assert sorted(re.findall(r'data-written="([^"]*)"', page)) == ["李四", "王五"]
    for text in ("@王五 请看", "@王\u202e五 请看", "@\u2067王五\u2069请看"):
        note(case, agent, text)
    assert (told(supervisor), told(agent2)) == ([("mentioned", 3)], [])


def test_a_name_in_the_note_of_a_step_tells_as_well_and_an_unknown_one_stops_no_step(agent, agent2):
    case = an_unreachable(agent)
    assert advance(case.pk, "delivered", by=acts(agent), at=MONDAY, note="@agent2 知道 @tb_123").state == "delivered"
    assert told(agent2) == [("mentioned", 1)]


def test_the_longest_name_counts_and_nobody_tells_themselves(agent, agent2, shop):
    longer = make_user("agent2-night", Role.AGENT, shop)
    note(an_unreachable(agent), agent, "@agent2-night 接手，@agent 也看")
    assert (told(longer), told(agent2), told(agent)) == ([("mentioned", 1)], [], [])


@pytest.mark.parametrize("name", ["outsider", "xiaoli", "agent22"])
def test_nobody_is_mentioned_who_may_not_see_the_case_and_the_refusal_is_the_same_for_all(agent, agent2, outsider, name):
    case = an_unreachable(agent)
    with pytest.raises(Malformed) as refusal:
        note(case, agent, f"@{name} 请看")
    assert (refusal.value.code, refusal.value.field) == ("unknown_mention", "note")
    assert str(refusal.value.detail).replace(name, "X").count("X") == 1
    assert (Notice.objects.count(), case.journal.filter(step="note").count()) == (0, 0)


@pytest.mark.parametrize("text", ["a@b.com", "付款 @ 3 元", "没有"])
def test_an_address_or_a_lone_sign_is_no_mention(agent, text):
    note(an_unreachable(agent), agent, text)
    assert Notice.objects.count() == 0


def test_what_somebody_must_beat_is_told_two_hours_before_once(agent):
    case = an_unreachable(agent)
    due = case.deadlines.get().due_at
    assert tell_soon(at=due - 2 * HOUR - dt.timedelta(seconds=1)) == 0
    assert tell_soon(at=due - 2 * HOUR) == 1
    assert tell_soon(at=due - HOUR) == 0
    assert told(agent) == [("soon", 1)]


def test_the_round_of_every_minute_brings_back_tells_and_shows_that_it_ran(agent):
    case = an_unreachable(agent)
    due = case.deadlines.get().due_at
    snooze(case.pk, until=due - 5 * HOUR, by=acts(agent), at=MONDAY)
    assert tend(at=due - 2 * HOUR) == 2
    assert told(agent) == [("news", 1), ("soon", 1)]
    assert Heartbeat.objects.get(name="tend_notices").at == due - 2 * HOUR


def test_a_task_runs_out_for_its_case_whoever_has_the_word(agent, supervisor):
    case = a_refund(agent, approved_by=supervisor)
    task = case.deadlines.get(kind__startswith="task_")
    assert tell_soon(at=task.due_at - HOUR) == 1
    assert told(agent) == [("soon", 1)]


def test_a_clock_that_runs_while_others_have_the_word_needs_nobody(agent):
    case = an_unreachable(agent, state="trying")
    due = case.deadlines.get(kind="contact_window").due_at
    assert tell_soon(at=due - HOUR) == 0


def test_a_person_who_lost_the_shop_reads_nothing_of_it(desk, agent, agent2):
    case = an_unreachable(agent)
    watch(case.pk, by=acts(agent2), at=MONDAY)
    note(case, agent)
    Membership.objects.filter(user=agent2).delete()
    assert notices_of(acts(agent2)).count() == 0
    assert case.number not in text_of(desk(agent2).get("/notices/"))
    assert desk(agent2).get("/live/").json()["unread"] == 0


def test_read_ones_go_after_two_weeks_and_nobody_has_more_than_two_hundred(agent, agent2):
    case = an_unreachable(agent)
    watch(case.pk, by=acts(agent2), at=MONDAY)
    note(case, agent)
    read_notices(by=acts(agent2), at=MONDAY)
    assert clear_away(at=MONDAY + 14 * DAY) == 0
    assert clear_away(at=MONDAY + 14 * DAY + HOUR) == 1
    many = [Notice(user=agent2, case=case, what="soon", about=f"{each}", at=MONDAY + each * HOUR) for each in range(MOST + 3)]
    Notice.objects.bulk_create(many)
    assert clear_away(at=MONDAY) == 3
    assert notices_of(acts(agent2)).last().at == MONDAY + 3 * HOUR


def test_the_page_lists_ones_own_merges_them_and_marks_them_read(desk, agent, agent2):
    case = an_unreachable(agent)
    give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    watch(case.pk, by=acts(agent2), at=MONDAY)
    note(case, agent)
    note(case, agent)
    browser = desk(agent2)
    page = text_of(browser.get("/notices/"))
    assert "Given to you" in page
    assert "A case that you watch has changed ×2" in page
    assert desk(agent).get("/notices/").context["notices"] == []
    browser.post("/notices/read/")
    assert not browser.get("/notices/").context["unread"]


def test_the_page_costs_the_same_however_many_there_are(desk, agent, agent2, django_assert_max_num_queries):
    for _each in range(3):
        give_case(an_unreachable(agent).pk, agent2.pk, by=acts(agent), at=MONDAY)
    browser = desk(agent2)
    browser.get("/notices/")
    with django_assert_max_num_queries(7):
        browser.get("/notices/")


def test_an_open_page_is_told_in_one_sentence(desk, agent, agent2):
    cases = [an_unreachable(agent) for _each in range(3)]
    browser = desk(agent2)
    assert browser.get("/live/").json()["notices"] == ""
    for case in cases:
        give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    before = (MONDAY - HOUR).isoformat()
    answer = browser.get("/live/", {"told": before}).json()
    assert (answer["unread"], answer["notices"]) == (3, "3 cases have something new for you")
    read_notices(by=acts(agent2), at=MONDAY, case_id=cases[0].pk)
    read_notices(by=acts(agent2), at=MONDAY, case_id=cases[1].pk)
    assert browser.get("/live/", {"told": before}).json()["notices"] == f"Given to you: {cases[2].number}"
    assert browser.get("/live/", {"case": cases[2].pk}).json()["is_told"] is True
