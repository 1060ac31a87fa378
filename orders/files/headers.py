"""What a list is, told by the names of its columns and by nothing else (FORMATS 1.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from orders.files import columns, vintages
from orders.files.errors import BadFile

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060'\"=‘’“”"))


@dataclass(frozen=True)
class Layout:
    """Which list it is and where its columns are. A list that is not `taken` is read and held row by row."""

    kind: str
    vintage: str
    taken: bool
    width: int
    places: dict[str, int]
    names: dict[str, str]


# Tells a list of a higher app by its header and the file's name; None for a list that is not its.
Teller = Callable[[Sequence[str], str], Layout | None]


def fold(name: str) -> str:
    """A column's name for comparison: no blanks, marks or quotes, brackets and letters in one form."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_INVISIBLE).split()).lower()


def layout_of(header: Sequence[str], file: str, tellers: Sequence[Teller] = ()) -> Layout:
    """The layout. Raises BadFile where the list is unknown, a needed column is missing, or a known one is there twice."""
    for tell in tellers:
        if (told := tell(header, file)) is not None:
            return told
    folded = [fold(cell) for cell in header]
    kind = _kind(set(folded))
    if not kind:
        raise BadFile("unknown_list", file, header=list(header))
    places = _places(kind, folded, header, file)
    for field in columns.NEEDED[kind]:
        if field not in places:
            raise BadFile("missing_column", file, column=columns.COLUMNS[kind][field][-1])
    vintage = _vintage(kind, set(folded), places)
    names = {field: header[place].strip() for field, place in places.items()}
    return Layout(kind, vintage, kind != columns.ORDERS or vintage in vintages.TAKEN, len(header), places, names)


def _kind(names: set[str]) -> str:
    """Refund lists have a refund number, item lists a sub-order number or quantities by order, order lists what is left."""
    if "退款编号" in names:
        return columns.REFUNDS
    if "订单编号" not in names and "主订单编号" not in names:
        return ""
    has_item = "购买数量" in names and bool({"标题", "商品标题", "宝贝标题"} & names)
    paid = {fold(name) for name in columns.ORDER_COLUMNS["paid"]}
    if "子订单编号" in names or (has_item and not paid & names):
        return columns.ITEMS
    return columns.ORDERS if {"订单状态", *paid} & names else ""


def _places(kind: str, folded: list[str], header: Sequence[str], file: str) -> dict[str, int]:
    """Field -> position, for the columns that are known."""
    fields = {fold(name): field for field, names in columns.COLUMNS[kind].items() for name in names}
    places: dict[str, int] = {}
    for position, name in enumerate(folded):
        field = fields.get(name)
        if field is None or (kind == columns.ITEMS and name == "订单编号" and "主订单编号" in folded):
            continue
        if field in places:
            raise BadFile("duplicated_column", file, column=header[position].strip())
        places[field] = position
    return places


def _vintage(kind: str, names: set[str], places: dict[str, int]) -> str:
    if kind == columns.REFUNDS:
        return "2026" if {"支付单号", "售后类型"} & names else "classic"
    if kind == columns.ITEMS:
        if "line" not in places:
            return "A"
        return "C" if "商品标题" in names else "B"
    return _order_vintage(names)


def _order_vintage(names: set[str]) -> str:
    """A list with every column of a year and none of a later year is that year's; any other choice of columns is the seller's own."""
    known = {vintage: {fold(name) for name in listed} for vintage, listed in vintages.CLASSIC.items()}
    later: set[str] = set()
    for vintage, listed in known.items():
        if listed <= names and not (later - listed) & names:
            return vintage
        later |= listed
    # The last model of the old kind adds four columns to E; any of the three that only it has gives it away.
    if known["E"] <= names and {"延迟发货自动赔付金额", "预售订单", "商家备忘"} & names:
        return "2021"
    return vintages.PICKED
