"""The form for a refund: what it is about, what was typed, and which field an error belongs to. No rule of money lives here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from casework.actions.open_case import may_open
from casework.models import Case, Evidence
from logistics.freight import Fault
from logistics.items import Item
from logistics.models import Extent, IncidentFacts, Packing
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotFound
from orders.models import Line, Order, PlatformRefund
from orders.split import goes_back
from orders.vault import unseal
from refunds.coming import Coming, read_coming
from refunds.concerned import begun_with, orders_of, pictures_of
from refunds.figures import Figures, Row, asked_of, figures_of
from refunds.grounds import Around
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.money_out import MoneyOut
from refunds.kinds.out_of_stock import OutOfStock
from refunds.kinds.refund import Refund
from refunds.kinds.return_goods import State
from refunds.known import facts_of, ground_of_loss
from refunds.less_freight import ZERO, kept_back
from refunds.models import Beyond, Ground, OutOfStockFacts, PayeeChannel, Reason, Request
from refunds.models.returned import Why
from refunds.postage import read_ways_back
from refunds.reading import is_set_aside
from refunds.views.forms import id_of

# Where the page shows an error about a part of the request.
SHOWN_AT = {"payee.channel": "channel", "payee.account": "account", "payee.name": "name", "beyond.amount": "advanced"}


@dataclass
class Target:
    """The order, the case above it or the refund that is asked anew, with the request in force."""

    order: Order
    figures: Figures
    evidence: list[Evidence]
    above: Case | None = None
    before: Request | None = None
    version: int | None = None
    # The other orders of a merged parcel, for which the same case may ask.
    others: list[Order] = field(default_factory=list)
    # What the customer asks for on the platform, where the refund answers that.
    there: PlatformRefund | None = None


def target_of(given: Mapping[str, str], by: Actor, kind: type[MoneyOut] = Refund) -> Target | None:
    """What the address names; None when it names nothing. Raises Malformed, NotFound, NotAllowed."""
    above = _case(given, by, kind)
    order = _order(given.get("order", "").strip(), above, by)
    if order is None:
        return None
    may_open(kind, order.shop_id, by)
    anew = above if above is not None and above.kind == kind.KIND else None
    before = Request.objects.filter(case=anew).select_related("send_back", "ending").order_by("-seq").first() if anew is not None else None
    lines = list(Line.objects.filter(order=order))
    return Target(
        order=order,
        figures=figures_of(order, lines, before, set_aside=before is not None and is_set_aside(before)),
        evidence=list(pictures_of(order.pk, _parent_of(above)).select_related("case").order_by("pk")),
        above=above,
        before=before,
        version=anew.version if anew is not None else None,
        others=list(orders_of(above).exclude(pk=order.pk)) if above is not None and not isinstance(above, MoneyOut) else [],
        there=PlatformRefund.objects.filter(answers__case=anew).first() if isinstance(anew, Refund) else None,
    )


def _parent_of(above: Case | None) -> int | None:
    """The case under which the money stands, or will stand."""
    if above is None:
        return None
    return above.parent_id if isinstance(above, MoneyOut) else above.pk


def _case(given: Mapping[str, str], by: Actor, kind: type[MoneyOut]) -> Case | None:
    text = given.get("again", "") or given.get("case", "")
    if not text:
        return None
    case: Case | None = Case.objects.for_actor(by).select_related("order").filter(pk=id_of(text, "case")).first()
    if case is None or (given.get("again") and case.kind != kind.KIND):
        raise NotFound
    return case


def _order(number: str, above: Case | None, by: Actor) -> Order | None:
    rows = Order.objects.for_actor(by).select_related("shop", "buyer")
    if above is not None and above.order_id:
        theirs = rows.filter(pk__in=orders_of(above), **({"number": number} if number else {"pk": begun_with(above)}))
        if (order := theirs.first()) is None:
            raise NotFound(_("The case belongs to another order."), field="order")
        return order
    if not number:
        return None
    found = list(rows.filter(number=number)[:2])
    if not found:
        raise NotFound(_("No order has this number."), field="order")
    if len(found) > 1:
        raise Malformed(_("Two of your shops have this order; ask from its case."), code="ambiguous_order", field="order")
    return found[0]


def came_back(before: Request | None) -> str:
    """Why the version in force is to be asked anew: what the lead wants, or how its approval ended."""
    if before is None:
        return ""
    sent, ending = getattr(before, "send_back", None), getattr(before, "ending", None)
    if ending is None:
        return str(_("Wanted: {reason}")).format(reason=sent.reason) if sent else ""
    kind = ending.get_kind_display()
    return str(_("{what}: {reason}")).format(what=kind, reason=ending.reason) if ending.reason else str(kind)


@dataclass
class AskForm:
    """What stands in the fields. `errors` are sentences by field name."""

    target: Target
    typed: dict[str, str]
    ticked: set[int] = field(default_factory=set)
    same_payee: bool = False
    # The version of the refund that was seen, when it is asked anew.
    version: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    # As they were typed, by line id; refunds/draft.py makes amounts of them.
    pieces: dict[int, str] = field(default_factory=dict)

    reasons, grounds, channels = Reason.choices, Ground.choices, PayeeChannel.choices
    # Fields beside those of the lines.
    PLAIN: ClassVar[tuple[str, ...]] = ("reason", "ground", "channel", "account", "name", "freight", "advanced")

    @classmethod
    def begun(cls, target: Target) -> AskForm:
        """An empty form, or the request in force when it is asked anew."""
        before = target.before
        if before is None:
            return cls(target, {"channel": PayeeChannel.PLATFORM.value, "freight": ""} | _known(target), version=target.version)
        typed = {"reason": before.reason, "ground": before.ground, "channel": before.payee_channel, "freight": _text(before.freight)}
        typed |= {f"line-{pk}": _text(amount) for pk, amount in asked_of(before).items()}
        typed["advanced"] = _text(before.beyond)
        return cls(target, typed, set(before.evidence), bool(before.payee_mask), target.version)

    @classmethod
    def sent(cls, target: Target, post: Any) -> Self:
        """What was typed, as it was typed."""
        names = [*cls.PLAIN, *(f"line-{row.line.pk}" for row in target.figures.lines if row.line)]
        ticked = {id_of(text, "evidence") for text in post.getlist("evidence")}
        version = id_of(post.get("version", ""), "version") if target.version is not None else None
        return cls(target, {name: post.get(name, "") for name in names}, ticked, post.get("same_payee") == "on", version)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows: figures, the field's name, what is typed, and its error."""
        return [
            {"row": row, "name": name, "typed": self.typed.get(name, ""), "error": self.errors.get(name, "")} | self._pieces_of(row)
            for row, name in [(row, _name(row)) for row in self.target.figures.rows]
        ]

    def _pieces_of(self, row: Row) -> dict[str, str]:
        pk = row.line.pk if row.line else 0
        return {"pieces": self.pieces.get(pk, ""), "pieces_error": self.errors.get(f"pieces-{pk}", "")}

    def wish(self) -> dict[str, Any]:
        """What is asked, without where (refunds/wish.py)."""
        return {name: value for name, value in self.given().items() if name not in ("case", "order")}

    def given(self) -> dict[str, Any]:
        """The request as ask_refund takes it. An empty or zero amount asks nothing of that line."""
        typed, above = self.typed, self.target.above
        given: dict[str, Any] = {
            "order": self.target.order.number,
            "reason": typed["reason"],
            "ground": typed["ground"],
            "evidence": sorted(self.ticked),
            "payee": self._payee(),
        }
        return given | self._money() | ({"case": above.pk} if above is not None else {})

    def _money(self) -> dict[str, Any]:
        lines = [{"line": pk, "amount": amount} for pk, amount in self._amounts()]
        advanced = _amount(self.typed.get("advanced", ""))
        money = {"lines": lines, "freight": _amount(self.typed.get("freight", "")) or "0"}
        return money | ({"beyond": {"kind": Beyond.FREIGHT.value, "amount": advanced}} if advanced else {})

    @property
    def asks_for_advanced(self) -> bool:
        """Whether postage that the customer advanced may be part of it: below a case that decides who pays the way back (R3.1)."""
        return self.target.above is not None

    def _amounts(self) -> list[tuple[int, str]]:
        amounts = [(row.line.pk, _amount(self.typed.get(_name(row), ""))) for row in self.target.figures.lines if row.line]
        return [(pk, amount) for pk, amount in amounts if amount]

    def _payee(self) -> dict[str, str]:
        before = self.target.before
        if self.same_payee and before is not None and before.payee_channel == self.typed["channel"]:
            # Goes from one version to the next without being shown.
            account, name = unseal(before.payee_account_enc), unseal(before.payee_name_enc)
        else:
            account, name = self.typed["account"], self.typed["name"]
        return {"channel": self.typed["channel"], "account": account, "name": name}

    def refuse(self, error: DeskError) -> None:
        """Put the error beside the field that it names; what is over the cap stands beside each such line."""
        if error.field.startswith("lines."):
            asked = self._amounts()
            number = int(error.field.split(".")[1])
            self.errors[f"line-{asked[number][0]}"] = str(error.detail)
        elif error.field:
            self.errors[SHOWN_AT.get(error.field, error.field)] = str(error.detail)
        if any(reason.code == "has_ground_or_evidence" for reason in error.reasons):
            self.errors["ground"] = str(error.reasons[0].text)


