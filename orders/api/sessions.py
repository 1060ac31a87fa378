"""The browser's session at the API. Unlike a token it may decide about money, so every write needs the CSRF token."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from orders.errors import NotAllowed


class BrowserSession(SessionAuthentication):
    """The library's session authentication with our code in the refusal."""

    def enforce_csrf(self, request: Request) -> None:
        """Raise NotAllowed `csrf_failed` unless the request carries the session's CSRF token."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise NotAllowed(_("The CSRF token is missing or wrong; load the page again."), code="csrf_failed") from None
