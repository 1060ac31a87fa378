"""Refunds as the open platform answers them (FORMATS 2.3), read as rows of its refund list.

Taken are the answers of refund.get and refunds.receive.get, single or several in an array; a list may be wrapped, and a single child may
come as an object. What the platform answers instead of refunds is refused with its own sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from orders.files.errors import BadFile
from orders.files.limits import MEGABYTE, max_rows
from orders.files.statuses import TOP_REFUND_STATUSES

JSON = "json"
# Read as a whole, since JSON has no rows.
MOST_BYTES = 64 * MEGABYTE
# An array of answers, each with a list in its wrapping.
DEEPEST = 6
ENDED = {"SUCCESS", "CLOSED"}
PHASES = {"onsale": "售中", "aftersale": "售后"}
YES = {"true": "是", "false": "否"}
# cs_status as the list says it in 客服介入状态.
STEPPED_IN = {
    "0": "未介入",
    "1": "未介入",
    "2": "需要客服介入",
    "3": "客服已经介入",
    "4": "客服初审完成",
    "5": "客服主管复审失败",
    "6": "客服处理完成",
}
# Answers that are none, by the platform's code: what the reader has to do.
REFUSALS = {"26": "platform_session", "27": "platform_session", "7": "platform_limit"}

Refund = dict[str, Any]


def is_json(path: Path) -> bool:
    """Whether the file begins as JSON does; no list begins with a bracket."""
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def refund_records(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells, the header first. Raises BadFile for what is no answer with refunds."""
    found = list(_refunds(_read(path, name), name))
    if len(found) > max_rows():
        raise BadFile("too_many_rows", name, limit=max_rows())
    yield 1, list(CELLS)
    for number, refund in enumerate(found, start=2):
        yield number, [cell(refund) for cell in CELLS.values()]


def _read(path: Path, name: str) -> Any:
    if path.stat().st_size > MOST_BYTES:
        raise BadFile("file_too_big", name, limit=MOST_BYTES // MEGABYTE)
    try:
        # Numbers stay the text that they are: ids have up to nineteen digits, amounts their places.
        told = json.loads(path.read_bytes().decode("utf-8-sig"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise BadFile("bad_json", name) from error
    return told


def _refunds(told: Any, name: str, depth: int = 0) -> Iterator[Refund]:
    """The refunds of an answer, or of an array of answers or refunds."""
    if isinstance(told, list) and depth < DEEPEST:
        for each in told:
            yield from _refunds(each, name, depth + 1)
        return
    if not isinstance(told, dict) or depth >= DEEPEST:
        raise BadFile("unknown_json", name)
    if isinstance(told.get("error_response"), dict):
        raise _refusal(told["error_response"], name)
    if "refund_id" in told:
        yield told
        return
    for key in ("refund_get_response", "refunds_receive_get_response", "refunds", "refund"):
        if key in told:
            yield from _refunds(told[key] or [], name, depth + 1)
            return
    # An answer with nothing in it has no list at all.
    if "total_results" not in told or _text(told["total_results"]) != "0":
        raise BadFile("unknown_json", name)


def _refusal(error: dict[str, Any], name: str) -> BadFile:
    number = _text(error.get("code"))[:20]
    message = _text(error.get("sub_msg") or error.get("msg"))[:100]
    return BadFile(REFUSALS.get(number, "platform_refused"), name, number=number, message=message)


def _text(value: Any) -> str:
    """A value as a cell: JSON's true is the platform's string "true", nothing is an empty cell, what is no plain value shows as it stands."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # Half a pair of characters is none.
    return text.encode("utf-8", "replace").decode()


def _plain(key: str, words: dict[str, str] | None = None) -> Callable[[Refund], str]:
    """The cell of a key; in the list's words where there are some, else as it stands."""

    def cell(refund: Refund) -> str:
        told = _text(refund.get(key))
        return (words or {}).get(told, told)

    return cell


def _deadline(refund: Refund) -> str:
    """The platform's own deadline, where it says that there is one."""
    told = refund.get("refund_remind_timeout")
    if not isinstance(told, dict) or _text(told.get("exist_timeout")).lower() == "false":
        return ""
    return _text(told.get("timeout"))


def _ended(refund: Refund) -> str:
    return _text(refund.get("modified")) if _text(refund.get("status")) in ENDED else ""


CELLS: dict[str, Callable[[Refund], str]] = {
    "退款编号": _plain("refund_id"),
    "订单编号": lambda refund: _text(refund.get("tid_str")) or _text(refund.get("tid")),
    "子订单编号": lambda refund: _text(refund.get("oid_str")) or _text(refund.get("oid")),
    "买家会员名称": _plain("buyer_nick"),
    "宝贝标题": _plain("title"),
    "买家退款金额": _plain("refund_fee"),
    "是否需要退货": lambda refund: YES.get(_text(refund.get("has_good_return")).lower(), _text(refund.get("has_good_return"))),
    "退款的申请时间": _plain("created"),
    "完结时间": _ended,
    "超时时间": _deadline,
    "退款状态": _plain("status", TOP_REFUND_STATUSES),
    "退货物流单号": _plain("sid"),
    "买家退款原因": _plain("reason"),
    "售中或售后": _plain("refund_phase", PHASES),
    "客服介入状态": _plain("cs_status", STEPPED_IN),
    "refund_version": _plain("refund_version"),
    "modified": _plain("modified"),
}