def _known(target: Target) -> dict[str, str]:
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
    return {_name(named): _text(min(there.amount, named.room))} if named is not None and named.room > 0 else {}


def _lost(target: Target, facts: IncidentFacts) -> dict[str, str]:
    """Of a lost parcel everything that is left of the order, postage included (L3.2)."""
    amounts = {_name(row): _text(row.room) for row in target.figures.rows if row.room > 0}
    return amounts | {"reason": Reason.NOT_RECEIVED.value, "ground": ground_of_loss(facts)}


def _is_back(target: Target, facts: IncidentFacts) -> dict[str, str]:
    """Of a parcel that never arrived and is back everything that is left, less the freight that is the customer's: of the postage first (L10.1)."""
    kept, amounts = kept_back(target.order, facts), {}
    for row in reversed(target.figures.rows):
        stays = min(kept, max(row.room, ZERO))
        kept -= stays
        if row.room > stays:
            amounts[_name(row)] = _text(row.room - stays)
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
        return known | {"advanced": _text(way.postage_left)}
    lines = {row.line.pk: row.line for row in target.figures.lines if row.line}
    amounts = {f"line-{pk}": _text(min(price, lines[pk].room)) for pk, price in found.prices().items() if pk in lines}
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
    is_all = all(_text(row.room) == amounts.get(_name(row), "") for row in target.figures.lines)
    amounts |= {_name(row): _text(row.room) for row in target.figures.rows if row.line is None and is_all and row.room > 0}
    return amounts | {"reason": Reason.OUT_OF_STOCK.value, "ground": Ground.WAREHOUSE_CONFIRMED.value}


