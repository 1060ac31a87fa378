"""One cell at a time: cleaned where cleaning is certain, refused where it would be a guess.

Each function takes the raw text and the field's name and raises BadCell, which holds the row for a person.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

# Real ids are 15 to 19 digits now and were shorter once.
SHORTEST_ID, LONGEST_ID = 10, 20
# A spreadsheet keeps 15 digits of a number.
SAFE_DIGITS = 15
_AMOUNT = re.compile(r"^(\d{1,9})(?:\.(\d{1,2}))?$", re.ASCII)
_MOMENT = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$", re.ASCII)
_WRITTEN_AS_NUMBER = re.compile(r"^\d+(?:\.\d+)?[eE]\+?\d+$", re.ASCII)
_SEPARATORS = re.compile(r"[\s,，;；、|]+")
_BLANKS = " \t\r\n\x0b\x0c\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"
NO_REFUND = "无退款申请"
_YES = {"是", "有", "已购买", "yes", "y", "true", "1"}
_NO = {"否", "无", "未购买", "no", "n", "false", "0"}


class BadCell(Exception):
    """A row that waits for a person: `code` is a key of orders.imports.reasons, `field` names the column."""

    def __init__(self, code: str, field: str = "", value: str = "", **params: str) -> None:
        self.code, self.field, self.value, self.params = code, field, value, params
        super().__init__(code)


def clean(raw: str) -> str:
    """Without the marks that exports put around text (="…", '…), outer blanks and control characters."""
    if not raw.isprintable():
        raw = raw.encode("utf-8", "replace").decode()
        raw = "".join(character for character in raw if character in "\n\t" or unicodedata.category(character) != "Cc")
    text = raw.strip(_BLANKS)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip(_BLANKS)
    return text[1:] if text.startswith("'") else text


def text(raw: str, field: str, longest: int) -> str:
    """A text no longer than its column. Nothing is cut off."""
    value = clean(raw)
    if len(value) > longest:
        raise BadCell("text_too_long", field, value[:20], limit=str(longest))
    return value


def identifier(raw: str, field: str) -> str:
    """An order, sub-order or refund number: digits only. Damaged ones (3.5E+18) are never guessed."""
    value = clean(raw)
    if not value:
        raise BadCell("missing_value", field)
    digits = value if value.isascii() else unicodedata.normalize("NFKC", value)
    if not (digits.isascii() and digits.isdigit()) or not SHORTEST_ID <= len(digits) <= LONGEST_ID:
        raise BadCell("damaged_id", field, value)
    return digits


def looks_rounded(raw: str) -> bool:
    """A bare id that ends in zeros from the sixteenth digit on, as a spreadsheet writes it. One such id is chance, many are damage."""
    value = raw.strip(" ")
    return len(value) > SAFE_DIGITS + 2 and value.isdigit() and not value[SAFE_DIGITS:].strip("0")


def reference(raw: str, field: str, longest: int = 64) -> str:
    """A payment number or waybill as text; a number that a spreadsheet has rounded is refused."""
    value = text(raw, field, longest)
    if _WRITTEN_AS_NUMBER.match(value):
        raise BadCell("damaged_id", field, value)
    return value


def references(raw: str, field: str) -> list[str]:
    """Several waybills in one cell, each once, in their order."""
    parts = _SEPARATORS.split(clean(raw))
    return list(dict.fromkeys(reference(part, field) for part in parts if part))


def fen(raw: str, field: str) -> int:
    """An amount in yuan with at most two places, as fen. Signs, exponents and separators are refused."""
    value = clean(raw)
    found = _AMOUNT.match(value)
    if not found:
        raise BadCell("bad_amount" if value else "missing_value", field, value)
    yuan, places = found.groups()
    return int(yuan) * 100 + (int(places.ljust(2, "0")) if places else 0)


def refunded(raw: str, field: str) -> int:
    """An amount that went back, as fen; in words where nobody has asked for any."""
    return 0 if clean(raw) == NO_REFUND else fen(raw, field)


def yuan(amount: int) -> str:
    """Fen as the text of an amount: 1230 is 12.30."""
    return f"{amount // 100}.{amount % 100:02d}"


def whole(raw: str, field: str) -> int:
    """A quantity, at least one."""
    value = clean(raw)
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and int(value) > 0):
        raise BadCell("bad_quantity" if value else "missing_value", field, value)
    return int(value)


def moment(raw: str, field: str) -> str | None:
    """A time of the shop as yyyy-mm-dd hh:mm:ss (no zone: Beijing), None for an empty cell."""
    value = clean(raw)
    if not value:
        return None
    found = _MOMENT.match(value)
    if not found:
        raise BadCell("bad_time", field, value)
    year, month, day, hour, minute, second = found.groups("0")
    written = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{minute:0>2}:{second:0>2}"
    try:
        dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise BadCell("bad_time", field, value) from error
    return written


def yes_or_no(raw: str) -> bool | None:
    """是 or 否 and their like; None where the cell says neither."""
    value = clean(raw).lower()
    return True if value in _YES else False if value in _NO else None
