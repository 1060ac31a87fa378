"""How gifts stand: who signs their memo, which orders may carry them, and what memos tell of them. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.models import Case
from casework.situation import Situation
from orders.access import Actor
from orders.models import User
from orders.together import Reading, ask_for, side_by_side
from refunds.goods.carriers import Carriers, ask_carriers
from refunds.standing import memo_tasks, written_memos


@dataclass(frozen=True)
class GiftStanding:
    """What the situation adds: the codes of actor and of who agreed, the orders that may carry it, and whether the memo tells of it."""

    actor_code: str
    agreed_code: str
    carriers: Carriers
    memo_is_written: bool


def standing(at: Situation) -> GiftStanding:
    """The situation's part of a gift."""
    found: GiftStanding = at.more["gift"]
    return found


def ask_gifts(cases: Sequence[Case], by: Actor) -> Reading[dict[int, GiftStanding]]:
    """The standings by case id. Where nobody has agreed yet, whoever acts would sign."""
    agreed = {case.pk: case.facts.agreed_by_id for case in cases if case.facts is not None}
    memos, people = memo_tasks([case.pk for case in cases]), User.objects.filter(pk__in={by.user_id, *agreed.values()} - {None})
    carriers, _read = yield from side_by_side(ask_carriers(cases), ask_for(memos, people))
    codes, written = {each.pk: each.code or each.username for each in people}, written_memos(memos)
    mine = codes.get(by.user_id or 0, "")
    return {case.pk: GiftStanding(mine, codes.get(agreed.get(case.pk) or 0, mine), carriers[case.pk], case.pk in written) for case in cases}
