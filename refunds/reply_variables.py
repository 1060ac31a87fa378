"""Variables of reply scripts that refunds knows, and what of money and gifts is approved on a case (S4.1, S4.2)."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.replies.approved import APPROVED, Approved
from casework.scripts.variables import Told, Variable, register
from orders.models import PlatformRefund
from refunds.models import Approval, GiftFacts, Payout, Request

NO_REQUEST = _("No refund or compensation is asked for on this case: ask for it first, a lead approves it.")
NO_NUMBER = _("There is no number of the platform yet: it comes with its list of refunds, or with the payout that finance records.")
NO_ADDRESS = _("A manager fills in the policy “Address for returns”.")


def family_of(case: Case) -> Q:
    """The case, what was opened for it, and what it was opened for: one story."""
    return Q(case=case.pk) | Q(case__parent=case.pk) | (Q(case=case.parent_id) if case.parent_id else Q())


def _amount(told: Told) -> str:
    """Yuan that are asked for: of the newest version that has not ended."""
    found = Request.objects.filter(family_of(told.case), ending__isnull=True).order_by("-pk").values_list("amount", flat=True).first()
    return f"{found:.2f}" if found is not None else ""


def _platform_number(told: Told) -> str:
    """The number of the payout, else that of the only request on the platform."""
    paid = Payout.objects.filter(approval__request__in=Request.objects.filter(family_of(told.case))).order_by("-pk")
    number = paid.values_list("platform_number", flat=True).first()
    if number or told.order is None:
        return number or ""
    there = list(PlatformRefund.objects.filter(order=told.order).values_list("number", flat=True)[:2])
    return there[0] if len(there) == 1 else ""


register(
    Variable("amount", _("amount asked for"), _("the request for money on the case, or on one that belongs to it"), NO_REQUEST, _amount),
    Variable("platform_number", _("platform's number"), _("the payout, else the platform's request"), NO_NUMBER, _platform_number),
    Variable(
        "return_address",
        _("return address"),
        _("the policy “Address for returns”"),
        NO_ADDRESS,
        lambda told: str(told.at.policy("return_address")),
    ),
)


def approved_on(case: Case) -> Approved:
    """What a lead has said yes to in the story of a case, and what gift is agreed; at most three queries."""
    asked = Request.objects.filter(family_of(case), ending__isnull=True)
    rows = list(Approval.objects.filter(request__in=asked).values_list("amount", "request__beyond"))
    gifts = GiftFacts.objects.filter(family_of(case), agreed_at__isnull=False).exclude(case__state__in=["not_given", "declined"])
    of_order = any(amount > beyond for amount, beyond in rows)
    return Approved(frozenset(amount for amount, _beyond in rows), gifts.exists(), is_all=of_order and _is_all(case))


def _is_all(case: Case) -> bool:
    """Whether nothing of what was paid is left to be asked for, or waits for a lead's yes."""
    order = case.order
    return order is not None and order.room <= 0 and not order.refund_requests.filter(ending=None, approval=None).exists()


APPROVED.append(approved_on)
