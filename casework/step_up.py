"""The password once more, in a session that is logged in already: for deeds that a forgotten screen must not do.

The session keeps when it was given; how long that is good for is said by the deed's own policy. Wrong tries count with those of the login.
"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework import brake
from orders.access import STEPPED_UP, Actor
from orders.errors import DeskError, Malformed, NotAllowed, Reason

REQUIRED = "step_up_required"


class TooManyTries(DeskError):
    """The name has been tried too often; the right password waits too."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_tries"
    detail = _("Too many tries. Wait a quarter of an hour, then enter the password again.")
    wait = brake.WINDOW


def step_up(request: HttpRequest, password: str, *, now: dt.datetime) -> None:
    """Keep in the session that its person gave the password just now; the session gets a new key.

    Raises Malformed `wrong_password` naming the field, TooManyTries (429).
    """
    user = request.user
    name = user.get_username()
    if not brake.may_try(name):
        raise TooManyTries
    # The library looks as long for a wrong password as for a right one.
    found = authenticate(request, username=name, password=password) if password else None
    if found is None or found.pk != user.pk:
        raise Malformed(_("The password is not right."), code="wrong_password", field="password")
    brake.forget(name)
    request.session[STEPPED_UP] = now.isoformat()
    request.session.cycle_key()
    # Who acts was read before; read again, it knows of the password.
    request.__dict__.pop("_actor", None)


def is_fresh(by: Actor, *, now: dt.datetime, valid: dt.timedelta) -> bool:
    """Whether the actor gave the password within the span before `now`."""
    return by.stepped_up_at is not None and dt.timedelta() <= now - by.stepped_up_at <= valid


def required(text: str, rule: str = "") -> NotAllowed:
    """The refusal of a deed that wants the password first (403)."""
    return NotAllowed(text, code=REQUIRED, reasons=[Reason(REQUIRED, text, rule)])
