"""What couriers tell of parcels in the tests: nodes, summed up and looked at by the detector as a push does it."""

from django.db import connection

from logistics.actions.detect import Abort, detect
from logistics.actions.refresh_parcels import refresh_parcels
from logistics.carriers.stages import PROBLEMS
from logistics.models import Parcel, TrackingEvent
from orders.access import Actor
from tests.builders import an_order, numbers
from tests.cast import MONDAY

PROVIDER = Actor.system("webhook")


def a_parcel_of(shop, **fields):
    """A parcel of an order of its own that was shipped on Monday."""
    parcel = an_order(shop, waybill=f"7366666666{next(numbers):04d}").parcels.get()
    type(parcel).objects.filter(pk=parcel.pk).update(**{"shipped_at": MONDAY} | fields)
    parcel.refresh_from_db()
    return parcel


def node(at, stage, code, text=""):
    """One node of a trace."""
    return {"at": at, "stage": stage, "code": code, "text": text or f"{stage} {code}"}


def merge(parcel, *nodes):
    """Merge nodes into the parcel's trace."""
    TrackingEvent.objects.bulk_create(
        (
            TrackingEvent(
                parcel=parcel, place=place, provider="kuaidi100", received_at=MONDAY, digest=each["text"].encode(),
                signed_by="self" if each["stage"] == "signed" else "", **each,
            )
            for place, each in enumerate(nodes)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    refresh_parcels([parcel.pk], problems=PROBLEMS)


def tell(parcel, *nodes, at=None, aborted="", provider="kuaidi100"):
    """Merge nodes into the parcel's trace at an instant (that of the last node), with what follows from it."""
    if nodes:
        merge(parcel, *nodes)
    detect([parcel.pk], by=PROVIDER, at=at or nodes[-1]["at"], aborted={parcel.pk: Abort(provider, aborted)} if aborted else {})
    parcel.refresh_from_db()
    return parcel


MANY = """
WITH o AS (
    INSERT INTO orders_order ({columns}) SELECT {values} FROM generate_series(1, %(number)s) n RETURNING id, number
), p AS (
    INSERT INTO logistics_parcel (shop_id, courier_id, waybill, first_seen_at, shipped_at, stage, stage_since, last_event_at)
    SELECT %(shop)s, (SELECT id FROM logistics_courier WHERE code = 'zhongtong'), 'W' || number, %(since)s, %(since)s, 'transit', %(since)s, %(since)s
    FROM o RETURNING id, waybill
) INSERT INTO logistics_parcel_orders (parcel_id, order_id) SELECT p.id, o.id FROM p JOIN o ON p.waybill = 'W' || o.number
"""


def parcels_on_their_way(shop, number, since=MONDAY):
    """Parcels with an order each, written in one statement."""
    model = a_parcel_of(shop, delivered_at=MONDAY).orders.get()
    columns = [each.column for each in model._meta.concrete_fields if not each.primary_key]
    prefix = Parcel.objects.count()
    fixed = {"number": f"({prefix} * 1000000000::bigint + n)::text", "waybills": "'{}'"}
    values = [fixed.get(name, f"(SELECT {name} FROM orders_order WHERE id = {model.pk})") for name in columns]
    with connection.cursor() as cursor:
        statement = MANY.replace("{columns}", ", ".join(columns)).replace("{values}", ", ".join(values))
        cursor.execute(statement, {"number": number, "shop": shop.pk, "since": since})
