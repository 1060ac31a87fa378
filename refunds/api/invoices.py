"""POST /api/v1/invoices/."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.api.rows import CaseDetail
from casework.api.shown import show_case
from orders.api.views import DeskView
from refunds.actions.ask_invoice import ask_invoice
from refunds.api.bodies import InvoiceBody


class Invoices(DeskView):
    """Invoices that customers want."""

    @extend_schema(request=InvoiceBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Note the wish and what is known; `facts.missing` names what is not. 400 `identity_number`: it is not collected. 422 `not_paid`, `already_open`."""
        case = ask_invoice(self.read(InvoiceBody), by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)
