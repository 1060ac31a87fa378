"""Making claims of losses: one from its case, or many from the list (L13.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.door import concerns, door
from casework.actions.open_case import may_open, open_on
from casework.models import Case
from logistics.models import Loss
from orders.access import Actor
from orders.errors import Malformed, NotFound, Refused
from refunds.actions.match_claims import match_claims
from refunds.kinds.courier_claim import CourierClaim
from refunds.unclaimed import subject_of

# As many as a page of the list shows.
MOST = 50


def open_claims(losses: Any, *, by: Actor, at: dt.datetime) -> list[Case]:
    """Open a claim for each of these losses (ids), all or none; what a statement has paid for them already is matched at once.

    Raises Malformed for none or too many, NotFound, NotAllowed, Refused `already_claimed`, `no_loss` for what was none after all.
    """
    ids = _read(losses)
    with door(by, at):
        rows = Loss.objects.for_actor(by).select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
        found = list(rows.select_related("parcel", "courier", "case").prefetch_related("claims"))
        if len(found) != len(ids):
            raise NotFound
        standing = set(Loss.objects.standing().filter(pk__in=ids).values_list("pk", flat=True))
        for loss in found:
            concerns(shop_id=loss.parcel.shop_id, step=f"open {CourierClaim.KIND}")
            may_open(CourierClaim, loss.parcel.shop_id, by)
            _refuse_what_is_settled(loss, standing)
        cases = [open_on(CourierClaim, subject_of(loss), by=by, at=at) for loss in found]
        for shop_id in {loss.parcel.shop_id for loss in found}:
            match_claims(shop_id, by=by, at=at)
    return cases


def _read(losses: Any) -> list[int]:
    if not isinstance(losses, list) or not losses or len(losses) > MOST:
        text = _("Choose losses, at most {most} at once.")
        raise Malformed(str(text).format(most=MOST), code="losses_required", field="losses")
    if any(isinstance(each, bool) or not isinstance(each, int) or not 0 < each < 2**63 for each in losses):
        raise Malformed(_("This value has the wrong form."), code="bad_value", field="losses")
    return sorted(set(losses))


def _refuse_what_is_settled(loss: Loss, standing: set[int]) -> None:
    if claims := list(loss.claims.all()):
        case = Case.objects.get(pk=claims[0].case_id)
        text = str(_("This loss is claimed already: {number}.")).format(number=case.number)
        raise Refused(text, code="already_claimed", extra={"case": case.pk, "number": case.number})
    if loss.pk not in standing:
        raise Refused(_("This loss was none after all."), code="no_loss")
