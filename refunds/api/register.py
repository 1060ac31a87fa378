"""GET /api/v1/register/: every approval with what became of it (R2.1)."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from orders.api.filters import ChoiceFilter, text_filter
from orders.api.views import DeskList
from refunds.api.rows import RegisterRow
from refunds.api.shown import show_register
from refunds.books.register import RegisterState, may_read, register_rows
from refunds.models import Approval


class RegisterFilters(django_filters.FilterSet):
    """By order number, shop code, and what became of it."""

    order = text_filter("order__number")
    shop = text_filter("order__shop__code")
    state = ChoiceFilter("register_state", RegisterState.choices)


class Register(DeskList):
    """The refund register."""

    queryset = Approval.objects.none()
    serializer_class = RegisterRow
    filterset_class = RegisterFilters

    def get_queryset(self) -> QuerySet[Any]:
        """Approvals of the shops whose register the caller may read, as on the page. Raises NotAllowed where there is none."""
        may_read(self.actor, at=self.at)
        return register_rows(self.actor)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The rows of one page."""
        return RegisterRow(show_register(args[0]) if args else [], many=True)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The register, for agents, leads, finance, auditors and administrators; newest first."""
        return super().get(request, *args, **kwargs)
