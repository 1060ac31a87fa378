"""The case page: what is next, why a step is refused, what runs out, what happened, the order beside it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from casework.actions.advance import advance
from casework.actions.assign import give_case
from casework.actions.deeds import add_note, finish_task, record_contact
from casework.actions.sweep import fire_deadlines
from logistics.models.incident import Choice
from orders.errors import NotAllowed
from orders.models import Line, Memo
from orders.roles import LEADS, labels_of
from orders.vault import seal
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

HOUR = dt.timedelta(hours=1)


def page_of(desk, user, case, at=MONDAY):
    return desk(user, at).get(f"/cases/{case.pk}/")


def filled(answer):
    """The words of the filled buttons, without their keys."""
    body = re.sub(r"<kbd.*?</kbd>", "", answer.content.decode())
    buttons = re.findall(r'class="btn btn--main[^>]*>(.*?)</', body, re.DOTALL)
    return [re.sub(r"\s+", " ", each).strip() for each in buttons]


def record_task(task, who):
    finish_task(task.case_id, task.pk, by=acts(who), at=MONDAY)


def refused(answer):
    """Step -> sentence for every greyed step, as the reader of a screen hears it."""
    body = answer.content.decode()
    steps = re.findall(r'aria-disabled="true" aria-describedby="why-(\w+)">', body)
    return {step: re.sub("<[^>]+>", " ", re.search(rf'id="why-{step}">(.*?)</span>', body, re.DOTALL)[1]).strip() for step in steps}


@pytest.mark.rule("L6.1")
def test_while_a_channel_is_missing_the_contact_form_is_the_one_filled_button(desk, agent):
    answer = page_of(desk, agent, an_unreachable(agent, state="trying"))
    assert filled(answer) == ["Record the attempt"]
    assert "Next step: Reach the customer: Phone, E-mail" in text_of(answer)


def test_else_the_next_step_of_the_chapter_is_the_one_filled_button(desk, agent, supervisor):
    case = an_unreachable(agent)
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY)
    assert filled(page_of(desk, agent, case)) == ["Passed on to the courier"]
    refund = a_refund(agent)
    assert filled(page_of(desk, supervisor, refund)) == ["Approve ¥30.00"]


@pytest.mark.rule("L6.4")
def test_a_lead_is_first_offered_what_only_a_lead_decides(desk, agent, supervisor):
    case = an_unreachable(agent, state="rule_not_kept")
    answer = page_of(desk, supervisor, case)
    assert filled(answer) == ["Grant one more day"]
    assert "Next step: Grant one more day Handbook L6.4 These channels have not been tried yet: Phone, E-mail." in text_of(answer)


def test_what_lies_with_others_has_no_filled_button_and_says_who_is_waited_for(desk, agent, supervisor):
    refund = a_refund(agent)
    answer = page_of(desk, agent, refund)
    assert filled(answer) == []
    assert "Nothing for you to do now Waiting for a lead" in text_of(answer)
    assert "Waiting for another lead" not in text_of(answer)
    advance(refund.pk, "approve", by=acts(supervisor), at=MONDAY)
    record_task(refund.tasks.get(), agent)
    text = text_of(page_of(desk, agent, refund))
    assert re.search(r"Nothing for you to do now Waiting for finance until [\d-]+ \d\d:00; then by itself “Approval no longer holds”", text)


def test_what_may_happen_is_never_proposed_as_what_to_do(desk, agent):
    case = an_unreachable(agent, state="trying")
    for channel in ("phone", "email"):
        record_contact(case.pk, channel=channel, outcome="no_answer", by=acts(agent), at=MONDAY)
    answer = page_of(desk, agent, case)
    assert filled(answer) == []
    assert "Waiting for the customer until 11-26 10:00; then by itself “On its way back to us”. Nothing to do now." in text_of(answer)
    assert ">The customer answered<" in answer.content.decode()


@pytest.mark.rule("R1.1")
def test_a_lead_who_may_not_decide_is_not_led_to_reject(desk, supervisor):
    answer = page_of(desk, supervisor, a_refund(supervisor))
    assert filled(answer) == []
    assert "Waiting for another lead" in text_of(answer)


@pytest.mark.rule("R1.3")
def test_the_box_says_why_a_refund_came_back_and_leads_to_asking_anew(desk, agent, supervisor):
    refund = a_refund(agent)
    advance(refund.pk, "send_back", by=acts(supervisor), at=MONDAY, facts={"reason": "更清楚的照片"})
    answer = page_of(desk, agent, refund)
    assert filled(answer) == ["Ask anew"]
    assert "Wanted: 更清楚的照片" in text_of(answer)


@pytest.mark.rule("R2.2")
def test_an_open_task_is_the_next_step(desk, agent, supervisor):
    refund = a_refund(agent, approved_by=supervisor)
    answer = page_of(desk, agent, refund)
    assert filled(answer) == ["Done there"]
    assert f"Next step: {refund.tasks.get().title}" in text_of(answer)


@pytest.mark.rule("R1.3")
def test_a_task_that_became_pointless_is_cancelled_and_not_done(desk, agent, supervisor):
    refund = a_refund(agent, approved_by=supervisor)
    advance(refund.pk, "revoke", by=acts(supervisor), at=MONDAY, facts={"reason": "顾客改主意"})
    text = text_of(page_of(desk, agent, refund))
    assert "Cancelled: what it was for holds no longer" in text
    assert f"Tasks cancelled: {refund.tasks.get().title}" in text
    assert "Approval taken back: 顾客改主意" in text


@pytest.mark.rule("R1.1")
def test_a_refused_step_stays_in_sight_with_its_sentence_and_rule(desk, agent):
    answer = page_of(desk, agent, a_refund(agent))
    assert refused(answer)["approve"].startswith("This is for: Supervisor, Manager.")
    assert '<span class="rule">R1.1</span>' in answer.content.decode()


def test_roles_and_choices_read_as_chinese_writes_them():
    with translation.override("zh-hans"):
        assert labels_of(LEADS) == "主管、店长"
        assert str(Choice.REFUND.label) == "退款"


def test_a_lead_who_asked_reads_that_somebody_else_decides(desk, supervisor):
    answer = page_of(desk, supervisor, a_refund(supervisor))
    assert refused(answer)["approve"] == "You asked for this refund; somebody else decides and pays."


def test_steps_of_other_states_are_named_with_the_state_that_they_miss(desk, agent):
    assert "The case is at “To be contacted” now" in refused(page_of(desk, agent, an_unreachable(agent)))["passed_on"]


def test_clocks_count_down_and_carry_their_offset(desk, agent):
    body = page_of(desk, agent, an_unreachable(agent)).content.decode()
    assert 'datetime="2026-11-23T18:00:00+08:00" data-due' in body
    assert "8:00 left" in body


def test_a_late_clock_is_red_and_says_by_how_much(desk, agent):
    case = an_unreachable(agent)
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    fire_deadlines(at=MONDAY + 25 * HOUR)
    answer = page_of(desk, agent, case, MONDAY + 26 * HOUR)
    assert '<time class="clock clock--late"' in answer.content.decode()
    assert "2:00 over" in text_of(answer)


def test_a_clock_that_stands_still_says_why(desk, agent, supervisor):
    refund = a_refund(agent)
    advance(refund.pk, "send_back", by=acts(supervisor), at=MONDAY + HOUR, facts={"reason": "更清楚的照片"})
    assert "23:00 · stands still · More evidence wanted" in text_of(page_of(desk, agent, refund, MONDAY + 2 * HOUR))


def test_a_closed_case_offers_nothing_but_the_step_back_and_opening_it_again(desk, agent):
    case = an_unreachable(agent)
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    answer = page_of(desk, agent, case)
    assert "This case is closed" in text_of(answer)
    assert re.findall(r'<form[^>]*action="(/cases/\d+/[^"]*)"', answer.content.decode()) == [
        f"/cases/{case.pk}/step-back/",
        f"/cases/{case.pk}/reopen/",
    ]


def test_an_auditor_reads_everything_and_can_do_nothing(desk, agent, auditor):
    answer = page_of(desk, auditor, an_unreachable(agent))
    assert answer.status_code == 200
    assert re.findall(r'<form[^>]*action="(/cases/\d+/[^"]*)"', answer.content.decode()) == []


@pytest.mark.rule("S5.1")
def test_a_case_of_another_shop_does_not_exist(desk, agent, outsider):
    case = an_unreachable(agent)
    answer = page_of(desk, outsider, case)
    assert answer.status_code == 404
    assert case.number not in answer.content.decode()
    assert desk(outsider).get("/cases/999999/").status_code == 404


@pytest.mark.rule("L6.1")
def test_the_message_to_the_customer_is_chinese_names_the_day_and_who_pays(desk, agent):
    case = an_unreachable(agent, state="trying")
    message = page_of(desk, agent, case).context["message"]
    assert "2026-11-26 10:00" in message
    assert "退回" in message
    assert case.subject_label in message


@pytest.mark.rule("L6.1")
def test_the_attempts_stand_by_channel(desk, agent):
    case = an_unreachable(agent, state="trying")
    record_contact(case.pk, channel="email", outcome="not_available", note="没有邮箱", by=acts(agent), at=MONDAY + HOUR)
    text = text_of(page_of(desk, agent, case))
    assert re.search(r"Chat yes 11-23 10:00 No answer Phone not yet – E-mail yes 11-23 11:00 No address for it 没有邮箱", text)


@pytest.mark.rule("S7.1", "R2.2")
def test_a_task_shows_the_exact_text_to_copy_and_a_done_there_button(desk, agent, supervisor):
    refund = a_refund(agent, approved_by=supervisor)
    task = refund.tasks.get()
    body = page_of(desk, agent, refund).content.decode()
    assert f'id="task-{task.pk}">{task.text}</p>' in body
    assert f'data-copy-from="task-{task.pk}"' in body
    assert f'action="/cases/{refund.pk}/tasks/{task.pk}/done/' in body


def test_the_timeline_tells_steps_deeds_and_people_in_words_newest_first(desk, agent, supervisor):
    case = an_unreachable(agent, state="trying")
    add_note(case.pk, note="顾客周末在家", by=acts(agent), at=MONDAY + HOUR)
    give_case(case.pk, supervisor.pk, by=acts(agent), at=MONDAY + 2 * HOUR)
    fire_deadlines(at=MONDAY + 72 * HOUR)
    answer = page_of(desk, agent, case, MONDAY + 73 * HOUR)
    told = [f"{each.label} {each.change}".strip() for each in answer.context["events"]]
    assert told == [
        "To the lead Trying to reach the customer → Contact rule not kept",
        "Passed on agent → supervisor",
        "Note",
        "First attempt made To be contacted → Trying to reach the customer",
        "Case opened",
    ]
    text = text_of(answer)
    assert "顾客周末在家 agent · Agent" in text
    assert "Deadline: All channels tried" in text
    assert "Channel: Chat" in text


def test_what_was_refused_is_told_apart(desk, agent):
    refund = a_refund(agent)
    with pytest.raises(NotAllowed):
        advance(refund.pk, "approve", by=acts(agent), at=MONDAY)
    answer = page_of(desk, agent, refund)
    assert [each.label for each in answer.context["refused"]] == ["Approve"]
    assert [each.label for each in answer.context["events"]] == ["Case opened"]


def test_parent_and_child_lead_to_each_other(desk, agent):
    parent = an_unreachable(agent, state="returning")
    child = a_refund(agent, order=parent.order, case=parent.pk)
    assert f'href="/cases/{child.pk}/"' in page_of(desk, agent, parent).content.decode()
    assert f'href="/cases/{parent.pk}/"' in page_of(desk, agent, child).content.decode()


def test_a_remedy_opens_on_its_own_page(desk, agent, warehouse):
    case = an_unreachable(agent, state="returning")
    assert f'href="/refunds/new/?case={case.pk}"' in page_of(desk, agent, case).content.decode()
    assert "This is for: Agent, Supervisor, Manager." in text_of(page_of(desk, warehouse, case))


@pytest.fixture
def full_order(shop):
    order = an_order(
        shop,
        lines=("60.00", "40.00"),
        freight="8.00",
        waybill="YT7788000011",
        name_enc=seal("陈小明"),
        phone_enc=seal("13812342075"),
        street_enc=seal("文三路 7 幢"),
        flag=1,
        freight_insured=True,
        invoice_wish="个人",
    )
    Memo.objects.create(order=order, at=MONDAY, flag=1, writer_code="SQ", text="送人，请勿放价签", source="import")
    return order


def test_the_order_shows_its_money_line_by_line(desk, agent, full_order):
    refund = a_refund(agent, order=full_order, amount="30.00", freight="5.00")
    text = text_of(page_of(desk, agent, refund))
    assert "样例商品1 × 1 60.00 30.00 0.00 30.00" in text
    assert "Postage 8.00 5.00 0.00 3.00" in text
    assert "In all 108.00 35.00 0.00 73.00" in text


def test_the_order_shows_memo_flag_insurance_and_invoice_wish(desk, agent, full_order):
    text = text_of(page_of(desk, agent, an_unreachable(agent, order=full_order)))
    assert "Red 送人，请勿放价签 11-23 10:00 · SQ" in text
    assert "Freight insurance yes Invoice 个人" in text


@pytest.mark.rule("S5.1")
def test_the_person_is_masked(desk, agent, full_order):
    answer = page_of(desk, agent, an_unreachable(agent, order=full_order))
    assert "Name 陈* Phone 138****2075 Address 浙江省 杭州市 西湖区 **" in text_of(answer)
    for secret in ("陈小明", "13812342075", "文三路"):
        assert secret not in answer.content.decode()


def test_a_person_who_is_not_in_the_file_is_said_to_be_so(desk, agent):
    answer = page_of(desk, agent, an_unreachable(agent))
    assert "Name not in the file Phone not in the file" in text_of(answer)
    assert "/reveal/" not in answer.content.decode()


@pytest.mark.rule("L6.3")
def test_the_parcel_shows_courier_waybill_and_who_pays_by_which_rule(desk, agent, full_order):
    case = an_unreachable(agent, order=full_order, state="trying")
    assert "中通 YT7788000011 Waybill Y" in text_of(page_of(desk, agent, case))
    for channel in ("phone", "email"):
        record_contact(case.pk, channel=channel, outcome="no_answer", by=acts(agent), at=MONDAY)
    fire_deadlines(at=MONDAY + 72 * HOUR)
    assert "Freight is paid by Customer L6.3" in text_of(page_of(desk, agent, case, MONDAY + 72 * HOUR))


def test_long_names_are_shown_whole_and_special_characters_harmlessly(desk, agent, agent2, shop):
    agent2.first_name = "<script>alert(1)</script>" + "长" * 40
    agent2.save()
    case = an_unreachable(agent2)
    Line.objects.filter(order=case.order).update(title="<b>置物架</b>" * 20)
    body = page_of(desk, agent, case).content.decode()
    assert "<script>alert" not in body
    assert "<b>置物架" not in body


def test_the_page_is_chinese_until_its_reader_chooses_english(agent, client):
    case = an_unreachable(agent)
    client.force_login(agent)
    address, english = f"/cases/{case.pk}/", {"headers": {"accept-language": "en-US,en"}}
    assert "联系不上" in client.get(address, **english).content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "Customer unreachable" in client.get(address).content.decode()


def test_the_number_of_queries_does_not_grow_with_what_stands_on_the_case(desk, agent):
    case = an_unreachable(agent, state="trying")
    add_note(case.pk, note="x", by=acts(agent), at=MONDAY)
    browser = desk(agent)

    def measure():
        browser.get(f"/cases/{case.pk}/")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/cases/{case.pk}/")
        return len(queries)

    before = measure()
    for _ in range(10):
        add_note(case.pk, note="y", by=acts(agent), at=MONDAY)
        record_contact(case.pk, channel="phone", outcome="no_answer", by=acts(agent), at=MONDAY)
    assert measure() == before <= 60
