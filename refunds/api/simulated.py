"""How a simulation is shown. Yuan as text with two places."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from logistics.freight import Fault, Leg, PaidBack, Party
from orders.api.openapi import ReasonRow
from orders.api.orders import yuan
from orders.roles import Role

Row = serializers.Serializer[Any]


class AmountsRow(Row):
    """The order in all or its postage: what was paid, went back, is set aside by others, would be asked, and is left then."""

    paid = yuan()
    refunded = yuan()
    reserved = yuan()
    asked = yuan()
    left = yuan()


class PartRow(AmountsRow):
    """A line. `pieces` are the whole pieces that the amount pays for, `proposed` what the named pieces cost."""

    line = serializers.IntegerField(source="line.pk")
    title = serializers.CharField(source="row.title")
    quantity = serializers.IntegerField(source="line.quantity")
    listed = yuan()
    discount = yuan()
    postage = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="Its share of the order's postage.")
    paid = yuan("row.paid")
    refunded = yuan("row.refunded")
    reserved = yuan("row.reserved")
    asked = yuan("row.asked")
    left = yuan("row.left")
    pieces = serializers.IntegerField()
    proposed = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    cost = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="Of the pieces; null where it is not known."
    )


class LegRow(Row):
    """Who bears a way of the goods, who pays it at first, and how it is paid back."""

    leg = serializers.ChoiceField(choices=[each.value for each in Leg])
    payer = serializers.ChoiceField(choices=Party.choices, source="freight.payer")
    advanced_by = serializers.ChoiceField(choices=Party.choices, source="freight.advanced_by")
    paid_back = serializers.ChoiceField(choices=PaidBack.choices, allow_null=True, source="freight.paid_back")
    rule = serializers.CharField(source="freight.rule")


class ClaimRow(Row):
    """What a courier owes, and how much of the refund it may bring back."""

    courier = serializers.CharField(source="loss.courier.code")
    waybill = serializers.CharField(source="loss.parcel.waybill")
    cause = serializers.CharField(source="loss.cause")
    owed = yuan("loss.amount")
    covers = yuan()
    rule = serializers.CharField(source="loss.rule")


class ApproverRow(Row):
    """The lowest role whose limit holds what would be approved for the order in all; "" where none does."""

    cumulated = serializers.DecimalField(max_digits=14, decimal_places=2)
    role = serializers.ChoiceField(choices=Role.choices, allow_blank=True)
    limit = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)


class SimulationRow(Row):
    """What would be. `is_decided` is false where the handbook leaves the freight to a lead."""

    at = serializers.DateTimeField()
    fits = serializers.BooleanField()
    amount = yuan()
    lines = PartRow(many=True, source="parts")
    freight = AmountsRow(source="figures.freight")
    freight_proposed = yuan()
    total = AmountsRow(source="figures.total")
    beyond = yuan()
    at_fault = serializers.ChoiceField(choices=Fault.choices, source="judged.decision.at_fault")
    fault_rule = serializers.CharField(source="judged.decision.fault_rule")
    is_final = serializers.BooleanField(source="judged.is_final", help_text="Whether the case above has decided the fault.")
    is_decided = serializers.BooleanField(source="judged.decision.is_decided")
    by_lead = serializers.BooleanField(source="judged.by_lead")
    legs = LegRow(many=True, source="judged.ways")
    reasons = ReasonRow(many=True, source="judged.decision.reasons")
    claims = ClaimRow(many=True)
    claim = yuan()
    goods_cost = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, help_text="null where one is not known.")
    net_loss = yuan()
    approver = ApproverRow()
