"""L9 Change of address: decided by how each parcel stands, decided anew, edited twice, followed until signed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.actions.open_case import open_case
from casework.actions.step_back import step_back
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case
from casework.reading import timeline
from casework.situation import read_situations
from logistics.actions.add_parcel import add_parcel
from logistics.actions.reveal_address import reveal_address
from logistics.models import AddressFacts, Parcel
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.models import Order
from tests.builders import a_parcel
from tests.cast import MONDAY, acts
from tests.logistics.addresses import (
    ASKED_FOR,
    MINUTE,
    NEW,
    a_change,
    a_paid_order,
    a_printed_order,
    a_sent_order,
    an_intercept,
    done,
    listed,
    noted,
    open_tasks,
    parts_of,
    said,
    way_of,
)
from tests.logistics.incidents import facts_of, fresh, hours, last_entry, parcel_of, running, state_of, taken
from tests.logistics.nodes import node, tell

SECOND = dt.timedelta(seconds=1)


def message_of(case, agent):
    case = fresh(case)
    with translation.override("en"):
        return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


@pytest.mark.rule("L9.2")
def test_an_unpaid_order_is_closed_told_and_done_with(agent, shop):
    case = a_change(agent, a_paid_order(shop, status="wait_pay", paid_at=None))
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_reorder", ("reorder", "L9.2"), ["close_order"])
    done(case, "close_order", by=agent)
    assert state_of(case) == "to_tell"
    taken(case, "told_to_order_again", agent)
    assert state_of(case) == "reordered"


@pytest.mark.rule("L9.3")
def test_just_paid_a_memo_is_enough(agent, shop):
    case = a_change(agent, a_paid_order(shop, paid_at=MONDAY - 4 * MINUTE))
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_edit", ("memo", "L9.3"), ["memo_address"])
    done(case, "memo_address", by=agent)
    assert state_of(case) == "to_tell"
    taken(case, "customer_told", agent)
    assert state_of(case) == "followed"


@pytest.mark.rule("L9.4", "L9.8")
def test_both_edits_and_then_the_print_clerks_last_word(agent, printclerk, shop):
    case = a_change(agent, a_paid_order(shop))
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_edit", ("edit", "L9.4"), ["edit_address", "memo_changed"])
    done(case, "edit_address", by=agent)
    assert (state_of(case), open_tasks(case)) == ("to_edit", ["memo_changed"])
    done(case, "memo_changed", by=agent)
    assert (state_of(case), open_tasks(case)) == ("at_print", ["confirm_address"])
    said(case, "still_old", printclerk)
    assert (state_of(case), open_tasks(case)) == ("to_edit", ["edit_address", "memo_changed"])
    done(case, "edit_address", "memo_changed", by=agent)
    said(case, "confirmed", printclerk)
    assert (state_of(case), open_tasks(case)) == ("to_tell", [])


@pytest.mark.rule("L9.8")
def test_a_purple_flag_is_asked_about_whatever_the_minutes(agent, warehouse, shop):
    case = a_change(agent, a_paid_order(shop, flag=5, paid_at=MONDAY - MINUTE))
    assert (state_of(case), way_of(case), open_tasks(case)) == ("at_print", ("ask", "L9.8"), ["may_change"])
    said(case, "held", warehouse)
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_edit", ("edit", "L9.4"), ["edit_address", "memo_changed"])


@pytest.mark.rule("L9.8")
def test_an_unknown_flag_is_asked_about_and_the_answer_leaves_it_to_the_minutes(agent, printclerk, shop):
    case = a_change(agent, a_paid_order(shop, flag=None, paid_at=MONDAY - MINUTE))
    assert (state_of(case), open_tasks(case)) == ("at_print", ["may_change"])
    said(case, "not_collected", printclerk, at=MONDAY + 4 * MINUTE)
    assert way_of(case) == ("memo", "L9.3")


@pytest.mark.rule("L9.8")
def test_not_collected_holds_no_longer_once_the_flag_turns_purple(agent, printclerk, shop):
    order = a_paid_order(shop, flag=None)
    case = a_change(agent, order)
    said(case, "not_collected", printclerk)
    assert state_of(case) == "to_edit"
    listed(order, flag=5)
    assert (state_of(case), open_tasks(case)) == ("at_print", ["may_change"])
    assert [each.kind for each in case.tasks.all() if each.is_dropped] == ["edit_address", "memo_changed"]


@pytest.mark.rule("L9.5")
def test_a_printed_parcel_is_pulled_edited_twice_and_confirmed(agent, printclerk, shop):
    case = a_change(agent, a_printed_order(shop, flag=5))
    assert (state_of(case), way_of(case), open_tasks(case)) == ("at_print", ("pull", "L9.5"), ["pull_parcel"])
    said(case, "pulled", printclerk)
    assert (state_of(case), open_tasks(case)) == ("to_edit", ["edit_address", "memo_changed"])
    done(case, "edit_address", "memo_changed", by=agent)
    said(case, "renumbered", printclerk, waybill="SF1234567890123", courier="shunfeng")
    assert state_of(case) == "to_tell"
    old, new = Parcel.objects.filter(orders=case.order).order_by("pk")
    assert (old.stage, new.waybill, [each["parcel"] for each in parts_of(case)]) == ("voided", "SF1234567890123", [new.pk])


@pytest.mark.rule("L9.5", "L9.6")
def test_too_late_to_pull_waits_until_it_has_left_and_then_asks_the_courier(agent, printclerk, shop):
    order = a_printed_order(shop)
    case = a_change(agent, order)
    said(case, "too_late", printclerk)
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_leave", ("leaves", "L9.6"), [])
    listed(order, status="shipped", waybills=[order.parcels.get().waybill])
    assert (state_of(case), way_of(case), fresh(case).news) == ("to_courier", ("courier", "L9.6"), {"address_decided": 2})


@pytest.mark.rule("L9.6")
def test_a_shipped_parcel_is_redirected_and_followed_until_signed_at_the_new_place(agent, shop):
    case = a_change(agent, a_sent_order(shop))
    assert (state_of(case), way_of(case)) == ("to_courier", ("courier", "L9.6"))
    stop = an_intercept(case, agent)
    assert state_of(case) == "at_courier"
    taken(stop, "courier_asked", agent, **ASKED_FOR)
    taken(stop, "courier_accepts", agent, said="网点同意转寄")
    tell(parcel_of(stop), node(MONDAY + hours(20), "signed", "301", "本人签收"))
    assert (state_of(stop), state_of(case)) == ("where", "at_courier")
    taken(stop, "signed_at_the_new_place", agent)
    assert (state_of(stop), state_of(case)) == ("redirected", "to_tell")
    taken(case, "customer_told", agent)
    assert state_of(case) == "arrived"
    assert verify_invariants() == []


@pytest.mark.rule("L9.6", "L0.2")
def test_a_refusal_of_the_courier_is_told_and_ends_it(agent, shop):
    case = a_change(agent, a_sent_order(shop))
    stop = an_intercept(case, agent)
    taken(stop, "courier_asked", agent, **ASKED_FOR)
    taken(stop, "courier_refuses", agent, said="已在派送")
    taken(stop, "customer_told", agent)
    assert (state_of(case), parts_of(case)[0]["end"]) == ("to_tell", "failed")
    assert "could not be changed" in message_of(case, agent)
    taken(case, "told_it_stays", agent)
    assert state_of(case) == "unchanged"


@pytest.mark.rule("L9.7")
def test_what_was_signed_for_is_got_back_at_the_customers_cost(agent, shop):
    order = a_sent_order(shop)
    Parcel.objects.filter(orders=order).update(delivered_at=MONDAY - hours(3), said_delivered_at=MONDAY - hours(3))
    case = a_change(agent, order)
    assert way_of(case) == ("get_back", "L9.7")
    assert "what this costs is yours" in message_of(case, agent)
    stop = an_intercept(case, agent)
    with pytest.raises(StepRefused) as refused:
        taken(stop, "courier_asked", agent, **ASKED_FOR)
    assert [(each.code, each.rule) for each in refused.value.reasons] == [("is_on_its_way", "L9.7")]
    taken(stop, "get_it_back", agent, whom="courier", way="phone")
    assert (facts_of(stop).fault, facts_of(stop).freight_payer, facts_of(stop).freight_rule) == ("customer", "customer", "L9.7")
    taken(stop, "came_back", agent)
    assert (state_of(stop), state_of(case)) == ("back", "to_tell")
    told = message_of(case, agent)
    assert "is back with us" in told
    assert "What it cost to get it back is yours" in told
    returned = Case.objects.get(kind="returned_to_sender")
    facts = facts_of(returned)
    assert (facts.sent_back_for, facts.freight_payer, facts.freight_rule, facts.here_at) == ("recalled", "customer", "L9.7", MONDAY)
    taken(case, "told_it_is_back", agent)
    tell(parcel_of(stop), node(MONDAY - hours(3), "signed", "301", "本人签收"), at=MONDAY + hours(1))
    assert (state_of(case), state_of(returned)) == ("came_back", "to_tell"), "the old signature ends nothing"
    assert verify_invariants() == []


@pytest.mark.rule("L9.7")
def test_signed_at_the_old_place_after_the_courier_was_asked_is_the_customers_cost_too(agent, shop):
    case = a_change(agent, a_sent_order(shop))
    stop = an_intercept(case, agent)
    taken(stop, "courier_asked", agent, **ASKED_FOR)
    tell(parcel_of(stop), node(MONDAY + hours(2), "signed", "301", "本人签收"))
    taken(stop, "signed_at_the_old_place", agent, at=MONDAY + hours(3), whom="courier", way="phone")
    assert (state_of(stop), facts_of(stop).freight_payer) == ("getting_back", "customer")
    due = running(stop, "get_back").due_at
    fire_deadlines(at=due - SECOND)
    assert state_of(stop) == "getting_back"
    fire_deadlines(at=due)
    assert state_of(stop) == "refused"


@pytest.mark.rule("L9.7")
def test_an_earlier_parcel_that_the_customer_has_is_not_got_back(agent, shop):
    order = a_sent_order(shop)
    Parcel.objects.filter(orders=order).update(delivered_at=MONDAY - hours(30), said_delivered_at=MONDAY - hours(30))
    second = a_parcel(order, "736555555505")
    case = a_change(agent, order)
    assert [each["way"] for each in parts_of(case)] == ["get_back", "courier"]
    taken(case, "signed_is_right", agent)
    assert [each["end"] for each in parts_of(case)] == ["kept", ""]
    stop = open_case("intercept", by=acts(agent), at=MONDAY, waybill=second.waybill, parent=case.pk)
    taken(stop, "courier_asked", agent, **ASKED_FOR)
    assert state_of(case) == "at_courier"


# Several parcels -----------------------------------------------------------------------------------


@pytest.mark.rule("L9.1", "L9.5", "L9.6")
def test_each_parcel_goes_its_own_way(agent, printclerk, shop):
    order = a_sent_order(shop, status="part_shipped")
    here = a_parcel(order, "736555555501")
    Order.objects.filter(pk=order.pk).update(waybills=[order.waybills[0]])
    case = a_change(agent, order)
    assert [(each["way"], each["rule"]) for each in parts_of(case)] == [("courier", "L9.6"), ("pull", "L9.5")]
    assert state_of(case) == "at_print"
    said(case, "pulled", printclerk)
    done(case, "edit_address", "memo_changed", by=agent)
    said(case, "confirmed", printclerk)
    assert state_of(case) == "to_courier"
    stop = an_intercept(case, agent)
    taken(stop, "courier_asked", agent, **ASKED_FOR)
    taken(stop, "courier_refuses", agent, said="拒绝")
    taken(stop, "customer_told", agent)
    assert [each["end"] for each in parts_of(case)] == ["failed", "changed"]
    assert here.waybill in message_of(case, agent)
    taken(case, "customer_told", agent)
    assert state_of(case) == "followed"
    tell(here, node(MONDAY + hours(40), "signed", "301", "本人签收"))
    assert state_of(case) == "arrived"


@pytest.mark.rule("L9.4", "L9.6")
def test_what_is_shipped_after_the_change_is_only_followed(agent, printclerk, shop):
    order = a_paid_order(shop)
    case = a_change(agent, order)
    done(case, "edit_address", "memo_changed", by=agent)
    said(case, "confirmed", printclerk)
    taken(case, "customer_told", agent)
    parcel = a_parcel(order, "736555555502")
    listed(order, status="shipped", waybills=[parcel.waybill])
    assert (state_of(case), [(each["parcel"], each["end"]) for each in parts_of(case)]) == ("followed", [(parcel.pk, "changed")])
    tell(parcel, node(MONDAY + hours(40), "signed", "301", "本人签收"))
    assert state_of(case) == "arrived"


# Decided anew --------------------------------------------------------------------------------------


@pytest.mark.rule("L9.1", "L9.6")
def test_what_is_shipped_before_the_edits_are_done_goes_to_the_courier_and_the_tasks_are_withdrawn(agent, shop):
    order = a_paid_order(shop)
    case = a_change(agent, order)
    done(case, "memo_changed", by=agent)
    parcel = a_parcel(order, "736555555503")
    listed(order, status="shipped", waybills=[parcel.waybill])
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_courier", ("courier", "L9.6"), [])
    entry = last_entry(case)
    assert (entry.step, entry.role, entry.channel) == ("is_the_couriers", "system", "import")
    assert entry.facts == {"deed": "by_itself", "ways": ["courier"], "rules": ["L9.6"], "dropped": ["修改订单的收件人和地址"]}
    assert fresh(case).news == {"address_decided": 1}
    listed(order)
    assert last_entry(case).pk == entry.pk, "nothing new: no entry"


@pytest.mark.rule("L9.2", "L9.8")
def test_an_unpaid_order_that_is_paid_after_all_is_decided_anew(agent, shop):
    order = a_paid_order(shop, status="wait_pay", paid_at=None)
    case = a_change(agent, order)
    done(case, "close_order", by=agent)
    listed(order, status="wait_ship", paid_at=MONDAY, flag=None)
    assert (state_of(case), open_tasks(case)) == ("at_print", ["may_change"])


@pytest.mark.rule("L9.5")
def test_a_waybill_that_is_entered_by_hand_is_pulled(agent, printclerk, shop):
    order = a_paid_order(shop)
    case = a_change(agent, order)
    add_parcel([order.number], "zhongtong", "736555555504", by=acts(printclerk), at=MONDAY + MINUTE)
    assert (state_of(case), way_of(case), open_tasks(case)) == ("at_print", ("pull", "L9.5"), ["pull_parcel"])


@pytest.mark.rule("L9.6")
def test_a_scan_of_the_courier_means_that_it_has_left(agent, shop):
    order = a_printed_order(shop)
    case = a_change(agent, order)
    tell(order.parcels.get(), node(MONDAY + hours(1), "picked_up", "103", "已揽收"))
    assert (state_of(case), way_of(case), open_tasks(case)) == ("to_courier", ("courier", "L9.6"), [])


@pytest.mark.rule("L9.3")
@pytest.mark.parametrize(("after", "state"), [(-SECOND, "memo"), (dt.timedelta(), "memo"), (SECOND, "edit")])
def test_the_five_minutes_run_out_by_a_clock(agent, shop, after, state):
    paid_at = MONDAY - 4 * MINUTE
    case = a_change(agent, a_paid_order(shop, paid_at=paid_at))
    fire_deadlines(at=paid_at + 5 * MINUTE + after)
    assert way_of(case)[0] == state
    if state == "edit":
        assert (open_tasks(case), fresh(case).news) == (["edit_address", "memo_changed"], {"address_decided": 1})
        assert [each.kind for each in case.tasks.all() if each.is_dropped] == ["memo_address"]


@pytest.mark.rule("L9.1")
def test_a_list_decides_any_number_of_cases_in_as_many_questions(agent, shop):
    orders = [a_paid_order(shop) for _ in range(6)]
    cases = [a_change(agent, each) for each in orders]
    assert _count(orders[:2], flag=5) == _count(orders[2:], flag=5)
    assert {state_of(case) for case in cases} == {"at_print"}


# The wish ------------------------------------------------------------------------------------------


@pytest.mark.rule("S5.1")
def test_the_new_address_is_sealed_masked_and_shown_once_with_a_reason(agent, printclerk, finance, shop):
    case = a_change(agent, a_paid_order(shop))
    facts = AddressFacts.objects.get(case=case)
    assert facts.shown == {"name": "李*", "phone": "139****1111", "place": "浙江省 杭州市 滨江区 **"}
    told = " ".join([*case.tasks.values_list("text", flat=True), repr(list(timeline(case).values_list("facts", "note")))])
    assert not any(secret in told for secret in ("李四", "13900001111", "江南大道"))
    with pytest.raises(Malformed):
        reveal_address(case.pk, reason=" ", by=acts(printclerk), at=MONDAY)
    with pytest.raises(NotAllowed):
        reveal_address(case.pk, reason="看看", by=acts(finance), at=MONDAY)
    shown = reveal_address(case.pk, reason="改打单软件", by=acts(printclerk), at=MONDAY)
    assert shown.line == "李四 13900001111 浙江省杭州市滨江区江南大道100号3幢"
    assert (last_entry(case).step, last_entry(case).facts["shown"]) == (
        "reveal",
        ["name", "phone", "province", "city", "district", "street"],
    )


@pytest.mark.rule("S5.1")
def test_what_is_noted_of_the_new_recipient_is_taken_out_of_the_texts(agent, shop):
    case = a_change(agent, a_paid_order(shop))
    add_note(case.pk, note="李四说门牌是江南大道100号，电话13900001111", by=acts(agent), at=MONDAY)
    assert last_entry(case).note == "[姓名]说门牌是[地址]，电话[电话]"


@pytest.mark.rule("L9.8", "L9.9")
def test_the_memo_is_signed_counts_the_goods_and_tells_no_more_than_it_needs(agent, shop):
    case = a_change(agent, a_paid_order(shop, lines=("60.00", "40.00")))
    assert case.tasks.get(kind="memo_changed").text == "2026-11-23 地址已改，以订单为准，勿看旧留言，共2件 AGENT"
    assert case.tasks.get(kind="edit_address").text.endswith("李* 139****1111 浙江省 杭州市 滨江区 **")
    shown = reveal_address(case.pk, reason="改地址", by=acts(agent), at=MONDAY)
    texts = {task.kind: text for task, text in shown.texts}
    assert texts["memo_changed"] == "2026-11-23 地址已改，以订单为准，勿看旧留言，共2件 AGENT"
    assert "李四 13900001111 浙江省杭州市滨江区江南大道100号3幢" in texts["edit_address"]


@pytest.mark.rule("L9.3")
def test_the_memo_of_the_first_minutes_carries_the_address(agent, shop):
    case = a_change(agent, a_paid_order(shop, paid_at=MONDAY))
    assert case.tasks.get().text == "2026-11-23 改地址：李* 139****1111 浙江省 杭州市 滨江区 ** AGENT"
    (shown,) = reveal_address(case.pk, reason="写备注", by=acts(agent), at=MONDAY).texts
    assert shown[1] == "2026-11-23 改地址：李四 13900001111 浙江省杭州市滨江区江南大道100号3幢 AGENT"


@pytest.mark.rule("L9.1")
@pytest.mark.parametrize(
    ("address", "field"),
    [
        ({}, "street"),
        ({"phone": "139****1111"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"street": "江南大道100号"}, "street"),
        (NEW | {"name": "李**"}, "name"),
    ],
)
def test_half_an_address_is_refused(agent, shop, address, field):
    case = open_case("address_change", by=acts(agent), at=MONDAY, order=a_paid_order(shop).number)
    with pytest.raises(Malformed) as refused:
        noted(case, agent, **address)
    assert (refused.value.field, state_of(case)) == (field, "to_note")


@pytest.mark.rule("L9.8")
def test_another_wish_takes_back_what_was_done_for_the_first(agent, printclerk, shop):
    case = a_change(agent, a_paid_order(shop))
    done(case, "edit_address", "memo_changed", by=agent)
    said(case, "confirmed", printclerk)
    noted(case, agent, phone="13700002222")
    assert (state_of(case), open_tasks(case)) == ("to_edit", ["edit_address", "memo_changed"])
    assert AddressFacts.objects.get(case=case).shown["phone"] == "137****2222"
    assert reveal_address(case.pk, reason="核对", by=acts(agent), at=MONDAY).fields["name"] == "李四"


@pytest.mark.rule("L9.1")
def test_nothing_is_promised_before_it_is_done(agent, shop):
    case = open_case("address_change", by=acts(agent), at=MONDAY, order=a_paid_order(shop).number)
    assert "depends on how far the order is" in message_of(case, agent)
    noted(case, agent, **NEW)
    assert "is changed" not in message_of(case, agent)


@pytest.mark.rule("L9.1")
def test_an_order_that_is_closed_has_nothing_to_change(agent, shop):
    case = a_change(agent, a_paid_order(shop, status="closed"))
    assert (state_of(case), way_of(case)) == ("to_tell", ("nothing", "L9.1"))
    taken(case, "told_it_stays", agent)
    assert state_of(case) == "unchanged"


def _count(orders, **columns):
    with CaptureQueriesContext(connection) as counted:
        listed(*orders, **columns)
    return len(counted)


@pytest.mark.rule("L9.1")
def test_what_is_wanted_after_all_is_decided_as_the_order_stands_by_now(agent, shop):
    order = a_sent_order(shop)
    case = a_change(agent, order)
    assert way_of(case)[0] == "courier"
    advance(case.pk, "withdraw", by=acts(agent), at=MONDAY, note="顾客说不改了")
    tell(order.parcels.get(), node(MONDAY + MINUTE, "signed", "301"))
    step_back(case.pk, by=acts(agent), at=MONDAY + 2 * MINUTE)
    assert (fresh(case).is_open, way_of(case)[0]) == (True, "get_back")


@pytest.mark.rule("L9.5")
def test_a_new_waybill_takes_the_place_of_the_one_parcel_that_was_asked_about(agent, printclerk, shop):
    order = a_printed_order(shop)
    first, second = order.parcels.get(), a_parcel(order, "736555555508")
    case = a_change(agent, order)
    for _parcel in (first, second):
        said(case, "pulled", printclerk)
    done(case, "edit_address", "memo_changed", by=agent)
    assert first.waybill in case.tasks.get(done_at=None).text
    said(case, "renumbered", printclerk, waybill="SF1234567890999", courier="shunfeng")
    assert (parcel_now(first).stage, parcel_now(second).stage) == ("voided", second.stage)
    new = Parcel.objects.get(waybill="SF1234567890999")
    assert {each["parcel"]: each["end"] for each in parts_of(case)} == {new.pk: "changed", second.pk: ""}
    assert second.waybill in case.tasks.get(done_at=None).text, "the other parcel is asked about by itself"
    said(case, "confirmed", printclerk)
    assert (state_of(case), {each["end"] for each in parts_of(case)}) == ("to_tell", {"changed"})


@pytest.mark.rule("L9.6", "L9.8")
def test_too_late_is_said_of_the_one_parcel_that_was_asked_about(agent, printclerk, shop):
    order = a_printed_order(shop)
    second = a_parcel(order, "736555555509")
    case = a_change(agent, order)
    said(case, "too_late", printclerk)
    assert [each["way"] for each in parts_of(case)] == ["leaves", "pull"]
    assert second.waybill in case.tasks.get(done_at=None).text


@pytest.mark.rule("L9.7", "N3")
def test_what_it_costs_is_said_beside_the_other_parts(agent, shop):
    order = a_sent_order(shop, status="part_shipped")
    sent = order.parcels.get()
    a_parcel(order, "736555555510")
    Order.objects.filter(pk=order.pk).update(waybills=[sent.waybill])
    Parcel.objects.filter(pk=sent.pk).update(delivered_at=MONDAY - hours(1), said_delivered_at=MONDAY - hours(1))
    case = a_change(agent, order)
    assert (state_of(case), [each["way"] for each in parts_of(case)]) == ("at_print", ["get_back", "pull"])
    told = message_of(case, agent)
    assert f"({sent.courier.name} {sent.waybill}): we try to get it back, and what this costs is yours to pay" in told


def parcel_now(parcel):
    return Parcel.objects.get(pk=parcel.pk)
