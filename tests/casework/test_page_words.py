"""S4.1, S4.2 The pages on which leads word scripts and rules: versions, a shop's own, preview on a real case, trying out."""

import pytest

from casework.models import ReplyRule, Script
from tests.builders import an_unreachable
from tests.page import field_of, text_of

pytestmark = pytest.mark.django_db
RULE = {"check_for": "has", "words_in": "绝对*没问题", "severity": "block", "message": "不说绝对的话。", "better": "例如：请您放心。"}


@pytest.mark.rule("S4.1")
def test_a_lead_words_a_script_for_the_shop_with_variables_in_chinese(desk, agent, supervisor, shop):
    browser, address = desk(supervisor), "/words/scripts/unreachable-short/?shop=demo"
    page = browser.get(address)
    assert "This shop goes with all shops" in text_of(page)
    assert "亲，您的快递{waybill}等您确认" in page.content.decode()
    typed = {"title": "催一下", "kind": "unreachable", "states": ["trying"], "text": "亲，单号{运单号}，请您回复。", "standing": "on"}
    assert browser.post(address, typed | {"seen": field_of(page, "seen")}).status_code == 302
    row = Script.objects.newest(shop.pk)["unreachable-short"]
    assert (row.shop, row.number, row.states, row.text) == (shop, 1, ["trying"], "亲，单号{waybill}，请您回复。")
    case = an_unreachable(agent, state="trying")
    assert f"亲，单号 {case.order.waybills[0]} ，请您回复。" in text_of(desk(agent).get(f"/cases/{case.pk}/scripts/"))


@pytest.mark.rule("S4.1")
def test_a_script_is_looked_at_on_a_real_case_before_it_is_kept(desk, agent, supervisor):
    case, browser = an_unreachable(agent), desk(supervisor)
    typed = {
        "title": "x",
        "kind": "unreachable",
        "text": "单号{waybill}，金额{amount}，嗯啦",
        "seen": "0",
        "do": "try",
        "case": case.number,
    }
    page = browser.post("/words/scripts/new/?shop=demo", typed)
    text = text_of(page)
    assert f"单号 {case.order.waybills[0]} ，金额 amount asked for" in text
    assert "“amount asked for” is not known." in text
    assert "不用“啊”“啦”结尾。" in text
    assert Script.objects.filter(shop__isnull=False).count() == 0
    assert "no such record" in text_of(browser.post("/words/scripts/new/?shop=demo", typed | {"case": "AS-1"}))


@pytest.mark.rule("S4.1")
def test_versions_are_listed_gone_back_to_and_left_for_all_shops_again(desk, supervisor, shop):
    browser, address = desk(supervisor), "/words/scripts/unreachable-short/?shop=demo"
    for seen, text in enumerate(("亲，第一版。", "亲，第二版。")):
        browser.post(address, {"title": "t", "kind": "", "text": text, "standing": "on", "seen": str(seen)})
    assert "第一版" in text_of(browser.get(address))
    assert browser.post(address, {"do": "back", "number": "1", "seen": "2"}).status_code == 302
    assert Script.objects.newest(shop.pk)["unreachable-short"].text == "亲，第一版。"
    assert browser.post(address, {"do": "back", "number": "1", "seen": "2"}).status_code == 409
    assert browser.post(address, {"do": "common", "seen": "3"}).status_code == 302
    assert Script.objects.newest(shop.pk)["unreachable-short"].shop is None


@pytest.mark.rule("S4.2")
def test_a_lead_tries_a_rule_out_on_examples_and_keeps_it(desk, agent, supervisor, shop):
    browser = desk(supervisor)
    page = browser.post(
        "/words/rules/new/?shop=demo", RULE | {"position": "5", "seen": "0", "do": "try", "examples": "绝对是没问题的\n您好"}
    )
    assert "绝对是没问题的 绝对是没问题 found" in text_of(page)
    assert "您好 not found" in text_of(page)
    assert browser.post("/words/rules/new/?shop=demo", RULE | {"position": "5", "seen": "0", "standing": "on"}).status_code == 302
    assert ReplyRule.objects.get(shop=shop).words_in == "绝对*没问题"
    case = an_unreachable(agent)
    assert "不说绝对的话。" in text_of(desk(agent).post(f"/cases/{case.pk}/reply/check/", {"text": "亲，绝对没问题。"}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words_in": ""}, "Write at least one word."),
        ({"words_in": "*"}, "Each line needs a word"),
        ({"words_in": "a*b*c*d*e"}, "At most 3 gaps"),
        ({"message": ""}, "Write something."),
        ({"check_for": "regex"}, "Select a valid choice"),
        ({"check_for": "shortest"}, "A whole number from 1 to 500."),
    ],
)
def test_a_rule_that_cannot_be_comes_back_as_it_was_typed(change, said, desk, supervisor):
    answer = desk(supervisor).post("/words/rules/new/?shop=demo", RULE | {"position": "5", "seen": "0", "standing": "on"} | change)
    assert (answer.status_code, said in text_of(answer)) == (400, True)
    assert "例如：请您放心。" in answer.content.decode()
    assert not ReplyRule.objects.filter(shop__isnull=False).exists()


def test_agents_read_and_leads_of_the_shop_word(desk, agent, warehouse, outsider, shop):
    for book in ("scripts", "rules"):
        assert desk(agent).get(f"/words/{book}/").status_code == 200
        assert desk(warehouse).get(f"/words/{book}/").status_code == 403
        assert desk(outsider).get(f"/words/{book}/?shop=demo").status_code == 404
        assert "Save as a new version" not in text_of(desk(agent).get(f"/words/{book}/new/?shop=demo"))
        typed = RULE | {"title": "t", "text": "亲", "position": "5", "seen": "0", "standing": "on", "kind": ""}
        assert desk(agent).post(f"/words/{book}/new/?shop=demo", typed).status_code == 403
        assert desk(agent).get(f"/words/{book}/nothing/").status_code == 404


def test_the_list_is_searched_by_words_and_kind(desk, agent):
    text = text_of(desk(agent).get("/words/scripts/", {"q": "破损 照片"}))
    assert "请拍两张照片" in text
    assert "简短提醒" not in text
    assert "Nothing has these words." in text_of(desk(agent).get("/words/rules/", {"q": "xyzzy"}))
