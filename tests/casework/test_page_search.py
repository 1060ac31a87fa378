"""Finding a case by what one has in hand: order, waybill, buyer, case number."""

import pytest
from django.db import connection

from casework.actions.advance import advance
from casework.actions.deeds import add_note
from casework.models import Journal
from casework.models.journal import HAS_NOTE
from casework.searches import search_text
from orders.models import Line, Order, PlatformRefund
from orders.vault import phone_index, phone_tail_index
from refunds.models import Payout
from tests.builders import a_refund, an_order, an_unreachable
from tests.casework.test_page_queue import listed
from tests.cast import MONDAY, acts
from tests.page import text_of


@pytest.fixture
def case(agent, shop):
    order = an_order(shop, number="5118000990001234567", waybill="YT8899000011")
    order.buyer.nick = "晴天小店"
    order.buyer.save()
    an_unreachable(agent)
    return an_unreachable(agent, order=order)


@pytest.mark.parametrize(
    "text",
    ["5118000990001234567", "511800099000", " 5118000990001234567 ", "4567", "YT8899000011", "yt8899000011", "YT8899", "晴天小店", "晴天"],
)
def test_it_is_found_by_order_waybill_and_buyer_whole_or_by_the_beginning(desk, agent, case, text):
    assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]


@pytest.mark.parametrize(
    "text",
    [
        "５１１８０００９９０００１２３４５６７",
        "5118 0009 9000 1234 567",
        "5118000990\n001234567",
        "订单：5118000990001234567",
        "订单号 5118000990001234567",
        "Order no.: 5118000990001234567",
        "尾号：4567",
        "ＹＴ８８９９００００１１",
        "YT 8899000011",
        "yt 8899 0000 11",
        "运单号：YT 8899000011",
        "快递YT8899000011",
        "\u200bYT8899000011\u00a0",
    ],
)
def test_a_number_is_read_as_intake_reads_it(desk, agent, case, text):
    assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]
    assert case.number in desk(agent).get("/palette/", {"q": text}).content.decode()


def test_a_case_number_in_full_width_is_one(desk, agent, case):
    wide = case.number.translate({ord(each): ord(each) + 0xFEE0 for each in "AS-0123456789"})
    for text in (wide, f"工单：{wide}", f"案件{case.number}"):
        assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]


@pytest.mark.parametrize(
    "text", ["保温 500", "A4 500", "保温杯500ml", "iPhone 15 128GB", "退货 5118000990001234567 催", "+86 13800138777", "tb_123"]
)
def test_words_keep_their_blanks_and_short_numbers(text):
    assert search_text(f" {text} ") == text


def test_it_is_found_by_its_number_whole_or_by_the_last_digits(desk, agent, case):
    day, count = case.number.split("-")[1:]
    for text in (case.number, case.number.lower(), f"{day}-{count}", count, count.lstrip("0")):
        assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]


@pytest.mark.parametrize(
    "text", ["店", "99999999", "AS-261123-9999", "%", "_", "' OR 1=1", "天", "😀", "x" * 10_000, "5118000990001234568"]
)
def test_what_does_not_fit_is_not_found(desk, agent, case, text):
    found = desk(agent).get("/cases/", {"q": text})
    assert found.status_code == 200
    assert case.pk not in listed(found)


def test_a_closed_case_is_found_as_well(desk, agent, case):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    assert listed(desk(agent).get("/cases/", {"q": case.order.number})) == [case.pk]


def test_every_case_of_a_waybills_order_is_found(desk, agent, case):
    refund = a_refund(agent, order=case.order)
    assert set(listed(desk(agent).get("/cases/", {"q": "YT8899000011"}))) == {case.pk, refund.pk}


@pytest.mark.rule("S5.1")
def test_another_shop_finds_nothing(desk, outsider, case):
    for text in (case.number, case.order.number, "YT8899000011", "晴天小店"):
        assert listed(desk(outsider).get("/cases/", {"q": text})) == []


def test_an_order_without_a_case_leads_to_a_new_one(desk, agent, shop):
    order = an_order(shop)
    answer = desk(agent).get("/cases/", {"q": order.number})
    assert f"/cases/new/?order={order.number}" in answer.content.decode()
    assert "No case fits" in text_of(answer)


def test_the_platforms_number_of_a_refund_leads_to_the_cases_of_its_order(desk, agent, case):
    text = "88990011220033445"
    PlatformRefund.objects.create(shop=case.shop, order=case.order, number=text, status="样例", amount="1.00")
    assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]
    assert listed(desk(agent).get("/cases/", {"q": text[:-1]})) == []


def test_the_number_of_a_payout_leads_to_its_refund(desk, agent, supervisor, finance, case):
    paid = a_refund(agent, approved_by=supervisor, paid_by=finance)
    number = Payout.objects.get(approval__request__case=paid).platform_number
    assert listed(desk(agent).get("/cases/", {"q": number.lower()})) == [paid.pk]


@pytest.mark.parametrize("text", ["13800138777", "138 0013 8777", "+86 13800138777", "8777"])
def test_a_phone_is_found_whole_or_by_its_last_four_and_stands_nowhere_in_clear(desk, agent, case, text):
    Order.objects.filter(pk=case.order_id).update(phone_index=phone_index("13800138777"), phone_tail_index=phone_tail_index("13800138777"))
    assert listed(desk(agent).get("/cases/", {"q": text})) == [case.pk]
    assert listed(desk(agent).get("/cases/", {"q": "13800138778"})) == []


@pytest.mark.parametrize("text", ["保温杯", "保温", "杯", "500ml 保温", "保温 500ML", "５００ｍｌ　保温", "保 温"])
def test_words_of_the_goods_find_it_from_two_characters_on(desk, agent, case, text):
    case.order.lines.update(title="加厚保温杯 500ML 家用")
    assert listed(desk(agent).get("/cases/", {"q": text})) == ([case.pk] if all(len(word) > 1 for word in text.split()) else [])


def test_all_words_stand_in_the_title_of_one_line(desk, agent, shop, case):
    two = an_unreachable(agent, order=an_order(shop, lines=("60.00", "40.00"), waybill="YT8899000012"))
    for line, title in zip(two.order.lines.all(), ("玻璃杯", "保温壶"), strict=True):
        Line.objects.filter(pk=line.pk).update(title=title)
    assert listed(desk(agent).get("/cases/", {"q": "玻璃 保温"})) == []
    assert listed(desk(agent).get("/cases/", {"q": "保温壶"})) == [two.pk]


def test_pairs_that_do_not_stand_side_by_side_are_no_word(desk, agent, case):
    case.order.lines.update(title="温杯 保温")
    assert listed(desk(agent).get("/cases/", {"q": "保温杯"})) == []


def test_words_of_a_note_find_it_and_a_person_in_the_note_does_not(desk, agent, outsider, case):
    add_note(case.pk, note="客户说放在驿站了，电话 13800138777", by=acts(agent), at=MONDAY)
    assert listed(desk(agent).get("/cases/", {"q": "驿站"})) == [case.pk]
    assert listed(desk(agent).get("/cases/", {"q": "13800138777"})) == []
    assert listed(desk(outsider).get("/cases/", {"q": "驿站"})) == []


def test_words_go_by_their_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for rows in (Line.objects.filter(title__holds="保温").order_by(), Journal.objects.filter(HAS_NOTE, note__holds="驿站").order_by()):
            assert "orders_pairs" in rows.explain()
