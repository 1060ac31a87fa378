"""Sent again: asked for a case, shipped by those who pack, tracked until signed, and no line made good twice."""

import datetime as dt

import pytest

from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case
from logistics.actions.add_parcel import add_parcel
from logistics.actions.take_tracking import take_tracking
from logistics.carriers.trace import Node, Trace
from logistics.models import IncidentFacts, Loss, Parcel, Weight
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Line
from refunds.actions.ask import ask_refund
from refunds.actions.ask_reshipment import ask_reshipment
from refunds.models import ResentLine, Reshipment
from tests.builders import a_parcel, a_wish, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import (
    SAID,
    an_incident,
    answered,
    fresh,
    hours,
    last_entry,
    parcel_of,
    running,
    sent_again,
    state_of,
    taken,
    to_mend,
)
from tests.logistics.nodes import node, tell
from tests.page import browser_of, field_of, text_of

SECOND = dt.timedelta(seconds=1)
NEW = {"waybill": "sf 1234567890123", "courier": "shunfeng"}


def on_its_way(agent, packer):
    """A reshipment that has left us, and the case above it."""
    above = to_mend(agent)
    case = sent_again(above, agent)
    answered(case, "shipped", packer, **NEW)
    return fresh(above), fresh(case)


@pytest.mark.rule("L3.2")
def test_what_is_asked_waits_for_those_who_pack_and_the_case_above_waits_for_it(agent):
    above = to_mend(agent, lines=("60.00", "40.00"))
    case = sent_again(above, agent, 1, 1)
    assert (case.state, case.queue, case.parent_id) == ("to_ship", "warehouse", above.pk)
    assert list(ResentLine.objects.filter(case=case).values_list("line__position", "quantity")) == [(1, 1), (2, 1)]
    task = case.tasks.get()
    assert (task.kind, task.role) == ("ship_again", "packers")
    assert task.text == "样例商品1 ×1\n样例商品2 ×1\n丢件"
    assert running(case, "ship").due_at == MONDAY + hours(8)
    assert state_of(above) == "mending"
    assert last_entry(above).facts["child"] == case.number


@pytest.mark.rule("L3.2")
@pytest.mark.parametrize("who", ["warehouse", "printclerk"])
def test_the_new_waybill_makes_a_parcel_of_the_order_whose_time_counts_from_now(agent, who, request):
    above, case = on_its_way(agent, request.getfixturevalue(who))
    parcel = Parcel.objects.get(waybill="SF1234567890123")
    assert (case.state, case.category) == ("under_way", "courier")
    assert case.incident.parcel == parcel
    assert (parcel.courier.code, parcel.shipped_at, parcel.is_awaited) == ("shunfeng", MONDAY, True)
    assert list(parcel.orders.all()) == [above.order]
    assert running(case, "arrive").due_at == MONDAY + hours(7 * 24)


@pytest.mark.rule("L5.2")
def test_its_weight_is_kept_when_it_is_given(agent, warehouse):
    case = sent_again(to_mend(agent), agent)
    answered(case, "shipped", warehouse, **NEW, grams=480)
    weight = Weight.objects.get(parcel__waybill="SF1234567890123")
    assert (weight.source, weight.grams, weight.entered_by) == ("warehouse", 480, warehouse)


def test_the_old_number_is_no_new_one(agent, warehouse):
    above = to_mend(agent)
    case = sent_again(above, agent)
    with pytest.raises(Malformed) as refused:
        answered(case, "shipped", warehouse, waybill=above.order.waybills[0], courier="zhongtong")
    assert refused.value.field == "waybill"
    assert state_of(case) == "to_ship"


def a_strangers(above):
    return an_order(above.shop, waybill="SF1234567890123")


def the_orders_older(above):
    return a_parcel(above.order, "SF1234567890123")


def of_another_courier(above):
    return a_parcel(an_order(above.shop), "SF1234567890123")


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize("known", [a_strangers, the_orders_older, of_another_courier])
def test_the_number_of_another_parcel_is_no_new_one_and_nothing_changes(agent, warehouse, known):
    above = to_mend(agent)
    known(above)
    case = sent_again(above, agent, at=MONDAY + hours(1))
    with pytest.raises(Malformed) as refused:
        answered(case, "shipped", warehouse, at=MONDAY + hours(2), **NEW)
    assert (refused.value.code, refused.value.field) == ("waybill_taken", "waybill")
    assert state_of(case) == "to_ship"
    assert not Parcel.objects.filter(waybill="SF1234567890123", sent_again_at__isnull=False).exists()
    assert Parcel.objects.filter(waybill="SF1234567890123").count() == 1


