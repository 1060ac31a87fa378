"""S4.2 What a reply is checked for before it goes out: each rule of the handbook, whole as it is delivered."""

from decimal import Decimal

import polib
import pytest

from casework.actions.deeds import record_contact
from casework.actions.keep_words import keep_rule
from casework.models import ContactAttempt, ReplyRule
from casework.replies.approved import Approved
from casework.replies.checking import Draft, check, rules_of
from casework.replies.own_rules import WRITTEN
from orders.errors import Malformed, Refused
from tests.builders import a_compensation, a_refund, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S4.2")]
GOOD = "亲，您的快递我已经催了，有结果马上告诉您。"
OFF = {"every-no", "excuse-me", "soft-ending"}


def codes(text, case=None, **more):
    return [each.code for each in check(Draft(text, case, **more), rules_of(None))]


def sent(case, agent, text, **more):
    return record_contact(case.pk, channel="chat", outcome="sent", note=text, by=acts(agent), at=MONDAY, **more)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("亲", "shortest"),
        ("好。。。。", "shortest"),
        ("嗯嗯嗯嗯", "bare"),
        ("哦～", "bare"),
        ("亲，您放心啊！", "ending"),
        ("亲，您放心啦～", "ending"),
        ("亲，应该是吧", "guessing"),
        ("亲，这个我也不知道", "guessing"),
        ("亲，这个不清楚", "guessing"),
        ("亲，这个退不了", "refusal"),
        ("您想怎样呢", "counter-question"),
        ("亲，不是告诉您了么", "reproach"),
        ("亲，这不关我的事", "passing-on"),
        ("亲，这 不 关 我 的 事", "passing-on"),
        ("好的，马上处理", "address"),
        ("亲，给您退50元", "money"),
        ("亲，我们补偿您10元", "money"),
        ("亲，退您五十块钱", "money"),
        ("亲，送您一个杯子", "gift"),
        ("亲，我帮您申请了，退您50元。您放心", "money"),
    ],
)
def test_each_rule_finds_what_it_is_for(text, code, db):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "亲，我给你退50元",
        "给您全额退款",
        "帮您退款50元",
        "退款50元明天到账",
        "给你转账50元",
        "给您50块",
        "给您办理退款",
        "给您马上办理退款",
        "给您退20元，您去后台申请一下",
        "给您退50元好吗？",
        "给您退50元？您先申请",
        "审核通过，给您退50元",
        "您退货吧，退您1,000元",
        "送你一个杯子",
        "送您一个杯子，可以吗",
        "送您一个杯子？您去申请",
    ],
)
def test_a_promise_is_found_whatever_stands_behind_it_and_however_the_customer_is_called(text):
    assert {"money", "gift"} & set(promises(text))


@pytest.mark.parametrize(
    "text",
    [
        "您问什么时候给您退款，我马上查",
        "您说的退款50元，我帮您核实",
        "您的退款50元正在审核",
        "给您添麻烦了，退款申请我已经提交",
        "我帮你申请退款50元",
        "我帮您查一下退款进度",
        "我给您说明一下退款流程",
        "您看换货还是给您退款",
        "平台会在审核后给您退款",
        "抱歉，暂时不能给您退款",
        "您给您朋友送的礼，派送您的包裹，礼貌第一",
        "您要求送您一个杯子，我先帮您问一下",
    ],
)
def test_a_question_or_how_it_goes_is_no_promise(text):
    assert promises(text) == []


@pytest.mark.rule("S4.1")
def test_no_chapter_promises_what_is_not_approved(settings):
    texts = [
        each.msgstr
        for each in polib.pofile(str(settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"))
        if "{amount}" not in each.msgid
    ]
    told = [each for each in texts if each.startswith(("亲", "您好", "退回"))]
    assert len(told) > 100
    assert [each for each in told if promises(each)] == []


def promises(text, **approved):
    draft = Draft(text)
    draft.approved = Approved(**approved)
    return [each.code for each in check(draft, [each.row(MONDAY) for each in WRITTEN if each.code in ("money", "gift")])]


@pytest.mark.parametrize(
    ("text", "is_all", "found"),
    [
        ("审核通过了，全额退您", False, ["money"]),
        ("审核通过了，全额退您", True, []),
        ("审核通过了，给您退款", False, ["money"]),
        ("审核通过了，退您1,000元", False, []),
        ("审核通过了，全额退您，其中1000元今天到", False, ["money"]),
        ("审核通过了，退您1,500元", True, ["money"]),
    ],
)
def test_a_promise_without_a_sum_wants_all_that_is_left_to_be_approved(text, is_all, found):
    assert promises(text, amounts=frozenset({Decimal(1000)}), is_all=is_all) == found


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "亲，非常抱歉，这个暂时退不了，我帮您看看别的办法。",
        "亲，我帮您申请退您50元，审核好告诉您。",
        "亲，您看退您运费还是换货？",
        "宝，您的包裹放门卫啦，您记得取。",
        "您好，快递会重新派送您的包裹。",
        "亲，下次下单再送您一份赠品，可以吗？",
        "亲，退回的运费请您先垫付，退款后由运费险理赔给您。",
        "Dear customer, your parcel is on its way.",
    ],
)
def test_a_good_reply_is_let_through(text, db):
    assert codes(text) == []


