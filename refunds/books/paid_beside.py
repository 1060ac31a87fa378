"""R2.3 What the platform has paid of an order past our refunds: whoever approves or pays another one looks whether it is the same money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from casework.calendars import SHOP_TIME
from casework.models import Ledger
from orders.amounts import shown
from orders.models import PlatformRefund
from refunds.models.payout import Payout
from refunds.models.request import PayeeChannel


def paid_beside(order_ids: Collection[int]) -> dict[int, list[PlatformRefund]]:
    """The platform's refunds that are paid and for which no payout of ours on the platform stands, by order. One query."""
    rows = PlatformRefund.objects.filter(order__in=order_ids, is_paid=True, amount__gt=0).exclude(_has_our_payout()).order_by("pk")
    found: dict[int, list[PlatformRefund]] = defaultdict(list)
    for each in rows:
        found[each.order_id].append(each)
    return dict(found)


def in_our_books(refund_ids: Collection[int]) -> Any:
    """The ids of those of the platform's refunds that it has paid and our books have: by a payout of ours, or by their own line."""
    key = Concat(Value("platform:"), Cast("shop", TextField()), Value(":"), F("number"), output_field=TextField())
    rows = PlatformRefund.objects.filter(pk__in=refund_ids, is_paid=True).annotate(key=key)
    return rows.filter(_has_our_payout() | Q(Exists(Ledger.objects.filter(key=OuterRef("key"))))).values_list("pk", flat=True)


def _has_our_payout() -> Q:
    """A payout on the platform under its number, or for a case that answers it."""
    ours = Payout.objects.filter(approval__order=OuterRef("order"), channel=PayeeChannel.PLATFORM)
    by_case = ours.filter(approval__request__case__asked_there__refund=OuterRef("pk"))
    return Q(Exists(ours.filter(platform_number=OuterRef("number")))) | Q(Exists(by_case))


def words(refund: PlatformRefund) -> str:
    """The warning about one of them."""
    text = _("The platform has paid ¥{amount} of this order as {number}{day}, past our refunds. Look whether it is the same money.")
    day = f" ({refund.finished_at.astimezone(SHOP_TIME):%Y-%m-%d})" if refund.finished_at else ""
    return text.format(amount=shown(refund.amount), number=refund.number, day=day)
