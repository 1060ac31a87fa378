"""R2.3 What the platform has paid of an order past our refunds: whoever approves or pays another one looks whether it is the same money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from casework.calendars import SHOP_TIME
from orders.amounts import shown
from orders.models import PlatformRefund
from refunds.models import PayeeChannel, Payout


def paid_beside(order_ids: Collection[int]) -> dict[int, list[PlatformRefund]]:
    """The platform's refunds that are paid and for which no payout of ours on the platform stands, by order. One query."""
    ours = Payout.objects.filter(approval__order=OuterRef("order"), channel=PayeeChannel.PLATFORM)
    by_case = ours.filter(approval__request__case__asked_there__refund=OuterRef("pk"))
    rows = PlatformRefund.objects.filter(order__in=order_ids, is_paid=True, amount__gt=0)
    rows = rows.exclude(Exists(ours.filter(platform_number=OuterRef("number")))).exclude(Exists(by_case)).order_by("pk")
    found: dict[int, list[PlatformRefund]] = defaultdict(list)
    for each in rows:
        found[each.order_id].append(each)
    return dict(found)


def words(refund: PlatformRefund) -> str:
    """The warning about one of them."""
    text = _("The platform has paid ¥{amount} of this order as {number}{day}, past our refunds. Look whether it is the same money.")
    day = f" ({refund.finished_at.astimezone(SHOP_TIME):%Y-%m-%d})" if refund.finished_at else ""
    return text.format(amount=shown(refund.amount), number=refund.number, day=day)
