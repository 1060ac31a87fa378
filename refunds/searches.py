"""Finding cases by the number that the platform or the bank gave to a payment."""

from __future__ import annotations

from django.db.models.functions import Upper

from casework.models import Case
from casework.models.case import CaseQuerySet
from orders.access import Actor
from refunds.models import Payout


def by_payout(text: str, by: Actor) -> CaseQuerySet:
    """The number of a payout, whole, however it is written: the refund that it paid."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    paid = Payout.objects.alias(written=Upper("platform_number")).filter(written=text.upper())
    return rows.filter(pk__in=paid.values("approval__request__case"))
