"""What an outage is made of: where many cases of one courier and city stand at once, and what of its cases can be worked together."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import rows_of
from casework.actions.offers import Offer, offers
from casework.models import Case
from casework.policies import Policies
from casework.situation import read_situations
from casework.workflow import Step
from logistics.kinds.outage import APART, JOINS, PLACES, Outage
from logistics.models.courier import Courier
from orders.access import Actor
from orders.errors import Malformed
from orders.models import Shop

DAY = dt.timedelta(days=1)
# A page of a list.
MOST = 200
# Open cases about parcels on their way that belong to none yet and have left none, opened within a day; one query over `c`, `p` and `o`.
LOOSE = """
FROM casework_case c JOIN logistics_incidentfacts i ON i.case_id = c.id JOIN logistics_parcel p ON p.id = i.parcel_id JOIN orders_order o ON o.id = c.order_id
WHERE c.closed_at IS NULL AND c.parent_id IS NULL AND c.shop_id = %(shop)s AND c.kind = ANY(%(kinds)s) AND c.opened_at > %(since)s AND c.opened_at <= %(at)s
    AND c.state <> ALL(%(apart)s) AND o.city <> '' AND NOT p.is_return
    AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.step = 'left_outage')
"""
WHERE = f"SELECT p.courier_id, o.city, count(DISTINCT p.id) {LOOSE} GROUP BY p.courier_id, o.city ORDER BY 3 DESC, 1, 2"
ONE_PLACE = f"{LOOSE} AND p.courier_id = %(courier)s AND o.city = %(city)s"


@dataclass(frozen=True)
class Suspect:
    """A courier and city with so many parcels in trouble; `outage` is the open one that they could join."""

    courier: Courier
    city: str
    parcels: int
    outage: Case | None = None


def subject_of(shop: Shop, courier: Courier, city: str) -> str:
    """One outage of a courier and city is open at a time."""
    return f"outage:{shop.pk}:{courier.pk}:{city}"[:80]


def about(shop: Shop, at: dt.datetime) -> dict[str, Any]:
    """What the queries above take."""
    return {"shop": shop.pk, "kinds": list(JOINS), "apart": list(APART), "since": at - DAY, "at": at}


def suspects(shop: Shop, now: dt.datetime) -> list[Suspect]:
    """Where the policy `outage` is reached, and whatever could join one that is open. Offered, never made by itself. Three queries."""
    least = Policies(now).value("outage", shop.pk)
    rows = rows_of(WHERE, **about(shop, now))
    couriers = Courier.objects.in_bulk({courier for courier, _city, _parcels in rows})
    open_ones = {case.subject: case for case in Outage.objects.open().filter(shop=shop)}
    found = [
        Suspect(couriers[pk], city, parcels, open_ones.get(subject_of(shop, couriers[pk], city))) for pk, city, parcels in rows if parcels
    ]
    return [each for each in found if each.outage or (least and each.parcels >= least)]


@dataclass(frozen=True)
class Together:
    """Cases of an outage that stand alike, with what may be done to them: a step, and for how many of them it is allowed."""

    kind_label: str
    state_label: str
    kind: str
    state: str
    cases: list[tuple[Case, list[Offer]]]

    @property
    def steps(self) -> list[tuple[Step, int]]:
        """The steps that somebody may take on at least one of them."""
        allowed = [each.step for _case, its in self.cases for each in its if each.allowed]
        return [(step, allowed.count(step)) for step in dict.fromkeys(allowed)]


def together(outage: Case, by: Actor, now: dt.datetime) -> list[Together]:
    """The open cases of the outage, those that stand alike beside each other; a fixed number of queries."""
    rows = Case.objects.open().filter(parent=outage).select_related("order__buyer", "owner").order_by("kind", "state", "pk")
    cases: Sequence[Case] = list(rows[:MOST])
    situations = read_situations(cases, now=now, actor=by)
    groups: dict[tuple[str, str], list[tuple[Case, list[Offer]]]] = {}
    for case in cases:
        here = [each for each in offers(case, situations[case.pk], by) if each.starts_here]
        groups.setdefault((case.kind, case.state), []).append((case, here))
    return [Together(its[0][0].kind_label, its[0][0].state_label, kind, state, its) for (kind, state), its in groups.items()]


def check_text(text: str) -> str:
    """The text of an answer. Raises Malformed for a place that there is not."""
    try:
        named = [parts[1:] for parts in string.Formatter().parse(text) if parts[1] is not None]
    except ValueError:
        raise Malformed(_("Braces hold the name of a fact, such as {waybill}."), code="bad_place", field="text") from None
    # A width or a conversion is no fact of a case either.
    if any(name not in PLACES or spec or conversion for name, spec, conversion in named):
        known = ", ".join(f"{{{name}}}" for name in PLACES)
        raise Malformed(str(_("There is no such fact; known are: {known}.")).format(known=known), code="bad_place", field="text")
    return text


def words_of(cases: Sequence[Case]) -> dict[int, dict[str, str]]:
    """The facts of each case, by its id; three queries however many cases."""
    ids = [case.pk for case in cases]
    rows = Case.objects.filter(pk__in=ids).select_related("order__buyer", "incident__parcel__courier").prefetch_related("order__lines")
    return {case.pk: _words(case) for case in rows}


def _words(case: Any) -> dict[str, str]:
    order, parcel = case.order, case.incident.parcel
    first = next(iter(order.lines.all()), None) if order else None
    return {
        "buyer": order.buyer.nick if order and order.buyer else "",
        "order": order.number if order else "",
        "product": first.title if first else "",
        "courier": parcel.courier.name if parcel else "",
        "waybill": parcel.waybill if parcel else "",
        "city": order.city if order else "",
    }


def filled(text: str, words: dict[str, str]) -> str:
    """The answer with the facts of one case."""
    return text.format(**words)
