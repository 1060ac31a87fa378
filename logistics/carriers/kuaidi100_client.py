"""Asking kuaidi100: the trace of a number, and to be told about it from now on (FORMATS 3.1, 3.2). One call, one answer; no database here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from logistics.carriers import kuaidi100
from logistics.carriers.trace import Trace
from orders.errors import DeskError
from orders.outside import NoAnswer as NoAnswer
from orders.outside import post

# Areas, names and advanced codes.
DEPTH = "4"
FINE, ALREADY = "200", "501"


@dataclass(frozen=True)
class Credentials:
    """What a shop asks with, in clear. Lives as long as the call."""

    key: str
    customer: str = ""
    salt: str = ""
    callback: str = ""


class Declined(Exception):
    """The provider said no, with its code."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code[:12], message[:100]
        super().__init__(self.code)


def query(by: Credentials, company: str, waybill: str, phone_tail: str = "") -> Trace:
    """The trace of the number. At most once per number in 30 minutes, else the provider locks it. Raises NoAnswer, Declined."""
    param = json.dumps({"com": company, "num": waybill, "phone": phone_tail, "resultv2": DEPTH, "order": "desc"}, ensure_ascii=False)
    sign = kuaidi100.sign_of(param.encode(), by.key + by.customer)
    body = _post("/poll/query.do", {"customer": by.customer, "sign": sign, "param": param})
    _refuse(body)
    try:
        trace = kuaidi100.read_answer(body)
    except DeskError as error:
        raise NoAnswer(f"unreadable {error.field}") from error
    if trace.waybill != waybill:
        raise NoAnswer("another number")
    return trace


def subscribe(by: Credentials, company: str, waybill: str, phone_tail: str = "") -> None:
    """Be pushed what happens to the number. Subscribed already is as good. Raises NoAnswer, Declined."""
    parameters = {"callbackurl": by.callback, "salt": by.salt, "resultv2": DEPTH} | ({"phone": phone_tail} if phone_tail else {})
    param = json.dumps({"company": company, "number": waybill, "key": by.key, "parameters": parameters}, ensure_ascii=False)
    body = _post("/poll", {"schema": "json", "param": param})
    try:
        _refuse(body)
    except Declined as no:
        if no.code != ALREADY:
            raise


def _post(path: str, form: dict[str, str]) -> bytes:
    return post(settings.KUAIDI100_URL.rstrip("/") + path, urlencode(form).encode())


def _refuse(body: bytes) -> None:
    """Raise what the answer says instead of a result."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise NoAnswer("no JSON")
    code = str(answer.get("returnCode") or answer.get("status") or "")
    if answer.get("result") is False or code != FINE:
        raise Declined(code, str(answer.get("message") or ""))
