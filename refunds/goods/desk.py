"""What the returns desk waits for, and whose a parcel is: by its waybill, or by what stands on the slip (R3.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case as When_
from django.db.models import F, IntegerField, Q, QuerySet, Value, When

from casework.lists.queues import held_in
from casework.models import Case
from casework.models.case import CaseQuerySet
from casework.reading import list_cases
from logistics.models import Courier, Parcel
from logistics.patterns import folded, is_waybill
from orders.access import Actor
from orders.phones import TAIL, phone_digits
from orders.roles import FINANCE, LEADS
from orders.vault import phone_indexes, phone_tail_indexes, unseal
from refunds.kinds.coming_back.part import RECEIVERS
from refunds.kinds.exchange import Exchange
from refunds.kinds.return_goods import EXPECTED, ReturnGoods, State
from refunds.models.returned import CameBackAfterRefund, QualityFault, StrayParcel

KINDS = (ReturnGoods.KIND, Exchange.KIND)
# The states of both kinds in which the desk has to do with them; the same words in both.
AT_THE_DESK = (*EXPECTED, State.TO_INSPECT)
# Names have no index: those of the returns that are waited for are opened and compared, never more.
MOST_NAMES = 500
SHOWN = 20
WATCHERS = FINANCE | LEADS


@dataclass(frozen=True)
class Matches:
    """Whose a parcel may be. `is_known`: its waybill was told us, so there is nothing to choose."""

    text: str
    cases: list[Any] = field(default_factory=list)
    # Parcels of ours with that waybill that did not reach anybody: one of them is back.
    ours: list[Parcel] = field(default_factory=list)
    parked: list[StrayParcel] = field(default_factory=list)
    is_known: bool = False

    @property
    def waybill(self) -> str:
        """What was scanned, when it can be a waybill."""
        number = folded(self.text)
        return number if is_waybill(number) else ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody knows it."""
        return not (self.cases or self.ours or self.parked)


def expected(by: Actor) -> CaseQuerySet:
    """Returns and exchanges that are waited for or lie here, in the shops where the person receives them; what is here already comes first."""
    here = When_(When(state=State.TO_INSPECT, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows: Any = list_cases(by).filter(held_in(by, RECEIVERS), kind__in=KINDS, state__in=AT_THE_DESK, closed_at=None)
    rows = rows.select_related("return_facts", "incident__parcel__courier").annotate(place=here)
    return rows.order_by("place", F("next_due").asc(nulls_last=True), "pk")


def find(text: str, by: Actor) -> Matches:
    """The returns that a scan or a typed text may mean. A fixed number of queries."""
    number, rows = folded(text), expected(by)
    told = list(rows.filter(return_facts__waybill=number)[:SHOWN]) if number else []
    if told:
        return Matches(text, told, is_known=True)
    ours = Parcel.objects.for_actor(by).filter(held_in(by, RECEIVERS), waybill=number, is_return=False, delivered_at=None, back_at=None)
    parked = StrayParcel.objects.for_actor(by).filter(held_in(by, RECEIVERS), waybill=number, matched_at=None, refused="")
    return Matches(text, _by_slip(text, rows), list(ours.select_related("courier")[:SHOWN]), list(parked.select_related("courier")[:SHOWN]))


def _by_slip(text: str, rows: CaseQuerySet) -> list[Any]:
    """By what the slip says: our waybill, order, case number, buyer id, phone or its end, name."""
    plain, number = text.strip(), folded(text)
    fits = Q(number=number) | Q(order__number=plain) | Q(order__waybills__contains=[number]) | Q(order__buyer__nick__iexact=plain)
    if phone_digits(plain):
        fits |= Q(order__phone_index__in=phone_indexes(plain))
    if plain.isascii() and plain.isdigit() and len(plain) == TAIL:
        fits |= Q(order__phone_tail_index__in=phone_tail_indexes(plain))
    return list(rows.filter(fits)[:SHOWN]) or _by_name(plain, rows)


def _by_name(name: str, rows: CaseQuerySet) -> list[Any]:
    if len(name) < 2 or name.isascii():
        return []
    known = rows.filter(order__name_enc__isnull=False).order_by("-pk").values_list("order_id", "order__name_enc")[:MOST_NAMES]
    orders = {order for order, sealed in known if unseal(sealed) == name}
    return list(rows.filter(order__in=orders)[:SHOWN]) if orders else []


def to_inspect(by: Actor) -> QuerySet[Any]:
    """What lies here uninspected, for the rail."""
    return Case.objects.for_actor(by).filter(held_in(by, RECEIVERS), kind__in=KINDS, state=State.TO_INSPECT, closed_at=None)


def parked(by: Actor) -> Any:
    """Parcels that nobody knew, the oldest first."""
    return StrayParcel.objects.for_actor(by).filter(matched_at=None, refused="").select_related("courier", "kept_by", "shop")


def faults(by: Actor, *, given: bool) -> Any:
    """Quality faults for the department: those to be given, the oldest first, or those given, the newest first (R5.3)."""
    rows = QualityFault.objects.for_actor(by).filter(given_at__isnull=not given)
    return rows.select_related("case__order__buyer", "line", "given_by").order_by(*(("-given_at", "-pk") if given else ("found_at", "pk")))


def late(by: Actor) -> Any:
    """Parcels back after their refund: what nobody has seen first."""
    rows = CameBackAfterRefund.objects.for_actor(by).filter(held_in(by, WATCHERS))
    return rows.select_related("order", "courier", "seen_by").order_by(F("seen_at").desc(nulls_first=True), "-at", "-pk")


def late_unseen(by: Actor) -> QuerySet[Any]:
    """Those of them that nobody has seen, for the rail."""
    return CameBackAfterRefund.objects.for_actor(by).filter(held_in(by, WATCHERS), seen_at=None)


def is_odd_courier(courier: Courier | None, wanted: str) -> bool:
    """Whether the courier is none of those that the policy names (R3.6: only warned of)."""
    named = {each for each in wanted.replace("，", ",").replace("、", ",").replace(" ", ",").split(",") if each}
    return courier is not None and bool(named) and not named & {courier.code, courier.name, *courier.names}
