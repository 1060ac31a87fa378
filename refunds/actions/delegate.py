"""Lending the power to approve for some days, through the database functions that alone may do it."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils.translation import gettext_lazy as _

from casework.actions.door import concerns, door
from casework.actions.offers import TOKEN, TOKEN_TEXT
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import Shop, User
from orders.roles import LEADS
from refunds.models import Delegation

NOBODY = _("There is nobody of that name.")


def delegate(
    *, by: Actor, at: dt.datetime, shop_id: int, delegate_id: int, first_day: dt.date, last_day: dt.date, approver_id: int | None = None
) -> Delegation:
    """Lend the power of a lead who is away to another lead of the shop, from a day to a day of shop time, both included.

    `approver_id` None is the actor. A manager may also lend a supervisor's. Raises NotFound for a shop that is not the actor's, Malformed
    for a person who is not there, NotAllowed for a token or another role, StepRefused with what the database says.
    """
    if not Shop.objects.for_actor(by).filter(pk=shop_id).exists():
        raise NotFound(field="shop")
    with door(by, at), connection.cursor() as cursor:
        _may_lend(by, shop_id, "delegate")
        for name, person_id in (("approver", approver_id), ("delegate", delegate_id)):
            if person_id is not None and not User.objects.filter(pk=person_id, is_active=True).exists():
                raise Malformed(NOBODY, code="bad_person", field=name)
        cursor.execute(
            "SELECT refunds_delegate(%s, %s, %s, %s, %s)", [shop_id, approver_id or by.person_id, delegate_id, first_day, last_day]
        )
        (pk,) = cursor.fetchone()
    return Delegation.objects.select_related("shop", "approver", "delegate", "given_by").get(pk=pk)


def end_delegation(delegation_id: int, *, by: Actor, at: dt.datetime) -> Delegation:
    """Take it back at once: either of the two, or a manager. What was approved by it stays approved.

    Raises NotFound outside the actor's shops, NotAllowed for a token or another role, StepRefused when it is over already.
    """
    found: Delegation | None = Delegation.objects.for_actor(by).filter(pk=delegation_id).first()
    if found is None:
        raise NotFound
    with door(by, at), connection.cursor() as cursor:
        _may_lend(by, found.shop_id, "end_delegation")
        cursor.execute("SELECT refunds_end_delegation(%s)", [delegation_id])
    found.refresh_from_db()
    return found


def _may_lend(by: Actor, shop_id: int, step: str) -> None:
    """Who has power may lend it, in person. A refusal is in the journal."""
    concerns(shop_id=shop_id, step=step, object_type="shop", object_id=shop_id)
    if by.role_in(shop_id) not in LEADS:
        raise NotAllowed
    if not by.has_session:
        raise NotAllowed(TOKEN_TEXT, code=TOKEN)
