"""What logistics sends by the outbox."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from casework.actions.outbox import SENDERS
from casework.calendars import SHOP_TIME
from casework.senders import leads_of
from orders.models import Shop


def nightly_missed(payload: dict[str, Any]) -> None:
    """A mail to the leads of a shop whose parcels nobody has looked over for a day."""
    shop = Shop.objects.filter(pk=payload["shop"]).first()
    addresses = leads_of(shop.pk) if shop else []
    if shop is None or not addresses:
        return
    since = dt.datetime.fromisoformat(payload["since"]).astimezone(SHOP_TIME)
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("{shop}: the nightly look at parcels did not run").format(shop=shop.name)
        text = _("The last one was on {since:%Y-%m-%d %H:%M}. Parcels that stand still are not found meanwhile; run it again on the board.")
        send_mail(subject, text.format(since=since), None, addresses)


def nightly_held(payload: dict[str, Any]) -> None:
    """A mail to the leads of a shop whose tracking feed looks broken."""
    shop = Shop.objects.filter(pk=payload["shop"]).first()
    addresses = leads_of(shop.pk) if shop else []
    if shop is None or not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("{shop}: tracking seems to have stopped").format(shop=shop.name)
        text = _(
            "{held} parcels have no record beyond their norm, and their couriers have told of no other parcel for a day. They stay unknown and no "
            "cases were opened. Look at the tracking account; if they really have no record, open their cases on the board."
        )
        send_mail(subject, text.format(held=payload["held"]), None, addresses)


SENDERS["nightly_held"] = nightly_held
SENDERS["nightly_missed"] = nightly_missed