@pytest.mark.rule("L5.3")
def test_the_number_of_what_was_lost_on_the_way_is_not_used_again(agent, warehouse):
    above, first = on_its_way(agent, warehouse)
    taken(first, "lost_again", agent, **SAID)
    second = sent_again(above, agent)
    with pytest.raises(Malformed):
        answered(second, "shipped", warehouse, **NEW)
    assert state_of(second) == "to_ship"


@pytest.mark.rule("L5.3")
def test_a_waybill_that_came_in_before_its_answer_is_the_reshipments_though_it_moves(agent, warehouse):
    above = to_mend(agent)
    case = sent_again(above, agent)
    add_parcel([above.order.number], "shunfeng", NEW["waybill"], by=acts(warehouse), at=MONDAY + hours(1))
    tell(Parcel.objects.get(waybill="SF1234567890123"), node(MONDAY + hours(2), "transit", "0"))
    answered(case, "shipped", warehouse, at=MONDAY + hours(3), **NEW)
    assert (state_of(case), parcel_of(case).sent_again_at) == ("under_way", MONDAY + hours(3))


@pytest.mark.rule("L3.2")
@pytest.mark.parametrize("step", ["delivered", "customer_has_it"])
def test_signed_for_it_ends_and_the_case_above_with_it(agent, warehouse, step):
    above, case = on_its_way(agent, warehouse)
    taken(case, step, None if step == "delivered" else agent)
    assert (state_of(case), state_of(above)) == ("arrived", "resent")


@pytest.mark.rule("L3.2")
def test_what_tracking_tells_of_its_parcel_ends_it_by_itself(agent, warehouse, shop):
    above, case = on_its_way(agent, warehouse)
    later = MONDAY + hours(40)
    nodes = (Node(MONDAY + hours(2), "已揽收", stage="picked_up"), Node(later - hours(1), "已签收", stage="signed", signed_by="self"))
    trace = Trace("kuaidi100", "shunfeng", "SF1234567890123", nodes)
    take_tracking(shop, [trace], by=Actor.system("kuaidi100"), at=later)
    assert (state_of(case), state_of(above)) == ("arrived", "resent")
    assert last_entry(case).actor_name == "system"


def signed_after_all(shop, above):
    """The parcel that was lost is signed for, as tracking tells."""
    nodes = (Node(MONDAY + hours(3), "已签收", stage="signed", signed_by="self"),)
    trace = Trace("kuaidi100", "zhongtong", above.order.waybills[0], nodes)
    take_tracking(shop, [trace], by=Actor.system("kuaidi100"), at=MONDAY + hours(4))


@pytest.mark.rule("L6.2")
def test_while_it_waits_and_the_original_is_signed_for_nobody_ships_and_its_owner_is_told(agent, warehouse, shop):
    above = to_mend(agent)
    case = sent_again(above, agent)
    signed_after_all(shop, above)
    assert (state_of(case), fresh(case).news) == ("held", {"original_signed": 1})
    assert case.tasks.get().is_dropped
    with pytest.raises(Refused):
        answer_task(case.pk, case.tasks.get().pk, answer="shipped", facts=NEW, by=acts(warehouse), at=MONDAY + hours(5))
    assert running(case, "decide").due_at == MONDAY + hours(28)
    signed_after_all(shop, above)
    assert fresh(case).news == {"original_signed": 1}
    taken(case, "call_off", agent, at=MONDAY + hours(6), note="顾客已收到原包裹")
    assert (state_of(case), state_of(above)) == ("cancelled", "to_mend")


@pytest.mark.rule("L6.2")
def test_what_was_held_is_sent_all_the_same_when_the_customer_has_nothing(agent, warehouse, shop):
    above = to_mend(agent)
    case = sent_again(above, agent)
    signed_after_all(shop, above)
    taken(case, "send_all_the_same", agent, at=MONDAY + hours(6), note="签收人不是顾客")
    assert case.tasks.get(done_at=None).text == "样例商品1 ×1"
    answered(case, "shipped", warehouse, at=MONDAY + hours(7), **NEW)
    assert state_of(case) == "under_way"


