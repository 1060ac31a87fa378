"""How refund cases stand: request in force, decisions, the platform's request, the actor's limit. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from casework.calendars import SHOP_TIME
from casework.models import Case, Evidence, Task
from orders.access import Actor
from orders.models import Line, Order, PlatformRefund, User
from orders.together import Reading, Rows, answer, ask_for, side_by_side
from refunds.asking.grounds import Around, Place, ask_around
from refunds.goods.coming import open_lines
from refunds.models.decision import Approval
from refunds.models.delegation import Delegation
from refunds.models.request import Request
from refunds.models.returned import ReturnLine
from refunds.models.transfer import Transfer

# Kinds of task: the memo on the order, and the one that takes it back.
MEMO, MEMO_CORRECTED = "memo", "correct_memo"


@dataclass(frozen=True)
class Power:
    """Whose limits a person may approve by in a shop: yuan per order and per day, and what its holder's day has used."""

    holder: User
    per_order: Decimal
    per_day: Decimal
    used: Decimal

    def covers(self, cumulated: Decimal, amount: Decimal) -> bool:
        """Whether both limits have room: for the order in all, and for the day."""
        return cumulated <= self.per_order and self.used + amount <= self.per_day


@dataclass
class Standing:
    """One refund case. `cumulated` is what would be approved for the order with this request."""

    request: Request
    approval: Approval | None
    cumulated: Decimal
    asker_code: str
    # Everybody who asked for a version of it.
    askers: set[int] = field(default_factory=set)
    # The actor's own power first, then those that are lent to them today. None: may not approve here.
    powers: list[Power] = field(default_factory=list)
    # The most that a supervisor of the shop may approve for an order; None without any.
    supervisors_limit: Decimal | None = None
    platform_deadline: dt.datetime | None = None
    platform_number: str = ""
    evidence_ids: set[int] = field(default_factory=set)
    # A memo on the order tells of the approval in force, or of one whose memo nobody was asked to correct.
    memo_is_written: bool = False
    # What its reason is held against (refunds/asking/grounds.py).
    around: Around | None = None
    # Pieces of its lines that come back, in returns and exchanges that are open.
    coming: list[ReturnLine] = field(default_factory=list)
    # A transfer of the case was paid after it had been held to be not paid, as far as anybody knows.
    is_paid_after_all: bool = False

    @property
    def wish(self) -> dict[int, Decimal]:
        """Yuan that are asked for, by line."""
        return {each["line"]: Decimal(each["amount"]) for each in self.request.lines}

    @property
    def power(self) -> Power | None:
        """The power that a yes would use: the first that covers the request, else the actor's own."""
        fitting = (each for each in self.powers if each.covers(self.cumulated, self.request.amount))
        return next(fitting, self.powers[0] if self.powers else None)

    @property
    def limit(self) -> Decimal | None:
        """Yuan per order of the power that would be used."""
        return self.power.per_order if self.power else None

    @property
    def day_limit(self) -> Decimal | None:
        """Yuan per day of the power that would be used."""
        return self.power.per_day if self.power else None

    @property
    def day_total(self) -> Decimal:
        """Yuan that were approved today by that power."""
        return self.power.used if self.power else Decimal("0.00")

    @property
    def lent_by(self) -> User | None:
        """Whose power would be used where it is not the actor's own."""
        return self.power.holder if self.power and self.power is not self.powers[0] else None

    def with_platform(self, there: PlatformRefund | None) -> Standing:
        """With deadline and number of the platform's request, as long as that is open."""
        return replace(self, platform_deadline=there.deadline_at, platform_number=there.number) if there and there.is_open else self

    @property
    def away_and_asked(self) -> User | None:
        """Somebody for whom the actor stands in today and who asked for a version of it."""
        return next((each.holder for each in self.powers[1:] if each.holder.pk in self.askers), None)

    @property
    def needs_manager(self) -> bool:
        """Whether no supervisor of the shop may approve so much for the order (R1.2)."""
        return self.supervisors_limit is not None and self.cumulated > self.supervisors_limit


