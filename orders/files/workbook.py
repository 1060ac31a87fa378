"""The records of a workbook, read by a limited process (workbook_worker) and passed on one at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import IO, Any

from orders.files import limits
from orders.files.errors import BadFile

WORKER = Path(__file__).with_name("workbook_worker.py")
# A spreadsheet keeps 15 digits of a number: a longer id in a number cell is no longer the id.
SAFE_DIGITS = 15

Cell = str | int | float | None
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A sheet's name and first row; of a small workbook all rows are there already, as `workbook_records` gives them."""

    name: str
    header: list[str]
    rows: list[Row]
    is_whole: bool = False


def workbook_records(path: Path, name: str, sheet: int = 1) -> Iterator[Row]:
    """Number (the header's is its row in the sheet) and cells of each row that is not empty. Sheets that hold nothing do not count."""
    for message in _messages(path, name, sheet):
        if isinstance(message, list):
            yield message[0], [_text(cell) for cell in message[1]]


def workbook_sheets(path: Path, name: str) -> list[Sheet]:
    """Each sheet that holds anything, in their order."""
    sheets: list[Sheet] = []
    whole = False
    for message in _messages(path, name, 0):
        if "sheet" in message:
            sheets.append(Sheet(message["sheet"], [_text(cell) for cell in message["header"]], []))
        elif "of" in message:
            number, cells = message["row"]
            sheets[message["of"] - 1].rows.append((number, [_text(cell) for cell in cells]))
        whole = whole or "whole" in message
    return [replace(sheet, is_whole=whole) for sheet in sheets]


def _messages(path: Path, name: str, sheet: int) -> Generator[Any, None, None]:
    """The worker's lines. The worker is killed when the caller stops reading, when it is silent too long, or at the end."""
    command = [sys.executable, "-I", str(WORKER), str(path.resolve())]
    amounts = [
        str(number) for number in (limits.WORKER_MEMORY, limits.WORKER_CPU_SECONDS, limits.MAX_COLUMNS, limits.max_rows() + 1, sheet)
    ]
    worker = subprocess.Popen(
        [*command, *amounts], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env={}, cwd="/"
    )
    assert worker.stdout is not None  # asked for above
    ended = False
    try:
        for line in _lines(worker, worker.stdout):
            message = json.loads(line)
            if isinstance(message, dict) and "error" in message:
                raise BadFile(message["error"], name, limit=limits.max_rows())
            ended = isinstance(message, dict) and "end" in message
            yield message
        if not ended:
            raise BadFile("workbook_too_hard", name)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()


def _lines(worker: subprocess.Popen[bytes], stdout: IO[bytes]) -> Iterator[bytes]:
    """Lines as they come; a worker that says nothing for too long while it is waited for is killed, which ends them."""
    while True:
        watch = Timer(limits.WORKER_SILENT_SECONDS, worker.kill)
        watch.start()
        try:
            batch = stdout.readlines(limits.MEGABYTE // 4)
        finally:
            watch.cancel()
        if not batch:
            return
        yield from batch


def _text(cell: Cell) -> str:
    """A cell as text. A number too long to be exact is shown as spreadsheets show it, and held as damaged later."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    whole = int(cell) if cell == cell and abs(cell) != float("inf") and cell == int(cell) else None
    if whole is None:
        return repr(cell)
    return f"{cell:.5E}" if len(str(abs(whole))) > SAFE_DIGITS else str(whole)