@pytest.mark.rule("L6.2")
def test_a_refund_for_a_parcel_that_is_signed_for_after_all_tells_its_owner(agent, shop):
    above = to_mend(agent)
    case = ask_refund(a_wish(above.order, case=above.pk), by=acts(agent), at=MONDAY)
    signed_after_all(shop, above)
    assert (state_of(case), fresh(case).news) == ("asked", {"original_signed": 1})
    assert last_entry(case).facts["news"] == "original_signed"


@pytest.mark.rule("L3.2")
@pytest.mark.parametrize(("step", "facts", "state"), [("came_back", {}, "came_back"), ("lost_again", SAID, "lost")])
def test_what_comes_back_or_is_lost_again_puts_the_case_above_back_to_work(agent, warehouse, step, facts, state):
    above, case = on_its_way(agent, warehouse)
    taken(case, step, agent, **facts)
    assert (state_of(case), state_of(above)) == (state, "to_mend")
    assert last_entry(above).facts["state"] == state
    sent_again(fresh(above), agent)
    assert state_of(above) == "mending"


@pytest.mark.rule("L13.1")
def test_a_reshipment_that_is_lost_is_owed_for_what_was_in_it(agent, warehouse):
    above = to_mend(agent, lines=("60.00", "40.00"))
    Line.objects.filter(order=above.order, position=1).update(quantity=3)
    case = sent_again(above, agent, 1)
    answered(case, "shipped", warehouse, **NEW)
    taken(case, "lost_again", agent, **SAID)
    loss = Loss.objects.get(case=case)
    assert (str(loss.amount), loss.courier.code, loss.rule) == ("20.00", "shunfeng", "L13.1")


@pytest.mark.rule("L5.3")
def test_what_is_not_in_stock_is_offered_otherwise_or_called_off_and_the_case_above_goes_on(agent, printclerk):
    above = to_mend(agent)
    case = sent_again(above, agent)
    answered(case, "cannot_ship", printclerk)
    assert (state_of(case), fresh(case).queue, state_of(above)) == ("to_offer", "agents", "mending")
    assert running(case, "offer").due_at == MONDAY + hours(24)
    taken(case, "call_off", agent, note="顾客要退款")
    assert (state_of(case), state_of(above)) == ("cancelled", "to_mend")


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize(("wanted", "text", "what"), [("蓝色 M", "蓝色 M", "蓝色 M"), ("", "样例商品1 ×1", "")])
def test_or_the_customer_takes_other_goods_and_they_are_what_leaves_stock(agent, warehouse, wanted, text, what):
    case = sent_again(to_mend(agent), agent)
    answered(case, "cannot_ship", warehouse)
    taken(case, "other_goods", agent, wanted=wanted)
    assert case.tasks.get(done_at=None).text == text
    answered(case, "shipped", warehouse, **NEW)
    assert (state_of(case), case.goods_out.get().what) == ("under_way", what)


@pytest.mark.rule("L5.3")
def test_called_off_before_it_left_nobody_is_asked_any_more(agent, warehouse):
    above = to_mend(agent)
    case = sent_again(above, agent)
    with pytest.raises(Malformed):
        taken(case, "call_off", agent)
    taken(case, "call_off", agent, note="顾客改要退款")
    assert (state_of(case), state_of(above)) == ("cancelled", "to_mend")
    assert case.tasks.get().is_dropped
    with pytest.raises(StepRefused):
        taken(on_its_way(agent, warehouse)[1], "call_off", agent, note="晚了")


def test_nobody_ships_without_the_waybill(agent, warehouse):
    case = sent_again(to_mend(agent), agent)
    with pytest.raises(NotFound):
        taken(case, "shipped", None, **NEW)
    assert state_of(case) == "to_ship"


def test_a_parcel_that_leaves_too_late_or_travels_too_long_is_marked(agent, warehouse):
    above = to_mend(agent)
    case = sent_again(above, agent)
    fire_deadlines(at=MONDAY + hours(8))
    assert case.deadlines.get(kind="ship").status == "over"
    answered(case, "shipped", warehouse, at=MONDAY + hours(9), **NEW)
    fire_deadlines(at=MONDAY + hours(9 + 7 * 24) - SECOND)
    assert running(case, "arrive")


# No line twice -------------------------------------------------------------------------------------