def _difference(target: Target, items: Sequence[Item], left: Decimal) -> dict[str, str]:
    """What was paid above the agreed price, on the lines of the pieces that were not there, as far as they reach (R12.1)."""
    amounts, rows = {}, {row.line.pk: row for row in target.figures.lines if row.line}
    for row in (rows[each["line"]] for each in items if each["line"] in rows):
        amounts[_name(row)] = _text(min(left, row.room))
        left -= min(left, row.room)
    return amounts | {"reason": Reason.PRICE.value, "ground": Ground.RECORD_CHECKED.value}


def _price_of(target: Target, items: Sequence[Item]) -> dict[str, str]:
    """What was paid for these pieces, as far as it is left, by field."""
    rows = {row.line.pk: (row, row.line) for row in target.figures.lines if row.line}
    pieces = [(*rows[each["line"]], each["quantity"]) for each in items if each["line"] in rows]
    return {_name(row): _text(goes_back(row.paid, line.quantity, quantity, row.paid - row.room)) for row, line, quantity in pieces}


def _name(row: Row) -> str:
    return f"line-{row.line.pk}" if row.line else "freight"


def _text(amount: Any) -> str:
    return str(amount) if amount else ""


def _amount(text: str) -> str:
    """What was typed, as it was typed: what is no amount is refused and never read as one (M4). "" for nothing and for zero."""
    return text if text.strip().strip("0.") else ""
