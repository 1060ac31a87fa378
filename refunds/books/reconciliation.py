"""Reconciliation (对账): our books against the platform's list for a month, row by row where they differ. One query for page, file and tests.

Compared is what went back on the platform. Small payments, Alipay and bank transfers are not on its refund list, and stand in the sums alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.models import Ledger
from orders.access import Actor
from orders.clock import YEARS
from orders.errors import Malformed
from orders.models import PlatformRefund
from orders.people import shops_with
from orders.roles import FINANCE, LEADS, Role
from refunds.models import Payout

READERS = LEADS | FINANCE | {Role.AUDITOR}
SETTLERS = LEADS | FINANCE


class Kind(models.TextChoices):
    """How the two sides differ."""

    NOT_HERE = "not_here", _("Paid there, not in our books")
    NOT_THERE = "not_there", _("In our books, not paid there")
    AMOUNTS = "amounts", _("Amounts differ")
    TWICE = "twice", _("Paid twice: by us and by the platform")
    BOOKED = "booked", _("Booked; both sides agree")


# The platform's own: what its list shows as refunded. Ours: what finance paid out on it, and what it paid past us and the database posted, on the day
# on which it was paid there; given back and out again; and what was booked of a difference.
# A payout is a request's when it carries its number, else when its case answers it.
# Both sides of a pair are the same order's, so that only orders are read with which one side did something in the month.
SIDES = """
moved AS MATERIALIZED (
    SELECT p.order_id FROM orders_platformrefund p WHERE p.is_paid AND p.shop_id = ANY(%(shops)s)
      AND coalesce(p.finished_at, p.as_of, p.requested_at) >= %(since)s AND coalesce(p.finished_at, p.as_of, p.requested_at) < %(until)s
    UNION SELECT g.order_id FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id WHERE o.paid_at >= %(since)s AND o.paid_at < %(until)s
    UNION SELECT l.order_id FROM casework_ledger l WHERE l.shop_id = ANY(%(shops)s) AND l.at >= %(since)s AND l.at < %(until)s
      AND l.entry = 'post' AND l.key ~ '^(platform|settlement):'
), looked AS MATERIALIZED (
    SELECT order_id FROM moved WHERE order_id = %(order)s OR %(order)s IS NULL
), theirs AS (
    SELECT p.id, p.shop_id, p.order_id, p.number, p.amount, p.status, coalesce(p.finished_at, p.as_of, p.requested_at) AS at
    FROM orders_platformrefund p WHERE p.is_paid AND p.shop_id = ANY(%(shops)s) AND p.order_id = ANY (ARRAY(SELECT order_id FROM looked))
), ours AS (
    SELECT 'payout:' || o.id AS about, n.shop_id, g.order_id, r.case_id, o.platform_number AS number, o.amount, o.paid_at AS at, true AS is_payout,
           coalesce((SELECT t.id FROM orders_platformrefund t WHERE t.order_id = g.order_id AND t.number = o.platform_number AND t.is_paid),
                    (SELECT t.id FROM refunds_askedthere a JOIN orders_platformrefund t ON t.id = a.refund_id AND t.is_paid
                     WHERE a.case_id = r.case_id)) AS refund_id
    FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id JOIN orders_order n ON n.id = g.order_id
    WHERE o.channel = 'platform' AND n.shop_id = ANY(%(shops)s) AND g.order_id = ANY (ARRAY(SELECT order_id FROM looked))
    UNION ALL
    SELECT 'ledger:' || l.id, l.shop_id, l.order_id, l.case_id, p.number, CASE l.direction WHEN 'in' THEN -l.amount ELSE l.amount END,
           CASE own.suffix WHEN '' THEN coalesce(p.finished_at, p.as_of, p.requested_at, l.at) ELSE l.at END, false, p.id
    FROM orders_platformrefund p CROSS JOIN (VALUES (''), (':back'), (':again')) own (suffix)
    JOIN casework_ledger l ON l.key = 'platform:' || p.shop_id || ':' || p.number || own.suffix
    WHERE p.shop_id = ANY(%(shops)s) AND p.order_id = ANY (ARRAY(SELECT order_id FROM looked))
    UNION ALL
    SELECT 'ledger:' || l.id, l.shop_id, l.order_id, l.case_id, p.number, CASE l.direction WHEN 'in' THEN -l.amount ELSE l.amount END,
           CASE own.suffix WHEN '' THEN coalesce(p.finished_at, p.as_of, p.requested_at, l.at) ELSE l.at END, false, p.id
    FROM orders_platformrefund p JOIN refunds_settlement m ON m.books AND m.about = 'refund:' || p.id
    CROSS JOIN (VALUES (''), (':back'), (':again')) own (suffix) JOIN casework_ledger l ON l.key = 'settlement:' || m.id || own.suffix
    WHERE p.shop_id = ANY(%(shops)s) AND p.order_id = ANY (ARRAY(SELECT order_id FROM looked))
), booked AS (
    SELECT coalesce('refund:' || o.refund_id, o.about) AS about, o.refund_id, min(o.shop_id) AS shop_id, min(o.order_id) AS order_id, max(o.case_id) AS case_id,
           min(o.number) AS number, sum(o.amount) AS amount, min(o.at) AS at, bool_or(o.is_payout) AS is_payout FROM ours o GROUP BY 1, 2
), paired AS (
    SELECT coalesce(b.about, 'refund:' || t.id) AS about, coalesce(t.shop_id, b.shop_id) AS shop_id, coalesce(t.order_id, b.order_id) AS order_id,
           coalesce(w.case_id, b.case_id, k.case_id) AS case_id, coalesce(t.number, b.number) AS number, t.amount AS there, t.at AS there_at, b.amount AS here,
           b.at AS here_at, w.amount AS beside, w.at AS beside_at
    FROM theirs t FULL JOIN booked b ON b.refund_id = t.id
    LEFT JOIN LATERAL (SELECT max(a.case_id) AS case_id FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id
                       WHERE a.refund_id = t.id AND c.kind = 'refund') k ON true
    -- Paid by us another way as well: for the case that answers it, or the same amount of the order where no payout of ours stands for it.
    LEFT JOIN LATERAL (
        SELECT sum(o.amount) AS amount, max(o.recorded_at) AS at, max(r.case_id) AS case_id
        FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id
        WHERE g.order_id = t.order_id AND o.channel <> 'platform' AND r.amount > r.beyond
          AND (r.case_id IN (SELECT a.case_id FROM refunds_askedthere a WHERE a.refund_id = t.id)
               OR r.amount - r.beyond = t.amount AND NOT coalesce(b.is_payout, false))
    ) w ON true
    WHERE t.at >= %(since)s AND t.at < %(until)s OR b.at >= %(since)s AND b.at < %(until)s
)
"""
# A word holds while the amounts are those of which it was said, and nothing was paid another way since.
ROWS = f"""
WITH {SIDES}
SELECT d.about, d.shop_id, s.name, d.order_id, o.number, d.number, d.case_id, c.number, d.there, d.there_at, d.here, d.here_at, d.beside,
       m.books, m.note, k.number, m.at, u.username
