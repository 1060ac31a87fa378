"""What a reason for money wants beside reason and ground (R3.1, R7.1, R8.1, R9.1). One function a rule; each gives why it does not hold, or nothing.

The same is asked when somebody asks for it and when a lead approves: what was right then need not be so now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from logistics.freight import Party
from orders.errors import Reason as Why
from orders.together import Reading, Rows, answer, texts, yes
from refunds.asking.wish import Wish
from refunds.models.request import Beyond, Ground, Reason, Request

# Who lets us pay the way back (R3.1, R3.2), and how much of it (R3.3).
OUR_SHARE: dict[str, Decimal] = {Party.SHOP: Decimal(1), Party.COURIER: Decimal(1), Party.SPLIT: Decimal("0.5")}
# What says that goods are with us, where no return does.
ARRIVED = (Ground.GOODS_BACK, Ground.WAREHOUSE_CONFIRMED)


Asked = Wish | Request


@dataclass(frozen=True)
class Place:
    """Where something is asked: a key to find the answer by, the order, the case above, and the case of the request itself (0: none)."""

    key: int
    order: int
    above: int = 0
    own: int = 0


@dataclass(frozen=True)
class Around:
    """What stands around a request. `has_left`: goods of the order left us and are not back. `payer` pays the way back, "" while it is not decided.
    `on_record` is what the customer advanced by the return's record, `paid_back` what was asked for it already. `goods_asked`: a refund of
    the order's own money is asked for below the case, and open."""

    has_left: bool
    payer: str
    is_return: bool
    arrived: bool
    on_record: Decimal | None
    paid_back: Decimal
    goods_asked: bool = False
    # Of goods out of stock that were taken at a better price what goes back of the order (R12.1), and how much was asked and paid of it.
    difference: Decimal | None = None
    asked: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    # Cases by which a courier is stopping one of the order's parcels that is still out; no lead lets refunds go meanwhile (L9.6).
    stopped_by: Sequence[str] = ()

    @property
    def difference_left(self) -> Decimal:
        """Yuan of the difference that nobody has asked for."""
        return max((self.difference or Decimal(0)) - self.asked, Decimal("0.00"))

    @property
    def difference_unpaid(self) -> Decimal:
        """Yuan of the difference that are not back with the customer."""
        return max((self.difference or Decimal(0)) - self.paid, Decimal("0.00"))

    @property
    def postage_left(self) -> Decimal:
        """Yuan on record that nobody has asked for yet, as far as they are ours; all of them while nobody has decided (R3.1)."""
        share = OUR_SHARE.get(self.payer, Decimal(0)) if self.payer else Decimal(1)
        of_us = ((self.on_record or Decimal(0)) * share).quantize(Decimal("0.01"))
        return max(of_us - self.paid_back, Decimal("0.00"))


READ = """
SELECT k.key, o.status IN ('part_shipped', 'shipped', 'finished') AND sent.are_away IS NOT FALSE,
       coalesce(f.freight_payer, ''), r.case_id IS NOT NULL, coalesce(r.arrived_at, r.inspected_at) IS NOT NULL, r.postage,
       (SELECT coalesce(sum(q.beyond), 0) FROM refunds_request q JOIN casework_case c ON c.id = q.case_id
        WHERE c.parent_id = k.above AND q.case_id <> k.own AND q.beyond_kind = 'freight'
          AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = q.id)),
       EXISTS (SELECT FROM refunds_request q JOIN casework_case c ON c.id = q.case_id
        WHERE c.parent_id = k.above AND q.case_id <> k.own AND c.closed_at IS NULL AND (q.lines <> '[]' OR q.freight > 0)
          AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = q.id)), s.difference, below.asked, below.paid, stopped.by
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS k(key, ord, above, own)
JOIN orders_order o ON o.id = k.ord
LEFT JOIN LATERAL (SELECT bool_or(p.back_at IS NULL) AS are_away FROM logistics_parcel_orders po
    JOIN logistics_parcel p ON p.id = po.parcel_id WHERE po.order_id = o.id AND NOT p.is_return AND p.voided_at IS NULL) sent ON true
LEFT JOIN LATERAL (SELECT coalesce(array_agg(c.number ORDER BY c.id), '{}') AS by FROM logistics_parcel_orders po JOIN logistics_parcel p ON p.id = po.parcel_id
    JOIN logistics_incidentfacts i ON i.parcel_id = p.id JOIN casework_case c ON c.id = i.case_id WHERE po.order_id = o.id AND c.kind = 'intercept'
      AND c.closed_at IS NULL AND i.refunds_go_at IS NULL AND p.delivered_at IS NULL AND p.back_at IS NULL) stopped ON true
LEFT JOIN logistics_incidentfacts f ON f.case_id = k.above
LEFT JOIN refunds_return r ON r.case_id = k.above
LEFT JOIN refunds_outofstockfacts s ON s.case_id = k.above
LEFT JOIN LATERAL (SELECT coalesce(sum(q.amount), 0) AS asked, coalesce(sum(q.amount) FILTER (WHERE c.closed_at IS NOT NULL), 0) AS paid
    FROM refunds_request q JOIN casework_case c ON c.id = q.case_id WHERE c.parent_id = k.above AND q.case_id <> k.own AND s.difference IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = q.id)) below ON true
"""


