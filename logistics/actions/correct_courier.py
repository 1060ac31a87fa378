"""The provider found that another company carries a waybill: the parcel gets that courier, and nothing it held is lost."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest, Least

from casework.models import Case
from logistics.actions.parcel_journal import journal_parcel
from logistics.models import Courier, IncidentFacts, Loss, Parcel, Stage
from orders.access import Actor

STEP = "courier_corrected"
# The courier of parcels whose list names none.
UNKNOWN = "unknown"
# What both parcels hold stands once, with the twin; the rest moves.
MOVE = """
INSERT INTO logistics_parcel_orders (parcel_id, order_id) SELECT %(twin)s, order_id FROM logistics_parcel_orders WHERE parcel_id = %(old)s
    ON CONFLICT (parcel_id, order_id) DO NOTHING;
DELETE FROM logistics_parcel_orders WHERE parcel_id = %(old)s;
UPDATE logistics_trackingevent e SET parcel_id = %(twin)s WHERE parcel_id = %(old)s
    AND NOT EXISTS (SELECT 1 FROM logistics_trackingevent t WHERE (t.parcel_id, t.at, t.digest) = (%(twin)s, e.at, e.digest));
DELETE FROM logistics_trackingevent WHERE parcel_id = %(old)s;
UPDATE logistics_parcelfact f SET parcel_id = %(twin)s WHERE parcel_id = %(old)s
    AND NOT EXISTS (SELECT 1 FROM logistics_parcelfact t WHERE (t.parcel_id, t.name, t.at) = (%(twin)s, f.name, f.at));
DELETE FROM logistics_parcelfact WHERE parcel_id = %(old)s;
UPDATE logistics_weight SET parcel_id = %(twin)s WHERE parcel_id = %(old)s;
UPDATE logistics_finding f SET ended_at = %(at)s WHERE parcel_id = %(old)s AND ended_at IS NULL
    AND EXISTS (SELECT 1 FROM logistics_finding t WHERE t.parcel_id = %(twin)s AND t.kind = f.kind AND t.ended_at IS NULL);
UPDATE logistics_finding SET parcel_id = %(twin)s WHERE parcel_id = %(old)s;
"""


def correct_courier(parcel: Parcel, code: str, twin: Parcel | None, *, by: Actor, at: dt.datetime) -> Parcel:
    """Give the parcel the courier of that code (kuaidi100's), or join it with `twin`, the parcel that has it already. Returns what stands.

    A code that nobody knows makes an inactive courier, as imports do. The caller is inside the door, holds orders, cases and parcels,
    and sums up afterwards what the events now say.
    """
    was = {"courier": parcel.courier.code, "parcel": parcel.pk}
    if twin is None:
        parcel.courier, _new = Courier.objects.get_or_create(code=code, defaults={"name": code, "names": [code], "active": False})
        parcel.save(update_fields=["courier"])
    else:
        _join(parcel, twin, at)
    stands = twin or parcel
    _remember_former(stands, [*parcel.former_couriers, str(was["courier"])])
    for case in Case.objects.open().filter(incident__parcel=stands):
        others = case.subject_label.partition(parcel.waybill)[2]
        Case.objects.filter(pk=case.pk).update(subject_label=f"{stands.courier.name} {parcel.waybill}{others}"[:120])
    journal_parcel(stands, STEP, by=by, at=at, before=was, after={"courier": stands.courier.code, "parcel": stands.pk})
    return stands


def _remember_former(parcel: Parcel, codes: list[str]) -> None:
    """What it was called before, so that lists find it and a late push does not bring that courier back."""
    former = dict.fromkeys(code for code in (*parcel.former_couriers, *codes) if code not in (parcel.courier.code, UNKNOWN))
    parcel.former_couriers = list(former)
    parcel.save(update_fields=["former_couriers"])


def _join(old: Parcel, twin: Parcel, at: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"old": old.pk, "twin": twin.pk, "at": at})
    # Its stage and arrival are summed up anew by the caller where there are events.
    Parcel.objects.filter(pk=twin.pk).update(
        first_seen_at=Least("first_seen_at", old.first_seen_at),
        shipped_at=Least("shipped_at", old.shipped_at) if old.shipped_at else F("shipped_at"),
        region=Coalesce("region", old.region_id) if old.region_id else F("region"),
        sent_again_at=twin.sent_again_at or old.sent_again_at,
        is_awaited=twin.is_awaited or old.is_awaited,
        delivered_at=twin.delivered_at or old.delivered_at,
        said_delivered_at=twin.said_delivered_at or old.said_delivered_at,
        back_at=twin.back_at or old.back_at,
        voided_at=twin.voided_at or old.voided_at,
        stage=Stage.VOIDED if old.voided_at else twin.stage,
        asked_at=Greatest("asked_at", Value(old.asked_at)) if old.asked_at else F("asked_at"),
        ask_wanted=twin.ask_wanted or old.ask_wanted,
    )
    _move_cases(old, twin, at)
    if IncidentFacts.objects.filter(parcel=old).exists():
        Parcel.objects.filter(pk=old.pk).update(is_awaited=False, ask_wanted=False, tracking_end=STEP)
    else:
        old.delete()
    twin.refresh_from_db()


def _move_cases(old: Parcel, twin: Parcel, at: dt.datetime) -> None:
    """The cases too, but one of whose kind the twin has an open case already: two people work on it, and they end it."""
    taken = Case.objects.open().filter(incident__parcel=twin).values("kind")
    kept = list(Case.objects.open().filter(incident__parcel=old, kind__in=taken).values_list("pk", flat=True))
    moved = list(Case.objects.filter(incident__parcel=old).exclude(pk__in=kept).values_list("pk", flat=True))
    Case.objects.filter(pk__in=moved, subject=f"parcel:{old.pk}").update(subject=f"parcel:{twin.pk}")
    IncidentFacts.objects.filter(case__in=moved).update(parcel=twin)
    # The loss of one parcel is owed once.
    lost = Loss.objects.filter(cause__in=Loss.WHOLE, ended_at=None)
    if lost.filter(parcel=twin).exists():
        lost.filter(parcel=old).update(ended_at=at)
    Loss.objects.filter(parcel=old).exclude(case__in=kept).update(parcel=twin)
