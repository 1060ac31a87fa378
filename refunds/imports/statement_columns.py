"""The columns of a courier's statement, as couriers usually call them or as the shop has told for one courier (L13.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from logistics.imports import weight_columns
from logistics.models import Courier
from orders.files.errors import SENTENCES, BadFile
from orders.files.headers import Layout, fold
from refunds.imports.words import SEVERAL_COURIERS
from refunds.models.statement import StatementColumns

STATEMENT = "statement"
# The surest name first: what was paid comes before what was asked.
NAMES = {
    "waybill": [*weight_columns.NAMES["waybill"], "单号", "邮件号"],
    "amount": ["实赔金额", "实际赔付金额", "赔付金额", "理赔金额", "赔款金额", "赔偿金额", "理赔款", "赔款"],
    "courier": weight_columns.NAMES["courier"],
    "paid_on": ["赔付日期", "理赔日期", "赔付时间", "理赔时间", "打款日期", "打款时间", "到账日期", "结算日期"],
    "reference": ["理赔单号", "理赔编号", "赔付单号", "工单编号", "工单号"],
}
NEEDED = ("waybill", "amount")
# Beside the columns: what is paid stands with a minus, as it is taken off the bill.
MINUS = "minus"
SENTENCES["several_couriers"] = SEVERAL_COURIERS


def layout_of(header: Sequence[str], file: str, shop_id: int) -> Layout | None:
    """The layout of a statement: a waybill and what was paid for it. `vintage` names the courier whose columns they are, and the sign.

    Raises BadFile where a column that is used is there twice, or where the columns are those of several couriers.
    """
    folded = [fold(cell) for cell in header]
    told = _told(folded, file, shop_id)
    found, vintage = told or (_found(folded, {}), "")
    if not all(field in found for field in NEEDED):
        return None
    for name in found.values():
        if folded.count(name) > 1:
            raise BadFile("duplicated_column", file, column=header[folded.index(name)].strip())
    places = {field: folded.index(name) for field, name in found.items()}
    return Layout(STATEMENT, vintage, True, len(header), places, {field: header[place].strip() for field, place in places.items()})


def told_columns(shop_id: int, courier_id: int) -> dict[str, str]:
    """What the shop has told of a courier's statement: field -> header, and MINUS."""
    row = StatementColumns.objects.filter(shop_id=shop_id, courier_id=courier_id).first()
    return dict(row.columns) if row else {}


def vintage_of(courier_id: int, columns: Mapping[str, str]) -> str:
    """Whose columns they are, as a layout keeps it: the courier's id, with a minus before it where amounts have one."""
    return f"{'-' if columns.get(MINUS) else ''}{courier_id}"


def _told(folded: Sequence[str], file: str, shop_id: int) -> tuple[dict[str, str], str] | None:
    """The columns of the one courier whose own names for waybill and amount are all there; of several the one that the file's name names."""
    rows = list(StatementColumns.objects.filter(shop_id=shop_id).select_related("courier"))
    fit = [row for row in rows if _fits(folded, row.columns)]
    if len(fit) > 1:
        fit = [row for row in fit if _is_named(row.courier, file)]
        if len(fit) != 1:
            raise BadFile("several_couriers", file)
    return (_found(folded, fit[0].columns), vintage_of(fit[0].courier_id, fit[0].columns)) if fit else None


def _fits(folded: Sequence[str], columns: Mapping[str, str]) -> bool:
    """Whether every column that was told is there, and what is needed besides under a usual name."""
    told = [fold(name) for field, name in columns.items() if field in NAMES]
    return bool(told) and all(name in folded for name in told) and all(field in _found(folded, columns) for field in NEEDED)


def _is_named(courier: Courier, file: str) -> bool:
    return any(name and fold(name) in fold(file) for name in (courier.name, courier.code, *courier.names))


def _found(folded: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """Field -> folded name of its column; the courier's own name comes before the usual ones."""
    wanted = {field: [told.get(field, ""), *names] for field, names in NAMES.items()}
    found = {field: next((each for name in names if name and (each := fold(name)) in folded), "") for field, names in wanted.items()}
    return {field: name for field, name in found.items() if name}
