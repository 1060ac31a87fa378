"""Refunds as the open platform answers them go in like the refund list, over the same path."""

import copy
import json

import pytest

from orders.files.errors import BadFile
from orders.files.table import open_table
from orders.imports.counts import Counts
from orders.models import Order, PlatformRefund
from tests.orders.lists import HOUR, NOON, NUMBER, SAMPLES, line, order, refund

ANSWERS = sorted(path.name for path in (SAMPLES / "top_json").glob("refund_get_*.json"))
A_REFUND = {
    "refund_id": 210000000000000001,
    "tid": int(NUMBER),
    "oid": int(NUMBER),
    "status": "WAIT_SELLER_AGREE",
    "has_good_return": False,
    "refund_phase": "onsale",
    "refund_version": 1795005959000,
    "reason": "少件/漏发",
    "refund_fee": "100.00",
    "title": "样例马克杯",
    "buyer_nick": "t**",
    "created": "2026-11-19 09:00:00",
    "modified": "2026-11-19 09:30:00",
    "cs_status": 1,
    "refund_remind_timeout": {"exist_timeout": True, "remind_type": 1, "timeout": "2026-11-21 09:00:00"},
}


def told(**changes):
    return copy.deepcopy(A_REFUND) | changes


def one(refund):
    return {"refund_get_response": {"refund": refund, "request_id": "x"}}


def several(*refunds, wrap=list):
    return {"refunds_receive_get_response": {"refunds": {"refund": wrap(refunds)}, "total_results": len(refunds)}}


@pytest.fixture
def known(desk):
    desk.take([order()], [line()])
    return Order.objects.get()


@pytest.fixture
def take(desk, known):
    def take(answer, **more):
        data = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
        return desk.counts(desk.file(data, "answer.json"), **more)

    return take


def test_an_answer_is_read_as_a_row_of_the_refund_list(desk, take):
    assert take(one(told())) == (1, 1, 0, 0, 0)
    from_answer = PlatformRefund.objects.values().get()
    assert (from_answer["version"], from_answer["as_of"].isoformat()) == ("1795005959000", "2026-11-19T01:30:00+00:00")
    assert desk.counts([refund()]) == (1, 0, 0, 1, 0)
    own = ("digest", "as_of")
    assert {name: value for name, value in PlatformRefund.objects.values().get().items() if name not in own} == {
        name: value for name, value in from_answer.items() if name not in own
    }


def test_every_sample_answer_goes_in_with_its_orders_and_agrees_with_the_list_of_the_same_day(desk):
    desk.take("taobao_orders_2026.xlsx", "taobao_items_2026.xlsx")
    read, new, *_rest, held = desk.counts("top_json/refunds_receive_get.json")
    assert (read, new, held) == (12, 12, 0)
    answers = desk.take(*[f"top_json/{name}" for name in ANSWERS]).files
    assert [(answer.name, answer.counts) for answer in answers] == [(f"top_json/{name}", Counts(read=1, unchanged=1)) for name in ANSWERS]
    assert desk.counts("taobao_refunds_2026.xlsx") == (40, 28, 0, 12, 0)
    assert PlatformRefund.objects.filter(line=None).count() == 0


@pytest.mark.parametrize(("said", "type"), [(True, "退货退款"), (False, "仅退款"), ("true", "退货退款"), ("false", "仅退款")])
def test_a_return_of_goods_is_true_or_the_word(take, said, type):
    take(one(told(has_good_return=said)))
    assert PlatformRefund.objects.get().after_sale_type == type


@pytest.mark.parametrize(
    "answer",
    [
        several(told()),
        several(told(), wrap=lambda refunds: refunds[0]),
        {"refunds": {"refund": [told()]}},
        {"refund": told()},
        told(),
        [one(told())],
        [told()],
        told(tid=0, tid_str=NUMBER, refund_id="210000000000000001"),
    ],
    ids=["list", "single", "bare list", "bare", "the refund", "answers", "refunds", "as text"],
)
def test_a_list_may_be_wrapped_and_a_single_child_may_come_as_an_object(take, answer):
    assert take(answer) == (1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    "answer", [{"refunds_receive_get_response": {"total_results": 0}}, several(), {"refunds_receive_get_response": {}}]
)
def test_an_answer_without_refunds_brings_none(take, answer):
    assert take(answer) == (0, 0, 0, 0, 0)


def test_the_sub_order_names_the_line(desk):
    half = {"价格": "50.00", "买家应付货款": "50.00", "买家实际支付金额": "50.00"}
    desk.take([order()], [line(子订单编号=f"{NUMBER[:-1]}{n}", **half) for n in (2, 3)])
    desk.take(desk.file(json.dumps(one(told(oid=f"{NUMBER[:-1]}3", refund_fee="5.00"))).encode(), "a.json"))
    assert PlatformRefund.objects.get().line.number == f"{NUMBER[:-1]}3"


