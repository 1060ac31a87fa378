"""Large order and item lists for measurements, made of the samples' rows with numbers of their own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "samples"
ENCODING = "gb18030"


def write_orders(path: Path, rows: int) -> None:
    """An order list with so many orders."""
    _write(path, "taobao_orders.csv", rows, {"订单编号", "主订单编号"})


def write_items(path: Path, rows: int) -> None:
    """An item list with so many lines, each of an order that write_orders makes. Only orders with one line are used."""
    _write(path, "taobao_items.csv", rows, {"子订单编号", "主订单编号"})


def _write(path: Path, sample: str, rows: int, ids: set[str]) -> None:
    header, template = _template(sample)
    with path.open("w", encoding=ENCODING, newline="") as file:
        file.write(",".join(f'"{name}"' for name in header) + "\r\n")
        for number in range(rows):
            cells = template[number % len(template)]
            order = f'="{5_118_000_000_000_000_000 + number * 1_000_003}"'
            line = (order if name in ids else _quoted(cell) for name, cell in zip(header, cells, strict=False))
            file.write(",".join(line) + "\r\n")


def _template(sample: str) -> tuple[list[str], list[list[str]]]:
    """The header, and the rows of orders that have one line, in the order of the order list."""
    orders, items = list(_rows("taobao_orders.csv")), list(_rows("taobao_items.csv"))
    lines = [row[1] for row in items]
    single = [row[0] for row in orders[1:] if lines.count(row[0]) == 1]
    rows, column = (orders, 0) if sample == "taobao_orders.csv" else (items, 1)
    by_order = {row[column]: row for row in rows[1:]}
    return rows[0], [by_order[number] for number in single]


def _rows(sample: str) -> Iterator[list[str]]:
    with (SAMPLES / sample).open(encoding=ENCODING, newline="") as file:
        yield from csv.reader(file)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
