"""Which parcel or order a new case is about, for one case or for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.registry import Subject
from logistics.models import Parcel
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotFound, Refused
from orders.models import Order

Wanted = tuple[str, str]


def _is_under_way(parcel: Parcel) -> bool:
    return parcel.delivered_at is None and parcel.back_at is None


def _was_signed_for(parcel: Parcel) -> bool:
    return parcel.delivered_at is not None


def _anything(parcel: Parcel) -> Refused | None:
    return None


def _must_be_signed_for(parcel: Parcel) -> Refused | None:
    if _was_signed_for(parcel):
        return None
    text = _("Nobody has signed for this parcel yet. Does it stand still or is it stuck? Choose that kind.")
    return Refused(text, code="not_signed", field="waybill")


def _must_travel(parcel: Parcel) -> Refused | None:
    arrived = parcel.delivered_at or parcel.back_at
    if arrived is None:
        return None
    text = _("The parcel arrived on {at:%m-%d %H:%M}; it stands still no more. Is something missing or broken? Choose that kind.")
    return Refused(str(text).format(at=arrived.astimezone(SHOP_TIME)), code="parcel_has_arrived", field="waybill")


def _must_not_be_back(parcel: Parcel) -> Refused | None:
    if parcel.back_at is None:
        return None
    return Refused(_("This parcel is back with us; there is nothing to stop."), code="parcel_is_back", field="waybill")


def _must_not_be_delivered(parcel: Parcel) -> Refused | None:
    if not _was_signed_for(parcel):
        return None
    return Refused(_("This parcel was delivered: what the customer sends back is a return."), code="delivered", field="waybill")


class Finder:
    """How a kind finds what a new case is about, by order number, waybill or both."""

    def __call__(self, by: Actor, order: str, waybill: str) -> Subject:
        """The subject. Raises what `of_many` gives instead of one."""
        (found,) = self.of_many(by, [(order, waybill)])
        if isinstance(found, DeskError):
            raise found
        return found

    def of_many(self, by: Actor, wanted: Sequence[Wanted]) -> list[Subject | DeskError]:
        """As for one (order number, waybill), for each of many: the subject, or why there is none. As many queries as for one."""
        raise NotImplementedError


class _OrderOrParcel(Finder):
    """Finds it among the orders and parcels that are named."""

    def of_many(self, by: Actor, wanted: Sequence[Wanted]) -> list[Subject | DeskError]:
        """As for one, for each of many."""
        read = _read(by, wanted)
        return [self._one(read, order, waybill) for order, waybill in wanted]

    def _one(self, read: _Read, order: str, waybill: str) -> Subject | DeskError:
        raise NotImplementedError


class OrderSubject(_OrderOrParcel):
    """By the number, or by the waybill of one of its parcels: NotFound, Malformed naming `order` when a parcel holds several."""

    def _one(self, read: _Read, order: str, waybill: str) -> Subject | DeskError:
        inside = {each.pk: each for parcel in read.with_waybill[waybill] for each in parcel.orders.all()}
        found = read.orders[order] if order else list(inside.values())
        if not found:
            return NotFound(
                _("No order has this number.") if order else _("No parcel has this waybill."), field="order" if order else "waybill"
            )
        if len(found) > 1 and not order:
            return Malformed(_("Several orders travel in this parcel; give the order number."), code="order_required", field="order")
        return _order_itself(found)


@dataclass(frozen=True)
class ParcelSubject(_OrderOrParcel):
    """How a kind finds its parcel: by the waybill, or the order's only one; of several those of `first` count before the others.

    `refuse` says why the kind cannot be about the parcel that was found. With `or_order` the order itself is the subject where nothing
    was sent yet. A merged parcel's case keeps the order that it is opened for, else takes the one paid first, and names the others; with
    `holds_all` it holds them up as well.
    Instead of a subject: NotFound, Malformed naming `waybill` when the choice is not clear, Refused `no_parcel` when the order has none.
    """

    first: Callable[[Parcel], bool] = _is_under_way
    refuse: Callable[[Parcel], Refused | None] = _anything
    or_order: bool = False
    holds_all: bool = False

    def _one(self, read: _Read, order: str, waybill: str) -> Subject | DeskError:
        if order and order not in read.orders:
            return NotFound(_("No order has this number."), field="order")
        parcels = read.of_order[order] if order else read.with_waybill[waybill]
        parcels = [each for each in parcels if not waybill or each.waybill == waybill]
        found = [each for each in parcels if self.first(each)] or parcels
        if not found and not waybill and self.or_order:
            return _order_itself(read.orders[order])
        if not found:
            no_such = NotFound(_("No parcel has this waybill."), field="waybill")
            return no_such if waybill else Refused(_("This order has no parcel yet."), code="no_parcel")
        if len(found) > 1:
            return Malformed(_("There are several parcels; give the waybill."), code="waybill_required", field="waybill")
        return self.refuse(found[0]) or _subject(found[0], order, holds_all=self.holds_all)


parcel_subject = ParcelSubject()
# For what was signed for; of an order's parcels those come first.
signed_parcel_subject = ParcelSubject(first=_was_signed_for, refuse=_must_be_signed_for)
# For what the courier has and can still stop or get back: until then no money for anything in it leaves (L9.6).
sent_parcel_subject = ParcelSubject(refuse=_must_not_be_back, holds_all=True)
# For one that never reached the customer, also when it is here already.
undelivered_parcel_subject = ParcelSubject(refuse=_must_not_be_delivered)
order_subject = OrderSubject()
# For what is found on unpacking: the same order of parcels, as far as tracking tells.
arrived_parcel_subject = ParcelSubject(first=_was_signed_for)
# For what can only befall a parcel on its way.
travelling_parcel_subject = ParcelSubject(refuse=_must_travel)
parcel_or_order_subject = ParcelSubject(or_order=True)


@dataclass
class _Read:
    """The orders that are known and the parcels, by the number of an order in them and by waybill."""

    orders: dict[str, list[Order]] = field(default_factory=lambda: defaultdict(list))
    of_order: dict[str, list[Parcel]] = field(default_factory=lambda: defaultdict(list))
    with_waybill: dict[str, list[Parcel]] = field(default_factory=lambda: defaultdict(list))


def _read(by: Actor, wanted: Sequence[Wanted]) -> _Read:
    read = _Read()
    numbers, waybills = {order for order, _waybill in wanted if order}, {waybill for order, waybill in wanted if waybill and not order}
    if numbers:
        for order in Order.objects.for_actor(by).filter(number__in=numbers).order_by("pk"):
            read.orders[order.number].append(order)
        for parcel in _parcels(by).filter(orders__number__in=numbers, is_return=False).distinct():
            for number in {each.number for each in parcel.orders.all()} & numbers:
                read.of_order[number].append(parcel)
    for parcel in _parcels(by).filter(waybill__in=waybills) if waybills else ():
        read.with_waybill[parcel.waybill].append(parcel)
    return read


def _order_itself(orders: Sequence[Order]) -> Subject | DeskError:
    if len(orders) > 1:
        return Malformed(_("Two of your shops have this order; name the case."), code="ambiguous_order", field="order")
    return Subject(f"order:{orders[0].pk}", orders[0].number, orders[0].shop_id, orders[0].pk)


def _parcels(by: Actor) -> QuerySet[Parcel]:
    rows: QuerySet[Parcel] = Parcel.objects.for_actor(by).select_related("courier").prefetch_related("orders").order_by("pk")
    return rows


def _subject(parcel: Parcel, number: str, *, holds_all: bool) -> Subject:
    orders = sorted(parcel.orders.all(), key=lambda each: (each.number != number, each.paid_at is None, each.paid_at, each.pk))
    others = [each.number for each in orders[1:]]
    label = f"{parcel.courier.name} {parcel.waybill}" + (f" + {', '.join(others)}" if others else "")
    beside = tuple(each.pk for each in orders[1:]) if holds_all else ()
    return Subject(f"parcel:{parcel.pk}", label, parcel.shop_id, orders[0].pk if orders else None, {"parcel_id": parcel.pk}, beside)
