"""Laid aside: out of "mine" until its time or until somebody answers, never lost, and no clock stops for it."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from casework.actions.advance import advance
from casework.actions.assign import give_case
from casework.actions.deeds import add_note, record_contact
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.actions.snooze import snooze, wake, wake_due
from casework.actions.tell_owner import tell_owner
from casework.lists.queues import counts, in_tab
from casework.models import Case
from casework.reading import list_cases, timeline
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, Refused
from orders.models import User
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
EVENING = MONDAY + 8 * HOUR


@pytest.fixture
def case(agent):
    """In its state the customer has three days."""
    return an_unreachable(agent, state="trying")


def aside(case, agent, until=EVENING, **wants):
    return snooze(case.pk, until=until, by=acts(agent), at=MONDAY, **wants)


def tab(name, user, at):
    by = acts(user)
    return [each.pk for each in list_cases(by).filter(in_tab(name, by, at))]


def fresh(case):
    return Case.objects.get(pk=case.pk)


def test_it_leaves_mine_for_its_own_tab_and_is_back_on_the_second(agent, case):
    aside(case, agent)
    assert (tab("mine", agent, EVENING - SECOND), tab("snoozed", agent, EVENING - SECOND)) == ([], [case.pk])
    assert (tab("mine", agent, EVENING), tab("snoozed", agent, EVENING)) == ([case.pk], [])
    numbers = counts(acts(agent), MONDAY)
    assert (numbers["mine"], numbers["snoozed"], numbers["all"]) == (0, 1, 1)


def test_the_round_marks_what_is_back_and_tells_its_owner(agent, case):
    aside(case, agent)
    assert wake_due(at=EVENING - SECOND) == 0
    assert wake_due(at=EVENING) == 1
    assert (fresh(case).snoozed_until, fresh(case).news) == (None, {"snooze_over": 1})
    assert timeline(case).last().step == "woken"
    assert wake_due(at=EVENING) == 0


def test_a_deadline_that_comes_near_wins_whether_or_not_the_round_ran(agent, case):
    due = case.deadlines.get(kind="contact_window").due_at
    aside(case, agent, until=due + HOUR)
    near = due - 2 * HOUR
    assert (tab("mine", agent, near - SECOND), tab("mine", agent, near)) == ([], [case.pk])
    assert wake_due(at=near - SECOND) == 0
    assert wake_due(at=near) == 1


def test_no_deadline_moves_by_it(agent, case):
    before = list(case.deadlines.values_list("kind", "due_at", "status"))
    aside(case, agent)
    assert list(case.deadlines.values_list("kind", "due_at", "status")) == before


def test_what_runs_out_soon_cannot_wait(agent, case):
    due = case.deadlines.get(kind="contact_window").due_at
    with pytest.raises(Refused) as refusal:
        snooze(case.pk, until=due, by=acts(agent), at=due - 2 * HOUR)
    assert refusal.value.code == "runs_out_soon"


def answered(case, agent2):
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent2), at=MONDAY + HOUR)


def stepped(case, agent2):
    advance(case.pk, "delivered", by=acts(agent2), at=MONDAY + HOUR)


def news(case, agent2):
    with door(Actor.system(), MONDAY):
        tell_owner(lock_cases([case.pk])[case.pk], "photos", at=MONDAY)


def handed_over(case, agent2):
    give_case(case.pk, agent2.pk, by=acts(User.objects.get(pk=case.owner_id)), at=MONDAY)


@pytest.mark.parametrize("what", [answered, stepped, news, handed_over])
def test_an_answer_a_step_news_and_another_owner_bring_it_back(agent, agent2, case, what):
    aside(case, agent, until=None, wants="customer")
    what(case, agent2)
    assert (fresh(case).snoozed_until, fresh(case).snoozed_for) == (None, "")


def test_a_note_leaves_it_aside(agent, agent2, case):
    aside(case, agent)
    add_note(case.pk, note="看过", by=acts(agent2), at=MONDAY)
    assert fresh(case).snoozed_until == EVENING


def test_until_somebody_answers_is_three_days_at_most(agent, case):
    assert aside(case, agent, until=None, wants="courier").snoozed_until == MONDAY + 72 * HOUR


@pytest.mark.parametrize(
    ("until", "wants", "code"),
    [
        (None, "time", "time_required"),
        (MONDAY, "time", "bad_time"),
        (MONDAY + 14 * 24 * HOUR + SECOND, "time", "bad_time"),
        (EVENING, "luck", "bad_value"),
    ],
)
def test_a_time_that_is_past_or_too_far_is_refused_and_nothing_changes(agent, case, until, wants, code):
    with pytest.raises(Malformed) as refusal:
        snooze(case.pk, until=until, wants=wants, by=acts(agent), at=MONDAY)
    assert (refusal.value.code, fresh(case).snoozed_until) == (code, None)


def test_only_who_has_the_case_lays_it_aside_and_a_lead_takes_it_back(agent, agent2, supervisor, case):
    with pytest.raises(NotAllowed) as refusal:
        aside(case, agent2)
    assert refusal.value.code == "not_the_owner"
    aside(case, agent)
    with pytest.raises(NotAllowed):
        wake(case.pk, by=acts(agent2), at=MONDAY)
    assert wake(case.pk, by=acts(supervisor), at=MONDAY).snoozed_until is None
    assert [each.step for each in timeline(case) if each.step in ("snoozed", "woken")] == ["snoozed", "woken"]


def test_the_database_keeps_no_closed_case_aside(agent, case):
    aside(case, agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(snoozed_for="")


def test_the_page_offers_it_to_its_owner_says_until_when_and_takes_it_back(desk, agent, agent2, case):
    browser = desk(agent)
    assert 'data-key="l"' not in desk(agent2).get(f"/cases/{case.pk}/").content.decode()
    assert "Monday morning" in text_of(browser.get(f"/cases/{case.pk}/"))
    sent = browser.post(f"/cases/{case.pk}/snooze/", {"until_own": "2026-11-23T18:00"}, follow=True)
    assert "Laid aside until 11-23 18:00" in text_of(sent)
    browser.post(f"/cases/{case.pk}/wake/")
    # Enter in one's own time presses no other button, and what is typed there is what was said.
    (own,) = (
        form for form in re.findall("<form.*?</form>", browser.get(f"/cases/{case.pk}/").content.decode(), re.DOTALL) if "until_own" in form
    )
    assert (own.count("<button"), "required" in own) == (1, True)
    both = browser.post(f"/cases/{case.pk}/snooze/", {"until": "2026-11-23T15:00", "until_own": "2026-11-23T18:00"}, follow=True)
    assert "Laid aside until 11-23 18:00" in text_of(both)
    browser.post(f"/cases/{case.pk}/wake/")
    assert "Say until when" in text_of(browser.post(f"/cases/{case.pk}/snooze/", {"until_own": ""}))
    # The window of L6.3 ends on Thursday at ten.
    near = text_of(browser.post(f"/cases/{case.pk}/snooze/", {"until_own": "2026-11-26T18:00"}, follow=True))
    assert "Laid aside until 11-26 08:00 · a deadline comes near then" in near
    assert f'id="row-{case.pk}"' in browser.get("/cases/?tab=snoozed").content.decode()
    assert "Laid aside until" not in text_of(browser.post(f"/cases/{case.pk}/wake/", follow=True)).split("What happened")[0]


def test_a_time_that_cannot_be_read_or_is_too_far_comes_back_with_the_form(desk, agent, case):
    answer = desk(agent).post(f"/cases/{case.pk}/snooze/", {"until_own": "soon"})
    assert (answer.status_code, "This is not a time" in text_of(answer)) == (400, True)
    for far in ("9999-12-31T10:00", "275760-09-12T10:00", "2100-12-31T23:59"):
        answer = desk(agent).post(f"/cases/{case.pk}/snooze/", {"until_own": far})
        assert (answer.status_code, "too far away" in text_of(answer), "ISO" in text_of(answer)) == (400, True, False)


def test_what_lies_with_the_leads_is_still_their_turn(agent, supervisor):
    case = a_refund(agent)
    assert case.pk in tab("turn", supervisor, MONDAY)
    aside(case, agent, until=MONDAY + HOUR)
    assert case.pk in tab("turn", supervisor, MONDAY)
    assert case.pk in tab("snoozed", agent, MONDAY)


def test_who_leaves_puts_nothing_off_any_more(agent, case):
    aside(case, agent)
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert (fresh(case).owner, fresh(case).snoozed_until, fresh(case).snoozed_for) == (None, None, "")
