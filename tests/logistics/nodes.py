"""What couriers tell of parcels in the tests: nodes, summed up and looked at by the detector as a push does it."""

from logistics.actions.detect import detect
from logistics.actions.refresh_parcels import refresh_parcels
from logistics.models import TrackingEvent
from orders.access import Actor
from tests.builders import an_order, numbers
from tests.cast import MONDAY

PROVIDER = Actor.system("webhook")
PROBLEMS = {"201", "202", "203", "204", "205", "206", "207", "208", "209", "210"}


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


def tell(parcel, *nodes, at=None, aborted=""):
    """Merge nodes into the parcel's trace at an instant (that of the last node), with what follows from it."""
    if nodes:
        merge(parcel, *nodes)
    detect([parcel.pk], by=PROVIDER, at=at or nodes[-1]["at"], aborted={parcel.pk: aborted} if aborted else {})
    parcel.refresh_from_db()
    return parcel
