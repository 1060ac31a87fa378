"""POST /api/v1/refunds/approve/: many small requests, each with a result of its own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.models import Case
from orders.access import Actor
from orders.api.bodies import Body, Whole
from orders.api.openapi import SESSION_ONLY
from orders.api.views import DeskView
from orders.roles import LEADS
from refunds.actions.approve_many import Chosen, Result, approve_at_once
from refunds.books.register import may_read


class ChosenBody(Body):
    """A refund and the version of it that was seen."""

    refund = Whole(min_value=1)
    version = Whole(min_value=1)


class ManyBody(Body):
    """Requests up to the policy `bulk_approval_up_to` each."""

    rows = ChosenBody(many=True)


class ResultRow(serializers.Serializer[Any]):
    """What became of one: approved, or the refusal that a single `approve` would have had."""

    refund = serializers.IntegerField(source="case_id")
    approved = serializers.SerializerMethodField()
    state = serializers.CharField(source="case.state", default=None, allow_null=True)
    version = serializers.IntegerField(source="case.version", default=None, allow_null=True)
    refusal = serializers.SerializerMethodField()

    def get_approved(self, row: Result) -> bool:
        """Whether this call approved it."""
        return row.error is None

    @extend_schema(responses=serializers.DictField)
    def get_refusal(self, row: Result) -> dict[str, Any] | None:
        """Code, sentence and reasons; null when it is approved."""
        return row.error.as_dict() if row.error else None


class Results(serializers.Serializer[Any]):
    """A result for each row, in the order in which they came."""

    results = ResultRow(many=True)


def _sees_all(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    ids = {each["refund"] for each in answer["results"] if each["version"] is not None}
    return Case.objects.for_actor(by).filter(pk__in=ids).count() == len(ids)


class ApproveMany(DeskView):
    """Many approvals."""

    @extend_schema(auth=SESSION_ONLY, request=ManyBody, responses=Results)
    @once(sees=_sees_all)
    def post(self, request: Request) -> Response:
        """Approve each by itself, 1 to 50. Always 200 with a result for each. Sent twice, nothing is approved twice: with a key it is answered with
        the first results again, without one with `stale`."""
        may_read(self.actor, LEADS, at=self.at)
        chosen = [Chosen(each["refund"], each["version"]) for each in self.read(ManyBody)["rows"]]
        results = approve_at_once(chosen, by=self.actor, at=self.at)
        return Response({"results": ResultRow(results, many=True).data})