FROM paired d JOIN orders_order o ON o.id = d.order_id JOIN orders_shop s ON s.id = d.shop_id LEFT JOIN casework_case c ON c.id = d.case_id
LEFT JOIN LATERAL (
    SELECT n.* FROM refunds_settlement n WHERE n.about = d.about AND n.order_id = d.order_id ORDER BY n.id DESC LIMIT 1
) m ON ((m.there, m.here) IS NOT DISTINCT FROM (d.there, d.here) OR m.books AND d.there = d.here) AND coalesce(m.at >= d.beside_at, true)
LEFT JOIN casework_case k ON k.id = m.case_id LEFT JOIN orders_user u ON u.id = m.by_id
WHERE coalesce(d.there, 0) <> coalesce(d.here, 0) OR d.beside > 0 OR m.books
ORDER BY m.id IS NOT NULL, coalesce(d.there_at, d.here_at), d.about
"""
# Of a month, each side by its own date, as the platform's statement has it.
# They are: what the platform's list says, what our books say of the platform, what of it somebody agreed to there without approval here, and whether
# register and ledger agree to the fen.
SUMS = f"""
WITH {SIDES}
SELECT coalesce((SELECT sum(t.amount) FROM theirs t WHERE t.at >= %(since)s AND t.at < %(until)s), 0),
       coalesce((SELECT sum(o.amount) FROM ours o WHERE o.at >= %(since)s AND o.at < %(until)s), 0),
       coalesce((SELECT sum(d.amount) FROM refunds_paidthere d JOIN theirs t ON t.id = d.refund_id
                 WHERE d.approval_id IS NULL AND t.at >= %(since)s AND t.at < %(until)s), 0),
       coalesce((SELECT sum(o.amount) FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN orders_order n ON n.id = g.order_id
                 WHERE n.shop_id = ANY(%(shops)s) AND o.recorded_at >= %(since)s AND o.recorded_at < %(until)s), 0),
       coalesce((SELECT sum(l.amount) FROM casework_ledger l JOIN casework_case c ON c.id = l.case_id
                 WHERE l.shop_id = ANY(%(shops)s) AND l.direction = 'out' AND l.at >= %(since)s AND l.at < %(until)s
                   AND l.key LIKE 'request:%%:settle:%%'), 0)
