"""Making claims of losses: one from its case, or many from the list (L13.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.door import concerns, door
from casework.actions.locks import lock_orders, wait_for_imports
from casework.actions.open_case import may_open, open_on
from casework.models import Case
from logistics.models import Loss
from orders.access import Actor
from orders.errors import Malformed, NotFound, Refused
from refunds.actions.match_claims import claims_opened
from refunds.claims.unclaimed import subject_of
from refunds.kinds.courier_claim import CourierClaim

# As many as a page of the list shows.
MOST = 50


def open_claims(losses: Any, *, by: Actor, at: dt.datetime) -> list[Case]:
    """Open a claim for each of these losses (ids), all or none; what a statement has paid for them already is matched at once.

    Raises Malformed for none or too many, NotFound, NotAllowed, Refused `already_claimed`, `more_than_price`, `no_loss` for what was none after all.
    """
    ids = _read(losses)
    with door(by, at):
        rows = Loss.objects.for_actor(by).filter(pk__in=ids).select_related("parcel", "courier", "case")
        found = list(rows.prefetch_related("parcel__orders").order_by("pk"))
        if len(found) != len(ids):
            raise NotFound
        for loss in found:
            concerns(shop_id=loss.parcel.shop_id, step=f"open {CourierClaim.KIND}")
            may_open(CourierClaim, loss.parcel.shop_id, by)
        subjects = [subject_of(loss) for loss in found]
        _lock({subject.order_id for subject in subjects if subject.order_id}, ids)
        _refuse_what_is_settled(ids)
        cases = [open_on(CourierClaim, subject, by=by, at=at) for subject in subjects]
        claims_opened(CourierClaim, cases=cases, by=by, at=at)
    return cases


def _lock(orders: set[int], losses: list[int]) -> None:
    """As everybody locks: imports first, since one that matches lines waits for orders; all orders at once; what hangs on their cases last."""
    wait_for_imports(orders)
    lock_orders(orders)
    parcels = Loss.objects.filter(pk__in=losses).values("parcel")
    list(Loss.objects.select_for_update(no_key=True).filter(parcel__in=parcels).order_by("pk"))


def _read(losses: Any) -> list[int]:
    if not isinstance(losses, list) or not losses or len(losses) > MOST:
        text = _("Choose losses, at most {most} at once.")
        raise Malformed(str(text).format(most=MOST), code="losses_required", field="losses")
    if any(isinstance(each, bool) or not isinstance(each, int) or not 0 < each < 2**63 for each in losses):
        raise Malformed(_("This value has the wrong form."), code="bad_value", field="losses")
    return sorted(set(losses))


def _refuse_what_is_settled(losses: list[int]) -> None:
    case = Case.objects.filter(claim__loss__in=losses).order_by("pk").first()
    if case is not None:
        text = str(_("This loss is claimed already: {number}.")).format(number=case.number)
        raise Refused(text, code="already_claimed", extra={"case": case.pk, "number": case.number})
    if Loss.objects.standing().filter(pk__in=losses).count() < len(losses):
        raise Refused(_("This loss was none after all."), code="no_loss")
