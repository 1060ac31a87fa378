"""One parcel put on a scale by hand, or a weight that somebody read out: beside those that stand there (L5.2)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from casework.actions.door import concerns, door
from logistics.actions.add_parcel import KEEPERS
from logistics.actions.parcel_journal import journal_parcel
from logistics.models import Parcel, WeighedBy, Weight
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound
from orders.redact import redact

LIGHTEST, HEAVIEST = 1, 1_000_000
LONGEST_NAME = 60


def weigh(
    parcel_id: int,
    *,
    source: str,
    grams: int,
    by: Actor,
    at: dt.datetime,
    weighed_at: dt.datetime | None = None,
    packed_by: str = "",
) -> Weight:
    """Keep a weight in grams. `source` is one of WeighedBy; without `weighed_at` our own scale was read just now.

    Raises NotFound, NotAllowed, and Malformed naming `source`, `grams`, `weighed_at` or `packed_by`.
    """
    parcel: Parcel | None = Parcel.objects.for_actor(by).filter(pk=parcel_id).first()
    if parcel is None:
        raise NotFound
    _check(source, grams, weighed_at, packed_by, at)
    if weighed_at is None and source == WeighedBy.WAREHOUSE:
        weighed_at = at
    with door(by, at):
        concerns(shop_id=parcel.shop_id, step="weigh", object_type="parcel", object_id=parcel_id)
        if by.is_person and by.role_in(parcel.shop_id) not in KEEPERS:
            raise NotAllowed
        weight = Weight.objects.create(
            parcel=parcel,
            source=source,
            grams=grams,
            weighed_at=weighed_at,
            packed_by=redact(packed_by.strip())[:LONGEST_NAME],
            entered_at=at,
            entered_by_id=by.user_id,
        )
        journal_parcel(parcel, "weighed", by=by, at=at, facts={"scale": source, "grams": grams, "waybill": parcel.waybill})
    return weight


def _check(source: str, grams: int, weighed_at: dt.datetime | None, packed_by: str, at: dt.datetime) -> None:
    if source not in WeighedBy.values:
        raise Malformed(_("Say whose scale it was."), code="unknown_scale", field="source")
    if not LIGHTEST <= grams <= HEAVIEST:
        raise Malformed(_("A parcel weighs 1 to 1000000 grams."), code="bad_weight", field="grams")
    if weighed_at is not None and weighed_at > at:
        raise Malformed(_("Nothing was weighed in the future."), code="bad_time", field="weighed_at")
    if len(packed_by) > LONGEST_NAME:
        raise Malformed(_("The name is longer than 60 characters."), code="text_too_long", field="packed_by")
