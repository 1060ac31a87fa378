"""Lists of cases, one case, its timeline, and opening one."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from casework.actions.open_case import open_case
from casework.api.bodies import OpenBody
from casework.api.once import once
from casework.api.rows import CaseDetail, CaseRow, EntryRow
from casework.api.shown import show_case, waybills_of
from casework.lists.filters import FILTERS, Known
from casework.models import Case, Journal
from casework.reading import list_cases, timeline
from casework.registry import KINDS, WAYBILLS
from orders.access import actor_of
from orders.api.filters import ChoiceFilter, FlagFilter, text_filter
from orders.api.views import CHANNEL, DeskList, DeskView
from orders.errors import Malformed, NotFound


def as_on_the_page(name: str) -> django_filters.CharFilter:
    """A filter of the queue (casework/lists/filters.py) with one value."""
    return text_filter(name, method="narrowed")


class CaseFilters(django_filters.FilterSet):
    """By kind, order number, waybill, owner's user name, and whether it is open; and by what the page's chips know.

    `state` is KIND.STATE, `waits` with whom it lies (agents, leads, finance, warehouse, or child: another case has the word), `shop` and
    `courier` are codes; days are days of shop time, the first and the last included.
    """

    kind = ChoiceFilter("kind", lambda: [(name, name) for name in sorted(KINDS)])
    order = text_filter("order__number")
    waybill = text_filter("", method="about_waybill")
    owner = text_filter("owner__username")
    open = FlagFilter(field_name="closed_at", lookup_expr="isnull")
    state = as_on_the_page("state")
    category = as_on_the_page("category")
    waits = as_on_the_page("waits")
    shop = as_on_the_page("shop")
    courier = as_on_the_page("courier")
    opened_from = as_on_the_page("opened_from")
    opened_to = as_on_the_page("opened_to")
    due_from = as_on_the_page("due_from")
    due_to = as_on_the_page("due_to")

    def narrowed(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """The cases that the page would show with that chip. Raises Malformed naming the parameter."""
        by = actor_of(self.request, CHANNEL)
        if FILTERS[name].words(value, Known(by)) is None:
            raise Malformed(_("This is none of the possible values."), code="bad_value", field=name)
        return rows.filter(FILTERS[name].where([value], by))

    def about_waybill(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Cases about a parcel with that waybill; the apps that know parcels say which."""
        wanted = Q(pk__in=[])
        for each in WAYBILLS:
            wanted |= Q(pk__in=each.cases_of(value))
        return rows.filter(wanted)


class Cases(DeskList):
    """Cases of the caller's shops."""

    queryset = Case.objects.none()
    serializer_class = CaseRow
    filterset_class = CaseFilters

    def get_queryset(self) -> QuerySet[Case]:
        """Cases with shop, order, owner and next deadline."""
        return list_cases(self.actor)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The rows of one page, with their waybills read at once."""
        page: Any = args[0] if args else []
        kwargs["context"] = {"waybills": waybills_of(page)}
        return CaseRow(*args, **kwargs)

    @extend_schema(request=OpenBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request) -> Response:
        """Open a case for an order or a waybill. 422 `already_open` names the open case of the same kind about the same thing."""
        given = self.read(OpenBody)
        order, waybill, note, wanted = (given.get(name) or "" for name in ("order", "waybill", "note", "wanted"))
        case = open_case(given["kind"], by=self.actor, at=self.at, order=order, waybill=waybill, note=note, wanted=wanted)
        return Response(show_case(case.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)


class OneCase(DeskView):
    """A case with everything around it."""

    @extend_schema(responses=CaseDetail)
    def get(self, request: Request, case_id: int) -> Response:
        """The case with its steps, allowed or refused with reasons, its deadlines, tasks, pictures, contacts and relatives."""
        return Response(show_case(case_id, by=self.actor, at=self.at))


class Timeline(DeskList):
    """What happened to a case."""

    queryset = Journal.objects.none()
    serializer_class = EntryRow
    cursor_fields = ("at", "pk")

    def get_queryset(self) -> QuerySet[Journal]:
        """The case's journal. Raises NotFound outside the caller's shops."""
        case = Case.objects.for_actor(self.actor).filter(pk=self.kwargs["case_id"]).first()
        if case is None:
            raise NotFound
        return timeline(case)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The entries of the case's timeline, oldest first."""
        return super().get(request, *args, **kwargs)
