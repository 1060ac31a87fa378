"""`Authorization: Token ...`: programs act as the person who owns the token, but never decide about money."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from orders.actions.create_token import digest_of
from orders.clock import now_of
from orders.errors import NotAllowed
from orders.models import ApiToken, User

KEYWORD = "Token"


class TokenAuthentication(BaseAuthentication):
    """Finds the person by the token's digest. A bad token is 401, a read-only one that writes is 403 `token_read_only`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and the token, None when the request carries none."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.lower().encode():
            return None
        token = _valid_token(words[1], now_of(request)) if len(words) == 2 else None
        if token is None:
            # One sentence for unknown, expired, revoked and inactive: a guesser learns nothing.
            raise AuthenticationFailed(_("This token is unknown, has run out or was taken back."), code="bad_token")
        if token.read_only and request.method not in SAFE_METHODS:
            raise NotAllowed(_("This token may only read."), code="token_read_only")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What WWW-Authenticate says with a 401."""
        return KEYWORD


def _valid_token(given: bytes, now: dt.datetime) -> ApiToken | None:
    in_time = Q(expires_at=None) | Q(expires_at__gt=now)
    rows = ApiToken.objects.filter(in_time, digest=digest_of(given), revoked_at=None, user__is_active=True)
    return rows.select_related("user").first()
