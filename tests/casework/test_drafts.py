"""Drafts: what is typed and not sent is its writer's alone, sealed, and never a word about money."""

import datetime as dt
import re

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.actions.keep_draft import keep_draft
from casework.actions.notices import clear_away
from casework.models import Draft
from orders.errors import Malformed, NotAllowed, NotFound
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import field_of, text_of

DAY = dt.timedelta(days=1)


def typed(browser, case, form="note", **fields):
    return browser.post(f"/cases/{case.pk}/drafts/{form}/", fields)


def page_of(browser, case):
    return browser.get(f"/cases/{case.pk}/")


def drafts_on(answer):
    return {each.form: each.values for each in answer.context["drafts"]}


def test_what_was_typed_is_there_again_and_the_time_is_said(desk, agent):
    case = an_unreachable(agent)
    assert typed(desk(agent), case, note="打了三次").json() == {"saved": "10:00"}
    page = page_of(desk(agent), case)
    assert drafts_on(page) == {"note": {"note": "打了三次"}}
    assert 'data-draft-of="note" data-at="10:00"' in page.content.decode()


def test_the_last_word_counts_and_an_empty_form_keeps_nothing(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    typed(browser, case, "contact", channel="phone", note="没人")
    typed(browser, case, "contact", channel="phone", note="没人接")
    assert drafts_on(page_of(browser, case)) == {"contact": {"channel": "phone", "note": "没人接"}}
    assert typed(browser, case, "contact", note=" ").json() == {"saved": ""}
    assert not Draft.objects.exists()


def test_a_draft_is_its_writers_alone_and_sealed(desk, agent, agent2):
    case = an_unreachable(agent)
    typed(desk(agent), case, note="顾客电话 13800138000")
    assert drafts_on(page_of(desk(agent2), case)) == {}
    assert b"13800138000" not in bytes(Draft.objects.get().sealed)
    assert not case.journal.filter(note__contains="顾客").exists()


def test_a_form_that_was_sent_has_no_draft_any_more(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    page = page_of(browser, case)
    typed(browser, case, note="打了三次")
    browser.post(f"/cases/{case.pk}/notes/", {"note": "打了三次", "once": field_of(page, "once"), "version": case.version})
    assert not Draft.objects.exists()
    # What the page that is left sends still comes too late.
    assert typed(browser, case, note="打了三次", once=field_of(page, "once")).json() == {"saved": ""}
    assert not Draft.objects.exists()


def test_a_refused_form_keeps_its_words_and_says_who_changed_what_meanwhile(desk, agent, agent2):
    """Two sessions: while one types, the other takes a step (C4)."""
    case, browser = an_unreachable(agent), desk(agent)
    page = page_of(browser, case)
    typed(browser, case, "customer_answered", answer="周六在家")
    add_note(case.pk, note="我来", by=acts(agent2), at=MONDAY)
    advance(case.pk, "delivered", by=acts(agent2), at=MONDAY)
    sent = {"answer": "周六在家", "version": field_of(page, "version"), "seen": field_of(page, "seen"), "once": field_of(page, "once")}
    answer = browser.post(f"/cases/{case.pk}/steps/customer_answered/", sent)
    assert answer.status_code == 409
    assert "周六在家" in text_of(answer)
    assert re.search(r"agent2 .*Note", text_of(answer))
    # The form is gone with the state; a reload shows the words by themselves.
    again = page_of(browser, case)
    assert drafts_on(again) == {"customer_answered": {"answer": "周六在家"}}
    assert "周六在家" in text_of(again)


def test_a_draft_is_discarded(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    typed(browser, case, note="打了三次")
    answer = browser.post(f"/cases/{case.pk}/drafts/note/discard/")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("form", ["approve", "reject", "send_back", "record_payout", "reveal", "evidence", "nothing-known"])
def test_no_draft_holds_a_word_about_money_or_of_an_unknown_form(agent, form):
    case = a_refund(agent)
    with pytest.raises(Malformed) as refusal:
        keep_draft(case.pk, form, {"note": "x", "reason": "y", "platform_number": "z"}, by=acts(agent), at=MONDAY)
    assert refusal.value.code == "no_drafts"


def test_only_the_fields_of_the_form_are_kept(agent):
    case = an_unreachable(agent)
    keep_draft(case.pk, "note", {"note": "a", "csrfmiddlewaretoken": "b", "version": "1"}, by=acts(agent), at=MONDAY)
    from casework.drafts import draft_rows, drafts_of

    assert [each.values for each in drafts_of(case, draft_rows(case, acts(agent)))] == [{"note": "a"}]


def test_who_does_not_work_on_the_case_keeps_no_draft(agent, outsider, auditor):
    case = an_unreachable(agent)
    for user, refusal in ((outsider, NotFound), (auditor, NotAllowed)):
        with pytest.raises(refusal):
            keep_draft(case.pk, "note", {"note": "x"}, by=acts(user), at=MONDAY)
    with pytest.raises(Malformed):
        keep_draft(case.pk, "note", {"note": "x" * 4001}, by=acts(agent), at=MONDAY)


def test_a_refused_draft_is_answered_as_the_api_refuses(desk, agent):
    answer = typed(desk(agent), an_unreachable(agent), note="x" * 4001)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_text")


def test_drafts_go_after_seven_days(agent):
    case = an_unreachable(agent)
    keep_draft(case.pk, "note", {"note": "x"}, by=acts(agent), at=MONDAY)
    assert clear_away(at=MONDAY + 7 * DAY) == 0
    assert clear_away(at=MONDAY + 7 * DAY + dt.timedelta(seconds=1)) == 1
