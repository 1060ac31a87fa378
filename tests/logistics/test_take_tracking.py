"""Tracking that comes in: merged without doubles, in whatever order, and never turning a parcel back."""

import itertools

import pytest
from django.db import connection

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.actions.open_case import open_case
from casework.actions.verify import verify_invariants
from casework.models import Case, Journal
from logistics.actions.take_tracking import take_tracking
from logistics.from_orders import refresh_standing
from logistics.models import Courier, IncidentFacts, Loss, Parcel, Stage, TrackingEvent, Weight
from orders.access import Actor
from orders.errors import Malformed
from orders.vault import seal, unseal
from tests.builders import a_parcel, an_order
from tests.cast import acts
from tests.logistics.traces import NOON, NUMBER, WAY, row, trace
from tests.test_concurrency import at_once

BY = Actor.system("push")
SIGNED = (40, "3")


@pytest.fixture
def parcel(shop):
    return an_order(shop, waybill=NUMBER).parcels.get()


def take(shop, *traces, at=NOON):
    return take_tracking(shop, traces, by=BY, at=at)


def summary(parcel):
    parcel.refresh_from_db()
    names = "stage stage_since last_event_at provider code problem picked_up_at returning_at signed_by delivered_at tracking_end"
    return {name: getattr(parcel, name) for name in names.split()}


def events(parcel):
    return list(parcel.events.order_by("at", "place", "id").values_list("at", "code", "stage", "text", "place"))


@pytest.mark.fault("W3")
def test_what_is_told_again_adds_nothing(shop, parcel):
    assert take(shop, trace(*WAY)).events == 5
    before = events(parcel), summary(parcel)
    for _again in range(3):
        assert take(shop, trace(*WAY[:2]), trace(*WAY)).events == 0
    assert (events(parcel), summary(parcel)) == before
    assert parcel.stage == Stage.DELIVERING


@pytest.mark.fault("W4")
@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
def test_the_order_of_telling_changes_nothing(shop, parcel, order):
    told = [
        trace(*WAY[:2]),
        trace(*WAY),
        trace(*WAY, SIGNED, status="shutdown", state="3"),
        trace(*WAY, SIGNED, (41, "0", "快件已由样例菜鸟驿站代收，请及时取件"), state="3"),
    ]
    for number in order:
        take(shop, told[number])
    found = summary(parcel)
    assert (found["stage"], found["signed_by"], found["tracking_end"]) == ("signed", "self", "shutdown")
    assert len(events(parcel)) == 7
    assert [text for _at, _code, _stage, text, _place in events(parcel)][-1].startswith("快件已由样例菜鸟驿站代收")


@pytest.mark.parametrize("plain_first", [True, False])
def test_a_node_without_a_code_gets_it_from_a_telling_with_one(shop, parcel, plain_first):
    plain = trace(row(0, "", "商家正通知快递公司揽件"), row(2, "", "【深圳市】 【深圳南山样例网点】（19900001001） 的 样例揽收员 已揽收"))
    told = [plain, trace(*WAY[:2])] if plain_first else [trace(*WAY[:2]), plain]
    for each in told:
        take(shop, each)
    assert [(code, stage) for _at, code, stage, _text, _place in events(parcel)] == [("101", "ordered"), ("103", "picked_up")]


@pytest.mark.parametrize("turn", [1, -1])
def test_nodes_of_one_second_keep_the_order_of_the_longest_list(shop, parcel, turn):
    first, second, third = (row(1, "1002", f"快件到达 {each}") for each in ("甲", "乙", "丙"))
    for each in [trace(second, third), trace(first, second, third), trace(third)][::turn]:
        take(shop, each)
    assert [text for _at, _code, _stage, text, _place in events(parcel)] == ["快件到达 甲", "快件到达 乙", "快件到达 丙"]
    parcel.refresh_from_db()
    assert parcel.last_text == "快件到达 丙"


def test_the_orders_own_name_and_street_are_taken_out_too(shop):
    order = an_order(shop, waybill=NUMBER, name_enc=seal("欧阳娜娜"), street_enc=seal("文三路样例小区3幢2单元"))
    take(shop, trace(row(1, "501", "欧阳娜娜的快件已放在文三路样例小区3幢驿站")))
    assert order.parcels.get().events.get().text == "[姓名]的快件已放在[地址]驿站"


@pytest.mark.fault("P1")
@pytest.mark.parametrize(
    ("area", "kept"),
    [
        ("广东,深圳市,南山区", "广东,深圳市,南山区"),
        ("王五 13900001234 家", "[姓名] [电话] 家"),
        ("欧阳娜娜家", "[姓名]家"),
        ("杭州文三路样例小区3幢2单元", "杭州[地址]"),
    ],
)
def test_the_place_of_a_node_names_nobody_either(shop, area, kept):
    order = an_order(shop, waybill=NUMBER, name_enc=seal("欧阳娜娜"), street_enc=seal("文三路样例小区3幢2单元"))
    take(shop, trace(row(1, "5", areaName=area)))
    assert order.parcels.get().events.get().area == kept


