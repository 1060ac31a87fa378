"""Cells: cleaned where that is certain, refused where it would be a guess."""

import pytest

from orders.files.address import parse_address
from orders.files.cells import BadCell, clean, fen, identifier, looks_rounded, moment, references, whole, yes_or_no
from orders.files.statuses import order_status, refund_status

NUMBER = "5118001000003001100"


@pytest.mark.fault("I2")
@pytest.mark.parametrize(
    "written",
    [
        f'="{NUMBER}"',
        f"'{NUMBER}",
        f"{NUMBER}\t",
        f" {NUMBER}\r\n",
        f"\ufeff{NUMBER}",
        "５１１８００１０００００３００１１００",
        f"\u200b{NUMBER}",
    ],
)
def test_an_id_is_cleaned_of_what_exports_put_around_it(written):
    assert identifier(written, "number") == NUMBER


@pytest.mark.fault("I2")
@pytest.mark.parametrize(
    "written",
    [
        "1.23457E+18",
        "5.118E+18",
        "3.51532e18",
        "5118-0010",
        "51180010000030011OO",
        "合计",
        "12345",
        "1" * 25,
        "-5118001000003001100",
    ],
)
def test_a_damaged_id_is_never_guessed(written):
    with pytest.raises(BadCell) as caught:
        identifier(written, "number")
    assert caught.value.code == "damaged_id"


def test_a_bare_id_with_zeros_at_the_end_is_doubted_and_one_that_was_text_all_the_time_is_not():
    assert looks_rounded("5118001000003000000")
    assert not looks_rounded('="5118001000003000000"')
    assert not looks_rounded("'5118001000003000000")
    assert not looks_rounded(NUMBER)


@pytest.mark.parametrize(
    ("written", "amount"), [("0", 0), ("0.00", 0), ("12.3", 1230), ("12.30", 1230), (" 110.00 ", 11000), ("999999999.99", 99999999999)]
)
def test_an_amount_is_read_to_the_fen(written, amount):
    assert fen(written, "paid") == amount


@pytest.mark.fault("I9")
@pytest.mark.parametrize("written", ["-1", "1.005", "1,299.00", "1e2", "NaN", "Infinity", "１２", "0x10", "9" * 20, "+5", "¥5"])
def test_an_amount_is_never_rounded_or_read_into(written):
    with pytest.raises(BadCell) as caught:
        fen(written, "paid")
    assert caught.value.code == "bad_amount"


@pytest.mark.fault("I9")
@pytest.mark.parametrize("written", ["-1", "0", "1.5", "二", "1e3"])
def test_a_quantity_is_a_whole_number_from_one_on(written):
    with pytest.raises(BadCell) as caught:
        whole(written, "quantity")
    assert caught.value.code == "bad_quantity"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-20 11:26:31", "2026-11-20 11:26:31"),
        ("2016/5/23 22:02", "2016-05-23 22:02:00"),
        ("2026-1-2 3:04:05", "2026-01-02 03:04:05"),
        ("2026-11-20", "2026-11-20 00:00:00"),
        ("", None),
        ("\t", None),
    ],
)
def test_a_time_is_read_in_both_of_its_forms(written, read):
    assert moment(written, "paid_at") == read


@pytest.mark.parametrize("written", ["2026-02-30 00:00:00", "46346.47", "20/11/2026", "昨天", "2026-11-20 25:00:00"])
def test_what_is_no_time_is_refused(written):
    with pytest.raises(BadCell) as caught:
        moment(written, "paid_at")
    assert caught.value.code == "bad_time"


def test_waybills_are_parted_and_kept_once():
    assert references("YT1,YT2、YT1；73001 ", "waybills") == ["YT1", "YT2", "73001"]


@pytest.mark.fault("I2")
def test_a_waybill_that_a_spreadsheet_has_rounded_is_refused():
    with pytest.raises(BadCell):
        references("7.30011E+13", "waybills")