def test_what_the_documents_disagree_about_is_off_until_a_lead_puts_it_on(supervisor, shop):
    off = {code: row for code, row in ReplyRule.objects.newest(None).items() if row.standing == "off"}
    assert set(off) == OFF
    assert codes("亲，不好意思，您不用寄回哦") == []
    keep_rule("excuse-me", off["excuse-me"].words(), seen=0, by=acts(supervisor), at=MONDAY, shop_id=shop.pk)
    assert [each.code for each in check(Draft("亲，不好意思，您久等了"), rules_of(shop.pk))] == ["excuse-me"]


def test_money_is_named_once_a_lead_has_approved_it_and_no_more_than_that(agent, supervisor):
    order = an_order(agent.memberships.get().shop)
    asked = a_refund(agent, order=order)
    assert codes("亲，给您退30元", asked) == ["money"]
    approved = a_refund(agent, amount="30.00", approved_by=supervisor)
    assert codes("亲，给您退30元", approved) == []
    assert codes("亲，给您退三十元", approved) == []
    assert codes("亲，给您退50元", approved) == ["money"]
    assert codes("亲，全额退您", approved) == ["money"]
    assert codes("亲，全额退您", a_refund(agent, amount="100.00", approved_by=supervisor)) == []


def test_a_compensation_that_was_not_approved_is_not_promised(agent):
    assert codes("亲，补偿您5元", a_compensation(agent)) == ["money"]


def test_the_same_text_or_script_twice_to_one_customer_is_warned_of(agent):
    case = an_unreachable(agent)
    assert sent(case, agent, GOOD).findings == []
    again = an_unreachable(agent, order=an_order_of_the_same(case))
    assert [each.code for each in sent(again, agent, GOOD).findings] == ["repeats"]
    other = "亲，您的快递我看着。"
    assert sent(case, agent, other, script="any-thanks").findings == []
    assert [each.code for each in sent(case, agent, "亲，感谢您。", script="any-thanks").findings] == ["repeats"]
    assert sent(an_unreachable(agent), agent, GOOD).findings == []


def an_order_of_the_same(case):
    order = an_order(case.shop, waybill="73000000005555")
    order.buyer = case.order.buyer
    order.save(update_fields=["buyer"])
    return order


def test_staff_have_the_last_word(agent):
    case = an_unreachable(agent)
    answered = record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    assert [each.code for each in answered.findings] == ["last-word"]
    noted = record_contact(case.pk, channel="chat", outcome="answered", note="好的", by=acts(agent), at=MONDAY)
    assert [each.code for each in noted.findings] == ["last-word"]
    called = record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY)
    assert called.findings == []


def test_what_must_not_go_out_is_refused_at_every_door_and_nothing_is_changed(agent):
    case, api = an_unreachable(agent), program(agent)
    with pytest.raises(Refused) as refused:
        sent(case, agent, "亲，这不关我的事")
    assert (refused.value.code, [each.rule for each in refused.value.reasons]) == ("reply_blocked", ["S4.2"])
    answer = api.post(f"cases/{case.pk}/contacts/", {"channel": "chat", "outcome": "sent", "note": "亲，这不关我的事"})
    assert (answer.status_code, answer.json()["code"]) == (422, "reply_blocked")
    assert answer.json()["reasons"][0]["code"] == "passing-on"
    case.refresh_from_db()
    assert (case.state, ContactAttempt.objects.exists()) == ("to_contact", False)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"note": ""}, "note"), ({"channel": "phone"}, "channel"), ({"note": "字" * 2001}, "note"), ({"script": "no-such"}, "script")],
)
def test_what_was_sent_is_a_text_on_a_channel_that_carries_it(given, field, agent):
    case = an_unreachable(agent)
    with pytest.raises(Malformed) as refused:
        record_contact(case.pk, **{"channel": "chat", "outcome": "sent", "note": GOOD} | given, by=acts(agent), at=MONDAY)
    assert (refused.value.field, ContactAttempt.objects.exists()) == (field, False)


@pytest.mark.rule("S4.1")
@pytest.mark.rule("S1.4")
def test_a_program_finds_scripts_checks_a_text_and_reads_versions(agent):
    case, api = an_unreachable(agent), program(agent)
    found = api.get(f"cases/{case.pk}/scripts/", {"q": "简短"}).json()
    assert [(each["code"], each["version"], each["may_copy"], each["missing"]) for each in found] == [("unreachable-short", 1, True, [])]
    missing = api.get(f"cases/{case.pk}/scripts/", {"q": "补偿已打款"}).json()[0]
    assert (missing["may_copy"], [each["name"] for each in missing["missing"]]) == (False, ["amount"])
    checked = api.post(f"cases/{case.pk}/reply-check/", {"text": "亲，24小时内答复，不关我的事"}).json()
    assert ([each["code"] for each in checked["findings"]], [each["words"] for each in checked["promises"]]) == (
        ["passing-on"],
        ["24小时内"],
    )
    versions = api.get("scripts/unreachable-short/versions/").json()
    assert [(each["number"], each["shop"], each["changed_by"]) for each in versions] == [(1, None, None)]
    assert api.get("scripts/unreachable-short/versions/", {"shop": "other"}).status_code == 404
