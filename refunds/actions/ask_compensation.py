"""Asking for a compensation: what a case gives the customer for a fault that matters little (R4.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed
from refunds.actions.ask import ask_for
from refunds.kinds.compensation import Compensation
from refunds.models import Beyond

FIELDS = {"case", "version", "order", "amount", "reason", "ground", "evidence", "payee"}


def ask_compensation(given: Any, *, by: Actor, at: dt.datetime | None = None, version: int | None = None) -> Case:
    """Open a compensation from {case, order, amount, reason, ground, evidence, payee}, or ask anew when `case` is a compensation.

    `case` is the incident that it makes good, where there is one. Raises Malformed naming the field (400), NotFound, NotAllowed, Refused and StepRefused (422).
    """
    if not isinstance(given, dict):
        raise Malformed(_("A compensation is an object."), code="malformed")
    unknown = sorted(set(given) - FIELDS)
    if unknown:
        raise Malformed(_("There is no such field."), code="unknown_field", field=str(unknown[0])[:60])
    wish = {name: value for name, value in given.items() if name != "amount"}
    wish["beyond"] = {"kind": Beyond.COMPENSATION.value, "amount": given.get("amount")}
    try:
        return ask_for(Compensation, wish, by=by, at=at or wall_clock(), version=version)
    except Malformed as error:
        error.field = "amount" if error.field == "beyond.amount" else error.field
        raise