def test_what_was_stored_under_an_old_key_is_known_again(shop, parcel, settings):
    take(shop, trace(*WAY))
    settings.DATA_KEYS_OLD, settings.DATA_KEY = (settings.DATA_KEY,), "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE="
    assert take(shop, trace(*WAY)).events == 0


def test_the_clear_copy_names_nobody_and_the_original_is_sealed(shop):
    order = an_order(shop, waybill=NUMBER)
    original = "派件员：王大锤（13800001234）正在派件，签收人：邻居赵六"
    take(shop, trace(row(1, "5", original)))
    event = order.parcels.get().events.get()
    assert event.text == "派件员：[姓名]([电话])正在派件，签收人：邻居[姓名]"
    assert unseal(event.text_enc) == original


def test_a_clock_that_is_wrong_takes_nothing(shop, parcel):
    for wrong in (row(0, "101", time="2009-12-31 23:59:59"), row(0, "101", time="2026-11-21 12:00:01")):
        with pytest.raises(Malformed):
            take(shop, trace(*WAY, wrong))
    assert not TrackingEvent.objects.exists()
    assert take(shop, trace(row(0, "101", time="2026-11-21 12:00:00"))).events == 1


def test_an_old_month_gets_its_partition(shop, parcel):
    take(shop, trace(row(0, "101", time="2012-02-29 10:00:00")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM logistics_trackingevent_201202")
        assert cursor.fetchone() == (1,)
    assert not verify_invariants()


def test_a_number_that_nobody_knows_makes_no_room(shop):
    take(shop, trace(row(0, "101", time="2013-03-03 10:00:00")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('logistics_trackingevent_201303')")
        assert cursor.fetchone() == (None,)


def test_a_waybill_of_another_shop_is_unknown(shop, other_shop, parcel):
    taken = take(other_shop, trace(*WAY))
    assert (taken.parcels, taken.events) == ((None,), 0)
    assert not TrackingEvent.objects.exists()


def test_of_two_couriers_with_one_number_the_company_decides(shop, parcel):
    twin = Parcel.objects.create(shop=shop, courier=Courier.objects.get(code="yunda"), waybill=NUMBER, first_seen_at=NOON)
    assert take(shop, trace(*WAY, com="yunda"), trace(*WAY, com="zhongtong")).parcels == (twin.pk, parcel.pk)
    assert take(shop, trace(*WAY, com="ems")).parcels == (None,)
    assert (twin.events.count(), parcel.events.count()) == (5, 5)


def test_a_thousand_traces_take_as_many_statements_as_ten(shop, django_assert_num_queries):
    waybills = [f"7300000000{number:04d}" for number in range(60)]
    for waybill in waybills:
        an_order(shop, waybill=waybill)
    for some, count in ((waybills[:10], 26), (waybills[10:], 26)):
        with django_assert_num_queries(count):
            assert take(shop, *(trace(*WAY, nu=each) for each in some)).events == 5 * len(some)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_signature_that_the_state_alone_tells_is_not_taken_back_by_an_older_push(shop, parcel, turn):
    plain = [row(2, "", "快件已到达", status=""), row(3, "0", "感谢使用")]
    for each in [trace(*plain, state="0"), trace(*plain, state="3", status="shutdown")][::turn]:
        take(shop, each)
    assert (summary(parcel)["stage"], parcel.events.count()) == ("signed", 2)


# How tracking ends, and begins again


def test_an_abort_without_a_word_ends_it_too(shop, parcel):
    take(shop, trace(*WAY, status="abort"))
    assert summary(parcel)["tracking_end"] == "abort"


def test_an_abort_ends_it_and_news_begin_it_again(shop, parcel):
    take(shop, trace(status="abort", message="3天查询无记录"))
    assert summary(parcel)["tracking_end"] == "3天查询无记录"
    take(shop, trace(*WAY))
    assert summary(parcel)["tracking_end"] == ""


def test_an_abort_that_comes_late_ends_nothing(shop, parcel):
    take(shop, trace(*WAY))
    take(shop, trace(status="abort", message="3天查询无记录"))
    assert summary(parcel)["tracking_end"] == ""


def test_what_we_knew_does_not_begin_it_again(shop, parcel):
    take(shop, trace(*WAY))
    take(shop, trace(*WAY, status="abort", message="60天无变化"))
    take(shop, trace(*WAY[:3]))
    assert summary(parcel)["tracking_end"] == "60天无变化"


@pytest.mark.django_db(transaction=True)
def test_pushes_and_people_at_once_wait_for_each_other_and_never_stand_against_each_other(shop, agent, agent2):
    order, other = an_order(shop, waybill=NUMBER), an_order(shop)
    a_parcel(other, NUMBER)
    case = open_case("unreachable", by=acts(agent), at=NOON, order=order.number)
    told = [trace(*WAY[:count]) for count in range(1, 6)] + [trace(*WAY, (40, "206")), trace(*WAY, (41, "202"))]
    pushes = [lambda each=each: take(shop, each) for each in told]
    notes = [lambda who=who: add_note(case.pk, note="x", by=acts(who), at=NOON) for who in (agent, agent2) * 4]
    imports = [lambda: refresh_standing([order.pk, other.pk], at=NOON)] * 2
    assert at_once(*pushes, *notes, *imports) == ["done"] * 17
    assert parcel_of(order).events.count() == 7
    assert not verify_invariants()


def parcel_of(order):
    return order.parcels.get()


# A corrected courier

CORRECTED = {"status": "abort", "message": "3天查询无记录", "comNew": "yunda"}


def test_a_corrected_courier_stays_with_the_parcel_and_opens_nothing(shop, parcel, agent):
    case = open_case("unreachable", by=acts(agent), at=NOON, waybill=NUMBER)
    for _again in range(2):
        assert take(shop, trace(**CORRECTED)).parcels == (parcel.pk,)
    take(shop, trace(*WAY, com="yunda", autoCheck="1", comOld="zhongtong", comNew="yunda"))
    parcel.refresh_from_db()
    assert (parcel.courier.code, parcel.tracking_end, parcel.events.count()) == ("yunda", "", 5)
    row = Journal.objects.get(step="courier_corrected", object_type="parcel")
    assert (row.before["courier"], row.after["courier"], row.shop_id) == ("zhongtong", "yunda", shop.pk)
    case = Case.objects.get(pk=case.pk)
    assert case.subject_label == f"韵达 {NUMBER}"
    assert case.journal.filter(step="courier_corrected").count() == 1
    assert Case.objects.count() == 1


def test_a_late_push_of_the_wrong_company_is_for_the_same_parcel(shop, parcel):
    take(shop, trace(**CORRECTED))
    take(shop, trace(*WAY))
    parcel.refresh_from_db()
    assert (parcel.courier.code, parcel.events.count()) == ("yunda", 5)


def test_a_company_that_nobody_knows_becomes_a_courier_out_of_use(shop, parcel):
    take(shop, trace(status="abort", comNew="huitongkuaidi"))
    parcel.refresh_from_db()
    assert (parcel.courier.code, parcel.courier.active) == ("huitongkuaidi", False)


@pytest.fixture
def twin(shop):
    order = an_order(shop)
    twin = Parcel.objects.create(shop=shop, courier=Courier.objects.get(code="yunda"), waybill=NUMBER, first_seen_at=NOON)
    twin.orders.add(order)
    return twin


def test_two_rows_of_one_parcel_become_one_and_keep_everything(shop, parcel, twin, agent):
    case = open_case("unreachable", by=acts(agent), at=NOON, order=parcel.orders.get().number)
    take(shop, trace(*WAY[:3]), trace(*WAY[2:], com="yunda"))
    Weight.objects.create(parcel=parcel, source="warehouse", grams=500, entered_at=NOON)
    take(shop, trace(**CORRECTED))
    (found,) = Parcel.objects.all()
    assert found == twin
    assert (found.orders.count(), found.events.count(), found.weights.count(), found.stage) == (2, 5, 1, "delivering")
    assert IncidentFacts.objects.get(case=case.pk).parcel == twin
    assert not verify_invariants()


@pytest.mark.rule("L13.1")
def test_two_rows_of_one_parcel_are_owed_for_once(shop, parcel, twin, agent):
    for each in (parcel, twin):
        case = open_case("stalled", by=acts(agent), at=NOON, order=each.orders.get().number)
        advance(case.pk, "customer_has_it", by=acts(agent), at=NOON)
        Loss.objects.create(case=case, parcel=each, courier=each.courier, cause="lost", amount="9.00", rule="L13.1", at=NOON)
    take(shop, trace(**CORRECTED))
    assert [each.parcel_id for each in Loss.objects.filter(ended_at=None)] == [twin.pk]
    assert Loss.objects.filter(parcel=twin).count() == 2


def test_two_open_cases_of_one_kind_stay_where_they_are(shop, parcel, twin, agent):
    for each in (parcel, twin):
        open_case("unreachable", by=acts(agent), at=NOON, order=each.orders.get().number)
    take(shop, trace(**CORRECTED))
    take(shop, trace(*WAY, com="yunda"))
    parcel.refresh_from_db()
    assert (parcel.orders.count(), parcel.events.count(), parcel.is_awaited) == (0, 0, False)
    assert (twin.orders.count(), twin.events.count()) == (2, 5)
    assert Case.objects.open().count() == 2
    assert not verify_invariants()


def test_everything_that_points_at_a_parcel_is_known_to_the_join():
    pointing = {each.related_model._meta.db_table for each in Parcel._meta.related_objects}
    assert pointing == {
        "logistics_trackingevent", "logistics_parcelfact", "logistics_weight", "logistics_finding", "logistics_incidentfacts",
        "logistics_loss",
    }  # fmt: skip
