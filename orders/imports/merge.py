"""The order in which the statements of orders, items, split and refunds run."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction

from orders.files.columns import ITEMS, ORDERS, REFUNDS
from orders.imports import held, items, joins, orders, refunds, split
from orders.imports.names import redact_by_known_names
from orders.imports.staging import TABLES

# A held row that the files of this run tell anew is not tried a second time. `key` is what a row is about: order, line or refund.
SUPERSEDED = """
UPDATE {table} r SET outcome = 'superseded' FROM {table} s
WHERE r.held IS NOT NULL AND s.held IS NULL AND s.code IS NULL AND s.number = r.number AND s.key IS NOT DISTINCT FROM r.key
"""


class Torn(NamedTuple):
    """An order row that would leave the order's lines behind."""

    file: int
    number: str
    lines: str
    freight: str
    paid: str


@dataclass
class Merge:
    """The staged rows of one run into the tables of one shop, as of `at`. Of the kinds in `waiting` there are held rows to be tried again."""

    shop_id: int
    at: dt.datetime
    writers: re.Pattern[str] | None = None
    waiting: Collection[str] = ()
    left_out: list[Torn] = field(default_factory=list)

    def merge(self) -> None:
        """Orders, then their lines, then their refunds. Done again without the orders that it would tear from their lines."""
        while torn := self._attempt():
            self.left_out += torn

    def _attempt(self) -> list[Torn]:
        """All three merges; taken back when an order is torn, and then it is told which."""
        with transaction.atomic():
            self._leave_out()
            self._merge_orders()
            # The orders of held lines and refunds may have come in just now.
            self._stage_again(ITEMS)
            self._merge_items()
            torn = self._torn()
            if torn:
                transaction.set_rollback(True)
                return torn
            self._stage_again(REFUNDS)
            self._merge_refunds()
        return []

    def _stage_again(self, kind: str) -> None:
        if kind in self.waiting:
            held.stage_again(kind, self.shop_id, self.writers, self.at)

    def _leave_out(self) -> None:
        with connection.cursor() as cursor:
            for row in self.left_out:
                cursor.execute(orders.LEAVE_OUT, row._asdict())

    def _torn(self) -> list[Torn]:
        with connection.cursor() as cursor:
            cursor.execute(orders.TORN)
            return [Torn(*row) for row in cursor.fetchall()]

    def _merge_orders(self) -> None:
        """Orders and buyers, file by file from the oldest export to the newest."""
        self._run(joins.SHADOWS)
        for find, statements in joins.TOGETHER:
            self._run(find)
            if self._is(joins.ARE_THERE):
                self._run(*statements)
        self._run(SUPERSEDED.format(table=TABLES[ORDERS]))
        for file in self._files(ORDERS):
            self._run(orders.KNOWN, orders.ADDED, orders.LOCK, orders.MORE_WAYBILLS, orders.AMOUNTS, orders.BUYERS, file=file)
            self._run(orders.NEXT, file=file)
            redact_by_known_names()
            self._run(orders.MEMOS, orders.INSERT, orders.NEW_MEMOS, orders.UPDATE, file=file)
            self._run(*quietly(orders.CONFIRM), file=file)
        self._run(joins.REFUSED)

    def _merge_items(self) -> None:
        """Lines, each order's together."""
        self._run(items.NUMBERED, SUPERSEDED.format(table=TABLES[ITEMS]))
        for file in self._files(ITEMS):
            self._run(items.REPEATED, items.ACTIVE, items.BY_NUMBER, *in_one_pass(items.ALIKE), file=file)
            self._run(items.KNOWN, items.LOCK, items.BELOW, items.NEXT, items.WAIT, file=file)
            self._run(split.OF_ITEMS, split.SHARES, items.SHARED, items.MERGE, split.STORE, items.ON_ORDERS, file=file)
            self._run(*quietly(items.CONFIRM), file=file)
        self._run(joins.CHANGED, items.GIVE_UP, split.OF_ORDERS, split.SHARES, split.STORE)

    def _merge_refunds(self) -> None:
        """The platform's refunds, and what they add to orders and lines."""
        self._run(SUPERSEDED.format(table=TABLES[REFUNDS]))
        for file in self._files(REFUNDS):
            self._run(refunds.REPEATED, refunds.ORDERS, refunds.LOCK, refunds.KNOWN, refunds.AMOUNTS, file=file)
            self._run(refunds.BUYERS, refunds.MERGE, refunds.PLATFORM, file=file)
            self._run(*quietly(refunds.CONFIRM), file=file)

    def _files(self, kind: str) -> list[int]:
        """The files of a kind, the oldest export first; those that only add to orders after those that make them."""
        last = "bool_or(coalesce(partial, false)), " if kind == ORDERS else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT file FROM {TABLES[kind]} GROUP BY file ORDER BY {last}min(as_of), file")
            return [file for (file,) in cursor.fetchall()]

    def _is(self, question: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return bool(cursor.fetchone()[0])

    def _run(self, *statements: str, file: int | None = None) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, {"shop": self.shop_id, "at": self.at, "file": file})


def quietly(statement: str) -> tuple[str, ...]:
    """For columns that no journal watches: 100,000 unchanged rows need not be compared for it."""
    return ("SELECT set_config('casework.door', 'on', true)", statement, "SELECT set_config('casework.door', 'off', true)")


def in_one_pass(statement: str) -> tuple[str, ...]:
    """For a join that no index helps: whatever the planner believes of the tables, each is read once."""
    return ("SET LOCAL enable_nestloop = off", statement, "SET LOCAL enable_nestloop = on")
