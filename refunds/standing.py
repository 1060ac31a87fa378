"""How refund cases stand: request in force, decisions, the platform's request, the actor's limit. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from casework.calendars import SHOP_TIME
from casework.models import Case, Evidence, Task
from orders.access import Actor
from orders.models import Order, PlatformRefund
from refunds.models.decision import Approval
from refunds.models.limit import ApproverDay
from refunds.models.request import Request

# Kinds of task: the memo on the order, and the one that takes it back.
MEMO, MEMO_CORRECTED = "memo", "correct_memo"


@dataclass
class Limit:
    """What a person may approve in a shop: yuan per order and per day, and what is used of the day."""

    per_order: Decimal | None = None
    per_day: Decimal | None = None
    used: Decimal = Decimal("0.00")


@dataclass
class Standing:
    """One refund case. `cumulated` is what would be approved for the order with this request."""

    request: Request
    approval: Approval | None
    cumulated: Decimal
    asker_code: str
    # Everybody who asked for a version of it.
    askers: set[int] = field(default_factory=set)
    limit: Decimal | None = None
    day_limit: Decimal | None = None
    day_total: Decimal = Decimal("0.00")
    platform_deadline: dt.datetime | None = None
    platform_requested_at: dt.datetime | None = None
    platform_number: str = ""
    evidence_ids: set[int] = field(default_factory=set)
    # A memo on the order tells of the approval in force, or of one whose memo nobody was asked to correct.
    memo_is_written: bool = False


def read_standings(cases: Sequence[Case], by: Actor, now: dt.datetime) -> dict[int, Standing]:
    """The standings by case id; cases without a request yet are left out."""
    ids = [case.pk for case in cases]
    newest = (
        Request.objects.filter(case__in=ids)
        .order_by("case_id", "-seq")
        .distinct("case_id")
        .select_related("asked_by", "send_back", "ending")
    )
    requests = {each.case_id: each for each in newest}
    askers = _askers(ids)
    approvals = {each.request_id: each for each in Approval.objects.filter(request__in=[each.pk for each in requests.values()])}
    totals = dict(Order.objects.filter(pk__in={case.order_id for case in cases}).values_list("pk", "approved_total"))
    limits = limits_of(by, {case.shop_id for case in cases}, now)
    platform = _platform_refunds(cases)
    proofs = _evidence(cases)
    memos = written_memos(ids)
    found = {}
    for case in cases:
        request = requests.get(case.pk)
        if request is None or case.order_id is None:
            continue
        limit, asked_there = limits.get(case.shop_id, Limit()), platform.get(case.order_id)
        found[case.pk] = Standing(
            request=request,
            approval=approvals.get(request.pk),
            cumulated=totals[case.order_id] + request.amount,
            asker_code=request.asked_by.code or request.asked_by.username,
            askers=askers[case.pk],
            limit=limit.per_order,
            day_limit=limit.per_day,
            day_total=limit.used,
            platform_deadline=asked_there.deadline_at if asked_there else None,
            platform_requested_at=asked_there.requested_at if asked_there else None,
            platform_number=asked_there.number if asked_there else "",
            evidence_ids=proofs.get(case.pk, set()),
            memo_is_written=case.pk in memos,
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


def limits_of(by: Actor, shop_ids: set[int], now: dt.datetime) -> dict[int, Limit]:
    """The actor's limits by shop, as the database's own function says."""
    if not by.is_person:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, (l).per_order, (l).per_day FROM (SELECT id, refunds_limit_of(%s, id) AS l FROM orders_shop WHERE id = ANY(%s)) s",
            [by.user_id, list(shop_ids)],
        )
        rows = cursor.fetchall()
    today = now.astimezone(SHOP_TIME).date()
    used = ApproverDay.objects.filter(user=by.user_id, day=today).values_list("total", flat=True).first() or Decimal("0.00")
    return {shop_id: Limit(per_order, per_day, used) for shop_id, per_order, per_day in rows}


def _platform_refunds(cases: Sequence[Case]) -> dict[int, PlatformRefund]:
    """The open request on the platform for each order, the one that ends first."""
    rows = PlatformRefund.objects.filter(order__in={case.order_id for case in cases}, is_open=True).order_by("-deadline_at")
    return {each.order_id: each for each in rows}


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
