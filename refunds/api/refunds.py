"""GET and POST /api/v1/refunds/."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request as HttpCall
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.api.once import once
from casework.models import Case
from orders.api.filters import FlagFilter, text_filter
from orders.api.views import DeskList
from refunds.actions.ask import ask_refund
from refunds.actions.ask_compensation import ask_compensation
from refunds.api.bodies import AskBody, CompensateBody
from refunds.api.rows import RefundRow
from refunds.api.shown import show_refunds
from refunds.models import Compensation, MoneyOut, Refund, Request


class RefundFilters(django_filters.FilterSet):
    """By order number, shop code, and whether it is open."""

    order = text_filter("order__number")
    shop = text_filter("shop__code")
    open = FlagFilter(field_name="closed_at", lookup_expr="isnull")


class MoneyList(DeskList):
    """Cases of a kind by which money goes to customers, in the caller's shops."""

    KIND: ClassVar[type[MoneyOut]]
    queryset = Case.objects.none()
    serializer_class = RefundRow
    filterset_class = RefundFilters

    def get_queryset(self) -> QuerySet[Any]:
        """Cases of the kind that somebody has asked for here; what was asked and decided is read for a page at once."""
        return self.KIND.objects.for_actor(self.actor).filter(Exists(Request.objects.filter(case=OuterRef("pk"))))

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The rows of one page."""
        return RefundRow(show_refunds(args[0]) if args else [], many=True)


class Refunds(MoneyList):
    """Refunds of the caller's shops."""

    KIND = Refund

    @extend_schema(request=AskBody, responses={201: RefundRow})
    @once(required=True)
    def post(self, request: HttpCall) -> Response:
        """Ask for a refund. The same key with the same body gets the same answer again, with another body 422.

        422 `over_the_cap` says in `left` what may still be asked for.
        """
        (shown,) = show_refunds([ask_refund(request.data, by=self.actor, at=self.at)])
        return Response(RefundRow(shown).data, status=status.HTTP_201_CREATED)


class Compensations(MoneyList):
    """Compensations of the caller's shops (R4)."""

    KIND = Compensation

    @extend_schema(request=CompensateBody, responses={201: RefundRow})
    @once(required=True)
    def post(self, request: HttpCall) -> Response:
        """Ask for a compensation: money beyond the order, by small payment, Alipay or bank transfer. Keys work as with refunds."""
        (shown,) = show_refunds([ask_compensation(request.data, by=self.actor, at=self.at)])
        return Response(RefundRow(shown).data, status=status.HTTP_201_CREATED)