@pytest.mark.parametrize("comma", ["，", ","])
def test_commas_of_both_widths_make_the_same_status(comma):
    assert order_status(f"买家已付款{comma}等待卖家发货", "status") == "wait_ship"
    assert refund_status(f"买家已经申请退款{comma}等待卖家同意", "status") == "买家已经申请退款，等待卖家同意"


def test_partly_shipped_is_known():
    assert order_status("卖家部分发货", "status") == "part_shipped"


@pytest.mark.parametrize("word", ["已收货", "待评价", "退款成功", "交易成功了", "shipped"])
def test_a_status_that_is_not_known_is_not_guessed(word):
    with pytest.raises(BadCell) as caught:
        order_status(word, "status")
    assert caught.value.code == "unknown_status"


@pytest.mark.parametrize(("written", "answer"), [("是", True), ("否", False), ("有", True), ("", None), ("也许", None)])
def test_yes_no_and_neither(written, answer):
    assert yes_or_no(written) is answer


def test_control_characters_and_half_characters_are_dropped():
    assert clean("好\x00的\x01\n谢谢\ud83d") == "好的\n谢谢?"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("四川省 成都市 其它区 样例路1号(610041)", ("四川省", "成都市", "其它区", "样例路1号")),
        ("江苏省 南京市 建邺区 沙洲街道****", ("江苏省", "南京市", "建邺区", "沙洲街道****")),
        ("上海 上海市 ***", ("上海", "上海市", "", "***")),
        ("广西壮族自治区,南宁市,青秀区,样例路,3号", ("广西壮族自治区", "南宁市", "青秀区", "样例路 3号")),
        ("广东省深圳市南山区样例路1号", ("广东省", "深圳市", "南山区", "样例路1号")),
        ("上海市浦东新区样例路2号", ("上海", "上海市", "浦东新区", "样例路2号")),
        ("浙江省 台州市 路桥区 样例路2号", ("浙江省", "台州市", "路桥区", "样例路2号")),
        ("香港特别行政区 九龙 油尖旺区 样例街", ("香港特别行政区", "九龙", "油尖旺区", "样例街")),
        ("海南省 三亚市 吉阳区 样例镇 路 248号 (花园)(572000)", ("海南省", "三亚市", "吉阳区", "样例镇 路 248号 (花园)")),
        ("北京,北京市,朝阳区,甲 3号 5栋", ("北京", "北京市", "朝阳区", "甲 3号 5栋")),
        ("浙江省杭州市西湖区样例路1号", ("浙江省", "杭州市", "西湖区", "样例路1号")),
        ("湖南省湘西土家族苗族自治州吉首市样例路1号", ("湖南省", "湘西土家族苗族自治州", "吉首市", "样例路1号")),
        ("甘肃省兰州市城关区样例路1号", ("甘肃省", "兰州市", "城关区", "样例路1号")),
        ("样例路1号", ("", "", "", "样例路1号")),
        ("", ("", "", "", "")),
    ],
)
def test_an_address_is_parted(written, parts):
    assert parse_address(written)[:4] == parts


@pytest.mark.parametrize("written", ["广东省 东莞市 长安镇样例路12号 3栋", "北京 样例路12号 3栋 401", "浙江省 样例路12号 3栋 401室 某人"])
def test_no_street_is_taken_for_a_district_which_is_stored_in_clear(written):
    address = parse_address(written)
    assert "12号" in address.street
    assert "12号" not in address.province + address.city + address.district


@pytest.mark.parametrize("comma", ["，", ",", "， "])
@pytest.mark.parametrize("place", ["广东省深圳市南山区样例路1号", "广东省 深圳市 南山区 样例路1号", "广东省,深圳市,南山区,样例路1号"])
@pytest.mark.parametrize("phone", ["86-19900001234", "19900001234", "86-199 0000 1234", "86-*******1234", "86-18400001234-5678"])
def test_name_and_phone_in_the_address_cell_are_found(comma, place, phone):
    address = parse_address(comma.join(["张三", phone, place]))
    assert address == ("广东省", "深圳市", "南山区", "样例路1号", "张三", phone.replace(" ", ""))
