"""Phone numbers as people write them, brought to one form."""

from __future__ import annotations

import re
import unicodedata

TAIL = 4
_COUNTRY = re.compile(r"^(?:\+86|0086|86-)")
_MOBILE = re.compile(r"^1\d{10}(?:-\d{3,5})?$")
_GROUPED = re.compile(r"^(1\d{2})-(\d{4})-(\d{4})$")
_LANDLINE = re.compile(r"^(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?$")


def clean_phone(text: str) -> str:
    """A cell or an entry as one text: no apostrophe, blanks or country code, ASCII digits; the dash before an extension stays."""
    plain = unicodedata.normalize("NFKC", text).replace("—", "-").replace("转", "-")
    plain = "".join(plain.split()).strip("'‘’`")
    return _GROUPED.sub(r"\1\2\3", _COUNTRY.sub("", plain))


def phone_digits(text: str) -> str:
    """The form that is indexed: a virtual number keeps its dash, a landline loses it. "" when it is masked or no phone."""
    plain = clean_phone(text)
    if _MOBILE.match(plain):
        return plain
    return plain.replace("-", "") if _LANDLINE.match(plain) else ""


def phone_tail(text: str) -> str:
    """The last four digits, "" where they are masked. Couriers ask for the four after the dash of a virtual number."""
    tail = clean_phone(text)[-TAIL:]
    return tail if len(tail) == TAIL and tail.isdigit() else ""
