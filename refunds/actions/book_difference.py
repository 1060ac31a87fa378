"""Booking a difference: the ledger follows the platform's list, which says what has left. Inside the door, under the order's lock."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.actions.door import as_programme
from casework.models import Case, Outbox
from orders.access import Actor
from orders.errors import Reason, StepRefused
from orders.models import PlatformRefund
from refunds.actions.book_paid_there import open_as_refunded
from refunds.books.reconciliation import Difference
from refunds.kinds.asked_on_platform import WITHOUT_APPROVAL
from refunds.kinds.refund import Refund
from refunds.models import PaidThere, PayeeChannel, Payout, Request

NOTHING_TO_BOOK = Reason("nothing_to_book", _("Booked is what the platform has paid and our books have not, or have otherwise."), "R2.4")


def book_difference(found: Difference, *, by: Actor, at: dt.datetime) -> int | None:
    """Book what the platform paid and our books have nothing of, under its case; the case's id. Of amounts that differ the settlement itself is posted.

    Raises StepRefused with the reason where a step of a case books it, or nobody knows yet whether our books have it under another number.
    """
    if not found.may_be_booked:
        raise StepRefused(reasons=[NOTHING_TO_BOOK])
    if found.here is not None:
        return found.case_id
    there = PlatformRefund.objects.get(pk=int(found.about.removeprefix("refund:")))
    reasons = why_not_yet(there)
    if reasons:
        raise StepRefused(reasons=reasons)
    if not _cases_of(there).exists():
        with as_programme(by, at) as programme:
            open_as_refunded("p.id = %(refund)s", by=programme, at=at, refund=there.pk)
    case = _cases_of(there).latest("pk")
    PaidThere.objects.create(refund=there, case=case, by_id=by.person_id, at=at)
    Outbox.objects.create(topic="notice", payload={"to": "leads", "about": WITHOUT_APPROVAL, "case": case.pk}, created_at=at, wake_at=at)
    return int(case.pk)


def why_not_yet(there: PlatformRefund) -> list[Reason]:
    """Why what the platform paid is not booked as something that was agreed to past the desk; [] where it is."""
    reasons = []
    for case in _cases_of(there).filter(closed_at=None):
        text = _("Its case {number} is open: record its payout there, or close it as refunded by the platform; that books it.")
        reasons.append(Reason("case_is_open", str(text).format(number=case.number), "R2.3"))
    waiting = Request.objects.filter(order=there.order_id, payee_channel=PayeeChannel.PLATFORM, ending=None, approval__payout=None)
    for row in waiting.exclude(case__in=_cases_of(there)).select_related("case").order_by("pk"):
        text = _("The refund {number} of this order waits to be paid on the platform; if this is its payment, record it there.")
        reasons.append(Reason("refund_waits", str(text).format(number=row.case.number), "R2.3"))
    listed = PlatformRefund.objects.filter(order=there.order_id, is_paid=True)
    ours = Payout.objects.filter(approval__order=there.order_id, channel=PayeeChannel.PLATFORM)
    ours = ours.exclude(platform_number__in=listed.values("number")).exclude(approval__request__case__asked_there__refund__in=listed)
    for payout in ours.order_by("pk"):
        text = _("A payout of this order was recorded under {number}, which no list has; say of both what they are.")
        reasons.append(Reason("payout_on_no_list", str(text).format(number=payout.platform_number), "R2.3"))
    return reasons


def _cases_of(there: PlatformRefund) -> QuerySet[Case]:
    return Case.objects.filter(kind=Refund.KIND, asked_there__refund=there)
