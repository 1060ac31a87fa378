"""How the API describes itself at /api/schema/: every operation with the refusals that it may answer."""

from __future__ import annotations

from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ReasonRow(serializers.Serializer[Any]):
    """One sentence why something is refused, with the handbook's rule."""

    code = serializers.CharField()
    text = serializers.CharField()
    rule = serializers.CharField(help_text="Rule of the handbook, such as R1.1; empty when there is none.")


class Refusal(serializers.Serializer[Any]):
    """The one shape of every refusal. `code` is stable, `detail` is a sentence in the caller's language."""

    code = serializers.CharField()
    detail = serializers.CharField()
    reasons = ReasonRow(many=True)
    field = serializers.CharField(help_text="The field, parameter or header that it is about; empty when it is about none.")


# For operations that decide about money: a token is refused there, whoever it is of (`auth=` of extend_schema).
SESSION_ONLY: Any = [{"session": []}]

ALWAYS = {
    "400": "Something sent cannot be read; `field` names the place.",
    "401": "No valid session or token.",
    "403": "The role, the token's scope, or a missing CSRF token does not allow it.",
    "406": "No media type that the caller accepts.",
    "503": "The database does not answer; nothing was changed.",
}
WITH_A_PLACE = {"404": "There is no such record in the caller's shops."}
WHEN_WRITING = {
    "409": "Somebody changed it in the meantime (`stale`), or the same request is still running.",
    "413": "The body is too large.",
    "415": "The body has another media type.",
    "422": "A rule of the handbook refuses it; `reasons` has every sentence.",
}


class DeskSchema(AutoSchema):
    """Adds to each operation the refusals that its method and address can answer."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        answers = super()._get_response_bodies(direction)
        refusals = ALWAYS | (WITH_A_PLACE if "{" in self.path else {}) | ({} if self.method == "GET" else WITH_A_PLACE | WHEN_WRITING)
        for status, text in refusals.items():
            answer = self._get_response_for_code(OpenApiResponse(Refusal, text), status)  # type: ignore[no-untyped-call]
            answers.setdefault(status, answer)
        return dict(sorted(answers.items()))


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Token ...` in the schema."""

    target_class = "orders.api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """An API key in a header, since OpenAPI knows no scheme of that name."""
        text = "`Token` and a blank before the token. A token may ask for money but never decide about it."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": text}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session in the schema."""

    target_class = "orders.api.sessions.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A cookie; writing needs the CSRF token in X-CSRFToken."""
        text = "A login at /login/. Writing needs the header `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": text}
