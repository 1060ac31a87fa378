"""POST /api/v1/gifts/."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.api.rows import CaseDetail
from casework.api.shown import show_case
from orders.api.views import DeskView
from refunds.actions.ask_gift import ask_gift
from refunds.api.bodies import GiftBody


class Gifts(DeskView):
    """Gifts that customers ask for."""

    @extend_schema(request=GiftBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Note that the customer asks for a gift; agreeing is a step. 422 `already_open`: there is one for the order."""
        case = ask_gift(self.read(GiftBody), by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)