def ask_standings(cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, Standing]]:
    """The standings by case id; cases for which nobody has asked here yet are left out. The platform's request is told by `with_platform`."""
    ids, shops = [case.pk for case in cases], {case.shop_id for case in cases}
    after_all = Transfer.objects.filter(approval__request__case=OuterRef("case"), status__in=Transfer.AFTER_ALL)
    newest: Any = (
        Request.objects.filter(case__in=ids)
        .annotate(is_paid_after_all=Exists(after_all))
        .order_by("case_id", "-seq")
        .distinct("case_id")
        .select_related("asked_by", "send_back", "ending")
    )
    askers = Request.objects.filter(case__in=ids).values_list("case_id", "asked_by_id")
    decided = Approval.objects.filter(request__case__in=ids).select_related("transfer")
    totals = Order.objects.filter(pk__in={case.order_id for case in cases}).values_list("pk", "approved_total")
    proofs, memos, limits = _evidence(cases), memo_tasks(ids), supervisors(shops)
    places = [Place(each.pk, each.order_id or 0, each.parent_id or 0, each.pk) for each in cases]
    coming = open_lines(Line.objects.filter(order__in={case.order_id for case in cases}).values("pk"))
    powers, around, _read = yield from side_by_side(
        ask_powers(by, shops, now),
        ask_around(places),
        ask_for(newest, askers, decided, totals, proofs, memos, limits, coming),
    )
    requests = {each.case_id: each for each in newest}
    approvals, approved, tops = {each.request_id: each for each in decided}, dict(totals), _by_shop(limits)
    pictures, written = _by_refund(cases, proofs), written_memos(memos)
    coming_by_line: dict[int, list[ReturnLine]] = defaultdict(list)
    for each in coming:
        coming_by_line[each.line_id].append(each)
    return {
        case.pk: Standing(
            request=request,
            approval=approvals.get(request.pk),
            cumulated=approved[case.order_id] + request.amount,
            asker_code=request.asked_by.code or request.asked_by.username,
            askers={user_id for case_id, user_id in askers if case_id == case.pk},
            powers=powers.get(case.shop_id, []),
            supervisors_limit=tops.get(case.shop_id),
            evidence_ids=pictures.get(case.pk, set()),
            memo_is_written=case.pk in written,
            around=around.get(case.pk),
            coming=[each for line in {line["line"] for line in request.lines} for each in coming_by_line.get(line, [])],
            is_paid_after_all=request.is_paid_after_all,
        )
        for case in cases
        if case.order_id is not None and (request := requests.get(case.pk)) is not None
    }


def memo_tasks(case_ids: list[int]) -> Any:
    """The memo tasks of these cases that somebody did, and those that correct one, in their order: case id and kind."""
    told = Task.objects.filter(Q(kind=MEMO, done_by__isnull=False) | Q(kind=MEMO_CORRECTED), case__in=case_ids)
    return told.order_by("pk").values_list("case_id", "kind")


def written_memos(tasks: Iterable[tuple[int, str]]) -> set[int]:
    """Cases whose last memo task that somebody did was followed by none that corrects it."""
    return {case_id for case_id, kind in dict(tasks).items() if kind == MEMO}


POWERS = """
SELECT s.id, p.holder, p.per_order, p.per_day, coalesce(d.total, 0)
FROM orders_shop s CROSS JOIN LATERAL refunds_powers_of(%s, s.id, %s) WITH ORDINALITY p (holder, per_order, per_day, place)
LEFT JOIN refunds_approverday d ON d.user_id = p.holder AND d.day = %s
WHERE s.id = ANY (%s) ORDER BY s.id, p.place
"""


def powers_of(by: Actor, shop_ids: set[int], now: dt.datetime) -> dict[int, list[Power]]:
    """By whose limits the actor may approve today, by shop, as the database's own function says: their own first. One query."""
    return answer(ask_powers(by, shop_ids, now))


def ask_powers(by: Actor, shop_ids: set[int], now: dt.datetime) -> Reading[dict[int, list[Power]]]:
    """The same, to be read with others."""
    if not by.is_person:
        return {}
    today = now.astimezone(SHOP_TIME).date()
    rows = Rows(POWERS, [by.user_id, today, today, list(shop_ids)], int, int, Decimal, Decimal, Decimal)
    lent = Delegation.objects.filter(delegate=by.user_id, shop__in=shop_ids, revoked_at=None)
    users = User.objects.filter(Q(pk=by.user_id) | Q(pk__in=lent.values("approver")))
    yield rows, users
    people, found = {each.pk: each for each in users}, defaultdict(list)
    for shop_id, holder, per_order, per_day, used in rows:
        found[shop_id].append(Power(people[holder], per_order, per_day, used))
    return dict(found)


SUPERVISORS = """
SELECT s.id, max((l).per_order) FROM orders_shop s JOIN orders_membership m ON m.role = 'supervisor' AND (m.shop_id = s.id OR m.shop_id IS NULL)
CROSS JOIN LATERAL refunds_limit_of(m.user_id, s.id) l WHERE s.id = ANY (%s) AND (l).role = 'supervisor' GROUP BY s.id
"""


def supervisors_limits(shop_ids: set[int]) -> dict[int, Decimal]:
    """The most that a supervisor may approve for one order, by shop. One query."""
    return _by_shop(supervisors(shop_ids))


def _by_shop(rows: Rows) -> dict[int, Decimal]:
    found: dict[int, Decimal] = dict(rows)
    return found


def supervisors(shop_ids: set[int]) -> Rows:
    """The same as rows."""
    return Rows(SUPERVISORS, [list(shop_ids)], int, Decimal)


def _evidence(cases: Sequence[Case]) -> Any:
    """Pictures on any case of the order and on the case above (see refunds/asking/concerned.py), each with order and case."""
    orders, parents = {case.order_id for case in cases}, {case.parent_id for case in cases}
    return Evidence.objects.filter(Q(case__order__in=orders) | Q(case__in=parents)).values_list("pk", "case__order_id", "case_id")


def _by_refund(cases: Sequence[Case], proofs: Iterable[tuple[int, int | None, int]]) -> dict[int, set[int]]:
    by_order: dict[int | None, set[int]] = defaultdict(set)
    by_case: dict[int | None, set[int]] = defaultdict(set)
    for pk, order_id, case_id in proofs:
        by_order[order_id].add(pk)
        by_case[case_id].add(pk)
    return {case.pk: by_order[case.order_id] | by_case[case.parent_id] for case in cases}
