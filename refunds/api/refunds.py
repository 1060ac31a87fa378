"""GET and POST /api/v1/refunds/."""

from __future__ import annotations

import json
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request as HttpCall
from rest_framework.serializers import BaseSerializer

from casework.idempotency import HEADER, Answer, digest_of, read_key, run_once
from casework.models import Case
from orders.api.filters import FlagFilter, text_filter
from orders.api.views import DeskList
from orders.errors import NotFound
from refunds.actions.ask import ask_refund
from refunds.api.bodies import AskBody
from refunds.api.rows import RefundRow
from refunds.api.shown import show_refunds
from refunds.models import Refund, Request

KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 100 ASCII characters; the same key never asks twice.",
)


class RefundFilters(django_filters.FilterSet):
    """By order number, shop code, and whether it is open."""

    order = text_filter("order__number")
    shop = text_filter("shop__code")
    open = FlagFilter(field_name="closed_at", lookup_expr="isnull")


class Refunds(DeskList):
    """Refunds of the caller's shops."""

    queryset = Case.objects.none()
    serializer_class = RefundRow
    filterset_class = RefundFilters

    def get_queryset(self) -> QuerySet[Any]:
        """Refunds that somebody has asked for here; what was asked and decided is read for a page at once."""
        return Refund.objects.for_actor(self.actor).filter(Exists(Request.objects.filter(case=OuterRef("pk"))))

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The rows of one page."""
        return RefundRow(show_refunds(args[0]) if args else [], many=True)

    @extend_schema(request=AskBody, responses={201: RefundRow}, parameters=[KEY])
    def post(self, request: HttpCall) -> HttpResponse:
        """Ask for a refund. The same key with the same body gets the same answer again, with another body 422.

        422 `over_the_cap` says in `left` what may still be asked for.
        """
        key = read_key(request.headers.get(HEADER))
        given = request.data
        user_id = self.actor.user_id or 0
        code, body = run_once(user_id, key, digest_of("refund", given), self.at, lambda: self._ask(given))
        self._still_seen(json.loads(body)["id"])
        return HttpResponse(body, status=code, content_type="application/json")

    def _ask(self, given: Any) -> Answer:
        case = ask_refund(given, by=self.actor, at=self.at)
        (shown,) = show_refunds([case])
        return status.HTTP_201_CREATED, json.dumps(RefundRow(shown).data, ensure_ascii=False)

    def _still_seen(self, case_id: int) -> None:
        """A kept answer is given to nobody who has lost the shop since."""
        if not Case.objects.for_actor(self.actor).filter(pk=case_id).exists():
            raise NotFound
