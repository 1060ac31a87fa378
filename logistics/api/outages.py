"""Courier outages: many cases as one, answered together and advanced together."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.api.rows import CaseDetail
from casework.api.shown import show_case
from logistics.actions.open_outage import leave_outage, open_outage
from logistics.actions.work_together import Chosen, Result, step_together, tell_together
from orders.api.bodies import Body, Text, Whole
from orders.api.views import DeskView
from orders.errors import NotFound
from orders.models import Shop


class OutageBody(Body):
    """Where the trouble is."""

    shop = Text(max_length=40)
    courier = Text(max_length=64, help_text="The courier's code in the directory, such as zhongtong.")
    city = Text(max_length=60)


class ChosenCaseBody(Body):
    """A case of the outage and the version of it that was seen."""

    case = Whole(min_value=1)
    version = Whole(min_value=1)


class TogetherBody(Body):
    """One step for these cases of the outage."""

    step = Text(max_length=60)
    rows = ChosenCaseBody(many=True)
    facts = serializers.DictField(required=False, allow_null=True, help_text="The fields that the step lists in a case's `steps`.")
    note = Text(required=False, max_length=4000)


class AnswerAllBody(Body):
    """The text for all, and the version of the outage that was seen."""

    text = Text(max_length=1000, help_text="With places such as {buyer}, {order}, {product}, {courier}, {waybill}, {city}.")
    version = Whole(min_value=1)


class LeaveBody(Body):
    """Why it differs."""

    note = Text(max_length=4000)


class TogetherRow(serializers.Serializer[Any]):
    """What became of one: done, with what its customer is told, or the refusal that it would have had alone."""

    case = serializers.IntegerField(source="case_id")
    done = serializers.SerializerMethodField()
    state = serializers.CharField(source="case.state", default=None, allow_null=True)
    version = serializers.IntegerField(source="case.version", default=None, allow_null=True)
    said = serializers.CharField()
    refusal = serializers.SerializerMethodField()

    def get_done(self, row: Result) -> bool:
        """Whether this call did it."""
        return row.error is None

    @extend_schema(responses=serializers.DictField)
    def get_refusal(self, row: Result) -> dict[str, Any] | None:
        """Code, sentence and reasons; null when it is done."""
        return row.error.as_dict() if row.error else None


class TogetherResults(serializers.Serializer[Any]):
    """A result for each."""

    results = TogetherRow(many=True)


def _answer(results: list[Result]) -> Response:
    return Response({"results": TogetherRow(results, many=True).data})


class Outages(DeskView):
    """Outages of couriers."""

    @extend_schema(request=OutageBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Put the open cases of this courier and city, opened within a day, under one case; more of them join the one that is open. 422 `no_outage`
        where there are fewer than the policy `outage` says."""
        given = self.read(OutageBody)
        shop = Shop.objects.for_actor(self.actor).filter(code=given["shop"]).first()
        if shop is None:
            raise NotFound(field="shop")
        case = open_outage(shop, courier=given["courier"], city=given["city"], by=self.actor, at=self.at)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)


class TogetherSteps(DeskView):
    """Steps of many cases."""

    @extend_schema(request=TogetherBody, responses=TogetherResults)
    def post(self, request: Request, case_id: int) -> Response:
        """Take one step on each, 1 to 200. Always 200 with a result for each; sent twice, nothing happens twice, since the versions are old then."""
        given = self.read(TogetherBody)
        chosen = [Chosen(each["case"], each["version"]) for each in given["rows"]]
        facts, note = given.get("facts") or {}, given.get("note") or ""
        return _answer(step_together(case_id, given["step"], chosen, facts=facts, note=note, by=self.actor, at=self.at))


class TogetherAnswers(DeskView):
    """One answer for many customers."""

    @extend_schema(request=AnswerAllBody, responses=TogetherResults)
    def post(self, request: Request, case_id: int) -> Response:
        """Keep the answer on every open case of the outage, with its own facts; `said` is the text to send. 409 where somebody answered meanwhile."""
        given = self.read(AnswerAllBody)
        return _answer(tell_together(case_id, given["text"], version=given["version"], by=self.actor, at=self.at))


class LeaveOutage(DeskView):
    """A case that differs."""

    @extend_schema(request=LeaveBody, responses=CaseDetail)
    def post(self, request: Request, case_id: int) -> Response:
        """Let the case leave its outage; it goes on alone. The last that leaves ends the outage. 422 `no_outage` where it belongs to none."""
        leave_outage(case_id, note=self.read(LeaveBody)["note"], by=self.actor, at=self.at)
        return Response(show_case(case_id, by=self.actor, at=self.at))