@pytest.mark.rule("L5.3")
def test_a_line_on_its_way_is_neither_sent_once_more_nor_refunded(agent):
    above = to_mend(agent, lines=("60.00", "40.00"))
    case = sent_again(above, agent, 1)
    for attempt in (
        lambda: sent_again(fresh(above), agent, 1),
        lambda: ask_refund(a_wish(above.order, "10.00") | {"case": above.pk}, by=acts(agent), at=MONDAY),
        lambda: ask_refund(a_wish(above.order, "10.00"), by=acts(agent), at=MONDAY),
    ):
        with pytest.raises(StepRefused) as refused:
            attempt()
        assert [each.code for each in refused.value.reasons] == ["being_resent"]
        assert case.number in str(refused.value.reasons[0].text)
    assert Reshipment.objects.count() == 1
    sent_again(fresh(above), agent, 0, 1)


@pytest.mark.rule("L5.3")
def test_nor_is_a_refund_moved_to_it_by_the_step_itself(agent):
    above = to_mend(agent, lines=("60.00", "40.00"))
    refund = ask_refund(a_wish(above.order, "10.00"), by=acts(agent), at=MONDAY)
    sent_again(above, agent, 0, 1)
    wish = a_wish(above.order, lines=[{"line": above.order.lines.last().pk, "amount": "10.00"}])
    wish.pop("order")
    with pytest.raises(StepRefused) as refused:
        advance(refund.pk, "ask_again", by=acts(agent), at=MONDAY, facts={"request": wish})
    assert [each.code for each in refused.value.reasons] == ["being_resent"]
    assert verify_invariants() == []


@pytest.mark.rule("L5.3")
def test_a_line_with_a_refund_asked_or_paid_is_not_sent_again(agent):
    above = to_mend(agent, lines=("60.00", "40.00"))
    ask_refund(a_wish(above.order, "10.00"), by=acts(agent), at=MONDAY)
    Line.objects.filter(order=above.order, position=2).update(platform_refunded="40.00")
    with pytest.raises(StepRefused) as refused:
        sent_again(above, agent, 1, 1)
    assert [each.code for each in refused.value.reasons] == ["refund_asked", "refunded_already"]
    assert (state_of(above), Reshipment.objects.count()) == ("to_mend", 0)


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize(
    ("gone", "pieces", "refused"),
    [
        ("99.00", 3, True),
        ("1.00", 3, True),
        ("33.33", 3, True),
        ("33.33", 2, False),
        ("66.66", 2, True),
        ("66.66", 1, False),
        ("0.00", 3, False),
    ],
)
def test_pieces_whose_price_went_back_even_in_part_are_not_sent_again(agent, gone, pieces, refused):
    above = to_mend(agent, lines=("99.99",))
    Line.objects.filter(order=above.order).update(quantity=3, platform_refunded=gone)
    if not refused:
        assert sent_again(above, agent, pieces).state == "to_ship"
        return
    with pytest.raises(StepRefused) as error:
        sent_again(above, agent, pieces)
    (reason,) = error.value.reasons
    assert (reason.code, reason.rule) == ("refunded_already", "L5.2")
    assert gone in str(reason.text)
    assert not Reshipment.objects.exists()


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize("gone", ["33.33", "33.34"])
def test_the_odd_fen_of_the_first_piece_keeps_no_other_from_being_sent(agent, gone):
    above = to_mend(agent, lines=("100.00",))
    Line.objects.filter(order=above.order).update(quantity=3, platform_refunded=gone)
    assert sent_again(above, agent, 2).state == "to_ship"


def lost_once_more(agent, order):
    """A new case that hears of the loss of the order's first parcel."""
    case = an_incident("stalled", agent, order=order, picked_up=MONDAY - hours(40))
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "loss_explained", agent, wish="resend")
    return fresh(case)


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize(("number", "refused"), [(1, False), (2, True)])
def test_what_was_sent_again_and_arrived_is_not_sent_once_more_for_the_same_loss(agent, warehouse, number, refused):
    above = to_mend(agent)
    Line.objects.filter(order=above.order).update(quantity=2)
    first = sent_again(above, agent, 1)
    answered(first, "shipped", warehouse, **NEW)
    taken(first, "customer_has_it", agent)
    again = lost_once_more(agent, above.order)
    if not refused:
        assert sent_again(again, agent, number).state == "to_ship"
        return
    with pytest.raises(StepRefused) as error:
        sent_again(again, agent, number)
    assert [each.code for each in error.value.reasons] == ["resent_already"]
    assert Reshipment.objects.count() == 1


