"""How refund cases stand: request in force, decisions, the platform's request, the actor's limit. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from casework.calendars import SHOP_TIME
from casework.models import Case, Evidence, Task
from orders.access import Actor
from orders.models import Order, PlatformRefund, User
from refunds.coming import open_lines
from refunds.grounds import Around, Place, read_around
from refunds.models.decision import Approval
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
    # What its reason is held against (refunds/grounds.py).
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

    @property
    def away_and_asked(self) -> User | None:
        """Somebody for whom the actor stands in today and who asked for a version of it."""
        return next((each.holder for each in self.powers[1:] if each.holder.pk in self.askers), None)

    @property
    def needs_manager(self) -> bool:
        """Whether no supervisor of the shop may approve so much for the order (R1.2)."""
        return self.supervisors_limit is not None and self.cumulated > self.supervisors_limit


def read_standings(cases: Sequence[Case], by: Actor, now: dt.datetime, there: Mapping[int, PlatformRefund]) -> dict[int, Standing]:
    """The standings by case id; cases for which nobody has asked here yet are left out. `there` are the requests on the platform by case id."""
    ids = [case.pk for case in cases]
    after_all = Transfer.objects.filter(approval__request__case=OuterRef("case"), status__in=Transfer.AFTER_ALL)
    newest: Any = (
        Request.objects.filter(case__in=ids)
        .annotate(is_paid_after_all=Exists(after_all))
        .order_by("case_id", "-seq")
        .distinct("case_id")
        .select_related("asked_by", "send_back", "ending")
    )
    requests = {each.case_id: each for each in newest}
    askers = _askers(ids)
    approvals = {
        each.request_id: each
        for each in Approval.objects.filter(request__in=[each.pk for each in requests.values()]).select_related("transfer")
    }
    totals = dict(Order.objects.filter(pk__in={case.order_id for case in cases}).values_list("pk", "approved_total"))
    shops = {case.shop_id for case in cases}
    powers, tops = powers_of(by, shops, now), supervisors_limits(shops)
    proofs = _evidence(cases)
    memos = written_memos(ids)
    around = read_around([Place(each.pk, each.order_id or 0, each.parent_id or 0, each.pk) for each in cases if each.pk in requests])
    coming = open_lines([each["line"] for request in requests.values() for each in request.lines])
    found = {}
    for case in cases:
        request = requests.get(case.pk)
        if request is None or case.order_id is None:
            continue
        asked_there = there.get(case.pk)
        found[case.pk] = Standing(
            request=request,
            approval=approvals.get(request.pk),
            cumulated=totals[case.order_id] + request.amount,
            asker_code=request.asked_by.code or request.asked_by.username,
            askers=askers[case.pk],
            powers=powers.get(case.shop_id, []),
            supervisors_limit=tops.get(case.shop_id),
            platform_deadline=asked_there.deadline_at if asked_there and asked_there.is_open else None,
            platform_number=asked_there.number if asked_there and asked_there.is_open else "",
            evidence_ids=proofs.get(case.pk, set()),
            memo_is_written=case.pk in memos,
            around=around.get(case.pk),
            coming=[each for each in coming if each.line_id in {line["line"] for line in request.lines}],
            is_paid_after_all=request.is_paid_after_all,
        )
    return found


def _askers(case_ids: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for case_id, user_id in Request.objects.filter(case__in=case_ids).values_list("case_id", "asked_by_id"):
        found[case_id].add(user_id)
    return found


def written_memos(case_ids: list[int]) -> set[int]:
    """Cases whose last memo task that somebody did was followed by none that corrects it."""
    told = Task.objects.filter(Q(kind=MEMO, done_by__isnull=False) | Q(kind=MEMO_CORRECTED), case__in=case_ids)
    last = dict(told.order_by("pk").values_list("case_id", "kind"))
    return {case_id for case_id, kind in last.items() if kind == MEMO}


POWERS = """
SELECT s.id, p.holder, p.per_order, p.per_day, coalesce(d.total, 0)
FROM orders_shop s CROSS JOIN LATERAL refunds_powers_of(%s, s.id, %s) WITH ORDINALITY p (holder, per_order, per_day, place)
LEFT JOIN refunds_approverday d ON d.user_id = p.holder AND d.day = %s
WHERE s.id = ANY (%s) ORDER BY s.id, p.place
"""


def powers_of(by: Actor, shop_ids: set[int], now: dt.datetime) -> dict[int, list[Power]]:
    """By whose limits the actor may approve today, by shop, as the database's own function says: their own first. Two queries."""
    if not by.is_person:
        return {}
    today = now.astimezone(SHOP_TIME).date()
    with connection.cursor() as cursor:
        cursor.execute(POWERS, [by.user_id, today, today, list(shop_ids)])
        rows = cursor.fetchall()
    people = User.objects.in_bulk({by.user_id, *(row[1] for row in rows)})
    found: dict[int, list[Power]] = defaultdict(list)
    for shop_id, holder, per_order, per_day, used in rows:
        found[shop_id].append(Power(people[holder], per_order, per_day, used))
    return dict(found)


SUPERVISORS = """
SELECT s.id, max((l).per_order) FROM orders_shop s JOIN orders_membership m ON m.role = 'supervisor' AND (m.shop_id = s.id OR m.shop_id IS NULL)
CROSS JOIN LATERAL refunds_limit_of(m.user_id, s.id) l WHERE s.id = ANY (%s) AND (l).role = 'supervisor' GROUP BY s.id
"""


def supervisors_limits(shop_ids: set[int]) -> dict[int, Decimal]:
    """The most that a supervisor may approve for one order, by shop. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUPERVISORS, [list(shop_ids)])
        return dict(cursor.fetchall())


def _evidence(cases: Sequence[Case]) -> dict[int, set[int]]:
    """Pictures on any case of the order and on the case above, by refund case (see refunds/concerned.py)."""
    orders, parents = {case.order_id for case in cases}, {case.parent_id for case in cases}
    rows = Evidence.objects.filter(Q(case__order__in=orders) | Q(case__in=parents)).values_list("pk", "case__order_id", "case_id")
    by_order: dict[int | None, set[int]] = defaultdict(set)
    by_case: dict[int | None, set[int]] = defaultdict(set)
    for pk, order_id, case_id in rows:
        by_order[order_id].add(pk)
        by_case[case_id].add(pk)
    return {case.pk: by_order[case.order_id] | by_case[case.parent_id] for case in cases}
