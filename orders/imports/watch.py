"""How far an import is, for the progress bar: written outside the import's own transaction, at most twice a second."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from django.db import connection

SECONDS = 0.5


class Watch:
    """Counts rows and writes them onto the run through a connection of its own, which sees no lock of the import."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.rows = 0
        self._next = time.monotonic() + SECONDS
        self._connection = connection.copy()

    def __call__(self, rows: int) -> None:
        self.rows += rows
        if time.monotonic() >= self._next:
            self._write()
            self._next = time.monotonic() + SECONDS

    def _write(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("UPDATE orders_importrun SET progress_done = %s WHERE id = %s AND state = 'running'", [self.rows, self.run_id])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()