"""


LONGEST_ID = 19
# Where the order of a difference stands, by what it is called after.
ORDER_OF: dict[str, tuple[QuerySet[Any], str]] = {
    "refund": (PlatformRefund.objects.all(), "order_id"),
    "payout": (Payout.objects.all(), "approval__order_id"),
    "ledger": (Ledger.objects.all(), "order_id"),
}


@dataclass(frozen=True)
class Month:
    """A month of shop time."""

    year: int
    month: int

    @classmethod
    def read(cls, text: str, now: dt.datetime) -> Month:
        """From a text like 2026-11; "" is the month of `now`. Raises Malformed."""
        if not text:
            today = now.astimezone(SHOP_TIME)
            return cls(today.year, today.month)
        try:
            first: dt.datetime | None = dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=SHOP_TIME)
        except ValueError:
            first = None
        if first is None or first.year not in YEARS:
            raise Malformed(_("This is no month like 2026-11."), code="bad_value", field="month")
        return cls(first.year, first.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def begin(self) -> dt.datetime:
        """Its first instant."""
        return dt.datetime(self.year, self.month, 1, tzinfo=SHOP_TIME)

    @property
    def end(self) -> dt.datetime:
        """The first instant of the next month."""
        return dt.datetime(self.year + self.month // 12, self.month % 12 + 1, 1, tzinfo=SHOP_TIME)


@dataclass(frozen=True)
class Difference:
    """One difference: yuan there and here, None where there is nothing; `beside`, what we paid for it past the platform; and how it was settled."""

    about: str
    shop_id: int
    shop: str
    order_id: int
    order: str
    number: str
    case_id: int | None
    case: str | None
    there: Decimal | None
    there_at: dt.datetime | None
    here: Decimal | None
    here_at: dt.datetime | None
    beside: Decimal | None = None
    books: bool | None = None
    note: str | None = None
    settled_by_case: str | None = None
    settled_at: dt.datetime | None = None
    settled_by: str | None = None

    @property
    def kind(self) -> Kind:
        """How the sides differ. That it was paid twice matters more than whether the books have both."""
        if self.beside:
            return Kind.TWICE
        if self.there == self.here:
            return Kind.BOOKED
        return Kind.NOT_HERE if self.here is None else Kind.NOT_THERE if self.there is None else Kind.AMOUNTS

    @property
    def amount(self) -> Decimal:
        """Yuan there more than here."""
        return (self.there or Decimal(0)) - (self.here or Decimal(0))

    @property
    def may_be_booked(self) -> bool:
        """Whether the ledger can follow the platform's list: it paid, and the books have nothing of it or another amount."""
        return bool(self.there) and self.there != self.here

    @property
    def is_settled(self) -> bool:
        """Whether somebody has said what it is."""
        return self.note is not None


@dataclass(frozen=True)
class Sums:
    """Yuan of a month: on the platform by its list and by our books, of these without approval here; paid out by the register and by the ledger."""

    there: Decimal
    here: Decimal
    unapproved: Decimal
    register: Decimal
    ledger: Decimal


def params_of(by: Actor, month: Month, shop: int | None, order: int | None = None) -> dict[str, Any]:
    """The shops whose money the actor may compare, the month, and the order where only one is looked at."""
    shops = [each.pk for each in shops_with(by, READERS) if shop in (None, each.pk)]
    return {"shops": shops, "since": month.begin, "until": month.end, "order": order}


def difference(by: Actor, month: Month, about: str) -> Difference | None:
    """The difference with this name in a month; None when the sides agree, or nothing is called so."""
    if (order := _order_of(about)) is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(ROWS, params_of(by, month, None, order))
        return next((each for each in _read(cursor.fetchall()) if each.about == about), None)


def _order_of(about: str) -> int | None:
    """The order of what a difference is called after: refund:ID, payout:ID or ledger:ID."""
    what, _colon, number = about.partition(":")
    if what not in ORDER_OF or not (number.isascii() and number.isdigit() and len(number) < LONGEST_ID):
        return None
    rows, column = ORDER_OF[what]
    return rows.filter(pk=int(number)).values_list(column, flat=True).first()


def differences(by: Actor, month: Month, shop: int | None = None) -> list[Difference]:
    """The differences of a month, open ones first. One query."""
    return list(each_difference(by, month, shop))


def each_difference(by: Actor, month: Month, shop: int | None = None) -> Iterator[Difference]:
    """The same one by one."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, params_of(by, month, shop))
        while rows := cursor.fetchmany(1000):
            yield from _read(rows)


def _read(rows: Sequence[tuple[object, ...]]) -> Iterator[Difference]:
    return (Difference(*row) for row in rows)  # type: ignore[arg-type]  # the columns stand in the order of the fields


def sums(by: Actor, month: Month, shop: int | None = None) -> Sums:
    """The sums of a month. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, params_of(by, month, shop))
        return Sums(*cursor.fetchone())
