"""Showing the data of an invoice in clear: one at a time, with a reason, journalled (S5.1)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, locked_for_work, text_of
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from orders.access import Actor
from orders.errors import Malformed, NotFound, Refused
from orders.roles import AGENTS, FINANCE
from refunds.invoicing import open_data
from refunds.kinds.invoice import Invoice
from refunds.models import InvoiceFacts

SHORTEST_REASON = 2


def reveal_invoice(case_id: int, *, reason: object, by: Actor, at: dt.datetime) -> dict[str, str]:
    """The fields by name, in clear. The journal keeps who looked and why, not the values.

    Raises Malformed without a reason, NotFound, NotAllowed for other roles, Refused `case_closed` and `no_data`.
    """
    why = text_of(reason, "reason", length=200)
    if len(why) < SHORTEST_REASON:
        raise Malformed(_("Say why you need to see it."), code="reason_required", field="reason")
    with door(by, at):
        case, situation = locked_for_work(case_id, by, at, AGENTS | FINANCE)
        facts = InvoiceFacts.objects.filter(case=case).first() if case.kind == Invoice.KIND else None
        if facts is None:
            raise NotFound
        data = open_data(facts.data_enc)
        if not data:
            raise about_case(Refused(_("No data were noted yet."), code="no_data"), case)
        write_journal([Entry(case, situation, "reveal", source=case.state, note=why, own={"what": "invoice"})])
    return data
