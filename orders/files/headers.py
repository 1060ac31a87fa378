"""What a list is, told by the names of its columns and by nothing else (FORMATS 1.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from orders.files import columns, vintages
from orders.files.errors import BadFile

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060'\"=‘’“”"))


@dataclass(frozen=True)
class Layout:
    """Which list it is and where its columns are. Of a list that is not `taken` each row is held; `why` and `column` say why.

    `goods` are the places of what names the goods. `orders` is set where the rows tell of their order as well as of its lines.
    """

    kind: str
    vintage: str
    taken: bool
    width: int
    places: dict[str, int]
    names: dict[str, str]
    goods: tuple[int, ...] = ()
    orders: Layout | None = None
    why: str = ""
    column: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether it adds to orders that other lists tell of."""
        return self.vintage == vintages.DISPATCH


# Tells a list of a higher app by its header and the file's name; None for a list that is not its.
Teller = Callable[[Sequence[str], str], Layout | None]


def fold(name: str) -> str:
    """A column's name for comparison: no blanks, marks or quotes, brackets and letters in one form."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_INVISIBLE).split()).lower()


def layout_of(header: Sequence[str], file: str, tellers: Sequence[Teller] = ()) -> Layout:
    """The layout. Raises BadFile where the list is unknown, a needed column is missing, or a known one is there twice."""
    folded = [fold(cell) for cell in header]
    names = set(folded)
    kind = _kind(names)
    # A whole list of the platform is one, whatever else somebody has added to it.
    for tell in () if kind and not _lacks(kind, names) else tellers:
        if (told := tell(header, file)) is not None:
            return told
    if _is_dispatch(kind, names):
        return _dispatch(header, folded, file)
    if not kind:
        raise BadFile("unknown_list", file, header=list(header))
    layout = _layout(kind, "", header, folded, file)
    for field in columns.NEEDED[kind]:
        if field not in layout.places:
            raise BadFile("missing_column", file, column=columns.COLUMNS[kind][field][-1])
    if _is_sold(kind, names):
        return _sold(layout, header, folded, file)
    return replace(layout, vintage=_vintage(kind, names, layout.places))


def held_layout(kind: str, header: Sequence[str], error: BadFile) -> Layout:
    """For a sheet that cannot be taken beside one of this kind: its rows are held, with the order number where one can be seen."""
    folded = [fold(cell) for cell in header]
    number = next((folded.index(name) for name in ("主订单编号", "订单编号") if name in folded), None)
    places = {} if number is None else {"number": number}
    column = str(error.params.get("column", ""))
    return Layout(kind, vintages.UNKNOWN, False, len(header), places, {}, why=error.code, column=column)


def lines_only(layout: Layout, header: Sequence[str], file: str) -> Layout:
    """A list with a row for each line, lying beside a list of the orders: its amounts are those of the lines."""
    return replace(_layout(columns.ITEMS, "A", header, [fold(cell) for cell in header], file), goods=layout.goods)


def _kind(names: set[str]) -> str:
    """Refund lists have a refund number, item lists a sub-order number or quantities by order, order lists what is left."""
    if "退款编号" in names:
        return columns.REFUNDS
    if "订单编号" not in names and "主订单编号" not in names:
        return ""
    if "子订单编号" in names or (_has(names, columns.ITEMS, "quantity", "title") and not _has(names, columns.ORDERS, "paid")):
        return columns.ITEMS
    return columns.ORDERS if _has(names, columns.ORDERS, "paid") or _has(names, columns.ORDERS, "status") else ""


def _is_dispatch(kind: str, names: set[str]) -> bool:
    """Somebody receives an order, and something is missing that another list would need."""
    numbered = "订单编号" in names or "主订单编号" in names
    receiver = any(_has(names, columns.ORDERS, field) for field in columns.RECEIVER)
    return kind != columns.REFUNDS and numbered and receiver and (not kind or _lacks(kind, names))


def _lacks(kind: str, names: set[str]) -> bool:
    """Whether a column is missing that a list of this kind needs, beside the number."""
    return not _has(names, kind, *(field for field in columns.NEEDED[kind] if field != "number"))


def _is_sold(kind: str, names: set[str]) -> bool:
    """An order list whose rows name quantity and price of one line each."""
    return kind == columns.ORDERS and _has(names, columns.ITEMS, "title", "price", "quantity", "status")


def _has(names: set[str], kind: str, *fields: str) -> bool:
    """Whether each field is there under one of its names."""
    return all(any(fold(name) in names for name in columns.COLUMNS[kind][field]) for field in fields)


def _dispatch(header: Sequence[str], folded: list[str], file: str) -> Layout:
    """Amounts beside quantities may be those of a line, and are left alone."""
    layout = _layout(columns.ORDERS, vintages.DISPATCH, header, folded, file)
    return _without(layout, columns.MONEY) if "购买数量" in folded or "子订单编号" in folded else layout


def _sold(orders: Layout, header: Sequence[str], folded: list[str], file: str) -> Layout:
    """The lines, and beside them the orders that the same rows tell of."""
    lines = _without(_layout(columns.ITEMS, vintages.SOLD, header, folded, file), columns.NOT_OF_THE_LINE)
    listed = {field: lines.places[field] for field in ("price", "quantity")}
    of_orders = _without(replace(orders, vintage=vintages.SOLD), columns.NOT_OF_THE_ORDER)
    return replace(lines, names=orders.names | lines.names, orders=replace(of_orders, places=of_orders.places | listed))


def _without(layout: Layout, fields: Collection[str]) -> Layout:
    return replace(layout, places={field: place for field, place in layout.places.items() if field not in fields})


def _layout(kind: str, vintage: str, header: Sequence[str], folded: list[str], file: str) -> Layout:
    places = _places(kind, folded, header, file)
    names = {field: header[place].strip() for field, place in places.items()}
    goods = {fold(name) for name in columns.GOODS}
    seen = tuple(place for place, name in enumerate(folded) if name in goods)
    return Layout(kind, vintage, True, len(header), places, names, seen)


def _places(kind: str, folded: list[str], header: Sequence[str], file: str) -> dict[str, int]:
    """Field -> position, for the columns that are known."""
    fields = {fold(name): field for field, names in columns.COLUMNS[kind].items() for name in names} | _number(kind, folded)
    places: dict[str, int] = {}
    for position, name in enumerate(folded):
        field = fields.get(name)
        if not field:
            continue
        if field in places:
            raise BadFile("duplicated_column", file, column=header[position].strip())
        places[field] = position
    return places


def _number(kind: str, folded: list[str]) -> dict[str, str]:
    """Which column is the order's number: beside sub-orders 主订单编号, and 订单编号 may then be either."""
    if "主订单编号" in folded and (kind == columns.ITEMS or "子订单编号" in folded or "订单编号" not in folded):
        return {"主订单编号": "number", "订单编号": ""}
    return {}


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
