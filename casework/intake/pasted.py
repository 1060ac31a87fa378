"""What in a pasted text may be a number or a name: nothing here knows the database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed, Text
from orders.masks import mask_phone
from orders.phones import phone_digits

# A long chat; more than that is a file.
LONGEST = 50_000
# So many numbers, and so many possible names, are looked up; whoever has more makes two pastes of it.
MOST = 500
MOST_NAMES = 100
LONGEST_NAME = 100

# How the platform's links call the number of an order. Other numbers in a link are those of goods and of shops.
OF_AN_ORDER = {
    "biz_order_id",
    "bizorderid",
    "order_id",
    "orderid",
    "main_order_id",
    "mainorderid",
    "trade_id",
    "tradeid",
    "tid",
    "tb_order_id",
}
ORDER_NUMBER = re.compile(r"[0-9]{10,20}")

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))
_LINK = re.compile(
    r"(?:https?://|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,5}(?:taobao|tmall|tb)\.(?:com|cn)/)[^\s<>\"'，。；）)]{1,2000}", re.IGNORECASE
)
_CASE = re.compile(r"(?<![0-9A-Za-z])AS-\d{6}-\d{4,9}(?![0-9A-Za-z-])", re.IGNORECASE | re.ASCII)
# Days, times and amounts of money are no numbers of anything.
_TIMES = re.compile(
    r"(?<!\d)(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?!\d)|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|[¥￥]\s?\d[\d,]*(?:\.\d+)?", re.ASCII
)
# A spreadsheet wrote a long number as 5.118E+17.
_ROUNDED = re.compile(r"(?<![0-9A-Za-z.])\d(?:\.\d+)?[eE]\+\d{2}(?![0-9A-Za-z])", re.ASCII)
_SPACED = re.compile(r"(?<![0-9A-Za-z-])\d{3,5}(?: \d{3,5}){1,7}(?![0-9A-Za-z-])", re.ASCII)
_NUMBER = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Za-z]+(?:-[0-9A-Za-z]+){0,4}(?![0-9A-Za-z-])", re.ASCII)
# With the country before it; other forms of a phone are read by orders.phones.
_MOBILE = re.compile(r"(?:(?:00)?86-?)?1[3-9]\d{9}", re.ASCII)
SHORTEST, MOST_OF_ONE, FEWEST_DIGITS = 8, 64, 6
# Before what a chat says stands who says it, and often when.
_SPEAKER = re.compile(r"^\s*([^\s(（:：]{2,100})\s*(?:[(（:：]|$)")
# The name that the platform gives to those who choose none; in the middle of a sentence as well.
_NICK = re.compile(r"(?<![0-9A-Za-z_-])tb[0-9_]{6,60}(?![0-9A-Za-z_-])", re.IGNORECASE | re.ASCII)
_LABELLED = re.compile(r"(?:旺旺|买家|昵称|会员名|ID|nick|buyer)[^:：\n]{0,6}[:：]\s*([^\s,，;；]{2,100})", re.IGNORECASE)

# A text that is one number: what somebody calls it, letters in front, digits in groups, letters behind.
_ONLY = re.compile(
    r"(?P<label>[^!-~]{0,20}|[^0-9:]{1,20}(?=:))(?P<colon>:?)\s*"
    r"(?P<number>(?:[A-Za-z]{1,4}[\s-]?)?[0-9]+(?:[\s-]{1,3}[0-9]+)*[0-9A-Za-z-]*)",
    re.ASCII,
)
# Words of goods hold short numbers: "保温杯500ml", "A4 500".
FEWEST_AFTER_A_WORD = 10

TOO_LONG: Text = _("This text is too long; paste a part of it, or take the list as a file.")
UNREAD: dict[str, Text] = {
    "not_found": _("no order, parcel or buyer of your shops"),
    "phone": _("looks like a phone; ask for the order number"),
    "rounded": _("a spreadsheet has rounded this number; copy it from a column of text"),
    "link": _("a link without an order's number; copy the link of the order"),
    "masked": _("the platform has masked this name; ask for the order number"),
}


@dataclass(frozen=True)
class Unread:
    """A piece of the text that leads nowhere, and why (a key of UNREAD)."""

    text: str
    code: str

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        return str(UNREAD[self.code])


@dataclass(frozen=True)
class Pasted:
    """What a text may mean: numbers (of orders, parcels, cases) in their order, each once; names that may be a buyer's; and what cannot be looked up."""

    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    def unknown(self, number: str) -> Unread:
        """What is said of a number that nobody knows. A phone in any form is not shown again."""
        return Unread(mask_phone(number), "phone") if is_phone(number) else Unread(number, "not_found")