@pytest.mark.rule("L5.3")
def test_what_went_wrong_with_the_second_parcel_is_sent_again(agent, warehouse):
    above = to_mend(agent)
    first = sent_again(above, agent)
    answered(first, "shipped", warehouse, **NEW)
    taken(first, "customer_has_it", agent)
    # They took it for another one.
    Parcel.objects.filter(waybill="SF1234567890123").update(delivered_at=None, said_delivered_at=None)
    again = open_case("stalled", by=acts(agent), at=MONDAY, waybill="SF1234567890123")
    taken(again, "explained_and_urged", agent)
    taken(again, "courier_says_lost", agent, **SAID)
    taken(again, "loss_explained", agent, wish="resend")
    assert sent_again(fresh(again), agent).state == "to_ship"


@pytest.mark.rule("L3.2")
def test_both_ends_of_two_remedies_are_waited_for(agent, warehouse):
    above = to_mend(agent, lines=("60.00", "40.00"))
    first, second = sent_again(above, agent, 1), sent_again(fresh(above), agent, 0, 1)
    answered(first, "shipped", warehouse, **NEW)
    taken(first, "customer_has_it", agent)
    assert state_of(above) == "mending"
    answered(second, "shipped", warehouse, waybill="SF1234567890124", courier="shunfeng")
    taken(second, "customer_has_it", agent)
    assert state_of(above) == "resent"


# Asking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"case": None}, "case"),
        ({"case": "1"}, "case"),
        ({"lines": []}, "lines"),
        ({"lines": "1"}, "lines"),
        ({"lines": [{"line": 0, "quantity": 1}]}, "lines"),
        ({"lines": [{"line": True, "quantity": 1}]}, "lines"),
        ({"lines": [{"line": 2**62, "quantity": 1}]}, "lines.0.line"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 301}, "reason"),
        ({"more": 1}, "more"),
    ],
)
def test_a_request_that_is_not_whole_names_the_field_and_opens_nothing(agent, change, field):
    above = to_mend(agent)
    given = {"case": above.pk, "lines": [{"line": above.order.lines.get().pk, "quantity": 1}], "reason": "丢件"}
    with pytest.raises(Malformed) as refused:
        ask_reshipment(given | change, by=acts(agent), at=MONDAY)
    assert refused.value.field == field
    assert not Reshipment.objects.exists()


@pytest.mark.parametrize("quantity", [2, 10**6])
def test_no_more_pieces_than_were_ordered(agent, quantity):
    with pytest.raises(Malformed) as refused:
        sent_again(to_mend(agent), agent, quantity)
    assert refused.value.field == "lines.0.quantity"


@pytest.mark.parametrize("who", ["warehouse", "printclerk", "finance", "auditor", "admin"])
def test_agents_and_leads_ask(agent, who, request):
    above = to_mend(agent)
    with pytest.raises(NotAllowed):
        sent_again(above, request.getfixturevalue(who))


def test_it_belongs_to_a_case_whose_chapter_knows_it_and_to_no_closed_one(agent, outsider):
    with pytest.raises(StepRefused) as refused:
        sent_again(an_unreachable(agent), agent)
    assert [each.code for each in refused.value.reasons] == ["not_a_remedy"]
    above = to_mend(agent)
    with pytest.raises(NotFound):
        sent_again(above, outsider)
    taken(above, "customer_has_it", agent)
    with pytest.raises(Refused) as refused:
        sent_again(above, agent)
    assert refused.value.code == "case_closed"


def test_names_in_the_reason_are_not_kept(agent):
    case = sent_again(to_mend(agent), agent, reason="打 13800001111 联系")
    assert "13800001111" not in case.tasks.get().text
    assert "13800001111" not in str(list(case.journal.values()) if hasattr(case, "journal") else last_entry(case).facts)


# Doors ---------------------------------------------------------------------------------------------


def test_the_page_begins_with_everything_and_asks(agent):
    above = to_mend(agent, lines=("60.00", "40.00"))
    page = browser_of(agent)
    address = f"/reshipments/new/?case={above.pk}"
    assert f'href="{address}"' in page.get(f"/cases/{above.pk}/").content.decode()
    shown = page.get(address).content.decode()
    lines = list(above.order.lines.all())
    assert all(f'name="line-{line.pk}" value="1"' in shown for line in lines)
    refused = page.post(address, {f"line-{lines[0].pk}": "9", "reason": "丢件"})
    assert refused.status_code == 400
    assert "Fewer pieces than that were ordered." in text_of(refused)
    answer = page.post(address, {f"line-{lines[0].pk}": "1", f"line-{lines[1].pk}": "", "reason": "丢件"})
    case = Reshipment.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert "Asked." in text_of(page.get(answer["Location"]))
    assert ResentLine.objects.get(case=case).line == lines[0]


