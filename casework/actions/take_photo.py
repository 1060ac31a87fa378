"""A photo that a customer sends by their link: no person of ours, one case, only what was asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.add_evidence import add_evidence, has_place, sha256_of, too_many_pictures
from casework.models import Evidence, UploadLink
from casework.photos.asking import digest_of
from casework.policies import Policies
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotFound, Refused


def open_link(token: str, now: dt.datetime) -> UploadLink:
    """The link of a token. Raises NotFound, after one and the same query, for one that is unknown, over, revoked, or of a closed case."""
    standing = UploadLink.objects.filter(revoked_at=None, expires_at__gt=now, case__closed_at=None)
    link = standing.select_related("case__shop", "case__order").filter(digest=digest_of(token)).first()
    if link is None:
        raise NotFound
    return link


def take_photo(token: str, *, upload: Any, kind: str, at: dt.datetime | None = None, request_id: str = "") -> Evidence:
    """Store a photo that came by a link; the same photo sent twice is one. The case goes on as its kind says, and its owner is told.
    What add_evidence decides under the lock of the case is looked at before, so that nobody makes the desk read pictures in vain.

    Raises NotFound as open_link, also when the link ends meanwhile; Malformed for a kind that was not asked for or
    a bad picture; Refused `too_many_pictures`.
    """
    now = at or wall_clock()
    link = open_link(token, now)
    if kind not in link.kinds:
        raise Malformed(_("This photo was not asked for."), code="bad_value", field="kind")
    known = _sent_before(link, kind, upload)
    if known is not None:
        return known
    _refuse_when_full(link, kind, now)
    by = Actor.customer(link.case.shop_id, request_id=request_id)
    try:
        return add_evidence(link.case_id, upload=upload, kind=kind, by=by, at=now, link=link)
    except Refused as refusal:
        if refusal.code in ("case_closed", "link_ended"):
            raise NotFound from None
        raise


def _sent_before(link: UploadLink, kind: str, upload: Any) -> Evidence | None:
    """The picture that the same bytes brought before: a phone whose connection broke sends once more what may have come through."""
    return Evidence.objects.filter(link=link, kind=kind, original_sha256=sha256_of(upload)).first()


def _refuse_when_full(link: UploadLink, kind: str, now: dt.datetime) -> None:
    """Raise Refused `too_many_pictures` when the link has no place left for this kind."""
    came = list(Evidence.objects.filter(link=link).values_list("kind", flat=True))
    if not has_place(link, kind, came, most_photos(link, now)):
        raise too_many_pictures()


def most_photos(link: UploadLink, now: dt.datetime) -> int:
    """How many photos may come by the link."""
    return int(Policies(now).value("link_photos", link.case.shop_id))
