"""What the outbox sends for refunds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from casework.actions.outbox import SENDERS
from casework.senders import addresses_of
from orders.roles import FINANCE
from refunds.late import STEP
from refunds.models.returned import CameBackAfterRefund


def came_back_after_refund(payload: dict[str, Any]) -> None:
    """A mail to finance: which waybill, how much; nothing personal. Nothing where somebody has seen it already."""
    row = CameBackAfterRefund.objects.filter(pk=payload["late"], seen_at=None).first()
    addresses = addresses_of(row.shop_id, FINANCE) if row is not None else []
    if row is None or not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Parcel {waybill} came back after its refund").format(waybill=row.waybill)
        send_mail(subject, _("{amount} yuan had been refunded. See “Returns”.").format(amount=row.refunded), None, addresses)


SENDERS[STEP] = came_back_after_refund
