"""The kinds of lists that are taken in: those of orders, and what higher apps put in at start-up. orders names none of theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.errors import Text
from orders.files.columns import ITEMS, ORDERS, REFUNDS
from orders.files.headers import Layout, Teller
from orders.files.vintages import DISPATCH, SOLD, UNKNOWN
from orders.imports import reasons, staging
from orders.imports.source import Rows
from orders.models import HeldRow, ImportRun

# Orders before their lines before their refunds, whatever the order in which the files are given; then what higher apps take in.
KINDS = (ORDERS, ITEMS, REFUNDS)
# Forms that are called otherwise than their kind.
FORMS: dict[str, Text] = {DISPATCH: _("dispatch list"), SOLD: _("list of sold lines"), UNKNOWN: _("no list")}
NAMES: dict[str, Text] = {ORDERS: _("order list"), ITEMS: _("item list"), REFUNDS: _("refund list")}


# What went in and should be looked at again: {"code": a key of reasons.SENTENCES, "params": what its sentence needs}.
Warned = dict[str, Any]


@dataclass(frozen=True)
class ColumnsForm:
    """What the page shows where a list was not recognised, so that a person can say what its columns are called.

    `context` gets (shop, header); the template finds it as `form`. `page` names the page of that form, by the shop's code.
    """

    template: str
    context: Callable[..., dict[str, Any]]
    page: str


@dataclass(frozen=True)
class SeenOn:
    """A page on which what came in is seen: its name in words, its address by name, and who may look."""

    label: Text
    page: str
    roles: frozenset[str]


@dataclass(frozen=True)
class ListKind:
    """A kind of list of a higher app.

    `layout_of` gets (header, file, shop id) and gives None for a list that is not of this kind. `columns` are the staging table's own,
    in SQL, and among them `key`: what a row is about. `merge` brings the staged rows of a run into the app's tables, says of each
    what became of it, and returns what should be looked at again. `may_go_in` narrows held rows to those that are worth another try.
    """

    code: str
    name: Promise
    layout_of: Callable[[Sequence[str], str, int], Layout | None]
    rows: type[Rows]
    columns: str
    merge: Callable[[ImportRun], list[Warned]]
    may_go_in: Callable[[QuerySet[HeldRow]], QuerySet[HeldRow]]
    help: Promise
    form: ColumnsForm | None = None
    sentences: Mapping[str, Promise] = field(default_factory=dict)
    # Where its rows are seen afterwards.
    seen_on: SeenOn | None = None
    # Whether its columns are found in no other list, so that it is asked before those whose columns it may have as well.
    is_surest: bool = False


LISTS: dict[str, ListKind] = {}


def add_list(kind: ListKind) -> None:
    """Take in a kind of list; called from AppConfig.ready."""
    LISTS[kind.code] = kind
    NAMES[kind.code] = kind.name
    reasons.SENTENCES.update(kind.sentences)
    staging.add_table(kind.code, kind.rows, kind.columns)


def kinds() -> tuple[str, ...]:
    """Every kind, in the order in which they are merged."""
    return (*KINDS, *LISTS)


def tellers(shop_id: int, wanted: Collection[str]) -> list[Teller]:
    """What tells the lists of higher apps by their headers, as this shop calls the columns."""
    asked = sorted((each for code, each in LISTS.items() if code in wanted), key=lambda each: not each.is_surest)
    return [partial(_layout, each, shop_id) for each in asked]


def _layout(kind: ListKind, shop_id: int, header: Sequence[str], file: str) -> Layout | None:
    return kind.layout_of(header, file, shop_id)
