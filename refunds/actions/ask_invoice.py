"""Noting that a customer wants an invoice, and what it shall say; complete data go to finance at once (I1.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance
from casework.actions.door import door
from casework.actions.open_case import open_on
from casework.effects import Effects
from casework.models import Case
from casework.registry import Subject
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Refused
from refunds.actions.on_order import known_fields, order_and_parent
from refunds.kinds.invoice import NOT_INVOICED, Invoice, InvoiceData, columns_of, read_data
from refunds.models import InvoiceFacts

ABOUT = {"order"}


def ask_invoice(given: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Open an invoice from {order, type, title, tax_number, address, phone, bank, account}; what is not known yet may be left out.

    Raises Malformed naming the field (400), `identity_number` where one is given, NotFound, NotAllowed, Refused `not_paid` and
    `already_open` (422).
    """
    now = at or wall_clock()
    sent = known_fields(given, ABOUT | set(InvoiceData.base_fields))
    wish = InvoiceData.read({name: value for name, value in sent.items() if name not in ABOUT}).cleaned_data
    columns = columns_of(wish["type"], read_data(wish, {}))
    with door(by, now):
        order, _above = order_and_parent(sent, Invoice, by)
        if order.status in NOT_INVOICED:
            error = Refused(_("This order is not paid, or closed; there is nothing to invoice."), code="not_paid", field="order")
            error.about = {"shop_id": order.shop_id, "order_id": order.pk, "step": f"open {Invoice.KIND}"}
            raise error
        effects = Effects()
        effects.note(type=columns["type"], missing=columns["missing"])
        subject = Subject(f"order:{order.pk}", columns["shown"].get("title", ""), order.shop_id, order.pk, columns)
        case = open_on(Invoice, subject, by=by, at=now, effects=effects)
        return _to_finance(case, by, now) if not columns["missing"] else case


def keep_invoice(case_id: int, given: Any, *, version: int, by: Actor, at: dt.datetime | None = None) -> Case:
    """Note data of an open invoice; once nothing is missing it goes to finance. An empty field leaves what is there.

    Raises as the step `note_data`.
    """
    now = at or wall_clock()
    with door(by, now):
        case = advance(case_id, "note_data", by=by, at=now, version=version, facts=given)
        wanted = InvoiceFacts.objects.get(case=case_id)
        return case if wanted.missing else _to_finance(case, by, now)


def _to_finance(case: Case, by: Actor, at: dt.datetime) -> Case:
    return advance(case.pk, "hand_to_finance", by=by, at=at)