def test_the_page_says_what_the_chapter_wants_first(agent):
    above = to_mend(agent)
    taken(above, "moves_again", None)
    shown = text_of(browser_of(agent).get(f"/cases/{above.pk}/"))
    assert "First the courier confirms the loss, and the customer is told of it." in shown
    refused = browser_of(agent).post(f"/reshipments/new/?case={above.pk}", {f"line-{above.order.lines.get().pk}": "1", "reason": "丢件"})
    assert refused.status_code == 422


def test_the_form_knows_the_reason_and_the_rule_and_says_at_its_top_what_comes_first(agent, warehouse):
    above, address = to_mend(agent), "/reshipments/new/?case={}"
    shown = browser_of(agent).get(address.format(above.pk))
    assert ">Lost on the way</textarea>" in shown.content.decode()
    assert "L3.2" in text_of(shown)
    assert "Not yet possible" not in text_of(shown)
    case = an_incident("stalled", agent, finding="not_picked_up")
    assert "Not yet possible: First the courier confirms the loss" in text_of(browser_of(agent).get(address.format(case.pk)))
    taken(case, "ask_the_warehouse", agent)
    answered(case, "not_found", warehouse)
    assert ">Not found in our warehouse</textarea>" in browser_of(agent).get(address.format(case.pk)).content.decode()


def test_the_refund_of_a_lost_parcel_begins_with_all_that_is_left_and_who_confirmed_it(agent):
    above = to_mend(agent, lines=("60.00", "40.00"))
    page = browser_of(agent).get(f"/refunds/new/?case={above.pk}")
    lines = [line.pk for line in above.order.lines.all()]
    assert [field_of(page, f"line-{pk}") for pk in lines] == ["60.00", "40.00"]
    for value in ("not_received", "courier_confirmed"):
        assert f'<option value="{value}" selected' in page.content.decode()
    assert "Not yet possible" not in text_of(page)


def test_the_refund_form_says_at_its_top_what_comes_first(agent):
    case = an_incident("stalled", agent)
    assert "Not yet possible: First the courier confirms the loss" in text_of(browser_of(agent).get(f"/refunds/new/?case={case.pk}"))


def test_the_timeline_says_wish_and_courier_in_words(agent, warehouse):
    above, case = on_its_way(agent, warehouse)
    shown = text_of(browser_of(agent).get(f"/cases/{above.pk}/"))
    assert "The customer would like: Send it again" in shown
    assert "Courier: 顺丰" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))


def test_the_api_asks(agent):
    above = to_mend(agent)
    lines = [{"line": above.order.lines.get().pk, "quantity": 1}]
    answer = program(agent).post("reshipments/", {"case": above.pk, "lines": lines, "reason": "丢件"})
    assert answer.status_code == 201
    assert (answer.json()["kind"], answer.json()["parent"]["id"]) == ("reshipment", above.pk)
    again = program(agent).post("reshipments/", {"case": above.pk, "lines": lines, "reason": "丢件"})
    assert (again.status_code, again.json()["reasons"][0]["code"]) == (422, "being_resent")


def test_a_reshipment_is_not_opened_by_hand(agent, shop):
    order = an_order(shop, waybill="7300000000999")
    answer = program(agent).post("cases/", {"kind": "reshipment", "order": order.number})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_opened_by_hand")
    assert not Case.objects.filter(kind="reshipment").exists()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda case: IncidentFacts.objects.filter(case=case).update(parcel=None), "what_is_under_way_again_has_its_parcel"),
        (lambda case: IncidentFacts.objects.filter(case=case.parent).update(fault="warehouse"), "what_a_courier_owes_was_lost_with_it"),
        (lambda case: ResentLine.objects.create(case=case.parent, line=case.resent_lines.get().line, quantity=1), "sent_again_twice"),
    ],
)
def test_what_must_hold_is_looked_for(agent, warehouse, change, name):
    _above, case = on_its_way(agent, warehouse)
    assert verify_invariants() == []
    change(case)
    assert [name in str(each) for each in verify_invariants()] == [True]
