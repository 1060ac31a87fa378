"""How returns and exchanges stand: the facts of the return, its pieces, the courier's parcel. Read for a whole batch of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from logistics.goods.claimed import least, share
from logistics.goods.items import pieces_words
from logistics.standing import Standing, ask_standings
from orders.models import Line
from orders.together import Reading, answer, side_by_side
from refunds.models.returned import Return, ReturnLine


@dataclass(frozen=True)
class Coming:
    """What one case waits for, or has got."""

    facts: Return
    lines: list[ReturnLine] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether every piece came as claimed."""
        return all(each.accepted == each.quantity for each in self.lines)

    @property
    def orders(self) -> set[int]:
        """The orders whose goods come back."""
        return {each.line.order_id for each in self.lines}

    @property
    def words(self) -> str:
        """The pieces, one a line of text."""
        return pieces_words((each.line, each.quantity) for each in self.lines)

    @property
    def wanted(self) -> str:
        """What is to be sent instead, one a line of text."""
        return self.facts.wanted or self.words

    @property
    def difference(self) -> str:
        """What did not come as claimed, in words; "" when all did."""
        return "; ".join(filter(None, (_difference(each) for each in self.lines)))

    def prices(self) -> dict[int, Decimal]:
        """Yuan paid for the pieces that came as claimed, by line."""
        return {each.line_id: share(each.line, each.accepted) for each in self.lines if each.accepted}

    @property
    def is_paid_back(self) -> bool:
        """Whether the price of what came as claimed went back already."""
        return all(each.line.gone and each.line.gone >= least(each.line, each.accepted) for each in self.lines)


def _difference(each: ReturnLine) -> str:
    parts = [
        (each.worn, _("worn or not as claimed {number}")),
        (each.wrong, _("another thing {number}")),
        (each.short, _("short {number}")),
    ]
    said = [str(text).format(number=number) for number, text in parts if number]
    return f"{each.line}: {', '.join(said)}" if said else ""


def coming(at: Situation) -> Coming:
    """The situation's part."""
    found: Coming = at.more["coming"]
    return found


def read_coming(cases: Sequence[Case]) -> dict[int, Coming]:
    """By case id; one query, however many cases."""
    return answer(ask_coming(cases))


def ask_coming(cases: Sequence[Case]) -> Reading[dict[int, Coming]]:
    """The same, to be read with others."""
    ids = [case.pk for case in cases]
    returns = Return.objects.select_related("inspected_by").filter(pk__in=ids)
    pieces = ReturnLine.objects.filter(case__in=ids).select_related("line__order")
    yield returns, pieces
    facts = {each.pk: each for each in returns}
    lines: dict[int, list[ReturnLine]] = defaultdict(list)
    for each in pieces:
        lines[each.case_id].append(each)
    return {pk: Coming(facts[pk], lines[pk]) for pk in ids if pk in facts}


def situation_parts(cases: Sequence[Case]) -> Reading[dict[int, dict[str, Any]]]:
    """For the situations of returns and exchanges."""
    parcels, found = yield from side_by_side(ask_standings(cases), ask_coming(cases))
    return {pk: {"coming": each, "parcel": parcels.get(pk, Standing())} for pk, each in found.items()}


def open_lines(lines: Collection[Line] | Collection[int] | QuerySet[Any]) -> Any:
    """The pieces of these lines in returns and exchanges that are open, with their cases."""
    rows = ReturnLine.objects.filter(line__in=lines, case__closed_at=None)
    return rows.select_related("case", "case__return_facts", "line").order_by("pk")
