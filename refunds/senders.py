"""What the outbox sends for refunds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from casework.actions.outbox import SENDERS
from casework.models import Case
from casework.registry import NEWS
from casework.senders import addresses_of
from orders.roles import FINANCE
from refunds.actions.alarm_paid_there import PAID_THERE
from refunds.actions.reverse_claims import TELL_FINANCE
from refunds.goods.late import STEP
from refunds.kinds.paying import PAID_AFTER_ALL
from refunds.models import ClaimFacts, Transfer
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


def paid_after_all(payload: dict[str, Any]) -> None:
    """A mail to finance: which case and which of our numbers; nothing personal. Nothing where somebody has said what it was."""
    waits = Transfer.objects.filter(pk=payload["transfer"], code=PAID_AFTER_ALL, status__in=[Transfer.Status.PARKED, Transfer.Status.LATE])
    row = waits.select_related("approval__request__case").first()
    case = row.approval.request.case if row is not None else None
    addresses = addresses_of(case.shop_id, FINANCE) if case is not None else []
    if row is None or case is None or not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("{number}: paid after all, Alipay says").format(number=case.number)
        text = _("It had been held to be not paid. Search our Alipay account for {key}, and say under “Payouts” what it was.")
        send_mail(subject, text.format(key=row.key), None, addresses)


SENDERS[PAID_AFTER_ALL] = paid_after_all


def paid_there(payload: dict[str, Any]) -> None:
    """A mail to finance: of which case nothing is to be paid any more."""
    case = Case.objects.filter(pk=payload["case"], closed_at=None).first()
    addresses = addresses_of(case.shop_id, FINANCE) if case is not None else []
    if case is None or not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("{number} {kind}: {state}").format(number=case.number, kind=case.kind_label, state=NEWS[PAID_THERE])
        send_mail(subject, _("Please look at case {number}.").format(number=case.number), None, addresses)


def claim_turned_up(payload: dict[str, Any]) -> None:
    """A mail to finance: of which claim the money is to go back. Nothing once it has gone."""
    row = ClaimFacts.objects.filter(pk=payload["case"], received__gt=0).select_related("case").first()
    addresses = addresses_of(row.case.shop_id, FINANCE) if row is not None else []
    if row is None or not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("{number}: there is no loss any more").format(number=row.case.number)
        send_mail(subject, _("The courier has paid {amount} yuan. See “Claims”.").format(amount=row.received), None, addresses)


SENDERS[TELL_FINANCE] = claim_turned_up
SENDERS[PAID_THERE] = paid_there
SENDERS[STEP] = came_back_after_refund