@pytest.mark.fault("I3")
def test_an_answer_is_as_old_as_its_last_change_however_late_it_comes(take):
    take(one(told(status="SUCCESS", modified="2026-11-19 12:00:00")))
    assert take(one(told()), at=NOON + HOUR) == (1, 0, 0, 1, 0)
    stored = PlatformRefund.objects.get()
    assert (stored.is_paid, stored.finished_at.isoformat()) == (True, "2026-11-19T04:00:00+00:00")


def test_an_answer_from_the_future_does_not_shut_out_what_comes_next(desk, take):
    take(one(told(modified="2027-05-01 00:00:00")))
    assert PlatformRefund.objects.get().as_of == NOON
    assert take(one(told(refund_fee="30.00", modified="2026-11-20 12:30:00")), at=NOON + HOUR) == (1, 0, 1, 0, 0)


def test_what_an_answer_does_not_tell_stays_as_the_list_told_it(desk, take):
    desk.take([refund(**{"手工退款/系统退款": "系统退款", "举证超时": "2026-11-22 09:00:00", "责任方": "卖家"})], at=NOON - 30 * HOUR)
    take(one(told(refund_fee="30.00")))
    stored = PlatformRefund.objects.get()
    assert (stored.amount, stored.forced, stored.party) == (30, True, "shop")
    assert stored.evidence_deadline_at.isoformat() == "2026-11-22T01:00:00+00:00"


def test_a_deadline_that_is_no_more_is_taken_away(take):
    take(one(told()))
    take(one(told(refund_remind_timeout={"exist_timeout": False}, modified="2026-11-19 10:00:00")))
    assert PlatformRefund.objects.get().deadline_at is None


@pytest.mark.rule("R13.1")
@pytest.mark.parametrize(("number", "words"), [(1, ""), ("1", ""), (3, "客服已经介入"), (6, "客服处理完成"), (None, "")])
def test_how_far_the_platform_has_stepped_in_is_kept_in_its_words(take, number, words):
    take(one(told(cs_status=number)))
    assert PlatformRefund.objects.get().intervention == words


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"refund_fee": "1e2"}, "bad_amount"),
        ({"refund_fee": {"a": 1}}, "bad_amount"),
        ({"refund_fee": "-1.00"}, "bad_amount"),
        ({"refund_fee": "110.01"}, "amounts_contradict"),
        ({"refund_id": None}, "missing_value"),
        ({"refund_id": 2.1e17}, "damaged_id"),
        ({"status": "WAIT_FOR_NOTHING"}, "unknown_status"),
        ({"status": None}, "missing_value"),
        ({"created": "yesterday"}, "bad_time"),
        ({"modified": "yesterday"}, "bad_time"),
        ({"tid": "5118000000000009999"}, "unknown_order"),
        ({"reason": "\ud800"}, None),
        ({"reason": "a\x00b"}, None),
    ],
)
def test_a_refund_that_cannot_be_taken_is_held_by_itself(desk, take, changes, code):
    other = told(refund_id=210000000000000002, refund_fee="1.00")
    expected = (2, 2, 0, 0, 0) if code is None else (2, 1, 0, 0, 1)
    assert take(json.dumps(several(told(**changes), other)).encode()) == expected
    assert desk.codes() == ([(2, code)] if code else [])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ((SAMPLES / "top_json/error_session_27.json").read_bytes(), "platform_session"),
        ((SAMPLES / "top_json/error_limit_7.json").read_bytes(), "platform_limit"),
        (b'{"error_response": {"code": 15, "sub_msg": "isv.x"}}', "platform_refused"),
        (b'[{"error_response": {"code": 26}}]', "platform_session"),
        (b'{"trade_fullinfo_get_response": {"trade": {}}}', "unknown_json"),
        (b"{}", "unknown_json"),
        (b"[1]", "unknown_json"),
        (b"[" * 50 + b"]" * 50, "unknown_json"),
        (b"[" * 200_000, "bad_json"),
        (b'{"refund":' * 30 + b"{}" + b"}" * 30, "unknown_json"),
        (b'{"refund_id": 1', "bad_json"),
        (b'{"refund_id": "\xff"}', "bad_json"),
    ],
)
def test_what_is_no_answer_with_refunds_is_refused_whole(tmp_path, data, code):
    path = tmp_path / "answer.json"
    path.write_bytes(data)
    with pytest.raises(BadFile) as refused:
        open_table(path)
    assert refused.value.code == code
    assert "{" not in str(refused.value)
