"""What is done on the case page: one address a verb; whatever is refused comes back with what was typed."""

import re

import pytest

from casework.actions.advance import advance
from casework.models import ContactAttempt, Journal
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts
from tests.logistics.incidents import taken
from tests.logistics.signed import WRONG, a_signed
from tests.page import field_of, text_of


def send(browser, case, verb, seen=None, **form):
    """Send a form of the page as it stands, or as it stood in `seen`."""
    page = seen or browser.get(f"/cases/{case.pk}/")
    hidden = {"version": field_of(page, "version"), "once": field_of(page, "once")}
    return browser.post(f"/cases/{case.pk}/{verb}/", hidden | form)


def test_a_step_is_taken_and_the_page_says_so(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    answer = send(browser, case, "steps/customer_answered", answer="周末在家", note="电话里说的")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")
    case.refresh_from_db()
    assert case.state == "answered"
    assert "Done: The customer answered." in text_of(browser.get(answer["Location"]))
    row = Journal.objects.get(case=case, step="customer_answered")
    assert (row.note, row.facts, row.channel) == ("电话里说的", {"answer": "周末在家"}, "page")


@pytest.fixture
def answered(agent):
    case = an_unreachable(agent)
    return advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY)


def test_a_missing_fact_comes_back_with_the_note_kept(desk, agent, answered):
    answer = send(desk(agent), answered, "steps/passed_on", agreed="", note="已经打给网点")
    assert answer.status_code == 400
    assert "已经打给网点" in answer.content.decode()
    answered.refresh_from_db()
    assert answered.state == "answered"


def test_a_wrong_time_comes_back_as_it_was_typed(desk, agent):
    case = an_unreachable(agent)
    answer = send(desk(agent), case, "steps/courier_names_return", returns_at="明天下午")
    assert answer.status_code == 400
    assert 'value="明天下午"' in answer.content.decode()


def test_a_local_time_is_shop_time(desk, agent):
    case = an_unreachable(agent)
    send(desk(agent), case, "steps/courier_names_return", returns_at="2026-11-25T09:30")
    case.incident.refresh_from_db()
    assert case.incident.courier_returns_at.isoformat() == "2026-11-25T01:30:00+00:00"


@pytest.mark.fault("C4")
def test_whoever_was_slower_is_told_and_keeps_what_was_typed(desk, agent, supervisor, answered):
    browser = desk(agent)
    seen = browser.get(f"/cases/{answered.pk}/")
    advance(answered.pk, "delivered", by=acts(supervisor), at=MONDAY)
    answer = send(browser, answered, "steps/passed_on", seen, agreed="周末再送一次", note="网点已答应")
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Somebody has changed this in the meantime." in text
    assert "This case is closed" in text
    assert "周末再送一次" in text
    assert "网点已答应" in text


def test_a_contact_that_came_too_late_keeps_its_note_as_well(desk, agent, supervisor):
    case, browser = an_unreachable(agent), desk(agent)
    seen = browser.get(f"/cases/{case.pk}/")
    advance(case.pk, "delivered", by=acts(supervisor), at=MONDAY)
    answer = send(browser, case, "contacts", seen, channel="phone", outcome="no_answer", note="响了很久没人接")
    assert answer.status_code == 409
    assert "What you typed: 响了很久没人接" in text_of(answer)


def test_a_stale_form_whose_step_is_still_there_can_be_sent_again_at_once(desk, agent, supervisor, answered):
    browser = desk(agent)
    seen = browser.get(f"/cases/{answered.pk}/")
    from casework.actions.assign import give_case

    give_case(answered.pk, supervisor.pk, by=acts(agent), at=MONDAY)
    answer = send(browser, answered, "steps/passed_on", seen, agreed="周末再送一次")
    assert answer.status_code == 409
    assert 'value="周末再送一次"' in answer.content.decode()
    assert send(browser, answered, "steps/passed_on", answer, agreed="周末再送一次").status_code == 302


@pytest.mark.rule("R1.1")
def test_a_refused_step_answers_with_its_reasons_and_changes_nothing(desk, supervisor):
    refund = a_refund(supervisor)
    answer = send(desk(supervisor), refund, "steps/approve")
    assert answer.status_code == 422
    assert "You asked for this refund; somebody else decides and pays. R1.1" in text_of(answer)
    refund.refresh_from_db()
    assert refund.state == "asked"


