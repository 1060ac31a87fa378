"""Several cases at once, before anybody opens them: what of each row is known, and what opening it would do. Set-based; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.intake.hits import Choice, find_all
from casework.intake.pasted import LONGEST, MOST, TOO_LONG, Pasted, Unread, read_pasted
from casework.models import Case
from casework.registry import SUBJECTS, Subject
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotAllowed, Text
from orders.models import Order

TWICE: Text = _("This is in the list already.")
SEVERAL: Text = _("This may be one of several orders or parcels; open it by itself.")


class Outcome(StrEnum):
    """What becomes of a row."""

    OPENS = "opens"
    EXISTS = "exists"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """A piece of the list: where it stands (lines count from 1), what it means, and what becomes of it with the reason where nothing does."""

    line: int
    text: str
    outcome: Outcome
    code: str = ""
    reason: Text = ""
    choice: Choice | None = None
    subject: Subject | None = None
    # The open case that there is already, or the one that was opened.
    case: Case | None = None


@dataclass(frozen=True)
class Line:
    """A line of a paste or a row of a sheet, as one text."""

    number: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The lines of a paste that hold anything. Raises Malformed `text_too_long`."""
    if len(text) > LONGEST:
        raise Malformed(TOO_LONG, code="text_too_long", field="text")
    return [Line(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def preview(kind: type[Case], lines: Sequence[Line], *, by: Actor) -> list[Row]:
    """What opening a case of the kind for each line would do. As many queries for five hundred lines as for one.

    Raises Malformed `too_many_numbers`, `nothing_to_open`.
    """
    pasted = [_numbers_only(read_pasted(line.text)) for line in lines]
    if sum(len(each.numbers) for each in pasted) > MOST:
        raise Malformed(
            str(_("More than {most} numbers at once; take a part of them.")).format(most=MOST), code="too_many_numbers", field="text"
        )
    rows: list[Row] = []
    for line, found in zip(lines, find_all(pasted, by), strict=True):
        rows += [Row(line.number, each.texts[0], Outcome.OPENS, choice=each) for each in found.choices]
        # Of a row that names its order, other numbers are of no account; a list of numbers says of each what it is.
        rows += [_unknown(line, each) for each in found.unread if not found.choices or (each.code == "not_found" and _is_bare(line))]
    if not rows:
        raise Malformed(_("There is no number in it."), code="nothing_to_open", field="text")
    return _with_existing(kind, _with_subjects(kind, rows, by), by)


def _numbers_only(pasted: Pasted) -> Pasted:
    return replace(pasted, names=(), unread=tuple(each for each in pasted.unread if each.code != "masked"))


def _is_bare(line: Line) -> bool:
    """Whether the line is nothing but numbers: several waybills beside each other."""
    return not any(character.isalpha() and not character.isascii() for character in line.text) and "\t" not in line.text


def _unknown(line: Line, what: Unread) -> Row:
    return Row(line.number, what.text, Outcome.UNKNOWN, what.code, what.why)


def _with_subjects(kind: type[Case], rows: Sequence[Row], by: Actor) -> list[Row]:
    """What each row is about, or why the kind cannot be about it."""
    about = [each for each in rows if each.choice is not None]
    numbers = dict(Order.objects.filter(pk__in={each.choice.order_id for each in about if each.choice}).values_list("pk", "number"))
    wanted = [(numbers.get(each.choice.order_id or 0, ""), each.choice.waybill) for each in about if each.choice]
    told = dict(zip(map(id, about), subjects_of(kind, wanted, by), strict=True))
    return [_about(each, told[id(each)], kind, by) if id(each) in told else each for each in rows]


def subjects_of(kind: type[Case], wanted: Sequence[tuple[str, str]], by: Actor) -> list[Subject | DeskError]:
    """The subject of each (order number, waybill), or why there is none. A kind that cannot read many at once is asked for one after another."""
    find = SUBJECTS[kind.KIND]
    many: Callable[..., list[Subject | DeskError]] | None = getattr(find, "of_many", None)
    if many is not None:
        return many(by, wanted)
    return [_one_by_one(find, by, order, waybill) for order, waybill in wanted]


def _one_by_one(find: Callable[..., Subject], by: Actor, order: str, waybill: str) -> Subject | DeskError:
    try:
        return find(by, order, waybill)
    except DeskError as error:
        return error


def _about(row: Row, found: Subject | DeskError, kind: type[Case], by: Actor) -> Row:
    if isinstance(found, DeskError):
        several = found.code in ("waybill_required", "ambiguous_order")
        return replace(row, outcome=Outcome.REFUSED, code=found.code, reason=SEVERAL if several else str(found.detail))
    if by.is_person and by.role_in(found.shop_id) not in kind.OPENED_BY:
        return replace(row, outcome=Outcome.REFUSED, code=NotAllowed.code, reason=NotAllowed.detail, subject=found)
    return replace(row, subject=found)


def _with_existing(kind: type[Case], rows: Sequence[Row], by: Actor) -> list[Row]:
    """Rows whose subject has an open case of the kind lead to it; what is in the list twice counts once."""
    keys = {each.subject.key for each in rows if each.subject is not None}
    existing: dict[str, Case] = {each.subject: each for each in Case.objects.for_actor(by).open().filter(kind=kind.KIND, subject__in=keys)}
    seen: set[str] = set()
    return [_told(each, existing, seen) for each in rows]


def _told(row: Row, existing: dict[str, Case], seen: set[str]) -> Row:
    if row.outcome != Outcome.OPENS or row.subject is None:
        return row
    key = row.subject.key
    if key in existing:
        found = existing[key]
        text = str(_("There is already such a case: {number}.")).format(number=found.number)
        return replace(row, outcome=Outcome.EXISTS, code="already_open", reason=text, case=found)
    if key in seen:
        return replace(row, outcome=Outcome.REFUSED, code="twice", reason=TWICE)
    seen.add(key)
    return row


def counts_of(rows: Iterable[Row]) -> dict[str, Any]:
    """How many rows have each outcome."""
    told = [each.outcome for each in rows]
    return {each.value: told.count(each) for each in Outcome}
