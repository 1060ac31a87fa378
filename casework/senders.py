"""What the outbox sends, topic by topic. A sender may run twice for one message and does no harm by it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from casework.actions.outbox import SENDERS
from casework.models import Case
from casework.registry import NEWS
from orders.people import people_of
from orders.roles import LEADS


def notice(payload: dict[str, Any]) -> None:
    """A mail to the leads of the case's shop, or to its owner: case number, kind and what it is about, nothing personal."""
    case = Case.objects.filter(pk=payload["case"]).select_related("owner").first()
    if case is None:
        return
    addresses = _owner(case) if payload["to"] == "owner" else leads_of(case.shop_id)
    if not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        about = str(NEWS[payload["about"]]) if payload["to"] == "owner" else str(NEWS.get(payload["about"]) or case.state_label)
        subject = _("{number} {kind}: {state}").format(number=case.number, kind=case.kind_label, state=about)
        send_mail(subject, _("Please look at case {number}.").format(number=case.number), None, addresses)


def _owner(case: Case) -> list[str]:
    """Whoever owns the case now, when they are here and have an address."""
    owner = case.owner
    return [owner.email] if owner is not None and owner.is_active and owner.email else []


def leads_of(shop_id: int) -> list[str]:
    """The addresses of those who lead the shop and have one."""
    return addresses_of(shop_id, LEADS)


def addresses_of(shop_id: int, roles: frozenset[Any]) -> list[str]:
    """The addresses of those who hold one of the roles in the shop and have one."""
    return sorted(set(people_of([shop_id], roles).exclude(email="").values_list("email", flat=True)))


SENDERS["notice"] = notice
