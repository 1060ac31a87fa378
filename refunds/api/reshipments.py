"""POST /api/v1/reshipments/."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.api.rows import CaseDetail
from casework.api.shown import show_case
from orders.api.views import DeskView
from refunds.actions.ask_reshipment import ask_reshipment
from refunds.api.bodies import ResendBody


class Reshipments(DeskView):
    """What is sent again."""

    @extend_schema(request=ResendBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Ask that pieces of the order are sent again for a case. 422 `being_resent`, `refund_asked`, `refunded_already`: no line twice at once."""
        case = ask_reshipment(self.read(ResendBody), by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)
