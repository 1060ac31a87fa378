"""What the outbox sends, topic by topic. A sender may run twice for one message and does no harm by it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from casework.actions.outbox import SENDERS
from casework.models import Case
from orders.models import User
from orders.roles import LEADS


def notice(payload: dict[str, Any]) -> None:
    """A mail to the leads of the case's shop who have an address: case number and kind, nothing personal."""
    case = Case.objects.filter(pk=payload["case"]).first()
    if case is None:
        return
    everywhere = Q(memberships__shop=None, all_shops=True)
    leads = User.objects.filter(Q(memberships__shop=case.shop_id) | everywhere, memberships__role__in=LEADS, is_active=True).exclude(
        email=""
    )
    addresses = sorted(set(leads.values_list("email", flat=True)))
    if not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("{number} {kind}: {state}").format(number=case.number, kind=case.kind_label, state=case.state_label)
        send_mail(subject, _("Please look at case {number}.").format(number=case.number), None, addresses)


SENDERS["notice"] = notice
