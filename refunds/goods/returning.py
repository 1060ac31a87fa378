"""When money may move for goods that come back: after their inspection, for what came as claimed, or by a lead's word (R5.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from logistics.goods.claimed import share
from orders.errors import Reason
from orders.models import Line
from refunds.goods.coming import open_lines
from refunds.models.returned import ReturnLine

EXCHANGE = "exchange"


def why_not_paid(wish: Mapping[int, Decimal], above: int | None) -> list[Reason]:
    """Why a refund of these lines (yuan by line id) does not go yet; empty when no return holds it. `above` is the case that it stands under."""
    return why_held(open_lines(list(wish)), wish, above)


def why_held(rows: Sequence[ReturnLine], wish: Mapping[int, Decimal], above: int | None) -> list[Reason]:
    """The same of rows that were read already."""
    return [reason for each in rows if each.line_id in wish and (reason := _why(each, wish[each.line_id], above)) is not None]


def _why(each: ReturnLine, amount: Decimal, above: int | None) -> Reason | None:
    facts, is_under = each.case.return_facts, each.case_id == above
    if each.case.kind == EXCHANGE and not is_under:
        return _reason("being_exchanged", _("{line} is being exchanged: {number}."), each, "R6.1")
    if facts.released_at is not None:
        return None
    if facts.inspected_at is None:
        return _reason(
            "not_inspected", _("{line} is coming back ({number}): first the inspection, or a lead's written word."), each, "R5.2"
        )
    if amount > _most(each, is_under):
        text = _("{line} did not come back as claimed ({number}): at most {most} yuan, or a lead's written word.")
        return _reason("not_as_claimed", text, each, "R5.2", most=_most(each, is_under))
    return None


def _most(each: ReturnLine, is_under: bool) -> Decimal:
    """Yuan that the inspection lets go: of a refund under the return for what came as claimed; of another one for the line's other pieces too."""
    return share(each.line, each.accepted + (0 if is_under else each.line.quantity - each.quantity))


def _reason(code: str, text: object, each: ReturnLine, rule: str, **more: object) -> Reason:
    return Reason(code, str(text).format(line=each.line, number=each.case.number, **more), rule)


def coming_back(lines: Sequence[int]) -> dict[int, str]:
    """Of these lines those that are on their way back, or being exchanged: line id -> number of the case."""
    return {each.line_id: each.case.number for each in open_lines(lines)}


def coming_reason(line: Line, number: str) -> Reason:
    """Why a line that comes back already does not come back once more."""
    return Reason("coming_back", str(_("{line} is coming back already: {number}.")).format(line=line, number=number), "R5.4")
