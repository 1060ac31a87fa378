"""Cells for files that people open in a spreadsheet: nothing in them is ever a formula, and no id loses a digit."""

from __future__ import annotations

import re

from orders.straight import straight

# Spreadsheets start a formula at these, also after blanks and invisible characters, and in full width.
_FORMULA = re.compile(r"^[\s\ufeff\u200b\u200c\u200d\u2060\x00-\x1f]*[=+\-@|%＝＋－＠\t\r\n]")
_LEADING_SPACE = re.compile(r"^[\t\r\n]")
# A number that would be rounded or reformatted: long ids, leading zeros, exponents.
_ID = re.compile(r"^(?:\d{12,}|0\d+|\d+(?:\.\d+)?[eE][+-]?\d+)$")


def text_cell(value: object) -> str:
    """A value as a cell of a CSV file: an apostrophe keeps formulas and ids as text, and nothing turns the direction of a line."""
    text = "" if value is None else straight(str(value))
    if _FORMULA.match(text) or _LEADING_SPACE.match(text) or _ID.match(text):
        return f"'{text}"
    return text
