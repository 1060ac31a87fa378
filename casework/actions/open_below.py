"""Opening the case of another chapter for a case, on its order: the one that stands open there already, or a new one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import concerns, door
from casework.actions.open_case import may_open, open_on, put_under
from casework.models import Case
from casework.registry import KINDS, SUBJECTS
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotFound


def open_below(case_id: int, *, kind: Any, waybill: Any = "", by: Actor, at: dt.datetime | None = None) -> Case:
    """Open a case of `kind` about the order of a case, or its parcel of that waybill, as its remedy. One that is open there and stands alone becomes that.

    Raises NotFound, NotAllowed, Malformed (`not_opened_here`, several parcels), Refused `case_closed`, `already_open`, StepRefused.
    """
    now, name, number = at or wall_clock(), text_of(kind, "kind", length=60), text_of(waybill, "waybill", length=64)
    with door(by, now):
        above = Case.objects.for_actor(by).select_related("order").filter(pk=case_id).first()
        if above is None:
            raise NotFound
        concerns(shop_id=above.shop_id, case_id=above.pk, step=f"open {name}", state=above.state)
        wanted = opened_here(above).get(name)
        if wanted is None or above.order is None:
            raise Malformed(_("Such a case is not opened here."), code="not_opened_here", field="kind")
        subject = SUBJECTS[name](by, above.order.number, number)
        may_open(wanted, subject.shop_id, by)
        there = Case.objects.open().filter(kind=name, subject=subject.key, parent=None).first()
        if there is None:
            return open_on(wanted, subject, by=by, at=now, parent=above.pk)
        put_under(there, above.pk, by=by, at=now)
        return Case.objects.get(pk=there.pk)


def opened_here(above: Case) -> dict[str, type[Case]]:
    """The kinds among the remedies of a case that need no form of their own."""
    return {name: KINDS[name] for name in type(above).REMEDIES if name in SUBJECTS}
