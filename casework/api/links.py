"""Customers' links: made, and revoked. Rules are the actions' business."""

from __future__ import annotations

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.actions.ask_photos import make_link, revoke_link
from casework.api.bodies import LinkBody
from casework.api.rows import CaseDetail, NewLinkRow
from casework.api.shown import show_case
from casework.photos.asking import to_ask
from casework.reading import read_case
from orders.api.views import DeskView


class UploadLinks(DeskView):
    """Links for a case's customer."""

    @extend_schema(request=LinkBody, responses={201: NewLinkRow})
    def post(self, request: Request, case_id: int) -> Response:
        """Make a link by which the customer sends photos without login. Its address is answered this once."""
        given = self.read(LinkBody)
        kinds = given.get("kinds")
        if kinds is None:
            view = read_case(case_id, by=self.actor, now=self.at)
            kinds = to_ask(view.case, view.at)
        link, token = make_link(case_id, kinds=kinds, plea=given.get("plea", ""), by=self.actor, at=self.at)
        url = request.build_absolute_uri(reverse("customer_upload", args=[token]))
        row = {"id": link.pk, "url": url, "expires_at": link.expires_at, "kinds": link.kinds}
        return Response(NewLinkRow(row).data, status=status.HTTP_201_CREATED)


class OneUploadLink(DeskView):
    """A link for a case's customer."""

    @extend_schema(responses=CaseDetail)
    def delete(self, request: Request, case_id: int, link_id: int) -> Response:
        """Revoke the link and answer how the case stands. Revoking it twice changes nothing."""
        revoke_link(case_id, link_id, by=self.actor, at=self.at)
        return Response(show_case(case_id, by=self.actor, at=self.at))
