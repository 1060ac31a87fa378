"""The password once more, for deeds that ask for it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from casework.actions.offers import TOKEN, TOKEN_TEXT
from casework.api.bodies import PasswordBody
from casework.step_up import step_up
from orders.api.openapi import SESSION_ONLY
from orders.api.views import DeskView
from orders.errors import NotAllowed


class SteppedUp(serializers.Serializer[None]):
    """When the password was given. Each deed says how long that is good for."""

    stepped_up_at = serializers.DateTimeField()


class StepUp(DeskView):
    """The caller's session."""

    @extend_schema(auth=SESSION_ONLY, request=PasswordBody, responses=SteppedUp)
    def post(self, request: Request) -> Response:
        """Give the password again, before a deed that answered 403 `step_up_required`. A wrong one is 400, after too many 429."""
        if not self.actor.has_session:
            raise NotAllowed(TOKEN_TEXT, code=TOKEN)
        step_up(request._request, self.read(PasswordBody)["password"], now=self.at)
        return Response({"stepped_up_at": self.at})
