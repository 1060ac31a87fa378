"""What an answer of Alipay's means: paid only when it signed so, about our number and our amount; refused only by what is final."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from orders import outside
from orders.clock import parse_instant
from refunds.gateways import ALIPAY
from refunds.gateways.alipay_client import FILES
from refunds.gateways.alipay_codes import sentence
from refunds.gateways.gateway import Order, Outcome
from tests.refunds.alipay_stub import ASK, SEND, WHEN

ORDER = Order("AS2611230001v1", Decimal("12.30"), "13800138000", "何大明")
PAID = Outcome.PAID, "SUCCESS"


def said(answer):
    return answer.outcome, answer.code


def test_a_transfer_is_ordered_and_paid(alipay):
    answer = ALIPAY.send(ORDER)
    assert said(answer) == PAID
    assert (answer.number, answer.paid_at) == ("20261123110070000006780000000001", parse_instant(WHEN))
    assert answer.paid_at.utcoffset() == dt.timedelta(hours=8)
    assert alipay.paid == [("AS2611230001v1", "12.30", "13800138000", "何大明")]
    ((method, content),) = alipay.asked
    assert (method, content["product_code"], content["biz_scene"]) == (SEND, "TRANS_ACCOUNT_NO_PWD", "DIRECT_TRANSFER")
    assert content["payee_info"]["identity_type"] == "ALIPAY_LOGON_ID"


def test_a_user_id_is_told_as_one(alipay):
    ALIPAY.send(Order("AS2611230001v1", Decimal("1.00"), "2088000000000001", "何大明"))
    assert alipay.asked[0][1]["payee_info"]["identity_type"] == "ALIPAY_USER_ID"


def test_the_same_order_twice_pays_once_and_is_word_for_word_the_same(alipay):
    assert [said(ALIPAY.send(ORDER)) for _ in range(2)] == [PAID, PAID]
    assert alipay.asked[0] == alipay.asked[1]
    assert len(alipay.paid) == 1


def test_what_became_of_a_number_is_told(alipay):
    assert said(ALIPAY.ask(ORDER)) == (Outcome.NOTHING_THERE, "ORDER_NOT_EXIST")
    ALIPAY.send(ORDER)
    assert said(ALIPAY.ask(ORDER)) == PAID
    assert [method for method, _content in alipay.asked] == [ASK, SEND, ASK]


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("busy", "SYSTEM_ERROR"),
        ("busy_paid", "SYSTEM_ERROR"),
        ("refuse:SYSTEM_ERROR", "SYSTEM_ERROR"),
        ("refuse:NEVER_HEARD_OF", "NEVER_HEARD_OF"),
        ("refuse:何大明", "odd_code"),
        ("hang_up", "no_answer"),
        ("paid_then_hang_up", "no_answer"),
        ("cut", "unreadable"),
        ("broken", "no_answer"),
        ("redirect", "no_answer"),
        ("garbage", "unreadable"),
        ("twice", "unreadable"),
        ("unsigned", "unsigned"),
        ("forge", "bad_signature"),
        ("other_amount", "other_amount"),
        ("other_number", "other_number"),
        ("status:DEALING", "DEALING"),
        ("status:SUCCESS", "no_date"),
    ],
)
@pytest.mark.parametrize("asked", ["send", "ask"])
def test_everything_else_says_nothing_about_the_money(alipay, asked, does, code):
    alipay.does = ["work", does]
    ALIPAY.send(ORDER)
    assert said(getattr(ALIPAY, asked)(ORDER)) == (Outcome.UNKNOWN, code)


def test_an_answer_that_comes_too_late_is_none(alipay, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.1)
    alipay.does = ["late"]
    assert said(ALIPAY.send(ORDER)) == (Outcome.UNKNOWN, "no_answer")
    assert len(alipay.paid) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("PAYEE_NOT_EXIST", "account or name"),
        ("PAYER_BALANCE_NOT_ENOUGH", "Top it up"),
        ("ACQ.EXCEED_LIMIT_SM_MIN_AMOUNT", "outside of what"),
    ],
)
def test_a_final_refusal_is_final_and_says_what_to_do(alipay, code, words):
    alipay.does = [f"refuse:{code}"]
    answer = ALIPAY.send(ORDER)
    assert said(answer) == (Outcome.REFUSED, code.removeprefix("ACQ."))
    with override("en"):
        assert words in sentence(answer.code)
    # Of a question it says nothing.
    assert ALIPAY.ask(ORDER).outcome is Outcome.UNKNOWN


def test_a_transfer_that_failed_there_is_refused(alipay):
    alipay.does = ["status:FAIL"]
    assert said(ALIPAY.ask(ORDER)) == (Outcome.REFUSED, "FAIL")


@pytest.mark.parametrize("name", FILES)
def test_keys_that_are_none_pay_nothing_and_break_nothing(alipay, alipay_keys, settings, tmp_path, name):
    for each in FILES:
        (tmp_path / each).write_bytes((alipay_keys.directory / each).read_bytes())
    (tmp_path / name).write_text("-----BEGIN NOTHING-----\n")
    settings.ALIPAY_KEYS = str(tmp_path)
    assert said(ALIPAY.send(ORDER)) == (Outcome.UNKNOWN, "bad_keys")
    assert not alipay.asked


def test_neither_account_nor_name_is_shown_by_an_order():
    assert "138" not in f"{ORDER} {ORDER!r}"
    assert "何" not in repr(ORDER)
