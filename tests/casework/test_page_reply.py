"""S4.1, S4.2, S1.4 on the case page: scripts are found and copied, replies checked, sent texts kept, promises put on record."""

import pytest

from casework.models import ContactAttempt, Deadline, Journal, JournalText, Promise
from orders.vault import seal, unseal
from tests.builders import an_order, an_unreachable
from tests.page import field_of, fields_of, text_of

pytestmark = pytest.mark.django_db
TEXT = "亲，您的快递到了，请您留意电话。"


def send(browser, case, verb, **form):
    page = browser.get(f"/cases/{case.pk}/")
    hidden = {"version": field_of(page, "version"), "once": field_of(page, "once")}
    return browser.post(f"/cases/{case.pk}/{verb}/", hidden | form)


@pytest.mark.rule("S4.1")
def test_the_scripts_of_a_case_are_one_page_with_the_facts_filled_in(desk, agent, django_assert_max_num_queries):
    case, browser = an_unreachable(agent), desk(agent)
    with django_assert_max_num_queries(32):
        page = browser.get(f"/cases/{case.pk}/scripts/")
    text = text_of(page)
    assert "What the chapter says now" in text
    assert f"亲，您的快递 {case.order.waybills[0]} 等您确认收件信息" in text
    part = browser.get(f"/cases/{case.pk}/scripts/", {"q": "破损 照片"}, HTTP_HX_REQUEST="true")
    assert "<html" not in part.content.decode()
    assert "破损" in text_of(part)
    assert "No script has these words" in text_of(browser.get(f"/cases/{case.pk}/scripts/", {"q": "xyzzy"}))


@pytest.mark.rule("S4.1")
def test_a_hole_in_a_script_blocks_copying_and_says_where_it_is_entered(desk, agent):
    case = an_unreachable(agent)
    page = desk(agent).get(f"/cases/{case.pk}/scripts/", {"q": "补偿 打款"})
    assert "“amount asked for” is not known. No refund or compensation is asked for" in text_of(page)
    assert "data-use" not in page.content.decode()
    assert "元补偿已经办理" not in text_of(desk(agent).get(f"/cases/{case.pk}/?script=compensation-paid"))


@pytest.mark.rule("S4.1")
@pytest.mark.rule("S5.1")
def test_personal_data_are_filled_in_by_a_reveal_with_a_reason(desk, agent):
    sealed = {"name_enc": seal("张三丰"), "phone_enc": seal("13800001234"), "street_enc": seal("文三路1号")}
    case = an_unreachable(agent, order=an_order(agent.memberships.get().shop, waybill="73000000009912", **sealed))
    browser, address = desk(agent), f"/cases/{case.pk}/scripts/any-confirm-address/reveal/"
    assert "张三丰" not in text_of(browser.get(f"/cases/{case.pk}/scripts/"))
    refused = browser.post(address, {"reason": " "})
    assert (refused.status_code, "张三丰" in text_of(refused)) == (400, False)
    shown = browser.post(address, {"reason": "核对地址"})
    assert "张三丰 ， 13800001234 ， 浙江省杭州市西湖区文三路1号" in text_of(shown)
    assert "no-store" in shown["Cache-Control"]
    entry = Journal.objects.get(case=case, step="reveal")
    assert (entry.note, entry.actor) == ("核对地址", agent)


