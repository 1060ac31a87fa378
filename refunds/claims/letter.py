"""The letter to the courier: what was lost, what it was worth, what is claimed, and which papers lie beside it. Nothing personal of the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from casework.models import Case, Evidence, EvidenceKind
from logistics.goods.claimed import share
from logistics.models import Inquiry
from orders.models import Line, Order
from orders.straight import straight
from refunds.claims.claiming import Claim
from refunds.models.claim import ZERO


@dataclass(frozen=True)
class Letter:
    """What stands in it. `goods` are the lines of the orders in the parcel, or the pieces that are claimed, with what was paid for each."""

    case: Case
    claim: Claim
    orders: list[Order]
    goods: list[tuple[Line, int | None, Decimal]]
    answers: list[Inquiry]
    pictures: list[Evidence]
    at: dt.datetime
    handler: str

    @property
    def freight(self) -> Decimal:
        """Yuan of postage that the full price holds; nothing where only pieces are claimed."""
        is_whole = self.claim.loss.cause in self.claim.loss.WHOLE
        return sum((order.freight_paid for order in self.orders), ZERO) if is_whole else ZERO

    def as_html(self) -> str:
        """A whole page that prints by itself, in the language of the house."""
        return self._drawn("refunds/claim_letter.html")

    def as_text(self) -> str:
        """The same as plain text, for the courier's form on the web."""
        return self._drawn("refunds/claim_letter.txt")

    def names(self) -> list[tuple[str, Evidence]]:
        """The pictures under the names that they have beside the letter, in the order of the letter."""
        with translation.override(settings.LANGUAGE_CODE):
            return [
                (f"{place:02d}-{each.get_kind_display()}.{each.path.rpartition('.')[2]}", each)
                for place, each in enumerate(self.pictures, 1)
            ]

    def _drawn(self, template: str) -> str:
        context: dict[str, Any] = {
            "letter": self,
            "facts": self.case.facts,
            "loss": self.claim.loss,
            "parcel": self.claim.loss.parcel,
            "day": localtime(self.at),
            "papers": [name for name, _picture in self.names()],
        }
        with translation.override(settings.LANGUAGE_CODE):
            return straight(render_to_string(template, context))


def letter_of(case: Case, claim: Claim, *, handler: str, at: dt.datetime) -> Letter:
    """The letter of a claim whose facts are read. A fixed number of queries."""
    incident = case.facts.incident_id
    orders = list(Order.objects.filter(Q(parcels=claim.loss.parcel_id) | Q(pk=case.order_id)).distinct().order_by("paid_at", "pk"))
    lines = list(Line.objects.filter(order__in=orders).order_by("order", "position"))
    answers = list(Inquiry.objects.filter(case=incident).exclude(answer="").order_by("at", "pk"))
    # What was said with the customer is nobody else's (S5.1); who files may put a picture of it on the claim itself.
    pictures = Evidence.objects.filter(Q(case=case.pk) | Q(case=incident) & ~Q(kind=EvidenceKind.CHAT)).order_by("case_id", "pk")
    return Letter(case, claim, orders, _goods(claim, lines), answers, list(pictures), at, handler)


def _goods(claim: Claim, lines: Sequence[Line]) -> list[tuple[Line, int | None, Decimal]]:
    """All that travelled in a parcel that is lost as a whole; else the pieces that the case names, with their share of what was paid."""
    facts = getattr(claim.loss.case, "incident", None)
    items = {each["line"]: each["quantity"] for each in facts.items} if facts is not None else {}
    if claim.loss.cause in claim.loss.WHOLE or not items:
        return [(line, line.quantity, line.paid) for line in lines]
    return [(line, items[line.pk], share(line, items[line.pk])) for line in lines if line.pk in items]
