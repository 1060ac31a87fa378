"""What a pasted text may mean: numbers in whatever surrounds them, names, and what leads nowhere (L0.1)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.intake.hits import Choice, choices_of
from casework.intake.pasted import LONGEST, MOST, number_of_link, read_pasted
from casework.registry import Hit
from orders.errors import Malformed

ORDER, WAYBILL = "5118000990001234567", "SF1234567890123"
pytestmark = pytest.mark.rule("L0.1")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (ORDER, [ORDER]),
        (f"  {ORDER}\u200b\n", [ORDER]),
        (f"订单号：{ORDER}，快递单号：{WAYBILL}。", [ORDER, WAYBILL]),
        ("５１１８０００９９０００１２３４５６７", [ORDER]),
        (f"{WAYBILL},{WAYBILL.lower()}", [WAYBILL, WAYBILL.lower()]),
        ("YT7788000011 YT7788000012\nYT7788000013", ["YT7788000011", "YT7788000012", "YT7788000013"]),
        ("7311 1111 110 001", ["73111111110001"]),
        ("JDVA01234567890-1-2", ["JDVA01234567890-1-2"]),
        (f"tb88(2026-11-23 10:00:01):\n亲，{WAYBILL}三天没动了，赔我¥12800000.00", [WAYBILL]),
        ("case as-261123-0042 please", ["AS-261123-0042"]),
        ("2026-11-23 10:00:00", []),
        ("1234567", []),
        ("abcdefgh", []),
        (f"a{'1' * 64}", []),
        ("", []),
    ],
)
def test_numbers_are_read_out_of_whatever_surrounds_them(text, numbers):
    assert list(read_pasted(text).numbers) == numbers


@pytest.mark.parametrize(
    ("link", "number"),
    [
        (f"https://trade.taobao.com/trade/detail/trade_item_detail.htm?bizOrderId={ORDER}&spm=a1z09.2", ORDER),
        (f"https://trade.tmall.com/detail/orderDetail.htm?spm=1&biz_order_id={ORDER}", ORDER),
        (f"buyertrade.taobao.com/trade/itemlist?x=1#?tradeId={ORDER}", ORDER),
        ("https://item.taobao.com/item.htm?id=612345678901", ""),
        ("https://m.tb.cn/h.5abcDEF", ""),
        (f"https://trade.taobao.com/x?bizOrderId={ORDER[:5]}", ""),
        ("https://[::1/?tid=1234567890123456", ""),
    ],
)
def test_a_link_says_which_order_it_is_and_the_number_of_its_goods_is_none(link, number):
    assert number_of_link(link) == number
    found = read_pasted(f"看 {link} 这个")
    assert list(found.numbers) == ([number] if number else [])
    assert [each.code for each in found.unread] == ([] if number else ["link"])


def test_what_a_spreadsheet_or_the_platform_has_spoilt_is_named_and_not_looked_up():
    assert [each.code for each in read_pasted("5.1180E+18").unread] == ["rounded"]
    masked = read_pasted("t**1")
    assert (masked.names, [each.code for each in masked.unread]) == ((), ["masked"])


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13912345678", "139****5678"),
        ("139 1234 5678", "139****5678"),
        ("139-1234-5678", "139****5678"),
        ("+8613912345678", "861****5678"),
        ("13912345678-1234", "139****1234"),
        ("0571-88886666", "057****6666"),
    ],
)
def test_a_phone_that_nobody_knows_is_not_shown_again_in_whatever_form(phone, shown):
    (number,) = read_pasted(f"电话 {phone}").numbers
    unknown = read_pasted("").unknown(number)
    assert (unknown.text, unknown.code) == (shown, "phone")


@pytest.mark.parametrize("number", [ORDER, WAYBILL, "75540678742639", "AS-261123-0042"])
def test_another_number_that_nobody_knows_is_shown_as_it_was_typed(number):
    assert read_pasted("").unknown(number).text == number


@pytest.mark.parametrize(
    "text", ["小明爱吃鱼", "  小明爱吃鱼 ", "小明爱吃鱼(2026/11/23 10:00:01):\n东西呢", "旺旺：小明爱吃鱼，东西呢", "小明爱吃鱼：东西呢"]
)
def test_the_name_of_who_writes_is_among_the_possible_names(text):
    assert "小明爱吃鱼" in read_pasted(text).names


@pytest.mark.parametrize("text", ["顾客 tb169481827 (10:20): 还没到", "是tb169481827的订单", "买家tb169481827，催件"])
def test_a_name_that_the_platform_gave_is_found_in_the_middle_of_a_sentence(text):
    assert "tb169481827" in read_pasted(text).names


def test_too_long_a_text_and_too_many_numbers_are_refused():
    with pytest.raises(Malformed) as refused:
        read_pasted("x" * (LONGEST + 1))
    assert refused.value.code == "text_too_long"
    numbers = [f"73{number:012d}" for number in range(MOST + 1)]
    assert len(read_pasted("\n".join(numbers[:MOST])).numbers) == MOST
    with pytest.raises(Malformed) as refused:
        read_pasted("\n".join(numbers))
    assert refused.value.code == "too_many_numbers"


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=300) | st.text("0123456789 -:/?=&.E+旺旺SF\n", max_size=200))
def test_whatever_is_pasted_is_read(text):
    found = read_pasted(text)
    assert all(8 <= len(each) <= 64 and sum(map(str.isdigit, each)) >= 6 for each in found.numbers)
    assert len(set(found.numbers)) == len(found.numbers)


def test_an_order_and_its_parcel_are_one_thing_two_orders_are_two():
    order, parcel = Hit("1", "order number", 1), Hit("W", "waybill", 1, "W", "parcel:7")
    assert choices_of([order, parcel]) == [Choice(1, "W", ("W",))]
    assert choices_of([order, Hit("2", "order number", 2)]) == [Choice(1, "", ("1",)), Choice(2, "", ("2",))]


def test_of_a_merged_parcel_the_order_that_is_named_counts_else_the_first():
    merged = [Hit("W", "waybill", 1, "W", "parcel:7"), Hit("W", "waybill", 2, "W", "parcel:7")]
    assert choices_of(merged) == [Choice(1, "W", ("W",))]
    assert choices_of([*merged, Hit("2", "order number", 2)]) == [Choice(2, "W", ("W",))]


def test_two_couriers_parcels_with_one_waybill_are_two():
    assert len(choices_of([Hit("W", "waybill", 1, "W", "parcel:7"), Hit("W", "waybill", 2, "W", "parcel:8")])) == 2
