"""Characters that nobody sees. Those that turn the direction of what stands behind them make 100.00 read as 00.001 in a buyer's name or a note.

What was written is kept as it was written; pages, texts to copy and files that people take out are without them. Words of Arabic or Hebrew keep their
own direction. A text of which nothing can be seen is none.
"""

from __future__ import annotations

import re
import unicodedata

TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The same in UTF-8.
_TURNING_BYTES = re.compile(rb"\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")

# Marks without a letter, blanks and what only steers; beside them the letters and the symbol that are drawn as nothing (Hangul fillers, the blank of Braille).
_UNSEEN, _BLANKS = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"}), frozenset("\u115f\u1160\u2800\u3164\uffa0")


def seen_only(text: str) -> str:
    """What of a text can be seen, without its blanks: two texts with the same look alike or nearly so."""
    return "".join(each for each in text if unicodedata.category(each) not in _UNSEEN and each not in _BLANKS)


def written(text: str) -> str:
    """The text as it was written, without outer blanks; "" where nothing of it can be seen."""
    return text.strip() if any(map(seen_only, text)) else ""


def straight(text: str) -> str:
    """The text without them."""
    return TURNING.sub("", text)


def straight_page(page: bytes) -> bytes:
    """A page in UTF-8 without them."""
    return _TURNING_BYTES.sub(b"", page)
