"""Tracking comes in, for one parcel or for thousands, whoever tells it: a push, an answer, a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.actions.door import door
from logistics.actions.correct_courier import correct_courier
from logistics.actions.detect import Abort, detect
from logistics.actions.lock_parcels import lock_parcels
from logistics.actions.merge_events import lacks_room, make_room, merge_events
from logistics.actions.refresh_parcels import refresh_parcels
from logistics.carriers.stages import PROBLEMS
from logistics.carriers.trace import Trace, refuse_strange_times
from logistics.models import Parcel, Stage
from orders.access import Actor
from orders.models import Order, Shop
from orders.persons import Person, person_of

ARRIVED = frozenset({Stage.SIGNED, Stage.RETURNED})


@dataclass(frozen=True)
class Taken:
    """What became of the traces: the parcel of each in their order, None where the shop has no such parcel; and how many events are new."""

    parcels: tuple[int | None, ...]
    events: int


def take_tracking(shop: Shop, traces: Sequence[Trace], *, by: Actor, at: dt.datetime) -> Taken:
    """Merge traces into the events of their parcels, sum the parcels up, and let detection look at them. One transaction, all or nothing.

    A trace is of the parcel with its waybill in this shop; of several couriers' with the same number the company decides. What is told
    twice, late or in another order gives the same result. The number of statements does not grow with the traces (one pair a BATCH).
    Inside a caller's transaction call `make_room(traces)` before it. Raises Malformed `bad_time` for a node before 2010 or in the future,
    and nothing is taken then: a reader of files asks refuse_strange_times row by row before.
    """
    for trace in traces:
        refuse_strange_times(trace, at)
    if lacks_room(traces):
        make_room(_of_known_waybills(shop, traces))
    with door(by, at):
        found = lock_parcels(shop.pk, {trace.waybill for trace in traces})
        _correct_couriers(traces, found, by, at)
        parcels = [_parcel_of(trace, found) for trace in traces]
        known = [(parcel, trace) for parcel, trace in zip(parcels, traces, strict=True) if parcel is not None]
        fresh = _merge(known, at)
        ids = sorted({parcel.pk for parcel, _trace in known})
        if ids:
            refresh_parcels(ids, problems=PROBLEMS)
            detect(ids, by=by, at=at, aborted=_end(known, fresh))
    return Taken(tuple(parcel.pk if parcel else None for parcel in parcels), sum(count for _newest, count in fresh.values()))


def _of_known_waybills(shop: Shop, traces: Sequence[Trace]) -> list[Trace]:
    """Those that may be taken: for a number that nobody knows no month is made."""
    known = set(Parcel.objects.filter(shop=shop, waybill__in={trace.waybill for trace in traces}).values_list("waybill", flat=True))
    return [trace for trace in traces if trace.waybill in known]


def _parcel_of(trace: Trace, found: Mapping[str, list[Parcel]]) -> Parcel | None:
    """The parcel that the trace is about: by company where several couriers have the number, else the only one."""
    parcels = found.get(trace.waybill, [])
    by_code = {parcel.courier.code: parcel for parcel in parcels}
    named = [by_code[code] for code in (trace.company, trace.com_new, trace.com_old) if code in by_code]
    return named[0] if named else parcels[0] if len(parcels) == 1 else None


def _correct_couriers(traces: Sequence[Trace], found: dict[str, list[Parcel]], by: Actor, at: dt.datetime) -> None:
    """Where the provider names another company, the parcel is that company's from now on."""
    for trace in traces:
        parcel = _parcel_of(trace, found) if trace.com_new else None
        if parcel is not None and _is_news(trace, parcel):
            twin = next((each for each in found[trace.waybill] if each.courier.code == trace.com_new), None)
            stands = correct_courier(parcel, trace.com_new, twin, by=by, at=at)
            found[trace.waybill] = [each for each in found[trace.waybill] if each.pk not in (parcel.pk, stands.pk)] + [stands]


def _is_news(trace: Trace, parcel: Parcel) -> bool:
    """A correction counts once, and for the courier that it corrects: told late it never undoes what was corrected since."""
    current, former = parcel.courier.code, parcel.former_couriers
    return trace.com_new not in (current, *former) and (not former or current in (trace.company, trace.com_old))


def _merge(known: Sequence[tuple[Parcel, Trace]], at: dt.datetime) -> dict[int, tuple[dt.datetime, int]]:
    return merge_events(((parcel.pk, trace) for parcel, trace in known), _persons(parcel.pk for parcel, _trace in known), at)


def _persons(parcels: Iterable[int]) -> dict[int, list[Person]]:
    """The persons of the parcels' orders, in clear: only to take them out of the texts."""
    links = Parcel.orders.through.objects.filter(parcel_id__in=set(parcels)).values_list("parcel_id", "order_id")
    orders = Order.objects.only("name_enc", "street_enc", "phone_enc").in_bulk({order for _parcel, order in links})
    persons: dict[int, list[Person]] = {}
    for parcel, order in links:
        persons.setdefault(parcel, []).append(person_of(orders[order]))
    return persons


def _end(known: Collection[tuple[Parcel, Trace]], fresh: Mapping[int, tuple[dt.datetime, int]]) -> dict[int, Abort]:
    """Keep which parcels the provider stopped to follow; of those that it gave up on, why. The parcels are as they were before.

    An end told late, of a time before what we know, ends nothing. News open it again, but never what reached somebody.
    """
    ends, aborted = {}, {}
    for parcel, trace in known:
        newest = fresh.get(parcel.pk)
        until = trace.nodes[-1].at if trace.nodes else None
        is_late = parcel.last_event_at is not None and (until is None or until < parcel.last_event_at)
        arrived = parcel.stage in ARRIVED or any(node.stage in ARRIVED for node in trace.nodes)
        if trace.has_ended and (arrived or not is_late):
            ends[parcel.pk] = trace.status if arrived or trace.status == "shutdown" else trace.message or trace.status
            if trace.status == "abort" and not arrived:
                aborted[parcel.pk] = Abort(trace.provider, trace.message)
        elif newest and not arrived and (parcel.last_event_at is None or newest[0] > parcel.last_event_at):
            ends[parcel.pk] = ""
    for text in set(ends.values()):
        ids = [pk for pk, end in ends.items() if end == text]
        Parcel.objects.filter(pk__in=ids).exclude(tracking_end=text).update(tracking_end=text)
    return aborted