def read_around(places: Collection[Place]) -> dict[int, Around]:
    """What stands around requests, by the key of the place; one query."""
    return answer(ask_around(places))


def ask_around(places: Collection[Place]) -> Reading[dict[int, Around]]:
    """The same, to be read with others."""
    columns = [[getattr(each, name) for each in places] for name in ("key", "order", "above", "own")]
    rows = Rows(READ, columns, int, yes, str, yes, yes, Decimal, Decimal, yes, Decimal, Decimal, Decimal, texts)
    if places:
        yield (rows,)
        return {key: Around(*row) for key, *row in rows}
    return {}


def why_not(asked: Asked, around: Around) -> list[Why]:
    """Why its reason does not hold; empty when it does. What only a lead decides is another matter (`a_lead_decides`)."""
    return [
        why for rule in (_wrong_purchase, _overpaid_postage, _goods_once, _difference, _advanced_postage) for why in rule(asked, around)
    ]


def a_lead_decides(asked: Asked, around: Around) -> Why | None:
    """R8.1: a price difference once the goods left us. Under way counts as received until they are back."""
    if asked.reason != Reason.PRICE or not around.has_left or around.difference is not None:
        return None
    return Why(
        "price_after_shipping", _("Shipped or received: no refund of a price difference. Serious cases are a lead's, who says why."), "R8.1"
    )


def _wrong_purchase(asked: Asked, around: Around) -> Iterable[Why]:
    if asked.reason == Reason.WRONG_PURCHASE and around.has_left and not around.is_return and asked.ground not in ARRIVED:
        yield Why("goods_have_left", _("The goods have left us: they come back first, as a return."), "R7.1")


def _overpaid_postage(asked: Asked, around: Around) -> Iterable[Why]:
    if asked.reason == Reason.FREIGHT and asked.lines:
        yield Why("postage_only", _("For postage paid too much only postage goes back, no goods."), "R9.1")


def _goods_once(asked: Asked, around: Around) -> Iterable[Why]:
    """R5.2: of one return one refund at a time gives back goods; the postage that was advanced stands beside it."""
    if around.is_return and around.goods_asked and (asked.lines or asked.freight):
        yield Why("refund_asked", _("Its refund is asked for already."), "R5.2")


def _difference(asked: Asked, around: Around) -> Iterable[Why]:
    """R12.1: of goods taken at a better price no more goes back than what was paid above it. A lead has agreed to it before they left."""
    if around.difference is not None and asked.amount > around.difference_left:
        text = _("More than the difference to the agreed price: {left} of {difference} are left to refund.")
        yield Why("above_the_difference", str(text).format(left=around.difference_left, difference=around.difference), "R12.1")


def _advanced_postage(asked: Asked, around: Around) -> Iterable[Why]:
    """R3.1: once the goods are here, against the amount on record, and never where the way back is the customer's."""
    if asked.beyond_kind != Beyond.FREIGHT:
        return
    share = OUR_SHARE.get(around.payer)
    if share is None:
        yield _fault(around.payer)
        return
    if not (around.arrived if around.is_return else asked.ground in ARRIVED):
        yield Why("goods_not_here", _("Postage that the customer advanced is paid back when the goods have arrived."), "R3.1")
    yield from _amount(asked, around)


def _fault(payer: str) -> Why:
    if not payer:
        return Why("freight_not_decided", _("Nobody has decided yet who pays the way back; ask from the case of the return."), "R3.1")
    return Why("freight_not_ours", str(_("The way back is paid by: {payer}.")).format(payer=Party(payer).label), "R3.3")


def _amount(asked: Asked, around: Around) -> Iterable[Why]:
    if not around.is_return:
        if not asked.evidence:
            yield Why("no_record", _("No amount is on record: attach the picture of the receipt."), "R3.1")
        if around.paid_back > 0:
            yield Why(
                "paid_back_once",
                _("What the customer advanced here is asked for already; without a return's record it is paid back once."),
                "R3.1",
            )
        return
    if around.on_record is None:
        yield Why("no_record", _("The return has no record of what the customer advanced."), "R3.1")
        return
    if asked.beyond > around.postage_left:
        text = _("More than the amount on record: {left} of {record} are left to pay back.")
        yield Why("above_the_record", str(text).format(left=around.postage_left, record=around.on_record), "R3.1")
