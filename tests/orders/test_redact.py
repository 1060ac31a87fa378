"""Free text without its people, and masks: what may be shown, indexed, exported and logged."""

import time

import pytest

from orders.masks import is_masked, mask_address, mask_name, mask_phone
from orders.redact import redact

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("电话13912345678急", "电话[电话]急"),
        ("139 1234 5678 或 139-1234-5678", "[电话] 或 [电话]"),
        ("+8613912345678，86-13912345678", "[电话]，[电话]"),
        ("1３９12345678", "[电话]"),
        ("补2个 13912345678", "补2个 [电话]"),
        ("虚拟号18400001234-5678谢谢", "虚拟号[电话]谢谢"),
        ("18400001234转5678", "[电话]"),
        ("0755-86001234转12", "[电话]"),
        ("（021）86001234", "[电话]"),
        ("02186001234", "[电话]"),
        ("400-800-1234", "[电话]"),
        ("a.b+c@example.com。", "[邮箱]。"),
        ("身份证44010619900101123x", "身份证[证件]"),
        ("４４０１０６１９９００１０１１２３４", "[证件]"),
        ("440106 19900101 1234", "[证件]"),
    ],
)
@pytest.mark.fault("P1")
def test_phones_mail_and_identity_numbers_become_tokens(text, copy):
    assert redact(text) == copy


@pytest.mark.parametrize(
    "text",
    [
        "订单5118001000003001100号",
        "单号YT1234567890123",
        "73524286731487",
        "2026-11-20 12:00:00",
        "20261120",
        "实付110.00元",
        "10斤装x2",
        "改发顺丰",
        "",
    ],
)
def test_numbers_that_are_no_persons_stay(text):
    assert redact(text) == text


def test_this_orders_name_and_street_become_tokens():
    copy = redact("请寄样例路12号3栋，赵测试收，赵测试的邻居", names=["赵测试"], streets=["第一街道样例路12号3栋401室"])
    assert copy == "请寄[地址]，[姓名]收，[姓名]的邻居"


def test_a_masked_or_short_name_replaces_nothing():
    assert redact("赵先生，赵**", names=["赵**", "赵", ""], streets=["", "****"]) == "赵先生，赵**"


NASTY = [
    "a" * MEGABYTE,
    "1" * MEGABYTE,
    "1 3 " * (MEGABYTE // 4),
    "139 " * (MEGABYTE // 4),
    "1-3-9-" * (MEGABYTE // 6),
    "a@" * (MEGABYTE // 2),
    "a@a." * (MEGABYTE // 4),
    "x@" + "a-" * (MEGABYTE // 2),
    "0755-" * (MEGABYTE // 5),
    "+86" * (MEGABYTE // 3),
    "(" * MEGABYTE,
    "440106199001" * (MEGABYTE // 12),
    "样例路12号" * (MEGABYTE // 6),
    "赵测" * (MEGABYTE // 2),
]


@pytest.mark.fault("L2")
@pytest.mark.parametrize("text", NASTY, ids=[text[:8] for text in NASTY])
def test_a_megabyte_takes_less_than_a_second(text):
    begun = time.process_time()
    redact(text, names=["赵测试"], streets=["第一街道样例路12号3栋401室"])
    assert time.process_time() - begun < 1


def test_a_copy_of_a_copy_is_the_same():
    once = redact("电话13912345678，a@b.cn，赵测试", names=["赵测试"])
    assert redact(once, names=["赵测试"]) == once


@pytest.mark.rule("S5.1")
def test_a_name_shows_its_first_character():
    assert [mask_name(name) for name in ("赵测试", "赵", "赵**", "")] == ["赵*", "赵*", "赵*", ""]


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13912341234", "139****1234"),
        ("18400001234-5678", "184****5678"),
        ("0755-86001234", "075****1234"),
        ("1234567", "****67"),
        ("", ""),
    ],
)
def test_a_phone_shows_its_first_three_and_last_four(phone, shown):
    assert mask_phone(phone) == shown


@pytest.mark.rule("S5.1")
def test_an_address_shows_its_district():
    assert mask_address("浙江省", "杭州市", "西湖区") == "浙江省 杭州市 西湖区 **"
    assert mask_address("", "", "") == ""


def test_stars_are_the_platforms_mask():
    assert is_masked("赵**")
    assert not is_masked("赵测试")
