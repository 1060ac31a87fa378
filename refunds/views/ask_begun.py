"""How the form for a refund begins: with what the case above knows, or the customer asks for on the platform. No rule of money lives here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from logistics.freight import Fault
from logistics.goods.items import Item
from logistics.models import Extent, IncidentFacts, Packing
from orders.models import PlatformRefund
from orders.split import goes_back
from refunds.asking.figures import Row
from refunds.asking.grounds import Around
from refunds.asking.known import facts_of, ground_of_loss
from refunds.asking.less_freight import ZERO, kept_back
from refunds.goods.coming import Coming, read_coming
from refunds.goods.postage import read_ways_back
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.out_of_stock import OutOfStock
from refunds.kinds.return_goods import State
from refunds.models import Ground, OutOfStockFacts, PayeeChannel, Reason
from refunds.models.returned import Why
from refunds.views.ask_target import Target


def known(target: Target) -> dict[str, str]:
    """What the case above knows, or the customer asks for on the platform, as the beginning of a request."""
    if target.there is not None:
        return _asked_there(target, target.there)
    if isinstance(target.above, OutOfStock):
        way = read_ways_back([target.above])[target.above.pk]
        items = OutOfStockFacts.objects.get(case=target.above).items
        return _out_of_stock(target, items) if way.difference is None else _difference(target, items, way.difference_left)
    if isinstance(target.above, ComesBack):
        return _came_back(target, read_coming([target.above])[target.above.pk], read_ways_back([target.above])[target.above.pk])
    facts = facts_of(target.above)
    if facts is None or target.above is None:
        return {}
    if facts.lost_at is not None:
        return _lost(target, facts)
    if facts.here_at is not None:
        return _is_back(target, facts)
    return _seen(target, facts) if target.above.kind in SEEN else _missing(target, facts)


def _asked_there(target: Target, there: PlatformRefund) -> dict[str, str]:
    """The amount that the customer asks for, on the line that they name."""
    rows = {row.line.pk: row for row in target.figures.lines if row.line}
    named = rows.get(there.line_id) if there.line_id else next(iter(rows.values())) if len(rows) == 1 else None
    return {field_of(named): typed_of(min(there.amount, named.room))} if named is not None and named.room > 0 else {}


def _lost(target: Target, facts: IncidentFacts) -> dict[str, str]:
    """Of a lost parcel everything that is left of the order, postage included (L3.2)."""
    amounts = {field_of(row): typed_of(row.room) for row in target.figures.rows if row.room > 0}
    return amounts | {"reason": Reason.NOT_RECEIVED.value, "ground": ground_of_loss(facts)}


def _is_back(target: Target, facts: IncidentFacts) -> dict[str, str]:
    """Of a parcel that never arrived and is back everything that is left, less the freight that is the customer's: of the postage first (L10.1)."""
    kept, amounts = kept_back(target.order, facts), {}
    for row in reversed(target.figures.rows):
        stays = min(kept, max(row.room, ZERO))
        kept -= stays
        if row.room > stays:
            amounts[field_of(row)] = typed_of(row.room - stays)
    reason = Reason.UNWANTED if facts.fault == Fault.CUSTOMER else Reason.NOT_RECEIVED
    return amounts | {"reason": reason.value, "ground": Ground.GOODS_BACK.value}


# What the customer's reason is called, once it is about money.
REASONS = {
    Why.UNWANTED: Reason.UNWANTED,
    Why.QUALITY: Reason.QUALITY,
    Why.WRONG: Reason.WRONG_GOODS,
    Why.DAMAGED: Reason.DAMAGED,
    Why.PACKING: Reason.DAMAGED,
    Why.NOT_AS_DESCRIBED: Reason.NOT_AS_DESCRIBED,
}


def _came_back(target: Target, found: Coming, way: Around) -> dict[str, str]:
    """Of what came back as claimed the price, as far as it is left (R5.2); once that is asked for, the postage that was advanced (R3.1)."""
    reason = REASONS[Why(found.facts.why)].value
    if way.goods_asked or found.is_paid_back or (target.above is not None and target.above.state == State.POSTAGE_LEFT):
        known = {"reason": reason, "ground": Ground.GOODS_BACK.value, "channel": PayeeChannel.SMALL_PAYMENT.value}
        return known | {"advanced": typed_of(way.postage_left)}
    lines = {row.line.pk: row.line for row in target.figures.lines if row.line}
    amounts = {f"line-{pk}": typed_of(min(price, lines[pk].room)) for pk, price in found.prices().items() if pk in lines}
    ground = Ground.GOODS_BACK.value if found.facts.inspected_at else ""
    return amounts | {"reason": reason, "ground": ground}


def _missing(target: Target, facts: IncidentFacts) -> dict[str, str]:
    """The missing lines at their price (L5.3)."""
    amounts = _price_of(target, facts.items)
    if not amounts:
        return {}
    has_said = facts.packing in (Packing.COMPLETE, Packing.INCOMPLETE)
    return amounts | {"reason": Reason.MISSING.value, "ground": Ground.WAREHOUSE_CONFIRMED.value if has_said else ""}


# Wrong and damaged goods are seen on photos.
SEEN = {"wrong_items": Reason.WRONG_GOODS, "damaged": Reason.DAMAGED}


def seen_above(target: Target) -> dict[str, str]:
    """Reason and ground, where the case above is about goods that were seen on photos (L5.4, L7.1)."""
    reason = SEEN.get(target.above.kind) if target.above is not None else None
    return {"reason": reason.value, "ground": Ground.PHOTO_CHECKED.value} if reason else {}


def _seen(target: Target, facts: IncidentFacts) -> dict[str, str]:
    """The price of what is not usable again (L7.4); how much of any other a lead is asked for, the clerk says."""
    return seen_above(target) | (_price_of(target, facts.items) if facts.extent == Extent.UNUSABLE else {})


def _out_of_stock(target: Target, items: Sequence[Item]) -> dict[str, str]:
    """The pieces that are not there, and the postage as well when nothing else is in the order (R12.1)."""
    amounts = _price_of(target, items)
    is_all = all(typed_of(row.room) == amounts.get(field_of(row), "") for row in target.figures.lines)
    amounts |= {field_of(row): typed_of(row.room) for row in target.figures.rows if row.line is None and is_all and row.room > 0}
    return amounts | {"reason": Reason.OUT_OF_STOCK.value, "ground": Ground.WAREHOUSE_CONFIRMED.value}


def _difference(target: Target, items: Sequence[Item], left: Decimal) -> dict[str, str]:
    """What was paid above the agreed price, on the lines of the pieces that were not there, as far as they reach (R12.1)."""
    amounts, rows = {}, {row.line.pk: row for row in target.figures.lines if row.line}
    for row in (rows[each["line"]] for each in items if each["line"] in rows):
        amounts[field_of(row)] = typed_of(min(left, row.room))
        left -= min(left, row.room)
    return amounts | {"reason": Reason.PRICE.value, "ground": Ground.RECORD_CHECKED.value}


def _price_of(target: Target, items: Sequence[Item]) -> dict[str, str]:
    """What was paid for these pieces, as far as it is left, by field."""
    rows = {row.line.pk: (row, row.line) for row in target.figures.lines if row.line}
    pieces = [(*rows[each["line"]], each["quantity"]) for each in items if each["line"] in rows]
    return {field_of(row): typed_of(goes_back(row.paid, line.quantity, quantity, row.paid - row.room)) for row, line, quantity in pieces}


def field_of(row: Row) -> str:
    return f"line-{row.line.pk}" if row.line else "freight"


def typed_of(amount: Any) -> str:
    return str(amount) if amount else ""