@pytest.mark.rule("S4.1")
def test_a_script_is_taken_into_the_reply_and_kept_with_its_version_when_sent(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    page = browser.get(f"/cases/{case.pk}/?script=unreachable-short")
    assert fields_of(page, "script") == ["unreachable-short"]
    text = f"亲，您的快递{case.order.waybills[0]}等您确认收件信息，请您看到后回复我一声，我好安排派送。电话13800001234。"
    answer = send(browser, case, "reply", text=text, channel="chat", script="unreachable-short")
    assert answer.status_code == 302
    sent = ContactAttempt.objects.get(case=case)
    assert (sent.channel, sent.outcome, sent.by, sent.script.code, sent.script.number) == ("chat", "sent", agent, "unreachable-short", 1)
    assert "13800001234" not in sent.note
    assert sent.note.startswith("亲，您的快递")
    entry = Journal.objects.get(case=case, facts__outcome="sent")
    assert (entry.facts["script_version"], entry.note) == (1, sent.note)
    assert unseal(JournalText.objects.get(journal_id=entry.pk).ciphertext) == text
    case.refresh_from_db()
    assert case.state == "trying"
    assert "Reply script: 简短提醒" in text_of(browser.get(f"/cases/{case.pk}/"))


@pytest.mark.rule("S4.2")
def test_a_reply_that_must_not_go_out_comes_back_with_rule_and_better_wording(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    answer = send(browser, case, "reply", text="这不关我的事，您去问快递。", channel="chat")
    assert answer.status_code == 422
    assert "不推给别人。 例如：亲，我来帮您联系负责的同事，问到告诉您。 S4.2" in text_of(answer)
    assert "这不关我的事，您去问快递。</textarea>" in answer.content.decode()
    looked = browser.post(f"/cases/{case.pk}/reply/check/", {"text": "这不关我的事，您放心啦"}).content.decode()
    assert (looked.count("data-blocks"), looked.count('class="small finding')) == (1, 2)
    assert not ContactAttempt.objects.exists()


@pytest.mark.rule("S4.2")
def test_what_is_only_warned_of_goes_out_and_says_so(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    answer = send(browser, case, "reply", text="亲，您的快递到了啦！", channel="chat")
    assert answer.status_code == 302
    assert "Mind next time: 不用“啊”“啦”结尾。" in text_of(browser.get(answer["Location"]))
    assert Journal.objects.get(case=case, facts__outcome="sent").facts["findings"] == ["不用“啊”“啦”结尾。"]


@pytest.mark.rule("S4.2")
def test_a_reply_is_looked_through_while_one_types(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    said = text_of(browser.post(f"/cases/{case.pk}/reply/check/", {"text": "我也不知道"}))
    assert "Better not: 不猜：查清楚再说。" in said
    assert "没有称呼" in said
    assert "Nothing found." in text_of(browser.post(f"/cases/{case.pk}/reply/check/", {"text": TEXT}))
    assert text_of(browser.post(f"/cases/{case.pk}/reply/check/", {"note": "嗯"})).strip() == ""
    assert not ContactAttempt.objects.exists()


@pytest.mark.rule("S1.4")
def test_promise_words_offer_a_promise_with_a_date_that_makes_a_deadline(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    part = browser.post(f"/cases/{case.pk}/reply/check/", {"text": "亲，您好，24小时内给您答复。"})
    assert (field_of(part, "promise_what_0"), field_of(part, "promise_due_0")) == ("24小时内给您答复", "2026-11-24T10:00")
    given = {"promise": "0", "promise_what_0": "24小时内给您答复", "promise_due_0": "2026-11-24T10:00"}
    send(browser, case, "reply", text="亲，您好，24小时内给您答复。", channel="chat", **given)
    promise = Promise.objects.get()
    assert (promise.case_id, promise.what, promise.made_by, promise.contact.outcome) == (case.pk, "24小时内给您答复", agent, "sent")
    assert Deadline.objects.get(case=case, kind=promise.clock_kind).due_at == promise.due_at
    assert "24小时内给您答复" in text_of(browser.get(f"/cases/{case.pk}/"))
    send(browser, case, f"promises/{promise.pk}/kept")
    promise.refresh_from_db()
    assert (promise.status, Deadline.objects.get(kind=promise.clock_kind).status) == ("kept", "met")


@pytest.mark.rule("S1.4")
def test_a_promise_is_off_with_a_reason_only(desk, agent):
    case, browser = an_unreachable(agent), desk(agent)
    send(browser, case, "promises", what="周五前打电话", due_at="2026-11-27T18:00")
    promise = Promise.objects.get()
    assert send(browser, case, f"promises/{promise.pk}/off", reason="").status_code == 400
    assert send(browser, case, f"promises/{promise.pk}/off", reason="顾客不要了").status_code == 302
    promise.refresh_from_db()
    assert (promise.status, promise.reason, promise.ended_by) == ("dropped", "顾客不要了", agent)


def test_others_neither_read_scripts_nor_reply(desk, agent, warehouse, outsider):
    case = an_unreachable(agent)
    for user, status in ((warehouse, 403), (outsider, 404)):
        browser = desk(user)
        assert browser.get(f"/cases/{case.pk}/scripts/").status_code == status
        assert browser.post(f"/cases/{case.pk}/reply/check/", {"text": TEXT}).status_code == status
        assert browser.post(f"/cases/{case.pk}/reply/", {"text": TEXT, "channel": "chat"}).status_code == status
        assert browser.post(f"/cases/{case.pk}/promises/", {"what": "x", "due_at": "2026-11-27T18:00"}).status_code == status
    assert not ContactAttempt.objects.exists()
    assert not Promise.objects.exists()
