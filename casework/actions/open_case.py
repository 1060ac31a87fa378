"""Opening a case: by hand, as a child, or by the programme."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from casework.actions.apply import Move, facts_of, settle_case, write_moves, write_rows
from casework.actions.deeds import about_case, text_of
from casework.actions.door import door
from casework.actions.locks import lock_cases, lock_orders
from casework.actions.moves import claim, follow
from casework.calendars import SHOP_TIME
from casework.effects import Effects
from casework.models import Case
from casework.registry import CONSTRAINTS, SUBJECTS, Subject, kind_of
from casework.signals import cases_opened
from casework.situation import Situation, read_situations
from casework.taken_down import LONGEST_WISH, TakenDown, take_down
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, NotFound, Reason, Refused, StepRefused
from orders.roles import AGENTS

# Two who open at once, where no order's lock makes one wait.
CONSTRAINTS["one_open_case_per_kind_and_subject"] = Reason("already_open", _("There is already such a case."))


def open_case(
    kind: str,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    order: str = "",
    waybill: str = "",
    note: str = "",
    wanted: str = "",
    parent: int | None = None,
) -> Case:
    """Open a case of `kind` for an order or a waybill. `note` is what happened, `wanted` what the customer wants; what the data know
    beside it is taken down with it (L0.5).

    Raises Malformed for an unknown kind or neither key, NotFound outside the actor's shops, NotAllowed for the
    role, Refused `already_open` (422) naming the open case of the same kind and subject.
    """
    now = at or wall_clock()
    found, note, wanted = kind_by_hand(kind), text_of(note, "note"), text_of(wanted, "wanted", length=LONGEST_WISH)
    order, waybill = text_of(order, "order", length=64), text_of(waybill, "waybill", length=64)
    if not order and not waybill:
        raise Malformed(_("Give an order number or a waybill."), code="subject_required", field="order")
    with door(by, now):
        subject = SUBJECTS[found.KIND](by, order, waybill)
        may_open(found, subject.shop_id, by)
        (taken,) = take_down([subject], note=note, wanted=wanted) if by.is_person else [None]
        case = open_on(found, subject, by=by, at=now, note=note, parent=parent, taken=taken)
        cases_opened.send(found, cases=[case], by=by, at=now)
        # Whoever heard of it may have moved it on.
        return Case.objects.get(pk=case.pk) if cases_opened.has_listeners(found) else case


def kind_by_hand(kind: Any) -> type[Case]:
    """The kind that somebody opens. Raises Malformed `unknown_kind`, or `not_opened_by_hand` where only an action of its own opens it."""
    found = kind_of(text_of(kind, "kind", length=60))
    if found.KIND not in SUBJECTS:
        raise Malformed(_("Cases of this kind are not opened by hand."), code="not_opened_by_hand", field="kind")
    return found


def may_open(kind: type[Case], shop_id: int, by: Actor) -> None:
    """Raise NotFound or NotAllowed unless the actor may open such a case in that shop."""
    role = by.role_in(shop_id)
    if by.is_person and not role:
        raise NotFound
    if by.is_person and role not in kind.OPENED_BY:
        error = NotAllowed()
        error.about = {"shop_id": shop_id, "step": f"open {kind.KIND}"}
        raise error


def open_on(
    kind: type[Case],
    subject: Subject,
    *,
    by: Actor,
    at: dt.datetime,
    note: str = "",
    parent: int | None = None,
    effects: Effects | None = None,
    facts: dict[str, Any] | None = None,
    taken: TakenDown | None = None,
) -> Case:
    """Open the case in memory and write it, inside the door. `effects` come with the opening (a refund's request)."""
    if subject.orders:
        lock_orders(subject.orders)
    above = open_parent(parent, kind, by, at) if parent else None
    _refuse_a_second(kind, subject)
    case = new_case(kind, subject, by, at, above)
    case.save(force_insert=True)
    case.facts = facts_of_new(case, subject, taken, at)
    if case.facts is not None:
        case.facts.save(force_insert=True)
    case.effects = effects or case.effects
    for row in case.effects.rows:
        row.case_id = case.pk  # type: ignore[attr-defined]  # rows of a new case point at it
    write_rows(case.effects.rows)
    case.effects.rows = []
    case.effects.facts |= taken.facts if taken is not None else {}
    situation = read_situations([case], now=at, actor=by)[case.pk]
    case.at = situation
    _when_opened(case)
    write_moves([Move(case, situation, "open", None, note, facts or {})])
    if above is not None:
        tell_of_child(above, case, situation)
    return case


def _when_opened(case: Case) -> None:
    """Let the kind say what its opening brings; what it keeps in its facts is written."""
    before = facts_of(case)
    case.when_opened()
    changed = [name for name, value in facts_of(case).items() if before[name] != value]
    if changed:
        case.facts.save(update_fields=changed)


def facts_of_new(case: Case, subject: Subject, taken: TakenDown | None, at: dt.datetime) -> Any:
    """The row of the kind's facts table for a case that is being opened, with what was taken down; None where the kind has none."""
    kind = type(case)
    if kind.FACTS is None:
        return None
    case.facts = kind.FACTS(case_id=case.pk, **subject.facts)
    if taken is not None:
        case.keep_taken_down(taken, at)
    return case.facts


def new_case(kind: type[Case], subject: Subject, by: Actor, at: dt.datetime, above: Case | None = None, number: str = "") -> Case:
    """A case in its first state, not written yet; with the next number where none is given."""
    # What another role tells of lies free until an agent takes it.
    is_worker = by.is_person and by.role_in(subject.shop_id) in kind.OPENED_BY & AGENTS
    number = number or next_number(at)
    case = kind(
        number=number,
        kind=kind.KIND,
        shop_id=subject.shop_id,
        order_id=subject.order_id,
        subject=subject.key or f"{kind.KIND}:{number}",
        subject_label=subject.label[:120],
        state=kind.FIRST,
        parent=above,
        owner_id=by.user_id if is_worker else None,
        opened_by_id=by.user_id,
        opened_at=at,
    )
    settle_case(case, at)
    return case


def open_parent(parent: int, kind: type[Case], by: Actor, at: dt.datetime) -> Case:
    """The locked case above. Raises NotFound, Refused `case_closed`, StepRefused where its chapter wants something else first."""
    if not Case.objects.for_actor(by).filter(pk=parent).exists():
        raise NotFound(field="case")
    above = lock_cases([parent])[parent]
    if not above.is_open:
        raise about_case(Refused(_("That case is closed."), code="case_closed", field="case"), above)
    reasons = above.why_no_child(kind.KIND, read_situations([above], now=at, actor=by)[above.pk])
    if reasons:
        raise about_case(StepRefused(reasons=reasons), above)
    return above


def _refuse_a_second(kind: type[Case], subject: Subject) -> None:
    open_one = Case.objects.open().filter(kind=kind.KIND, subject=subject.key).first() if subject.key else None
    if open_one is not None:
        text = str(_("There is already such a case: {number}.")).format(number=open_one.number)
        raise about_case(Refused(text, code="already_open", extra={"case": open_one.pk, "number": open_one.number}), open_one)


def put_under(case: Case, parent: int, *, by: Actor, at: dt.datetime) -> None:
    """Make an open case that stands alone the remedy of another one, as if it had been opened for it. Inside the door; raises as open_case does."""
    above = open_parent(parent, type(case), by, at)
    child = lock_cases([case.pk])[case.pk]
    child.parent = above
    child.save(update_fields=["parent"])
    tell_of_child(above, child, read_situations([child], now=at, actor=by)[child.pk])


def tell_of_child(above: Case, child: Case, at: Situation) -> None:
    """The opening of a child is an entry in the timeline of the case above, and may be a step there."""
    own = {"child": child.number, "kind": child.kind}
    follow(above, above.step_with_child(child), "child_opened", at, facts={}, own=own, owner=claim(above, at.actor))


def next_number(at: dt.datetime) -> str:
    """The next case number of the day of shop time: AS-YYMMDD-NNNN."""
    day, number = take_numbers(at, 1)
    return f"{day}{number:04d}"


def take_numbers(at: dt.datetime, count: int) -> tuple[str, int]:
    """Take `count` numbers of the day of shop time: how they begin, and the first of them."""
    day = at.astimezone(SHOP_TIME).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_daynumber (day, last) VALUES (%(day)s, %(count)s)"
            " ON CONFLICT (day) DO UPDATE SET last = casework_daynumber.last + %(count)s RETURNING last",
            {"day": day, "count": count},
        )
        (last,) = cursor.fetchone()
    return f"AS-{day:%y%m%d}-", last - count + 1
