"""Putting the cases of a courier's outage under one parent: offered by the programme, done by a person (policy `outage`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import execute, lock_many, rows_of, temporary, write_entries
from casework.actions.deeds import about_case, text_of
from casework.actions.door import as_programme, door
from casework.actions.locks import lock_cases
from casework.actions.moves import follow
from casework.actions.open_case import may_open, open_on
from casework.models import Case
from casework.policies import Policies
from casework.registry import Subject
from casework.situation import read_situations
from logistics.kinds.outage import Outage
from logistics.models.courier import Courier
from logistics.outages import ONE_PLACE, about, subject_of
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.models import Shop
from orders.roles import AGENTS

CASES = "outage_cases"
JOIN = "UPDATE casework_case c SET parent_id = %(outage)s FROM {table} t WHERE c.id = t.case_id"


def open_outage(shop: Shop, *, courier: str, city: str, by: Actor, at: dt.datetime) -> Case:
    """Open an outage of the courier's code and city with every case that counts, or let those join that is open. A fixed number of statements.

    Raises Malformed for an unknown courier, NotFound, NotAllowed, Refused `no_outage` where there are fewer than the policy says.
    """
    found = Courier.objects.filter(code=courier).first()
    if found is None:
        raise Malformed(_("There is no such courier."), code="bad_value", field="courier")
    key = subject_of(shop, found, city)
    with door(by, at):
        may_open(Outage, shop.pk, by)
        given: dict[str, Any] = {**about(shop, at), "courier": found.pk, "city": city}
        temporary(CASES, f"SELECT c.id AS case_id, p.id AS parcel_id, '{{}}'::jsonb AS facts {ONE_PLACE}", **given)
        ((number,),) = rows_of("SELECT count(DISTINCT parcel_id) FROM {table}", CASES)
        outage: Case | None = Outage.objects.open().filter(subject=key).first()
        least = Policies(at).value("outage", shop.pk)
        if not number or (outage is None and not 0 < least <= number):
            raise _too_few()
        if outage is None:
            outage = open_on(Outage, Subject(key, f"{found.name} {city}", shop.pk, None), by=by, at=at)
        _join(outage, by, at)
    return outage


def _too_few() -> Refused:
    return Refused(_("There are not so many cases of this courier and city any more."), code="no_outage", field="city")


def _join(outage: Case, by: Actor, at: dt.datetime) -> None:
    """Put the cases of the table under it. By the programme, so that what nobody has touched still closes by itself."""
    lock_many(CASES)
    # The last of its cases may have ended it while we waited.
    if not lock_cases([outage.pk])[outage.pk].is_open:
        raise _too_few()
    # What was closed or joined another meanwhile stays where it is.
    execute(
        "DELETE FROM {table} t USING casework_case c WHERE c.id = t.case_id AND (c.closed_at IS NOT NULL OR c.parent_id IS NOT NULL)", CASES
    )
    if not execute(JOIN, CASES, outage=outage.pk):
        raise _too_few()
    with as_programme(by, at) as programme:
        facts = "jsonb_build_object('outage', '" + outage.number + "')"
        write_entries(CASES, "joined_outage", "c.state", "c.state", by=programme, at=at, facts=facts)


def leave_outage(case_id: int, *, note: Any, by: Actor, at: dt.datetime) -> None:
    """Let a case that differs leave its outage; it goes on alone. The last that leaves ends the outage.

    Raises Malformed without a reason, NotFound, NotAllowed, Refused `no_outage` where it belongs to none.
    """
    why = text_of(note, "note")
    if not why:
        raise Malformed(_("Write why; this step needs a note."), code="note_required", field="note")
    with door(by, at):
        case = Case.objects.for_actor(by).filter(pk=case_id).first()
        if case is None:
            raise NotFound
        if by.role_in(case.shop_id) not in AGENTS:
            raise about_case(NotAllowed(), case)
        case = lock_cases([case_id])[case_id]
        outage: Case | None = case.parent
        if not isinstance(outage, Outage) or not case.is_open:
            raise Refused(_("This case belongs to no outage."), code="no_outage", field="case")
        outage = lock_cases([outage.pk])[outage.pk]
        situation = read_situations([case], now=at, actor=by)[case.pk]
        Case.objects.filter(pk=case.pk).update(parent=None)
        follow(case, "", "left_outage", situation, facts={}, note=why, own={"outage": outage.number})
        follow(outage, "over", "left_outage", situation, facts={}, own={"child": case.number, "kind": case.kind})
