"""A row of an order list, read and checked by itself. What needs the database is checked in orders.imports.orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from orders.files.address import Address, parse_address
from orders.files.cells import BadCell, clean, fen, identifier, reference, references, refunded, text, whole, yes_or_no, yuan
from orders.files.statuses import RANKS, order_status
from orders.imports.memos import both_memos, flag_of, writer_of
from orders.imports.source import Rows, array, hexed, shop_time, times_in_order
from orders.phones import clean_phone, phone_digits, phone_tail
from orders.redact import redact

T = TypeVar("T")
TIMES = ("ordered_at", "paid_at", "shipped_at", "ship_by", "finished_at", "auto_confirm_at")
NOT_CLOSED = "订单未关闭"


class OrderRows(Rows):
    """Order lists of every vintage, dispatch lists, and the orders that a list of sold lines tells of.

    A dispatch list needs neither status nor amounts; of sold lines the first may tell what was paid for all.
    """

    columns = (
        "status", "rank", "paid", "freight", "refund", *TIMES,
        "nick", "payment_number", "close_reason", "invoice", "insured", "waybills", "courier",
        "province", "city", "district", "name_enc", "phone_enc", "street_enc", "phone_index", "phone_tail_index",
        "message", "message_enc", "memo", "memo_enc", "writer", "flag",
        "partial", "named", "goods", "listed",
    )  # fmt: skip

    def read(self, cells: list[str]) -> tuple[str, bytes, list[object]]:
        """Order number, digest and values. Raises BadCell."""
        layout = self.source.layout
        number = identifier(cells[layout.places["number"]], "number")
        status = (self.maybe if layout.is_partial else self._needed)(cells, "status", order_status)
        money = self._money(cells, status)
        times = [self.time(cells, name) for name in TIMES]
        times_in_order([("ordered_at", times[0]), ("paid_at", times[1]), ("shipped_at", times[2]), ("finished_at", times[4])])
        person, clear = self._person(cells, number)
        plain = self._plain(cells, clear[4])
        notes, original = self._notes(cells, number, clear)
        rank = None if status is None else RANKS[status]
        values = [
            status,
            rank,
            *money,
            *map(shop_time, times),
            *plain,
            *person,
            *notes,
            layout.is_partial,
            bool(clear[4]) and "*" not in clear[4],
            *self._line(cells),
        ]
        shown = [str(status), *money, *times, *map(str, plain), *clear, *original]
        return number, self.source.key.digest(shown), values

    def _needed(self, cells: list[str], name: str, read: Callable[[str, str], T]) -> T:
        return read(cells[self.source.layout.places[name]], name)

    def _money(self, cells: list[str], status: str | None) -> list[str | None]:
        """Paid, postage and refunded, in yuan. Amounts that contradict one another hold the row (I9)."""
        paid = (self.maybe if self.source.layout.is_partial or self.source.shadow else self._needed)(cells, "paid", fen)
        goods, freight, total = (self.maybe(cells, name, fen) for name in ("goods", "freight", "total"))
        refund = self.maybe(cells, "refund", refunded)
        if paid is None:
            return [None, None if freight is None else yuan(freight), None]
        due = goods + freight if goods is not None and freight is not None else total
        if status == "wait_pay" and paid:
            raise BadCell("amounts_contradict", "paid", yuan(paid), why="paid_but_waiting", paid=yuan(paid))
        if due is not None and paid > due:
            raise BadCell("amounts_contradict", "paid", yuan(paid), why="paid_above_due", paid=yuan(paid), due=yuan(due))
        if paid and freight is not None and freight > paid:
            raise BadCell("amounts_contradict", "freight", yuan(freight), why="freight_above_paid", freight=yuan(freight), paid=yuan(paid))
        # Due less paid shown as refunded is a discount, no money that went back (FORMATS 1.5).
        if refund is not None and due is not None and refund == due - paid and refund != paid:
            refund = 0
        if refund is not None and refund > paid:
            raise BadCell("amounts_contradict", "refund", yuan(refund), why="refund_above_paid", refund=yuan(refund), paid=yuan(paid))
        return [yuan(paid), *(None if amount is None else yuan(amount) for amount in (freight, refund))]

    def _plain(self, cells: list[str], name: str) -> list[object]:
        """Columns that are stored as they are, an invoice's title without the person; None without such a column, "" where it is empty."""
        reason, invoice = self._text(cells, "close_reason", 200), self._text(cells, "invoice", 300)
        insured, bills = self.cell(cells, "insured"), self.cell(cells, "waybills")
        return [
            nick_of(self._text(cells, "nick", 100)),
            self.maybe(cells, "payment_number", reference),
            "" if reason == NOT_CLOSED else reason,
            redact(invoice, names=[name])[:300] if invoice else invoice,
            None if insured is None else yes_or_no(insured),
            None if bills is None else array(references(bills, "waybills")),
            self._text(cells, "courier", 64),
        ]

    def _text(self, cells: list[str], name: str, longest: int) -> str | None:
        raw = self.cell(cells, name)
        return raw if not raw else text(raw, name, longest)

    def _person(self, cells: list[str], number: str) -> tuple[list[object], list[str]]:
        """Who receives it, sealed; and the same in clear for the digest and the redaction, which keep nothing of it."""
        raw = self.cell(cells, "changed_address")
        if raw is None or not clean(raw):
            raw = self.cell(cells, "address")
        place = parse_address(raw) if raw else Address()
        name = self._text(cells, "name", 100) or place.name
        phone = self._phone(cells, place)
        key, known = self.source.key, [None, None, None] if raw is None else [place.province, place.city, place.district]
        digits, tail = phone_digits(phone), phone_tail(phone)
        sealed = [self.sealed(what, number, value) for what, value in (("name", name), ("phone", phone), ("street", place.street))]
        indexes = [hexed(key.blind("phone", digits)) if digits else None, hexed(key.blind("tail", tail)) if tail else None]
        return [*known, *sealed, *indexes], [*place[:4], name, phone]

    def _phone(self, cells: list[str], place: Address) -> str:
        """Mobile before landline. Eleven stars say nothing and are no phone."""
        for raw in (self.cell(cells, "phone"), self.cell(cells, "landline"), place.phone):
            phone = clean_phone(raw) if raw else ""
            if phone.strip("*"):
                return text(phone, "phone", 40)
        return ""

    def _notes(self, cells: list[str], number: str, clear: list[str]) -> tuple[list[object], list[str]]:
        """Buyer's message and seller's memo: redacted copy and sealed original, the memo's writer and flag."""
        street, name = clear[3], clear[4]
        values: list[object] = []
        originals = [clean(raw) if (raw := self.cell(cells, what)) else raw for what in ("message", "memo", "other_memo")]
        originals[1:] = [both_memos(*originals[1:])]
        for what, note in zip(("message", "memo"), originals, strict=True):
            values += [redact(note, names=[name], streets=[street]) if note else note, self.sealed(what, number, note)]
        flag = self.maybe(cells, "flag", flag_of)
        values += [writer_of(originals[1] or "", self.source.writers), flag]
        return values, [str(note) for note in (*originals, flag)]

    def _line(self, cells: list[str]) -> list[object]:
        """What tells the rows of an order apart as its lines: the goods that they name, and their price where it is one line's."""
        layout = self.source.layout
        goods = hexed(self.source.key.digest(clean(cells[place]) for place in layout.goods)) if layout.goods else None
        price, quantity = self.maybe(cells, "price", fen), self.maybe(cells, "quantity", whole)
        return [goods, yuan(price * quantity) if price is not None and quantity is not None else None]


def nick_of(nick: str | None) -> str | None:
    """A nick that the platform has masked is nobody's: several buyers would share it (FORMATS 6)."""
    return None if nick and "*" in nick else nick
