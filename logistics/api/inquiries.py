"""The log of inquiries of a case: whom we asked, what they answered, what they promised and until when."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.models import Case
from logistics.actions.record_inquiry import record_inquiry
from logistics.api.bodies import InquiryBody
from logistics.api.rows import InquiryRow
from logistics.models import Inquiry
from orders.api.views import DeskList
from orders.errors import NotFound


class Inquiries(DeskList):
    """Talks with couriers about a case."""

    queryset = Inquiry.objects.none()
    serializer_class = InquiryRow
    cursor_fields = ("-at", "-pk")

    def get_queryset(self) -> QuerySet[Inquiry]:
        """Newest first. Raises NotFound outside the caller's shops."""
        case = self.kwargs["case_id"]
        if not Case.objects.for_actor(self.actor).filter(pk=case).exists():
            raise NotFound
        return Inquiry.objects.filter(case=case).select_related("by")

    @extend_schema(request=InquiryBody, responses={201: InquiryRow})
    def post(self, request: Request, case_id: int) -> Response:
        """Record one; a promise becomes a deadline of the case."""
        inquiry = record_inquiry(case_id, facts=dict(self.read(InquiryBody)), by=self.actor, at=self.at)
        return Response(InquiryRow(inquiry).data, status=status.HTTP_201_CREATED)
