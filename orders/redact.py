"""The redacted copy of free text: what may be indexed, shown, exported and logged (DESIGN 6).

Phones, e-mail addresses, identity numbers and this order's own name and street become tokens. Every pattern starts at
a boundary and repeats possessively or a fixed number of times, so the time grows with the length and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PHONE, EMAIL, IDENTITY, NAME, STREET = "[电话]", "[邮箱]", "[证件]", "[姓名]", "[地址]"

# Digits may be written full-width and in groups: 139 0000 1234, 139-0000-1234.
_WIDE_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord("－"): "-", ord("＠"): "@", ord("（"): "(", ord("）"): ")"}
_GAP = r"[ .\-]?"
_EXTENSION = r"(?:[ ]?(?:-|转|ext\.?)[ ]?\d{1,6}(?!\d))?"
_PATTERNS = re.compile(
    "|".join(
        [
            rf"(?P<identity>(?<![0-9A-Za-z])[1-9]\d{{5}}{_GAP}(?:18|19|20)\d\d{_GAP}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_GAP}\d{{3}}[\dXx](?![0-9A-Za-z]))",
            rf"(?P<phone>(?<!\d)(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d){_EXTENSION}"
            rf"|(?<!\d)(?:\(?0(?:10|2\d|[3-9]\d\d)\)?{_GAP}[2-8]\d{{2,3}}{_GAP}\d{{4}}|[48]00{_GAP}\d{{3}}{_GAP}\d{{4}}|[2-8]\d{{2,3}}-\d{{4}})(?!\d){_EXTENSION})",
            r"(?P<email>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+)",
        ]
    )
)
_TOKENS = {"identity": IDENTITY, "phone": PHONE, "email": EMAIL}

# A part of the street is taken for the street from this length on.
STREET_PART = 5
SHORTEST_NAME = 2


def redact(text: str, *, names: Iterable[str] = (), streets: Iterable[str] = ()) -> str:
    """The text with tokens in the place of what identifies a person; `names` and `streets` are this order's own."""
    if not text:
        return ""
    folded = text.translate(_WIDE_DIGITS)
    for street in streets:
        folded = _without_street(folded, street)
    for name in names:
        if len(name) >= SHORTEST_NAME and "*" not in name:
            folded = folded.replace(name, NAME)
    return _PATTERNS.sub(lambda match: _TOKENS[str(match.lastgroup)], folded)


def _without_street(text: str, street: str) -> str:
    """Replace each run that the street holds as well, from STREET_PART characters on: people quote half an address."""
    street = street.translate(_WIDE_DIGITS)
    parts = {part for start in range(len(street) - STREET_PART + 1) if "*" not in (part := street[start : start + STREET_PART])}
    if not parts or len(text) < STREET_PART:
        return text
    kept: list[str] = []
    done = position = 0
    while position <= len(text) - STREET_PART:
        if text[position : position + STREET_PART] not in parts:
            position += 1
            continue
        end = position + STREET_PART
        while end < len(text) and text[end - STREET_PART + 1 : end + 1] in parts:
            end += 1
        kept += [text[done:position], STREET]
        done = position = end
    return "".join([*kept, text[done:]])
