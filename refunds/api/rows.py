"""How refunds and the register are shown. Of the payee only the mask."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from casework.models import Ledger
from casework.workflow import Category
from orders.api.orders import yuan
from refunds.books.register import RegisterState
from refunds.models import Beyond, Ground, PayeeChannel, Reason

Row = serializers.Serializer[Any]


class RefundLine(Row):
    """How much of an order's line."""

    line = serializers.IntegerField()
    amount = serializers.CharField()


class RequestFacts(Row):
    """What both lists show of a request."""

    order = serializers.CharField(source="order.number")
    shop = serializers.CharField(source="order.shop.code")
    reason = serializers.ChoiceField(choices=Reason.choices, source="request.reason")
    ground = serializers.ChoiceField(choices=Ground.choices, source="request.ground", allow_blank=True)
    evidence = serializers.ListField(child=serializers.IntegerField(), source="request.evidence")
    amount = yuan("request.amount")
    freight = yuan("request.freight")
    beyond = yuan("request.beyond")
    beyond_kind = serializers.ChoiceField(choices=Beyond.choices, source="request.beyond_kind", allow_blank=True)
    party = serializers.ChoiceField(choices=Ledger.Party.choices, source="request.party", help_text="At whose cost.")
    lines = RefundLine(many=True, source="request.lines")
    revision = serializers.IntegerField(source="request.seq", help_text="Which version of the request is in force.")
    payee_channel = serializers.ChoiceField(choices=PayeeChannel.choices, source="request.payee_channel")
    payee_mask = serializers.CharField(source="request.payee_mask")
    asked_by = serializers.CharField(source="request.asked_by.username")
    asked_at = serializers.DateTimeField(source="request.asked_at")
    approved_by = serializers.CharField(source="approval.decided_by.username", allow_null=True)
    power_of = serializers.CharField(
        source="approval.power_of.username", default=None, allow_null=True, help_text="By whose power, where it was lent."
    )
    approved_at = serializers.DateTimeField(source="approval.decided_at", allow_null=True)
    valid_until = serializers.DateTimeField(source="approval.valid_until", allow_null=True)
    platform_number = serializers.CharField(source="payout.platform_number", allow_null=True)
    paid_by = serializers.CharField(source="payout.paid_by.username", allow_null=True)
    paid_at = serializers.DateTimeField(source="payout.paid_at", allow_null=True)


class RefundRow(RequestFacts):
    """A refund or compensation: its case with the request in force. `id` is the case's, `version` what steps are sent with."""

    id = serializers.IntegerField(source="case.pk")
    number = serializers.CharField(source="case.number")
    case = serializers.IntegerField(source="case.parent_id", allow_null=True, help_text="The case that it belongs to.")
    state = serializers.CharField(source="case.state")
    category = serializers.ChoiceField(choices=Category.choices, source="case.category")
    version = serializers.IntegerField(source="case.version")
    needs_manager = serializers.BooleanField(help_text="It waits, and no supervisor of the shop may approve so much for the order.")
    closed_at = serializers.DateTimeField(source="case.closed_at", allow_null=True)


class RegisterRow(RequestFacts):
    """An approval and what became of it. `refund` is the id of the refund's case."""

    id = serializers.IntegerField()
    refund = serializers.IntegerField(source="request.case_id")
    number = serializers.CharField(source="request.case.number")
    state = serializers.ChoiceField(choices=RegisterState.choices, source="register_state")
    ended = serializers.CharField(source="ending.kind", allow_null=True, help_text="How a void approval ended.")
