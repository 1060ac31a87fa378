"""Words with gaps: what a lead writes instead of a regular expression. Linear in the text, so that no row keeps the server busy.

One pattern a line. `*` stands for up to twelve characters of the same sentence, `#` for a number in digits or Chinese numerals; all else is
itself, whatever its case, width and blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

GAP, NUMBER = "*", "#"
WIDEST_GAP = 12
LONGEST_LINE, MOST_LINES, MOST_GAPS = 60, 100, 3
A_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?|[零〇一二两三四五六七八九十百半]{1,6}")
ENDS = frozenset("。！？!?\n;；")
DIGITS = {each: value for value, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# A clause: what stands between two marks.
CLAUSE = re.compile(r"[^。！？!?;；,，\n]+")
PIECES = re.compile(r"[*#]|[^*#]+")


@dataclass(frozen=True)
class Match:
    """Where a pattern stands in a folded text, with the numbers in it."""

    start: int
    end: int
    numbers: tuple[str, ...] = ()


def fold(text: str) -> str:
    """The text in one form: width and case gone, blanks and invisible marks too; ends of lines stay ends."""
    one = unicodedata.normalize("NFKC", text).casefold()
    lines = ("".join(each for each in line if not each.isspace() and unicodedata.category(each) != "Cf") for line in one.splitlines())
    return "\n".join(lines)


def lines_of(text: str) -> list[str]:
    """The patterns of a field, folded, empty lines left out."""
    return [folded for line in text.splitlines() if (folded := fold(line).strip(GAP))]


def check_lines(text: str, field: str) -> None:
    """Raise Malformed naming the field where the patterns are too long, too many, or only a gap."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        said = str(_("At most {lines} lines of {length} characters.")).format(lines=MOST_LINES, length=LONGEST_LINE)
        raise Malformed(said, code="bad_pattern", field=field)
    if any(fold(line).count(GAP) > MOST_GAPS for line in lines):
        raise Malformed(str(_("At most {gaps} gaps (*) in a line.")).format(gaps=MOST_GAPS), code="bad_pattern", field=field)
    if any(not fold(line).replace(GAP, "").replace(NUMBER, "") for line in lines):
        raise Malformed(_("Each line needs a word: * and # alone would find everything."), code="bad_pattern", field=field)


def matches(pattern: str, text: str) -> Iterator[Match]:
    """The places of a folded pattern in a folded text, from left to right, none inside another."""
    pieces = _pieces(pattern)
    ends = _walk(pieces, text) if pieces and _is_in(pieces, text) else []
    seen = 0
    for match in sorted(ends, key=lambda each: (each.start, each.end)):
        if match.start >= seen:
            yield match
            seen = match.end


@lru_cache(maxsize=2000)
def _pieces(pattern: str) -> tuple[str, ...]:
    return tuple(PIECES.findall(pattern))


def _is_in(pieces: tuple[str, ...], text: str) -> bool:
    """Whether the pieces are in the text at all. One bit a place, so that what is not there costs next to nothing however it is made."""
    here = (1 << (len(text) + 1)) - 1
    for piece in pieces:
        if piece == GAP:
            passable = sum(1 << place for place, each in enumerate(text) if each not in ENDS)
            for _step in range(WIDEST_GAP):
                here |= (here & passable) << 1
        elif piece == NUMBER:
            here = sum(1 << each.end() for each in A_NUMBER.finditer(text) if here >> each.start() & 1)
        else:
            here = (here & sum(1 << each.start for each in _starts(piece, text))) << len(piece)
        if not here:
            return False
    return True


def _walk(pieces: tuple[str, ...], text: str) -> list[Match]:
    """All ways through the pieces at once: of those that end at one place the shortest is kept, so there are never more than characters."""
    here = {each.end: each for each in _starts(pieces[0], text)}
    for piece in pieces[1:]:
        found: dict[int, Match] = {}
        for match in here.values():
            for end, number in _ends(piece, text, match.end):
                if end not in found or match.start > found[end].start:
                    found[end] = Match(match.start, end, (*match.numbers, *number))
        here = found
    return list(here.values())


def _starts(piece: str, text: str) -> Iterator[Match]:
    if piece == NUMBER:
        yield from (Match(each.start(), each.end(), (each[0],)) for each in A_NUMBER.finditer(text))
        return
    begin = text.find(piece)
    while begin >= 0:
        yield Match(begin, begin + len(piece))
        begin = text.find(piece, begin + 1)


def _ends(piece: str, text: str, begin: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    if piece == NUMBER:
        found = A_NUMBER.match(text, begin)
        if found:
            yield found.end(), (found[0],)
    elif piece == GAP:
        yield begin, ()
        for end in range(begin + 1, min(begin + WIDEST_GAP, len(text)) + 1):
            if text[end - 1] in ENDS:
                return
            yield end, ()
    elif text.startswith(piece, begin):
        yield begin + len(piece), ()


def number_of(text: str) -> Decimal:
    """A number as `#` finds it: 24, 1.5, 三, 十二, 二十, 半."""
    if text[0].isdigit() and text.isascii():
        return Decimal(text)
    if text == "半":
        return Decimal("0.5")
    total, digit = 0, 0
    for each in text:
        if each in DIGITS:
            digit = DIGITS[each]
        elif each in "十百":
            total, digit = total + (digit or 1) * (10 if each == "十" else 100), 0
    return Decimal(total + digit) + (Decimal("0.5") if text.endswith("半") else 0)
