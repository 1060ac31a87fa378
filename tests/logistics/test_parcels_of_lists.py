"""The parcels that order lists tell of: one waybill of an order is one parcel, whoever has corrected its courier since."""

import pytest

from casework.actions.verify import verify_invariants
from casework.models import Case, Journal
from logistics.actions.add_parcel import add_parcel
from logistics.actions.correct_parcel import correct_parcel
from logistics.actions.flag_stalled import flag_stalled
from logistics.models import Courier, Parcel
from orders.access import Actor
from tests.builders import a_parcel, an_order
from tests.cast import MONDAY, acts
from tests.logistics.test_import_weights import only
from tests.logistics.test_take_tracking import take
from tests.logistics.traces import WAY, trace
from tests.orders.lists import HOUR, NOON, SHIPPED, Desk, order

WAYBILL = "YT0000000000001"


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


def listed(courier, **changes):
    return order(订单状态=SHIPPED, 物流单号=WAYBILL, 物流公司=courier, **changes)


def couriers():
    return sorted(Parcel.objects.values_list("courier__code", flat=True))


def later(desk, *rows, hours=1):
    desk.take(list(rows), at=NOON + hours * HOUR)


def test_a_courier_that_the_provider_corrected_is_not_brought_back_by_the_next_list(desk, shop):
    later(desk, listed("圆通速递"), hours=0)
    take(shop, trace(*WAY, nu=WAYBILL, comOld="yuantong", comNew="zhongtong"), at=NOON + 160 * HOUR)
    later(desk, listed("圆通速递", 订单备注="急"), hours=161)
    assert couriers() == ["zhongtong"]
    assert Parcel.objects.get().orders.count() == 1
    flag_stalled(shop, at=NOON + 163 * HOUR, by=Actor.system("clock"))
    assert not Case.objects.filter(kind="no_record")
    assert not verify_invariants()


def test_nor_one_that_a_person_corrected(desk, printclerk):
    later(desk, listed("圆通速递"), hours=0)
    correct_parcel(Parcel.objects.get().pk, "zhongtong", by=acts(printclerk), at=NOON)
    later(desk, listed("圆通速递", 订单备注="急"))
    assert couriers() == ["zhongtong"]


def test_another_order_in_a_corrected_parcel_is_found_by_the_old_name(desk, shop, printclerk):
    later(desk, listed("圆通速递"), hours=0)
    correct_parcel(Parcel.objects.get().pk, "zhongtong", by=acts(printclerk), at=NOON)
    later(desk, listed("圆通速递", 订单编号="4099190001230009999"))
    assert couriers() == ["zhongtong"]
    assert Parcel.objects.get().orders.count() == 2


@pytest.mark.parametrize("names", [("", "圆通速递"), ("圆通速递", ""), ("火星快递", "圆通速递"), ("圆通速递", "火星快递")])
def test_a_known_courier_takes_the_place_of_an_unknown_one_and_stays(desk, names):
    later(desk, listed(names[0]), hours=0)
    take(Parcel.objects.get().shop, trace(*WAY, nu=WAYBILL), at=NOON + 160 * HOUR)
    later(desk, listed(names[1]), hours=161)
    assert couriers() == ["yuantong"]
    assert not verify_invariants()


def test_one_order_of_a_merged_parcel_tells_the_courier_for_the_other(desk):
    later(desk, listed(""), listed("圆通速递", 订单编号="4099190001230009999"))
    assert couriers() == ["yuantong"]
    assert Parcel.objects.get().orders.count() == 2


def test_a_list_that_names_another_courier_is_believed_until_somebody_else_has_told(desk, shop):
    later(desk, listed("圆通速递"), hours=0)
    later(desk, listed("中通快递"))
    assert couriers() == ["zhongtong"]
    take(shop, trace(*WAY, nu=WAYBILL), at=NOON + 160 * HOUR)
    later(desk, listed("圆通速递"), hours=161)
    assert couriers() == ["zhongtong"]


