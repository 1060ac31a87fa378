"""The questions that wait for an answer."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.api.rows import QuestionRow
from casework.api.shown import waybills_of
from casework.models import Task
from casework.questions import addressed_to, open_questions
from orders.access import actor_of
from orders.api.filters import FlagFilter, text_filter
from orders.api.views import CHANNEL, DeskList


class TaskFilters(django_filters.FilterSet):
    """By kind, order number, and whether the caller may answer."""

    kind = text_filter("kind")
    order = text_filter("case__order__number")
    mine = FlagFilter(field_name="pk", method="for_caller")

    def for_caller(self, rows: QuerySet[Task], name: str, value: bool) -> QuerySet[Task]:
        """Those that the caller may answer, or the others."""
        mine = addressed_to(actor_of(self.request, CHANNEL))
        return rows.filter(mine) if value else rows.exclude(mine)


class Tasks(DeskList):
    """Open questions to warehouse and print clerks in the caller's shops."""

    queryset = Task.objects.none()
    serializer_class = QuestionRow
    filterset_class = TaskFilters

    def get_queryset(self) -> QuerySet[Task]:
        """Open questions with case, shop, order and deadline."""
        return open_questions(self.actor).order_by("-pk")

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The rows of one page, with their waybills read at once."""
        page: Any = args[0] if args else []
        kwargs["context"] = {"waybills": waybills_of([each.case for each in page])}
        return QuestionRow(*args, **kwargs)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Questions that nobody has answered yet, newest first; `mine=true` for those that the caller may answer."""
        return super().get(request, *args, **kwargs)
