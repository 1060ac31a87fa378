"""Laying a case aside, watching one, and a person's own notices. Rules are the actions' business."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from casework.actions.notices import read_notices
from casework.actions.snooze import snooze, wake
from casework.actions.watch import stop_watching, watch
from casework.api.bodies import NothingBody, ReadBody, SnoozeBody
from casework.api.deeds import DeedView
from casework.api.once import once
from casework.api.rows import CaseDetail, NoticeRow, ReadRow
from casework.models import Notice
from casework.notices import notices_of
from orders.api.filters import FlagFilter
from orders.api.views import DeskList, DeskView
from orders.clock import parse_instant


class Snooze(DeedView):
    """A case that is laid aside."""

    @extend_schema(request=SnoozeBody, responses=CaseDetail)
    @once()
    def post(self, request: Request, case_id: int) -> Response:
        """Lay one's own case aside until `until`, or until somebody answers (`waits_for`); it comes back earlier when something happens."""
        given = self.read(SnoozeBody)
        until = parse_instant(given["until"], "until") if given.get("until") else None
        snooze(case_id, until=until, wants=given.get("waits_for", "time"), by=self.actor, at=self.at)
        return self.as_it_stands(case_id)

    @extend_schema(responses=CaseDetail)
    def delete(self, request: Request, case_id: int) -> Response:
        """Take it back now, as its owner or a lead. Of one that is not aside nothing changes."""
        wake(case_id, by=self.actor, at=self.at)
        return self.as_it_stands(case_id)


class Watched(DeedView):
    """A case that the caller watches."""

    @extend_schema(request=None, responses=CaseDetail)
    def post(self, request: Request, case_id: int) -> Response:
        """Watch it: what others do to it is a notice. Twice is once."""
        self.read(NothingBody)
        watch(case_id, by=self.actor, at=self.at)
        return self.as_it_stands(case_id)

    @extend_schema(responses=CaseDetail)
    def delete(self, request: Request, case_id: int) -> Response:
        """Watch it no longer."""
        stop_watching(case_id, by=self.actor)
        return self.as_it_stands(case_id)


class NoticeFilters(django_filters.FilterSet):
    """Whether they are unread."""

    unread = FlagFilter(field_name="read_at", lookup_expr="isnull")


class Notices(DeskList):
    """The caller's own notices."""

    queryset = Notice.objects.none()
    serializer_class = NoticeRow
    filterset_class = NoticeFilters

    def get_queryset(self) -> QuerySet[Notice]:
        """Notices with their cases."""
        return notices_of(self.actor).select_related("case", "by")

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """What the caller is told of cases, the newest row first. The same again, while unread, counts up and makes no second row."""
        return super().get(request, *args, **kwargs)


class ReadNotices(DeskView):
    """Notices that were read."""

    @extend_schema(request=ReadBody, responses=ReadRow)
    def post(self, request: Request) -> Response:
        """Mark the caller's notices as read, of one case (`case`) or of all; answers how many were unread."""
        given = self.read(ReadBody)
        return Response(ReadRow({"read": read_notices(by=self.actor, at=self.at, case_id=given.get("case"))}).data)
