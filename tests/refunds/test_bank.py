"""A bank transfer by hand: to an account that is kept encrypted, with the bank's number, beside platform, small payment and Alipay."""

import io

import openpyxl
import pytest

from casework.actions.advance import advance
from casework.actions.verify import verify_invariants
from casework.models import Case, Ledger
from casework.situation import read_situations
from orders.errors import Malformed, StepRefused
from orders.vault import unseal
from refunds.actions.export_register import export_register
from refunds.models import Request
from tests.builders import a_refund
from tests.cast import MONDAY, acts

pytestmark = pytest.mark.rule("R2.3")

BANK = {"payee": {"channel": "bank", "account": "招商银行 6225880212345678", "name": "何大明"}}
NUMBER = {"platform_number": "2026112300000001", "paid_at": MONDAY.isoformat()}


def pay(case, finance):
    return advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=NUMBER)


def test_it_is_asked_approved_and_paid_by_hand_and_booked_as_what_it_is(agent, supervisor, finance, shop):
    case = pay(a_refund(agent, approved_by=supervisor, **BANK), finance)
    row = Request.objects.get()
    assert (unseal(row.payee_account_enc), unseal(row.payee_name_enc)) == (BANK["payee"]["account"], "何大明")
    assert "6225880212345678" not in row.payee_mask
    assert Ledger.objects.get(entry="settle").channel == "bank"
    case = Case.objects.get(pk=case.pk)
    assert (case.order.refunded, case.order.refunded_outside, case.order.reserved) == (30, 30, 0)
    said = case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])
    assert ("银行" in said or "bank account" in said, "6225" in said) == (True, False)
    assert verify_invariants() == []


def test_the_register_says_which_way_it_went(agent, supervisor, finance, shop):
    pay(a_refund(agent, approved_by=supervisor, **BANK), finance)
    with export_register(acts(finance), at=MONDAY) as file:
        head, row, *_sums = openpyxl.load_workbook(io.BytesIO(file.read())).active.iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert (told["付款方式"], told["平台流水号"]) == ("银行转账", NUMBER["platform_number"])


def test_a_number_of_the_bank_stands_once_and_is_no_number_of_the_platform(agent, supervisor, finance):
    pay(a_refund(agent, approved_by=supervisor), finance)
    pay(a_refund(agent, approved_by=supervisor, **BANK), finance)
    with pytest.raises(StepRefused) as refused:
        pay(a_refund(agent, approved_by=supervisor, **BANK), finance)
    assert [each.code for each in refused.value.reasons] == ["number_used"]


@pytest.mark.parametrize("missing", ["account", "name"])
def test_account_and_name_are_needed(agent, missing):
    with pytest.raises(Malformed) as refused:
        a_refund(agent, payee=BANK["payee"] | {missing: " "})
    assert (refused.value.code, refused.value.field) == ("payee_incomplete", f"payee.{missing}")


@pytest.mark.parametrize(
    "account",
    [
        "=1+1",
        "招商银行",
        "招商银行 1234567",
        "=招商银行 6225880212345678",
        "@6225880212345678",
        "-6225880212345678",
        "招商银行+6225880212345678",
        "1" * 31,
    ],
)
def test_what_is_no_account_is_refused_by_name(agent, account):
    with pytest.raises(Malformed) as refused:
        a_refund(agent, payee=BANK["payee"] | {"account": account})
    assert (refused.value.code, refused.value.field) == ("bad_account", "payee.account")
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    "account",
    ["6225 8802 1234 5678", "6225-8802-1234-5678", "中国银行(深圳分行)：12020265 19900001234", "6225880212345678 ICBC Branch No.2"],
)
def test_an_account_is_written_as_people_write_it(agent, account):
    a_refund(agent, payee=BANK["payee"] | {"account": account})
    assert unseal(Request.objects.get().payee_account_enc) == account


def test_alipay_does_not_pay_it(agent, supervisor, finance):
    with pytest.raises(StepRefused):
        advance(a_refund(agent, approved_by=supervisor, **BANK).pk, "pay", by=acts(finance), at=MONDAY)
