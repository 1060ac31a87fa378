"""Words with gaps (S4.2): what a lead writes instead of a regular expression, and what it costs at worst."""

import time

import pytest

from casework.replies.patterns import check_lines, fold, lines_of, matches, number_of
from orders.errors import Malformed


def found(pattern, text):
    (line,) = lines_of(pattern)
    folded = fold(text)
    return [folded[each.start : each.end] for each in matches(line, folded)]


@pytest.mark.rule("S4.2")
@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("不关我的事", "这不关我的事", ["不关我的事"]),
        ("不关我的事", "这 不\u200b关 我 的 事", ["不关我的事"]),
        ("ok", "ＯＫ的", ["ok"]),
        ("退*元", "退给您50元，退您3元", ["退给您50元", "退您3元"]),
        ("退*元", "退款。这个5元", []),
        ("退*元", "退一二三四五六七八九十一二三元", []),
        ("#小时内", "24小时内或三小时内", ["24小时内", "三小时内"]),
        ("#小时内", "很多小时内", []),
        ("within # hours", "Within 24 hours!", ["within24hours"]),
        ("aa", "aaaa", ["aa", "aa"]),
        ("不", "", []),
    ],
)
def test_a_pattern_finds_its_words_whatever_their_blanks_width_and_case(pattern, text, places):
    assert found(pattern, text) == places


@pytest.mark.parametrize(
    ("text", "number"),
    [("24", "24"), ("1.5", "1.5"), ("半", "0.5"), ("三", "3"), ("十二", "12"), ("二十", "20"), ("二十四", "24"), ("两", "2")],
)
def test_a_number_is_read_in_digits_and_in_chinese(text, number):
    assert str(number_of(text)) == number


@pytest.mark.parametrize("text", ["*", "#", "*#*", "x" * 61, "x\n" * 101, "a*b*c*d*e"])
def test_a_pattern_that_finds_everything_or_is_too_long_is_refused(text):
    with pytest.raises(Malformed) as refused:
        check_lines(text, "words_in")
    assert (refused.value.code, refused.value.field) == ("bad_pattern", "words_in")


@pytest.mark.rule("S4.2")
@pytest.mark.parametrize("pattern", ["a*a*a*b", "a*a*a*a", "#" * 58 + "元", "一*一*#一*b", "(a+)+$*(a+)+$"])
def test_no_pattern_keeps_the_server_busy(pattern):
    check_lines(pattern, "words_in")
    began = time.process_time()
    for text in ("a" * 2000, "一" * 2000, "9" * 2000, "(a+)+$" * 300):
        list(matches(fold(pattern), fold(text)))
    assert time.process_time() - began < 2
