"""The frame of every view of the API: who acts, when, and only parameters that are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.access import Actor, actor_of
from orders.api.bodies import Body
from orders.clock import now_of
from orders.errors import Malformed
from orders.storable import refuse_unstorable, shown

CHANNEL = "api"


class DeskView(APIView):
    """A view that knows its actor and its time, and refuses parameters that it does not know."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the caller is known, look at the parameters. Raises Malformed."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, self.parameters())

    def parameters(self) -> Collection[str]:
        """The names of the query parameters."""
        return ()

    @property
    def actor(self) -> Actor:
        """Who asks; a token is told from a session."""
        return actor_of(self.request, CHANNEL)

    @property
    def at(self) -> dt.datetime:
        """The time of the request."""
        return now_of(self.request)

    def read(self, body: type[Body]) -> dict[str, Any]:
        """The body's values, checked. Raises ValidationError naming the field."""
        form = body(data=self.request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


class DeskList(DeskView, ListModelMixin, GenericAPIView[Any]):
    """A list: filtered by declared names, in pages, answered as {"results": [...], "next": ...}."""

    # The columns that pages go by; they end in a unique one.
    cursor_fields: tuple[str, ...] = ("-pk",)
    filterset_class: Any = None

    def parameters(self) -> Collection[str]:
        """Filters, `limit` and `cursor`."""
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return {*filters, "limit", "cursor"}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The rows of the caller's shops, newest first."""
        return self.list(request, *args, **kwargs)


def refuse_unknown(given: QueryDict, known: Collection[str]) -> None:
    """Raise Malformed for a parameter that is unknown, given twice or cannot be stored: a misspelt filter must not show everything."""
    for name, values in given.lists():
        if name not in known:
            raise Malformed(_("There is no such parameter."), code="unknown_parameter", field=shown(name))
        if len(values) > 1:
            raise Malformed(_("This parameter is given twice."), code="repeated_parameter", field=shown(name))
    refuse_unstorable(given)
