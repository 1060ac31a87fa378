"""S4.1 Reply scripts: filled from the case, never with a hole, versioned, the shop's own before the common one."""

import datetime as dt

import pytest
from django.utils import translation

from casework.actions.deeds import record_contact
from casework.actions.keep_words import follow_common, go_back, keep_script
from casework.models import Case, Journal, Script
from casework.reading import read_case
from casework.registry import KINDS
from casework.replies.checking import Draft, check, rules_of
from casework.scripts.fill import as_kept, as_read, fill
from casework.scripts.library import CHAPTER, script_for, scripts_for
from casework.scripts.own_words import WRITTEN
from casework.scripts.variables import VARIABLES, Told
from casework.seeds import seed_words
from casework.situation import Situation
from logistics.models import Parcel
from logistics.standing import Standing
from orders.errors import Malformed, NotAllowed, NotFound, Stale
from orders.persons import Person
from orders.vault import seal
from tests.builders import an_order, an_unreachable
from tests.cast import MONDAY, acts

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S4.1")]
LATER = MONDAY + dt.timedelta(hours=1)
WORDS = {"kind": "unreachable", "states": ["to_contact"], "title": "自己的", "text": "亲，单号{waybill}，请您看一下。"}


def told_of(case, agent, person=None):
    view = read_case(case.pk, by=acts(agent), now=MONDAY)
    return Told(view.case, view.at, acts(agent), person)


def test_a_script_is_filled_from_the_case(agent):
    case = an_unreachable(agent)
    filled = fill("{buyer}：{order} {goods} {waybill} {courier} {paid} {today} {case}", told_of(case, agent))
    order = case.order
    assert filled.text == f"{order.buyer.nick}：{order.number} 样例商品1 {case.order.waybills[0]} 中通 100.00 2026-11-23 {case.number}"
    assert filled.may_copy


def test_what_the_case_does_not_know_blocks_copying_and_says_where_it_is_entered(agent):
    filled = fill("{order} {amount} {nonsense}", told_of(an_unreachable(agent), agent))
    assert [each.name for each in filled.missing] == ["amount", "nonsense"]
    with translation.override("zh-hans"):
        assert "请先申请" in str(filled.missing[0].enter)
    assert "{amount}" in filled.text
    assert not filled.may_copy


def test_every_variable_says_where_it_comes_from_and_is_called_by_one_name_in_each_language(agent):
    assert all(str(each.source) and str(each.label) for each in VARIABLES.values())
    for name, each in VARIABLES.items():
        assert as_kept(f"{{{name}}}") == as_kept(as_read(f"{{{name}}}")) == f"{{{name}}}", each


def test_leads_write_variables_in_chinese_and_read_them_so(agent, settings):
    assert as_kept("{运单号}和{Waybill}") == "{waybill}和{waybill}"
    with pytest.raises(Malformed) as refused:
        as_kept("{运单}")
    assert (refused.value.code, refused.value.field) == ("unknown_variable", "text")


def test_personal_data_stand_behind_masks_until_they_are_revealed(agent):
    case = an_unreachable(agent, order=an_order_of_somebody(agent))
    masked = fill("{recipient} {phone} {address}", told_of(case, agent))
    assert masked.is_masked
    assert not masked.may_copy
    assert "张三丰" not in masked.text
    assert "13800001234" not in masked.text
    clear = fill("{recipient} {phone} {address}", told_of(case, agent, Person("张三丰", "13800001234", "文三路1号")))
    assert (clear.text, clear.may_copy) == ("张三丰 13800001234 浙江省杭州市西湖区文三路1号", True)


def test_stars_of_the_platform_are_no_name_to_write_to(agent):
    case = an_unreachable(agent)
    assert [each.name for each in fill("{recipient}", told_of(case, agent, Person("张**", "", ""))).missing] == ["recipient"]


def an_order_of_somebody(agent):
    shop = agent.memberships.get().shop
    sealed = {"name_enc": seal("张三丰"), "phone_enc": seal("13800001234"), "street_enc": seal("文三路1号")}
    return an_order(shop, waybill="73000000009911", **sealed)


def test_the_chapters_own_text_comes_first_and_then_what_fits_the_state(agent):
    found = scripts_for(told_of(an_unreachable(agent), agent))
    assert [each.script.code for each in found[:3]] == [CHAPTER, "unreachable-contact", "unreachable-short"]
    assert all(each.fits for each in found)
    told = told_of(Case.objects.get(), agent)
    with translation.override("zh-hans"):
        assert found[0].filled.text == told.case.contact_message(told.at)


def test_a_search_looks_through_all_kinds_for_every_word(agent):
    found = scripts_for(told_of(an_unreachable(agent), agent), "破损 照片")
    assert found
    assert not any(each.fits for each in found)
    assert all("破损" in f"{each.script.text} {each.script.title} {each.kind_label}" for each in found)


def test_each_kind_has_a_script_of_its_own_and_names_states_that_it_has(db):
    rows = Script.objects.in_force(None)
    assert {each.kind for each in rows} == {"", *KINDS}
    for each in rows:
        assert set(each.states) <= set(KINDS[each.kind].STATES.values if each.kind else []), each.code
        assert as_kept(each.text) == each.text


