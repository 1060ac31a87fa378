"""What only workbooks have: several sheets, cells that are times or numbers, formulas, gaps."""

import datetime as dt
import io
from dataclasses import replace

import openpyxl
import pytest

from orders.files.table import open_tables
from orders.models import Order
from tests.orders.lists import TO_SHIP, picked

ROW = picked(订单创建时间="", 发货时间="")


def book(*sheets):
    """A workbook of sheets, each a list of rows of cells."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for place, rows in enumerate(sheets):
        sheet = made.create_sheet(f"表{place}")
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def taken(desk, *sheets):
    return desk.counts(desk.file(book(*sheets), "list.xlsx.bytes"))


def test_empty_sheets_beside_do_not_matter(desk):
    assert taken(desk, [], [list(ROW), list(ROW.values())], [[None]]) == (1, 1, 0, 0, 0)


def test_a_cell_that_is_a_time_is_that_time(desk):
    made = list(
        (ROW | {"订单创建时间": dt.datetime.fromisoformat("2026-11-18T10:00:00.000499"), "发货时间": dt.date(2026, 11, 19)}).values()
    )
    taken(desk, [list(ROW), made])
    assert Order.objects.get().ordered_at.isoformat() == "2026-11-18T02:00:00+00:00"
    assert Order.objects.get().shipped_at.isoformat() == "2026-11-18T16:00:00+00:00"


@pytest.mark.parametrize(("cell", "amount"), [(110, "110.00"), (19.9, "19.90"), (0.1 + 0.2 - 0.2, "0.10"), ("19.90", "19.90")])
def test_a_cell_that_is_a_number_is_an_amount(desk, cell, amount):
    assert taken(desk, [list(ROW), list((ROW | {"买家实付金额": cell}).values())]) == (1, 1, 0, 0, 0)
    assert str(Order.objects.get().paid) == amount


def test_a_number_with_more_than_the_fen_is_not_rounded(desk):
    assert taken(desk, [list(ROW), list((ROW | {"买家实付金额": 19.905}).values())]) == (1, 0, 0, 0, 1)


def test_a_formula_without_a_value_is_empty(desk):
    assert taken(desk, [list(ROW), list((ROW | {"买家实付金额": "=1+1"}).values())]) == (1, 0, 0, 0, 1)
    assert desk.codes() == [(2, "missing_value")]


def test_empty_rows_and_a_header_further_down_are_borne(desk):
    assert taken(desk, [[], [], list(ROW), [], list(ROW.values()), []]) == (1, 1, 0, 0, 0)


def test_a_cell_beside_the_list_is_a_cell_too_many(desk):
    assert taken(desk, [list(ROW), [*ROW.values(), "", "备忘"]]) == (1, 0, 0, 0, 1)
    assert desk.codes() == [(2, "wrong_number_of_cells")]


def test_every_order_of_a_long_sheet_is_read(desk):
    rows = [[f"51180000000000{place:05d}", TO_SHIP, "1.00"] for place in range(2_500)]
    assert taken(desk, [["订单编号", "订单状态", "买家实付金额"], *rows]) == (2_500, 2_500, 0, 0, 0)


@pytest.mark.parametrize(("number", "at_once"), [(20, True), (1_200, False)])
def test_a_small_workbook_is_read_when_it_is_opened_and_a_long_one_sheet_by_sheet(tmp_path, number, at_once):
    path = tmp_path / "list.xlsx"
    rows = [[f"51180000000000{place:05d}", TO_SHIP, 1.5, None] for place in range(number)]
    path.write_bytes(book(*[[["订单编号", "订单状态", "买家实付金额", "备忘"], [None], *rows]] * 2))
    for table in open_tables(path):
        assert (table.rows is not None) == at_once
        records = list(table.records())
        assert records == list(replace(table, rows=None).records())
        assert [cells[0] for _line, cells in records] == [row[0] for row in rows]
