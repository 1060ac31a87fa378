"""Characters that turn the direction of what stands behind them. In a buyer's name or a note they make 100.00 read as 00.001, and nobody sees them.

What was written is kept as it was written; pages, texts to copy and files that people take out are without them. Words of Arabic or Hebrew keep their
own direction.
"""

from __future__ import annotations

import re

TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The same in UTF-8.
_TURNING_BYTES = re.compile(rb"\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


def straight(text: str) -> str:
    """The text without them."""
    return TURNING.sub("", text)


def straight_page(page: bytes) -> bytes:
    """A page in UTF-8 without them."""
    return _TURNING_BYTES.sub(b"", page)
