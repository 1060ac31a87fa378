"""Making a token for a program, and taking tokens back when the person's password changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from orders.clock import wall_clock
from orders.models import ApiToken, User

BYTES = 32


def digest_of(token: str | bytes) -> str:
    """The only form in which a token is kept."""
    return hashlib.sha256(token.encode() if isinstance(token, str) else token).hexdigest()


def create_token(user: User, *, at: dt.datetime, read_only: bool = False, expires_at: dt.datetime | None = None) -> str:
    """A new token of the person. It is returned here and nowhere else: only its digest is kept."""
    token = secrets.token_urlsafe(BYTES)
    ApiToken.objects.create(user=user, digest=digest_of(token), read_only=read_only, created_at=at, expires_at=expires_at)
    return token


def revoke_with_password(sender: Any, instance: User, **_: Any) -> None:
    """A changed password takes every token back (Z9). Only a new raw password counts, not a stronger hash of the old one."""
    if getattr(instance, "_password", None) is not None:
        ApiToken.objects.filter(user=instance, revoked_at=None).update(revoked_at=wall_clock())
