"""POST /api/v1/returns/ and /api/v1/exchanges/. The rest of their way are steps of the case."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.api.rows import CaseDetail
from casework.api.shown import show_case
from orders.api.views import DeskView
from refunds.actions.ask_return import ask_exchange, ask_return
from refunds.api.bodies import ExchangeBody, ReturnBody


class Returns(DeskView):
    """What comes back."""

    @extend_schema(request=ReturnBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Ask that pieces come back, for a case or on an order. 422 `window_over`, `made_to_order`, `not_unworn`, `not_shipped`, `coming_back`,
        `being_resent`, `refunded_already`. The inspection is the step `found_right` or `found_different`."""
        case = ask_return(self.read(ReturnBody), by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)


class Exchanges(DeskView):
    """What is exchanged."""

    @extend_schema(request=ExchangeBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Ask for an exchange. 422 as for a return, and `insured`: with freight insurance it is a return and a new order (R3.5)."""
        case = ask_exchange(self.read(ExchangeBody), by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)