@pytest.mark.parametrize(
    ("code", "states"),
    [
        ("signed_not_received-inquired", ["inquired"]),
        ("intercept-asked", ["asked"]),
        ("intercept-accepted", ["accepted"]),
        ("address_change-courier", ["at_courier"]),
        ("no_record-shipped", ["shipped"]),
        ("out_of_stock-refund", ["mending"]),
        ("out_of_area-insisted", ["to_explain"]),
        ("exchange-sent", ["sent"]),
        ("damaged-resend", ["to_resend"]),
        ("returned_to_sender-choose", ["offered"]),
        ("missing_items-next", ["offer_next"]),
        ("missing_items-explain", ["to_explain"]),
        ("refused_at_door-back", ["here"]),
    ],
)
def test_a_script_is_offered_only_where_what_it_says_was_done(code, states):
    assert list(WRITTEN[code].states) == states


def test_the_time_to_answer_by_is_the_window_and_no_clock_of_ours(agent):
    case = an_unreachable(agent)
    assert [each.name for each in fill("{answer_by}", told_of(case, agent)).missing] == ["answer_by"]
    record_contact(case.pk, channel="phone", outcome="no_answer", by=acts(agent), at=MONDAY)
    assert fill("{answer_by}", told_of(case, agent)).text == "2026-11-26 10:00"


@pytest.mark.parametrize(
    ("kind", "parcel", "waybill"), [("exchange", {"is_return": True}, ""), ("exchange", {}, "1"), ("stalled", {}, "1")]
)
def test_what_the_customer_sends_back_is_never_named_as_what_comes(kind, parcel, waybill):
    assert waybill_of(kind, **parcel) == waybill


def test_new_goods_are_not_in_the_parcel_that_was_delivered_before():
    assert (waybill_of("exchange", delivered_at=MONDAY), waybill_of("stalled", delivered_at=MONDAY)) == ("", "1")


def waybill_of(kind, **parcel):
    at = Situation(MONDAY, None, 0, None, None, more={"parcel": Standing(Parcel(waybill="1", **parcel))})
    return VARIABLES["waybill"].read(Told(Case(kind=kind), at, None))


@pytest.mark.rule("S4.2")
def test_no_script_breaks_the_rules_for_replies(db):
    rules = rules_of(None)
    found = {each.code: check(Draft(each.text), rules) for each in Script.objects.in_force(None)}
    assert not {code: findings for code, findings in found.items() if findings}


def test_a_change_is_a_new_version_and_the_shops_own_wins(agent, supervisor, manager, shop):
    code = "unreachable-short"
    kept = keep_script(code, WORDS, seen=0, by=acts(supervisor), at=LATER, shop_id=shop.pk)
    assert (kept.number, kept.changed_by) == (1, supervisor)
    told = told_of(an_unreachable(agent), agent)
    assert script_for(told, code).script == kept
    assert Script.objects.newest(None)[code].title == "简短提醒"
    assert Journal.objects.get(object_type="script", object_id=str(kept.pk)).actor == supervisor


def test_going_back_is_a_version_too_and_all_shops_wording_can_hold_again(supervisor, shop):
    code, by = "unreachable-short", acts(supervisor)
    first = keep_script(code, WORDS, seen=0, by=by, at=LATER, shop_id=shop.pk)
    keep_script(code, WORDS | {"text": "亲，您好。"}, seen=1, by=by, at=LATER, shop_id=shop.pk)
    back = go_back(Script, code, 1, seen=2, by=by, at=LATER, shop_id=shop.pk)
    assert (back.number, back.text) == (3, first.text)
    follow_common(Script, code, seen=3, by=by, at=LATER, shop_id=shop.pk)
    assert Script.objects.newest(shop.pk)[code].shop is None
    assert Script.objects.of(code, shop.pk).count() == 4


def test_what_is_not_in_use_is_not_offered(supervisor, agent, shop):
    keep_script("unreachable-short", WORDS, seen=0, by=acts(supervisor), at=LATER, shop_id=shop.pk, standing="off")
    with pytest.raises(NotFound):
        script_for(told_of(an_unreachable(agent), agent), "unreachable-short")


def test_who_saw_an_older_version_overwrites_nothing(supervisor, shop):
    keep_script("own-1", WORDS, seen=0, by=acts(supervisor), at=LATER, shop_id=shop.pk)
    with pytest.raises(Stale) as stale:
        keep_script("own-1", WORDS | {"title": "其他"}, seen=0, by=acts(supervisor), at=LATER, shop_id=shop.pk)
    assert stale.value.extra == {"version": 1}
    assert Script.objects.of("own-1", shop.pk).count() == 1


def test_only_leads_word_scripts_each_for_their_shops(agent, supervisor, outsider, shop):
    for by, shop_id, error in ((agent, shop.pk, NotAllowed), (supervisor, None, NotAllowed), (outsider, shop.pk, NotFound)):
        with pytest.raises(error):
            keep_script("own-1", WORDS, seen=0, by=acts(by), at=LATER, shop_id=shop_id)
    assert not Script.objects.filter(code="own-1").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"states": ["paid"]}, "states"),
        ({"title": " "}, "title"),
        ({"title": "题" * 81}, "title"),
        ({"text": ""}, "text"),
        ({"text": "字" * 2001}, "text"),
        ({"text": "{谁}"}, "text"),
    ],
)
def test_a_script_that_cannot_be_is_refused_at_its_field(change, field, supervisor, shop):
    with pytest.raises(Malformed) as refused:
        keep_script("own-1", WORDS | change, seen=0, by=acts(supervisor), at=LATER, shop_id=shop.pk)
    assert refused.value.field == field


def test_seeding_again_leaves_what_is_worded_already(supervisor, shop):
    before = Script.objects.count()
    keep_script("unreachable-short", WORDS, seen=0, by=acts(supervisor), at=LATER, shop_id=shop.pk)
    seed_words("default")
    assert Script.objects.count() == before + 1