def is_phone(number: str) -> bool:
    """Whether it looks like a phone, in any form in which people write one."""
    return bool(_MOBILE.fullmatch(number) or phone_digits(number))


def read_pasted(text: str) -> Pasted:
    """What the text may mean. Raises Malformed `text_too_long`, or `too_many_numbers`."""
    if len(text) > LONGEST:
        raise Malformed(TOO_LONG, code="text_too_long", field="text")
    plain, found, unread = folded(text), list[str](), list[Unread]()
    for link in _LINK.findall(plain):
        number = number_of_link(link)
        found.append(number) if number else unread.append(Unread(link[:60], "link"))
    rest = _LINK.sub(" ", plain)
    unread += [Unread(each, "rounded") for each in _ROUNDED.findall(rest)]
    found += _numbers(_ROUNDED.sub(" ", rest))
    numbers = tuple(dict.fromkeys(found))
    if len(numbers) > MOST:
        raise Malformed(
            str(_("More than {most} numbers at once; take a part of them.")).format(most=MOST), code="too_many_numbers", field="text"
        )
    names = tuple(dict.fromkeys(_names(rest)))[:MOST_NAMES]
    unread += [Unread(each, "masked") for each in names if "*" in each and not numbers]
    return Pasted(numbers, tuple(each for each in names if "*" not in each), tuple(dict.fromkeys(unread)))


def number_of_link(link: str) -> str:
    """The order's number in a link of the platform, "" where there is none."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        given = parse_qsl(parts.query) + parse_qsl(parts.fragment.partition("?")[2] or parts.fragment)
    except ValueError:
        return ""
    return next((value for name, value in given if name.lower() in OF_AN_ORDER and ORDER_NUMBER.fullmatch(value)), "")


def only_number(text: str) -> str:
    """The number that the whole text is, as it is kept: full-width characters, blanks inside and a label before it make no difference.
    "" where the text is anything else."""
    found = _ONLY.fullmatch(folded(text).strip())
    if found is None:
        return ""
    number = "".join(found["number"].split())
    by_a_word = found["label"].strip() and not found["colon"]
    fewest = FEWEST_AFTER_A_WORD if by_a_word else SHORTEST if number != found["number"] else 1
    return number if sum(map(str.isdigit, number)) >= fewest else ""


def folded(text: str) -> str:
    """Full-width digits and letters in one form, invisible marks gone, lines kept."""
    return unicodedata.normalize("NFKC", text.replace("\x00", "").translate(_INVISIBLE)).replace("\r\n", "\n")


def _numbers(text: str) -> Iterator[str]:
    """Case numbers, then whatever is long enough and has enough digits; digits in groups belong together."""
    yield from (each.upper() for each in _CASE.findall(text))
    rest = _TIMES.sub(" ", _CASE.sub(" ", text))
    yield from (each.replace(" ", "") for each in _SPACED.findall(rest) if len(each.replace(" ", "")) >= SHORTEST)
    for each in _NUMBER.findall(_SPACED.sub(" ", rest)):
        if SHORTEST <= len(each) <= MOST_OF_ONE and sum(map(str.isdigit, each)) >= FEWEST_DIGITS:
            yield each


def _names(text: str) -> Iterator[str]:
    """Whole short lines, who speaks in a chat, what stands behind a label, and names that look like nothing else."""
    for line in text.split("\n"):
        whole = line.strip()
        if 1 < len(whole) <= LONGEST_NAME:
            yield whole
        if speaker := _SPEAKER.match(line):
            yield speaker[1]
        yield from _LABELLED.findall(line)
        yield from _NICK.findall(line)