def test_what_a_person_entered_is_not_renamed_by_a_list(desk, agent):
    later(desk, order(订单状态=SHIPPED), hours=0)
    (known,) = desk.shop.orders.all()
    add_parcel([known.number], "zhongtong", WAYBILL, by=acts(agent), at=NOON)
    later(desk, listed("圆通速递"))
    assert Parcel.objects.get(waybill=WAYBILL).courier.code == "zhongtong"


def test_an_order_that_is_entered_under_its_own_number_again_gets_no_second_parcel(shop, agent):
    known = an_order(shop)
    parcel = a_parcel(known, WAYBILL)
    added = add_parcel([known.number], "yunda", WAYBILL, by=acts(agent), at=MONDAY)
    assert (added.parcel, added.is_new) == (parcel, False)
    assert "waybill_of_another_courier" in [each.code for each in added.warnings]
    assert couriers() == ["zhongtong"]


def test_a_shipping_list_with_the_old_name_finds_the_corrected_parcel(desk, shop, printclerk):
    parcel = a_parcel(an_order(shop), "73000000000001")
    correct_parcel(parcel.pk, "yunda", by=acts(printclerk), at=MONDAY)
    assert desk.take([only(订单编号="", 快递公司="中通快递", **{"重量(kg)": "1"})]).files[0].counts.held == 0
    assert parcel.weights.get().grams == 1000


def test_one_order_awaiting_a_waybill_twice_is_found(shop):
    known = an_order(shop, waybill=WAYBILL)
    Parcel.objects.create(shop=shop, courier=Courier.objects.get(code="yunda"), waybill=WAYBILL, first_seen_at=MONDAY).orders.add(known)
    assert [(each.rule, each.detail) for each in verify_invariants()] == [("no_order_awaits_one_waybill_twice", WAYBILL)]


# Where it goes


@pytest.mark.rule("L3.4")
@pytest.mark.parametrize("place", [{"province": ""}, {"province": "外星", "city": "", "district": ""}])
def test_another_order_without_an_address_leaves_the_region_where_it_was(desk, shop, agent, place):
    later(desk, listed("圆通速递", 收货地址="新疆维吾尔自治区 乌鲁木齐市 天山区 样例路1号"))
    parcel = Parcel.objects.get()
    assert parcel.region.code == "remote"
    for paid_at in (NOON - 999 * HOUR, NOON + HOUR):
        add_parcel([an_order(shop, paid_at=paid_at, **place).number], "yuantong", WAYBILL, by=acts(agent), at=NOON)
        parcel.refresh_from_db()
        assert parcel.region.code == "remote"
    later(desk, listed("圆通速递", 收货地址="新疆维吾尔自治区 乌鲁木齐市 天山区 样例路1号", 订单备注="急"), hours=2)
    parcel.refresh_from_db()
    assert (parcel.region.code, parcel.orders.count()) == ("remote", 3)


# A correction that is told late or again


def test_a_push_that_is_told_again_does_not_undo_what_a_person_corrected(shop, printclerk):
    parcel = a_parcel(an_order(shop), WAYBILL)
    told = trace(*WAY, nu=WAYBILL, com="yuantong", comOld="zhongtong", comNew="yuantong")
    take(shop, told)
    correct_parcel(parcel.pk, "zhongtong", by=acts(printclerk), at=MONDAY)
    for _again in range(2):
        take(shop, told)
    assert couriers() == ["zhongtong"]
    assert Journal.objects.filter(step="courier_corrected", object_type="parcel").count() == 2


def test_a_late_correction_of_a_courier_that_it_no_longer_has_changes_nothing(shop, printclerk):
    parcel = a_parcel(an_order(shop), WAYBILL)
    correct_parcel(parcel.pk, "yunda", by=acts(printclerk), at=MONDAY)
    take(shop, trace(*WAY, nu=WAYBILL, com="zhongtong", comOld="zhongtong", comNew="yuantong"))
    assert couriers() == ["yunda"]
    take(shop, trace(*WAY, nu=WAYBILL, com="yunda", comOld="yunda", comNew="ems"))
    assert couriers() == ["ems"]
