"""What a memo tells beyond its text: the flag's colour and who wrote it (L9.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orders.files.cells import clean

_COLOURS = {"灰": 0, "红": 1, "黄": 2, "绿": 3, "蓝": 4, "紫": 5}
_FLAG = re.compile(r"^(?:([灰红黄绿蓝紫])色?(?:旗帜?|标签|备注)?|([0-5]))$")


def flag_of(raw: str, field: str) -> int | None:
    """The flag's number, None for any other text: an unknown flag is asked about, never guessed (L9.8)."""
    found = _FLAG.match(clean(raw))
    if not found:
        return None
    return _COLOURS[found[1]] if found[1] else int(found[2])


def both_memos(memo: str | None, other: str | None) -> str | None:
    """One text of the two columns of a memo that the lists of 2021 have; None without any."""
    told = [text for text in (memo, other) if text is not None]
    return "\n".join(dict.fromkeys(filter(None, told))) if told else None


def writers_pattern(codes: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the memo codes of these people as words of their own; None without any code."""
    longest_first = sorted({code for code in codes if code}, key=lambda code: (-len(code), code))
    if not longest_first:
        return None
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, longest_first))})(?![0-9A-Za-z])")


def writer_of(memo: str, writers: re.Pattern[str] | None) -> str:
    """The code that the memo carries; a memo is signed at its end, so the last one counts."""
    found = writers.findall(memo) if writers and memo else []
    return str(found[-1]) if found else ""
