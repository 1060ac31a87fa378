"""Transfers from our Alipay account to a customer's (FORMATS 5): sent once under a number, asked about until it is known.

Paid is only what Alipay signed, under our number, with our amount. Refused is only what it signed and we know to be final.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from orders.clock import parse_instant
from orders.errors import Malformed
from refunds.gateways.alipay_client import Said, configured, say
from refunds.gateways.alipay_codes import FINAL, NOT_THERE
from refunds.gateways.gateway import Answer, Gateway, Order, Outcome

PRODUCT = {"product_code": "TRANS_ACCOUNT_NO_PWD", "biz_scene": "DIRECT_TRANSFER"}
FINE, DONE, FAILED = "10000", "SUCCESS", "FAIL"
NUMBER = re.compile(r"[0-9A-Za-z_-]{4,64}", re.ASCII)
CODE = re.compile(r"[0-9A-Za-z_.-]{1,60}", re.ASCII)
USER_ID = re.compile(r"2088[0-9]{12}", re.ASCII)


class Alipay(Gateway):
    """alipay.fund.trans.uni.transfer, in certificate mode."""

    name = "alipay"
    sends = True

    def is_ready(self) -> bool:
        """Whether an app and its keys are configured."""
        return configured()

    def send(self, order: Order) -> Answer:
        """Order the transfer. A repeated order is word for word the first one, else Alipay takes it for another."""
        kind = "ALIPAY_USER_ID" if USER_ID.fullmatch(order.account) else "ALIPAY_LOGON_ID"
        payee = {"identity": order.account, "identity_type": kind, "name": order.name}
        what = PRODUCT | {"out_biz_no": order.key, "trans_amount": str(order.amount), "remark": order.key, "payee_info": payee}
        return _read(say("alipay.fund.trans.uni.transfer", what), order, "trans_date", lambda code: FINAL.get(code, Outcome.UNKNOWN))

    def ask(self, order: Order) -> Answer:
        """Ask what became of it. A refusal of the question says nothing about the money, but for "there is no such transfer"."""
        said = say("alipay.fund.trans.common.query", PRODUCT | {"out_biz_no": order.key})
        return _read(said, order, "pay_date", lambda code: Outcome.NOTHING_THERE if code in NOT_THERE else Outcome.UNKNOWN)


def _read(said: Said, order: Order, date: str, refusal: Callable[[str], Outcome]) -> Answer:
    """What the reply says about this order; whatever is odd about it says nothing."""
    reply = said.reply
    if reply is None:
        return Answer(Outcome.UNKNOWN, said.trouble)
    code = _code(reply)
    if reply.get("code") != FINE:
        return Answer(Outcome.UNKNOWN if reply.get("code") != "40004" else refusal(code), code)
    if reply.get("out_biz_no") != order.key:
        return Answer(Outcome.UNKNOWN, "other_number")
    if not _same_amount(reply, order.amount):
        return Answer(Outcome.UNKNOWN, "other_amount")
    if reply.get("status") == FAILED:
        return Answer(Outcome.REFUSED, code)
    return _paid(reply, date) if reply.get("status") == DONE else Answer(Outcome.UNKNOWN, code)


def _paid(reply: dict[str, Any], date: str) -> Answer:
    number, told = reply.get("order_id"), reply.get(date)
    try:
        paid_at = parse_instant(told if isinstance(told, str) else "")
    except Malformed:
        return Answer(Outcome.UNKNOWN, "no_date")
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        return Answer(Outcome.UNKNOWN, "no_number")
    return Answer(Outcome.PAID, DONE, number, paid_at)


def _code(reply: dict[str, Any]) -> str:
    """The code that tells most, without the prefix of the product; what does not look like a code may hold anything."""
    told = reply.get("sub_code") or reply.get("error_code") or reply.get("status") or reply.get("code")
    return told.rpartition(".")[2] if isinstance(told, str) and CODE.fullmatch(told) else "odd_code"


def _same_amount(reply: dict[str, Any], amount: Decimal) -> bool:
    """Where the reply names an amount it is ours. The answer to a transfer need not name one."""
    told = [reply[name] for name in ("trans_amount", "amount") if name in reply]
    try:
        return all(Decimal(str(each)) == amount for each in told)
    except InvalidOperation:
        return False
