"""What happens to parcels outside their cases: a waybill that was made, a courier that was asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.models import Case, Journal
from casework.outside import CHECKS, OUTSIDE
from logistics.models import Parcel
from orders.errors import Reason
from orders.together import Reading

WAYBILL = Reason("waybill_made", _("A parcel of this order has a new waybill meanwhile."))
OUTSIDE["inquiry"] = Reason("courier_asked", _("The courier was asked about it."))


def waybill_made(case: Case, entry: Journal) -> Reading[Reason | None]:
    """Whether a parcel of the order came to be known since the entry."""
    since = Parcel.objects.filter(orders=case.order_id, first_seen_at__gt=entry.at)[:1]
    yield (since,)
    return WAYBILL if since else None


CHECKS.append(waybill_made)
