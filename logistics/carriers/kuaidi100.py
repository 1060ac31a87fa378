"""kuaidi100: the signature of a push, and the push and the answer to a query read as a trace (FORMATS 3.1-3.3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import io
import re
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from logistics.carriers.masks import mask_people
from logistics.carriers.stages import FINAL, KUAIDI100, read_stage, says_nothing
from logistics.carriers.trace import Node, Trace
from orders.api.parsing import StrictJSON
from orders.errors import Malformed

PROVIDER = "kuaidi100"
# The provider writes Beijing time without a zone.
BEIJING = ZoneInfo("Asia/Shanghai")
STATUSES = frozenset({"polling", "shutdown", "abort", "updateall"})
MOST_NODES = 1000
LONGEST_TEXT = 4000
LONGEST_MESSAGE = 60
WAYBILL = re.compile(r"[0-9A-Za-z-]{4,64}")
WORD = re.compile(r"[0-9A-Za-z_.-]{0,64}")
CODE = re.compile(r"[0-9A-Za-z]{0,12}")


def sign_of(param: bytes, secret: str) -> str:
    """The signature over the text as it travels: upper(MD5(text + secret)). MD5 is the provider's choice."""
    return hashlib.md5(param + secret.encode(), usedforsecurity=False).hexdigest().upper()


def is_signed(param: bytes, sign: bytes, salt: str) -> bool:
    """Whether `sign` is the signature of these very bytes, compared in constant time. No salt, no signature."""
    return bool(salt) and hmac.compare_digest(sign_of(param, salt).encode(), sign)


def read_push(param: bytes) -> Trace:
    """The trace in a push. Raises Malformed naming the place, TooLarge (413) beyond a megabyte."""
    push = _object(StrictJSON().parse(io.BytesIO(param)), "param")
    status = _word(push, "status", WORD)
    if status not in STATUSES:
        raise Malformed(field="status")
    return _trace(
        _object(push.get("lastResult"), "lastResult"),
        status=status,
        message=mask_people(_text(push, "message"))[:LONGEST_MESSAGE],
        com_old=_word(push, "comOld", WORD),
        com_new=_word(push, "comNew", WORD),
        auto_check=_word(push, "autoCheck", WORD),
    )


def read_answer(body: bytes) -> Trace:
    """The trace in the answer to a query that went well. Raises Malformed, TooLarge."""
    return _trace(_object(StrictJSON().parse(io.BytesIO(body)), "param"))


def _trace(result: dict[str, Any], **said: str) -> Trace:
    rows = result.get("data") or []
    if not isinstance(rows, list) or len(rows) > MOST_NODES:
        raise Malformed(field="data")
    state = _word(result, "state", CODE)
    # Newest first on the wire.
    nodes = [_node(_object(row, "data")) for row in reversed(rows)]
    waybill = _word(result, "nu", WAYBILL)
    return Trace(PROVIDER, _word(result, "com", WORD), waybill, _settled(nodes, state), **said)


def _node(row: dict[str, Any]) -> Node:
    code, name = _word(row, "statusCode", CODE), _text(row, "status")
    text = _text(row, "context") or name
    if not text:
        raise Malformed(field="context")
    stage, signed_by = read_stage(PROVIDER, code, name, text)
    return Node(_time(row), text, code, stage, signed_by, _text(row, "areaName")[:120])


def _settled(nodes: list[Node], state: str) -> tuple[Node, ...]:
    """The nodes; where none of them shows the end that the state of the whole tells of, or the newest shows nothing, the newest stands for it."""
    told = KUAIDI100.get(state)
    if nodes and told:
        last = nodes[-1]
        unseen = told in FINAL and not any(node.stage in FINAL for node in nodes)
        if unseen or (says_nothing(last.code, "", last.text) and not any(node.stage in FINAL for node in nodes)):
            stage, signed_by = read_stage(PROVIDER, state, "", last.text)
            nodes[-1] = Node(last.at, last.text, last.code or state, stage, signed_by, last.area)
    return tuple(nodes)


def _time(row: dict[str, Any]) -> dt.datetime:
    text = _text(row, "time") or _text(row, "ftime")
    for layout in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return dt.datetime.strptime(text, layout).replace(tzinfo=BEIJING)
        except ValueError:
            continue
    raise Malformed(_("This is not a time."), code="bad_time", field="time")


def _object(value: Any, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(field=field)
    return value


def _text(row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise Malformed(field=field)
    return " ".join(value.split())


def _word(row: dict[str, Any], field: str, form: re.Pattern[str]) -> str:
    """A short word of a known form, or a whole number instead of it."""
    value = row.get(field)
    word = "" if value is None else str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else "?"
    if not form.fullmatch(word):
        raise Malformed(field=field)
    return word
