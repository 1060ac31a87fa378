"""The customer's link: made, shown once, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import choice, locked_for_work
from casework.actions.door import door
from casework.actions.moves import claim, follow
from casework.models import Plea, UploadLink
from casework.photos.asking import HOW, digest_of, new_token
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotFound


def make_link(case_id: int, *, kinds: Any, plea: Any = "", by: Actor, at: dt.datetime | None = None) -> tuple[UploadLink, str]:
    """Make a link by which the customer sends pictures of these kinds, and its token, which nobody can read again.

    Raises Malformed for no or an unknown kind, NotFound, NotAllowed (agents ask), Refused `case_closed`.
    """
    now = at or wall_clock()
    wanted, plea = _kinds(kinds), choice(plea, Plea, "plea")
    token = new_token()
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now)
        link = UploadLink.objects.create(
            case=case,
            digest=digest_of(token),
            kinds=wanted,
            plea=plea,
            created_at=now,
            created_by_id=by.person_id,
            expires_at=situation.after(now, situation.policy("evidence_link_valid")),
        )
        own = {"link": link.pk, "pictures": wanted, "until": link.expires_at.isoformat()}
        follow(case, "", "link_made", situation, facts={}, own=own, owner=claim(case, by))
    return link, token


def revoke_link(case_id: int, link_id: int, *, by: Actor, at: dt.datetime | None = None) -> UploadLink:
    """End a link of the case now. Ending it again, or one that ran out, changes nothing. Raises NotFound, NotAllowed, Refused `case_closed`."""
    now = at or wall_clock()
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now)
        link = UploadLink.objects.filter(case=case, pk=link_id).first()
        if link is None:
            raise NotFound
        if link.revoked_at is None and link.expires_at > now:
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            follow(case, "", "link_revoked", situation, facts={}, own={"link": link.pk})
    return link


def _kinds(given: Any) -> list[str]:
    """The kinds once each, in the order of HOW. Raises Malformed."""
    if not isinstance(given, (list, tuple)) or not given or not all(isinstance(each, str) and each in HOW for each in given):
        raise Malformed(_("Choose the photos that the customer shall send."), code="bad_value", field="kinds")
    return [str(each) for each in HOW if each in given]
