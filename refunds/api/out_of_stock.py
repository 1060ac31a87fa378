"""POST /api/v1/out-of-stock/."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.api.rows import CaseDetail
from casework.api.shown import show_case
from orders.api.views import DeskView
from refunds.actions.report_out_of_stock import report_out_of_stock
from refunds.api.bodies import OutOfStockBody


class OutOfStocks(DeskView):
    """Paid goods that are not there."""

    @extend_schema(request=OutOfStockBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Report it, as agent, lead or warehouse. 422 `nothing_to_ship`, `already_shipped`, `already_open`."""
        case = report_out_of_stock(self.read(OutOfStockBody), by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)
