"""How a buyer's past and what stands out are shown over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from casework.api.intake_rows import OrderNoteRow
from casework.api.rows import moment
from orders.api.orders import yuan
from refunds.signals import SAME

Row = serializers.Serializer[Any]


class PastOrderRow(Row):
    """An earlier order."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.CharField()
    paid = yuan()
    ordered_at = moment()


class PastCaseRow(Row):
    """A case by its number."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()


class PastRefundRow(Row):
    """A refund that was paid."""

    case = serializers.IntegerField(source="approval.request.case_id")
    amount = yuan()
    paid_at = serializers.DateTimeField()


class BuyerRow(Row):
    """What a buyer had before in this shop: sums, and the last few of each. `vip` from five orders on that were paid for."""

    vip = serializers.BooleanField(source="history.is_vip")
    orders = serializers.IntegerField(source="history.orders")
    bought = serializers.IntegerField(source="history.bought")
    paid = yuan("history.spent")
    since = moment("history.since")
    refunds_quarter = serializers.IntegerField(source="history.refunds_quarter")
    refunded_quarter = yuan("history.refunded_quarter")
    refunds_year = serializers.IntegerField(source="history.refunds_year")
    refunded_year = yuan("history.refunded_year")
    past_orders = PastOrderRow(source="history.past_orders", many=True)
    past_cases = PastCaseRow(source="history.past_cases", many=True)
    past_refunds = PastRefundRow(source="history.past_refunds", many=True)
    notes = OrderNoteRow(source="history.notes", many=True)


class EarlierClaimRow(Row):
    """An earlier claim, and what it has in common with this case."""

    case = serializers.IntegerField(source="case.pk")
    number = serializers.CharField(source="case.number")
    same = serializers.ListField(child=serializers.ChoiceField(choices=sorted(SAME)))


class OftenRow(Row):
    """Claims that came as often as the policy `abuse_signal` says, within so many days."""

    days = serializers.IntegerField()
    claims = EarlierClaimRow(many=True)


class SamePhotoRow(Row):
    """A case with the same photo."""

    case = serializers.IntegerField(source="case_id")
    number = serializers.CharField()
    exact = serializers.BooleanField()


class ContradictionRow(Row):
    """Claims about one order that cannot both be so."""

    code = serializers.CharField()
    text = serializers.CharField()
    cases = PastCaseRow(many=True)


class SignalsRow(Row):
    """What stands out, for people to weigh."""

    often = OftenRow(allow_null=True)
    same_photo = SamePhotoRow(source="twins", many=True)
    contradictions = ContradictionRow(many=True)


class BuyerWithSignalsRow(BuyerRow):
    """And what stands out about the case."""

    signals = SignalsRow()
