"""What a refund would do, before anybody asks for it and again when a lead decides: money, freight, claim, loss, limit. Changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from casework.models import Case
from orders.models import Line, Order
from orders.roles import Role
from orders.split import goes_back, pieces_in, price_of, split
from refunds.asking.circumstances import Judged, facts_above, judge
from refunds.asking.draft import Draft
from refunds.asking.figures import ZERO, Figures, Row
from refunds.claims.claimable import Claimable, claimable
from refunds.models import ApprovalLimit, Request
from refunds.models.request import Beyond


@dataclass(frozen=True)
class Part:
    """A line as the wish touches it, in yuan. `pieces` are the whole pieces that the amount pays for."""

    row: Row
    line: Line
    # Its share of the order's postage.
    postage: Decimal
    pieces: int
    # What so many pieces as were named cost; None where none were named.
    proposed: Decimal | None

    @property
    def listed(self) -> Decimal:
        """The price of all pieces before any discount."""
        return self.line.price * self.line.quantity

    @property
    def discount(self) -> Decimal:
        """What the line was given off, its share of the order's discounts included."""
        return self.listed - self.line.paid

    @property
    def cost(self) -> Decimal | None:
        """What the pieces cost us; None where it is not known."""
        return None if self.line.item_cost is None else self.line.item_cost * self.pieces


@dataclass(frozen=True)
class Approver:
    """Who may say yes (R1.2): the lowest role whose limit holds what would be approved for the order in all; "" = nobody's does."""

    cumulated: Decimal
    role: str = ""
    limit: Decimal | None = None

    @property
    def role_label(self) -> str:
        """The role as it is shown."""
        return str(Role(self.role).label) if self.role else ""


@dataclass(frozen=True)
class Simulation:
    """What would be, as of an instant."""

    at: dt.datetime
    figures: Figures
    parts: list[Part]
    # The postage's share that belongs to the pieces.
    freight_proposed: Decimal
    judged: Judged
    claims: list[Claimable]
    approver: Approver
    # Yuan that the order's own money does not hold: postage that the customer advanced, a compensation.
    beyond: Decimal = ZERO
    beyond_kind: str = ""

    @property
    def beyond_label(self) -> str:
        """What the money beyond the order is for."""
        return str(Beyond(self.beyond_kind).label) if self.beyond_kind else ""

    @property
    def amount(self) -> Decimal:
        """Yuan that the customer gets."""
        return self.figures.total.asked + self.beyond

    @property
    def goods(self) -> Decimal:
        """Of it yuan for goods."""
        return self.figures.total.asked - self.figures.freight.asked

    @property
    def fits(self) -> bool:
        """Whether order, postage and every line have so much left."""
        figures = self.figures
        return all(row.left >= 0 or not row.asked for row in [*figures.lines, figures.freight, figures.total])

    @property
    def claim(self) -> Decimal:
        """Yuan that couriers may pay for it (L13.1)."""
        return sum((each.covers for each in self.claims), ZERO)

    @property
    def net_loss(self) -> Decimal:
        """Yuan that the shop loses, when the claims are paid as registered. Goods that do not come back are not counted beside it."""
        return self.amount - self.claim

    @property
    def has_pieces(self) -> bool:
        """Whether it pays for whole pieces, and not only for a part of one or for postage."""
        return any(each.pieces for each in self.parts)

    @property
    def goods_cost(self) -> Decimal | None:
        """What the pieces cost us; None where the cost of one of them is not known, never 0 for it."""
        costs = [each.cost for each in self.parts if each.pieces]
        return None if None in costs else sum((each for each in costs if each is not None), ZERO)


def simulate(
    order: Order,
    figures: Figures,
    draft: Draft,
    *,
    above: Case | None = None,
    before: Request | None = None,
    at: dt.datetime,
) -> Simulation:
    """What the wish would do to the order. `above` is the case under which the refund stands, `before` the version that it replaces.

    `figures` are the order's without the money of `before`. Three queries, however many lines.
    """
    parts, asked = _parts(order, figures, draft)
    return Simulation(
        at=at,
        figures=asked,
        parts=parts,
        freight_proposed=_postage_of(parts, asked),
        judged=judge(order, facts_above(above), reason=draft.reason, ground=draft.ground, at=at),
        claims=claimable(order, asked, above),
        approver=_approver(order, asked.total.asked + draft.beyond, before),
        beyond=draft.beyond,
        beyond_kind=draft.beyond_kind,
    )


def _parts(order: Order, figures: Figures, draft: Draft) -> tuple[list[Part], Figures]:
    """The lines with their proposals, and the figures with what is asked: what was typed, else what the pieces cost."""
    lines = [(row, row.line) for row in figures.lines if row.line]
    proposed = {
        line.pk: goes_back(row.paid, line.quantity, draft.pieces[line.pk], row.refunded + row.reserved)
        for row, line in lines
        if line.pk in draft.pieces
    }
    asked = figures.asking(proposed | dict(draft.lines), draft.freight)
    shares = split(order.freight_paid, {line.number: line.paid for _row, line in lines})
    rows = zip(asked.lines, (line for _row, line in lines), strict=True)
    return [Part(row, line, shares[line.number], _pieces(row, line), proposed.get(line.pk)) for row, line in rows], asked


def _pieces(row: Row, line: Line) -> int:
    gone = row.refunded + row.reserved
    return pieces_in(row.paid, line.quantity, gone + row.asked) - pieces_in(row.paid, line.quantity, gone)


def _postage_of(parts: Iterable[Part], figures: Figures) -> Decimal:
    """The postage that belongs to the pieces: never more than is left, and with the last of the goods all that is left."""
    room = max(figures.freight.room, ZERO)
    if figures.total.asked > ZERO and all(row.left <= ZERO for row in figures.lines):
        return room
    return min(sum((_share(part) for part in parts), ZERO), room)


def _share(part: Part) -> Decimal:
    quantity, before = part.line.quantity, pieces_in(part.row.paid, part.line.quantity, part.row.refunded + part.row.reserved)
    return price_of(part.postage, quantity, before + part.pieces) - price_of(part.postage, quantity, before)


def _approver(order: Order, amount: Decimal, before: Request | None) -> Approver:
    """By the limits of the roles; a person's own limit may differ."""
    cumulated = order.approved_total + amount - _approved(before)
    limits = _role_limits(order.shop_id)
    for role in (Role.SUPERVISOR, Role.MANAGER):
        if role in limits and cumulated <= limits[role]:
            return Approver(cumulated, role, limits[role])
    return Approver(cumulated)


def _approved(before: Request | None) -> Decimal:
    """What the order's sum of approvals holds of the version that is replaced."""
    approval = getattr(before, "approval", None)
    return approval.amount if before is not None and approval is not None and not hasattr(before, "ending") else ZERO


def _role_limits(shop_id: int) -> Mapping[str, Decimal]:
    """Yuan per order by role; the shop's row wins over the common one."""
    rows = ApprovalLimit.objects.filter(Q(shop=shop_id) | Q(shop=None), user=None)
    return dict(rows.order_by(F("shop").asc(nulls_first=True)).values_list("role", "per_order"))
