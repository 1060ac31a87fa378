"""What an inspection found, read strictly: per line how many pieces came in which condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed
from orders.storable import BIGGEST
from refunds.models.returned import ReturnLine

CONDITIONS = ("good", "unsaleable", "worn", "wrong")
MOST = 500
MOST_PIECES = 1_000_000
# What people type where there is no form of the lines: "1: 2/0/1, 2: 1" is of line 1 two good, none unsaleable, one worn; of line 2 one good.
TYPED = re.compile(r"([0-9]{1,3})\s*[:：]\s*([0-9]{1,6}(?:/[0-9]{1,6}){0,3})")
Finding = dict[str, int]


class FoundField(forms.Field):
    """A list of {"line": id, "good": n, "unsaleable": n, "worn": n, "wrong": n}; a condition that is left out is none. Or as a text the lines'
    places: `1: 2/0/1, 2: 1`."""

    takes_json = True
    widget = forms.TextInput
    default_error_messages = {"invalid": _("Name each line once, with how many pieces came in which condition, such as 1: 2/0/1, 2: 1.")}

    def to_python(self, value: Any) -> list[Finding]:
        """The findings, not yet compared with what was claimed. Raises ValidationError."""
        found = _typed(value) if isinstance(value, str) else value
        if not isinstance(found, list) or not found or len(found) > MOST or not all(_is_finding(each) for each in found):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def _typed(text: str) -> list[Finding]:
    parts = [TYPED.fullmatch(each.strip()) for each in re.split(r"[,，、;；]+", text) if each.strip()]
    if not all(parts):
        return []
    counts = [(int(each[1]), [int(number) for number in each[2].split("/")]) for each in parts if each]
    return [{"position": place} | dict(zip(CONDITIONS, numbers, strict=False)) for place, numbers in counts]


def _is_finding(each: Any) -> bool:
    if not isinstance(each, dict) or len({"line", "position"} & set(each)) != 1 or not set(each) <= {"line", "position", *CONDITIONS}:
        return False
    return all(type(number) is int and 0 <= number <= (BIGGEST if name == "line" else MOST_PIECES) for name, number in each.items())


def found_of(found: Sequence[Finding], lines: Sequence[ReturnLine]) -> list[tuple[ReturnLine, Finding]]:
    """Each line that comes back with its pieces by condition (R5.2). Raises Malformed naming the line: strange, named twice or left out, or with
    more pieces than were claimed."""
    said = [(_named(each, lines, f"found.{number}"), number, each) for number, each in enumerate(found)]
    if {line.pk for line, _number, _each in said} != {line.pk for line in lines} or len(said) > len(lines):
        raise Malformed(_("Say of every line what came, and of each once."), code="line_missing", field="found")
    return [(line, _counts(line, number, each)) for line, number, each in said]


def _named(each: Finding, lines: Sequence[ReturnLine], field: str) -> ReturnLine:
    named = [row for row in lines if (row.line_id == each["line"] if "line" in each else row.line.position == each["position"])]
    if len(named) != 1:
        raise Malformed(_("This line does not come back here."), code="bad_line", field=f"{field}.line")
    return named[0]


def _counts(line: ReturnLine, number: int, each: Finding) -> Finding:
    counts = {name: each.get(name, 0) for name in CONDITIONS}
    if sum(counts.values()) > line.quantity:
        text = _("More pieces than were claimed; write what else was in it in the remark.")
        raise Malformed(text, code="bad_quantity", field=f"found.{number}.good")
    return counts