def test_a_role_that_may_not_is_refused(desk, agent):
    assert send(desk(agent), a_refund(agent), "steps/approve").status_code == 403


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "99999999999999999999"])
def test_a_form_without_the_version_that_was_seen_is_refused(desk, agent, version):
    case = an_unreachable(agent)
    answer = desk(agent).post(f"/cases/{case.pk}/steps/delivered/", {"version": version})
    assert answer.status_code == 400


def test_an_unknown_step_does_not_exist(desk, agent):
    case = an_unreachable(agent)
    assert desk(agent).post(f"/cases/{case.pk}/steps/no_such/", {"version": "1"}).status_code == 404


@pytest.mark.fault("C3")
def test_a_double_click_takes_the_step_once_and_leads_to_the_same_page(desk, agent, answered):
    browser = desk(agent)
    seen = browser.get(f"/cases/{answered.pk}/")
    answers = [send(browser, answered, "steps/passed_on", seen, agreed="周末再送") for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert Journal.objects.filter(case=answered, step="passed_on").count() == 1


@pytest.mark.rule("L6.1")
def test_an_attempt_is_recorded_once_however_often_it_is_clicked(desk, agent):
    case, browser = an_unreachable(agent, state="trying"), desk(agent)
    seen = browser.get(f"/cases/{case.pk}/")
    for _ in range(2):
        assert send(browser, case, "contacts", seen, channel="phone", outcome="no_answer", note="没人接").status_code == 302
    attempt = ContactAttempt.objects.get(case=case, channel="phone")
    assert (attempt.outcome, attempt.note, attempt.by) == ("no_answer", "没人接", agent)


@pytest.mark.parametrize(
    "form", [{}, {"channel": "phone"}, {"channel": "pigeon", "outcome": "answered"}, {"channel": "chat", "outcome": "maybe"}]
)
def test_an_attempt_needs_a_known_channel_and_outcome(desk, agent, form):
    case = an_unreachable(agent)
    answer = send(desk(agent), case, "contacts", **form, note="没人接")
    assert answer.status_code == 400
    assert "没人接" in answer.content.decode()
    assert not ContactAttempt.objects.exists()


def test_a_warehouse_hand_records_no_attempts(desk, agent, warehouse):
    case = an_unreachable(agent)
    assert "/contacts/" not in desk(warehouse).get(f"/cases/{case.pk}/").content.decode()
    version = desk(agent).get(f"/cases/{case.pk}/")
    assert send(desk(warehouse), case, "contacts", version, channel="chat", outcome="answered").status_code == 403


def test_a_note_is_written_down(desk, agent, warehouse):
    case, browser = an_unreachable(agent), desk(warehouse)
    send(browser, case, "notes", note="包裹在 3 号架")
    assert "包裹在 3 号架 warehouse · Warehouse" in text_of(browser.get(f"/cases/{case.pk}/"))
    assert send(browser, case, "notes", note="  ").status_code == 400


@pytest.mark.rule("S7.1")
def test_a_task_is_marked_as_done_there_with_who_and_when(desk, agent, supervisor):
    refund, browser = a_refund(agent, approved_by=supervisor), desk(agent)
    task = refund.tasks.get()
    send(browser, refund, f"tasks/{task.pk}/done")
    task.refresh_from_db()
    assert (task.done_by, task.done_at) == (agent, MONDAY)
    assert "Done there · agent · 11-23 10:00" in text_of(browser.get(f"/cases/{refund.pk}/"))


def test_a_task_of_another_case_does_not_exist(desk, agent, supervisor):
    refund, other = a_refund(agent, approved_by=supervisor), an_unreachable(agent)
    assert send(desk(agent), other, f"tasks/{refund.tasks.get().pk}/done").status_code == 404


def test_a_case_is_taken_handed_over_and_laid_down(desk, agent, agent2):
    case, mine, hers = an_unreachable(agent), desk(agent), desk(agent2)
    send(mine, case, "give", to=str(agent2.pk))
    case.refresh_from_db()
    assert case.owner == agent2
    send(hers, case, "give", to="")
    case.refresh_from_db()
    assert case.owner is None
    send(mine, case, "take")
    case.refresh_from_db()
    assert case.owner == agent


def test_two_who_take_the_same_case_do_not_both_get_it(desk, agent, agent2):
    case, mine, hers = an_unreachable(agent), desk(agent), desk(agent2)
    send(mine, case, "give", to="")
    seen = hers.get(f"/cases/{case.pk}/")
    send(mine, case, "take")
    assert send(hers, case, "take", seen).status_code == 409
    case.refresh_from_db()
    assert case.owner == agent


def test_a_colleagues_case_is_taken_over_by_a_lead_only(desk, agent, agent2, supervisor):
    case = an_unreachable(agent)
    assert "/take/" not in desk(agent2).get(f"/cases/{case.pk}/").content.decode()
    assert send(desk(agent2), case, "take").status_code == 403
    assert send(desk(supervisor), case, "take").status_code == 302


@pytest.mark.parametrize("to", ["x", "999999", "-1"])
def test_a_case_is_given_only_to_people_who_work_there(desk, agent, to):
    assert send(desk(agent), an_unreachable(agent), "give", to=to).status_code == 400


def test_a_case_is_not_given_to_an_outsider_or_an_auditor(desk, agent, outsider, auditor):
    case, browser = an_unreachable(agent), desk(agent)
    offered = re.findall(r'<option value="(\d+)">', browser.get(f"/cases/{case.pk}/").content.decode())
    for person in (outsider, auditor):
        assert str(person.pk) not in offered
        assert send(browser, case, "give", to=str(person.pk)).status_code == 400


VERBS = ["steps/delivered", "contacts", "notes", "evidence", "take", "give", "reveal", "tasks/1/done"]


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_reaches_a_case_of_another_shop(desk, agent, outsider, verb):
    case = an_unreachable(agent)
    form = {"version": "1", "channel": "chat", "outcome": "answered", "note": "x", "reason": "x", "kind": "chat"}
    answer = desk(outsider).post(f"/cases/{case.pk}/{verb}/", form)
    assert answer.status_code == 404
    assert case.number not in answer.content.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_looking_at_the_address_of_a_verb_leads_to_the_case(desk, agent, verb):
    case = an_unreachable(agent)
    answer = desk(agent).get(f"/cases/{case.pk}/{verb}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")


def test_the_list_beside_the_case_stays_as_it_was(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    page = browser.get(f"/cases/{case.pk}/?tab=all&kind=unreachable")
    action = re.search(r'action="([^"]*/notes/[^"]*)"', page.content.decode())[1].replace("&amp;", "&")
    answer = browser.post(action, {"note": "x"})
    assert answer["Location"].startswith(f"/cases/{case.pk}/?tab=all&kind=unreachable&place=")


def test_a_step_is_taken_back_and_a_closed_case_opened_again_on_the_page(desk, agent, answered):
    browser = desk(agent)
    assert "Take back: The customer answered" in text_of(browser.get(f"/cases/{answered.pk}/"))
    advance(answered.pk, "passed_on", by=acts(agent), at=MONDAY, facts={"agreed": "改约周六"})
    page = browser.get(f"/cases/{answered.pk}/")
    assert "Take back: Passed on to the courier" in text_of(page)
    refused = send(browser, answered, "reopen", note="")
    assert refused.status_code == 400
    send(browser, answered, "reopen", seen=page, note="又来找了")
    answered.refresh_from_db()
    assert answered.state == "answered"
    advance(answered.pk, "passed_on", by=acts(agent), at=MONDAY, facts={"agreed": "改约周日"})
    answer = send(browser, answered, "step-back")
    assert answer.status_code == 302
    answered.refresh_from_db()
    assert (answered.state, answered.is_open) == ("answered", True)


@pytest.mark.fault("C4")
def test_what_came_too_late_is_told_in_words_with_its_own_texts_first(desk, agent, supervisor):
    case, browser = a_signed(agent), desk(agent)
    seen = browser.get(f"/cases/{case.pk}/")
    taken(case, "found_with_somebody", supervisor, with_whom="family")
    answer = send(browser, case, "steps/address_checked", seen, **WRONG, note="客户说是老地址")
    assert answer.status_code == 409
    told = text_of(answer).partition("What you typed:")[2]
    chosen = "The address on the order Written wrongly by the customer Home or workplace? Home Gatehouse Asked: not there"
    assert told.strip().startswith(f"Note 客户说是老地址 Copy {chosen}")
    assert "not_there" not in told
    assert answer.content.decode().count('data-copy-from="typed-') == 1
