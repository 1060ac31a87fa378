"""Showing finance the account that a refund goes to: one record at a time, with a reason, journalled (S5.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import locked_for_work, text_of
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from orders.access import Actor
from orders.errors import Malformed, NotFound
from orders.roles import FINANCE
from orders.vault import unseal
from refunds.models import Request

SHORTEST_REASON = 2


@dataclass(frozen=True)
class Payee:
    """Account and name in clear. Never stored, logged or journalled."""

    account: str
    name: str


def reveal_payee(case_id: int, *, reason: object, by: Actor, at: dt.datetime) -> Payee:
    """The payee of the request in force, in clear. The journal keeps who looked and why, not the value.

    Raises Malformed without a reason, NotFound, NotAllowed for anybody but finance, Refused when the case is closed.
    """
    why = text_of(reason, "reason", length=200)
    if len(why) < SHORTEST_REASON:
        raise Malformed(_("Say why you need to see it."), code="reason_required", field="reason")
    with door(by, at):
        case, situation = locked_for_work(case_id, by, at, FINANCE)
        request = Request.objects.filter(case=case).order_by("-seq").first()
        if request is None:
            raise NotFound
        payee = Payee(unseal(request.payee_account_enc), unseal(request.payee_name_enc))
        write_journal([Entry(case, situation, "reveal", source=case.state, note=why, own={"what": "payee", "version": request.seq})])
    return payee
