"""Money that was asked for, decided or moved: no step is taken back over it, neither of its own case nor of another one of the order."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Journal, Ledger
from casework.outside import CHECKS
from orders.errors import Reason
from orders.together import Reading
from refunds.models import Request

ASKED = Reason("money_asked", _("Money of this order was asked for, decided or paid meanwhile."), "R1.1")
APPROVED = Reason("money_approved", _("This was approved; money never goes a step back."), "R1.1")


def money_moved(case: Case, entry: Journal) -> Reading[Reason | None]:
    """Whether the case itself was ever approved, or anything happened to the order's money since the entry."""
    since = Q(asked_at__gte=entry.at) | Q(approval__decided_at__gte=entry.at)
    approved = Request.objects.filter(case=case, approval__isnull=False)[:1]
    asked = Request.objects.filter(since, Q(order=case.order_id) | Q(case=case))[:1]
    moved = Ledger.objects.filter(order=case.order_id, at__gte=entry.at)[:1]
    yield approved, asked, moved
    return APPROVED if approved else ASKED if asked or moved else None


CHECKS.append(money_moved)
