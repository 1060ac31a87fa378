"""A ZIP that is made while it is sent: memory does not grow with what is in it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

CHUNK = 256 * 1024
# Bytes as they are, or a file on the disk.
Content = bytes | Path


class _Pipe(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """It is written to, and never read or rewound."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # of bytes alone
        """Keep a part."""
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def zip_stream(files: Iterable[tuple[str, Content]], at: dt.datetime) -> Iterator[bytes]:
    """The ZIP in pieces. `files` are names, none twice, with their content; pictures are packed already and stored as they are."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_STORED) as book:
        for name, content in files:
            with book.open(ZipInfo(name, at.timetuple()[:6]), "w") as into:
                for chunk in _chunks(content):
                    into.write(chunk)
                    yield pipe.take()
    yield pipe.take()


def _chunks(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
