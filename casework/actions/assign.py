"""Who works on a case: take, give, lay down, take the next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import CLOSED, IS_CLOSED, about_case, locked_for_work
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from casework.models import Case, Deadline, Journal
from casework.models.case import AWAKE
from casework.situation import Situation, read_situations
from casework.workflow import Queue
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, Reason, Text
from orders.models import User
from orders.people import shops_with
from orders.roles import AGENTS, LEADS, STAFF

OWNED = "owned_by_another"
A_COLLEAGUES, ANOTHERS = _("A colleague has this case."), _("Only the owner or a lead passes a case on.")


def take_case(case_id: int, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Take a case that nobody owns, or that a lead takes over. Raises NotAllowed when it is a colleague's."""
    now = at or wall_clock()
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        if _is_anothers(case, by):
            raise about_case(NotAllowed(A_COLLEAGUES, code=OWNED), case)
        _give(case, by.user_id, situation)
    return case


def give_case(case_id: int, to: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Give a case to a colleague who works in that shop, or with None back into its queue."""
    now = at or wall_clock()
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        if _is_anothers(case, by):
            raise about_case(NotAllowed(ANOTHERS, code=OWNED), case)
        _give(case, _colleague(to, case) if to is not None else None, situation)
    return case


def why_not_taken(case: Case, by: Actor) -> list[Reason]:
    """Why this person cannot take the case; empty when they can. The deed asks the same."""
    return _why_not(case, by, A_COLLEAGUES)


def why_not_given(case: Case, by: Actor) -> list[Reason]:
    """Why this person can neither pass the case on nor lay it down; empty when they can. The deed asks the same."""
    return _why_not(case, by, ANOTHERS)


def _why_not(case: Case, by: Actor, owned: Text) -> list[Reason]:
    if by.role_in(case.shop_id) not in STAFF:
        return [Reason(NotAllowed.code, NotAllowed.detail)]
    if not case.is_open:
        return [Reason(CLOSED, IS_CLOSED)]
    return [Reason(OWNED, owned)] if _is_anothers(case, by) else []


def _is_anothers(case: Case, by: Actor) -> bool:
    """Whether a colleague has the case, and the person leads nobody there."""
    return case.owner_id not in (None, by.user_id) and by.role_in(case.shop_id) not in LEADS


def _colleague(to: Any, case: Case) -> int:
    user = User.objects.filter(pk=to, is_active=True).first() if isinstance(to, int) and not isinstance(to, bool) else None
    if user is None or Actor.of(user, "page").role_in(case.shop_id) not in AGENTS:
        raise Malformed(_("This person does not work on cases of this shop."), code="bad_owner", field="owner")
    return user.pk


def give_back_to(case: Case, owner_id: int | None, entry: Journal, at: Situation) -> None:
    """Make the owner of before the entry the owner again, inside the door. Raises Malformed when they work there no more."""
    _give(case, _colleague(owner_id, case) if owner_id is not None else None, at, {"entry": entry.pk, "taken_back": entry.step})


def _give(case: Case, owner_id: int | None, at: Situation, facts: dict[str, Any] | None = None) -> None:
    if case.owner_id == owner_id:
        return
    before, case.owner_id = case.owner_id, owner_id
    case.changed_at = at.now
    case.version += 1
    # It was laid aside for the one who had it.
    case.snoozed_until, case.snoozed_for = None, ""
    case.save(update_fields=["owner", "changed_at", "version", *AWAKE])
    write_journal([Entry(case, at, "assign", source=case.state, facts=facts or {}, before={"owner": before}, after={"owner": owner_id})])


def take_next(*, by: Actor, at: dt.datetime | None = None, within: Q | None = None) -> Case | None:
    """Take the free case of one's shops that runs out first, or None; `within` narrows it to those of a list (casework/lists/filters.py).

    What somebody holds just now is passed over, so that nobody waits and twenty who press at once get twenty cases (C6).
    Only the case is locked: who owns it says nothing about its order, and this deed waits for no other lock.
    """
    now = at or wall_clock()
    with door(by, now):
        due = Deadline.objects.filter(case=OuterRef("pk"), status__in=Deadline.RUNNING).order_by("due_at").values("due_at")[:1]
        free = (
            Case.objects.open()
            .annotate(next_due=Subquery(due))
            .filter(within or Q(), shop__in=shops_with(by, AGENTS), owner__isnull=True, queue=Queue.AGENTS)
        )
        free = free.order_by(F("next_due").asc(nulls_last=True), "pk")
        case: Case | None = free.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
        if case is not None:
            _give(case, by.user_id, read_situations([case], now=now, actor=by)[case.pk])
    return case
