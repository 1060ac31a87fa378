"""Uploaded lists between preview and import: encrypted on disk, in clear only while they are being read.

A kept file is a row of pieces: length (4 bytes) and sealed bytes. Each piece is bound to its file and place, and the last
one says so: pieces cannot be left out, moved or swapped.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from orders import vault
from orders.files import limits
from orders.files.errors import BadFile

PIECE = limits.MEGABYTE
OWNER_ONLY = 0o700


def keep(chunks: Iterable[bytes], name: str) -> str:
    """Encrypt an upload into UPLOAD_DIR while it arrives; returns what ImportFile.path holds. Raises BadFile above the limit."""
    kept = secrets.token_hex(16)
    path = _folder() / kept
    try:
        with path.open("xb") as file:
            os.chmod(path, 0o600)
            _write(file.write, kept, chunks, name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return kept


def _write(write: Callable[[bytes], object], kept: str, chunks: Iterable[bytes], name: str) -> None:
    size = number = 0
    waiting = b""
    for chunk in chunks:
        size += len(chunk)
        if size > limits.max_bytes():
            raise BadFile("file_too_big", name, limit=limits.max_bytes() // limits.MEGABYTE)
        waiting += chunk
        while len(waiting) > PIECE:
            write(_framed(waiting[:PIECE], kept, number))
            waiting, number = waiting[PIECE:], number + 1
    write(_framed(waiting, kept, number, last=True))


def _framed(piece: bytes, kept: str, number: int, *, last: bool = False) -> bytes:
    sealed = vault.seal_bytes(piece, _place(kept, number, last))
    return len(sealed).to_bytes(4, "big") + sealed


def _place(kept: str, number: int, last: bool) -> bytes:
    return f"upload:{kept}:{number}:{'last' if last else 'more'}".encode()


@contextmanager
def in_clear(kept: str) -> Iterator[Path]:
    """The file as it was uploaded, for as long as it is read. Raises VaultError where a byte was changed or is missing."""
    with tempfile.NamedTemporaryFile(dir=_folder(), prefix="reading-") as file:
        for piece in _pieces(_folder() / kept, kept):
            file.write(piece)
        file.flush()
        yield Path(file.name)


def _pieces(path: Path, kept: str) -> Iterator[bytes]:
    left, number = path.stat().st_size, 0
    with path.open("rb") as file:
        while left:
            size = int.from_bytes(file.read(4), "big")
            left -= 4 + size
            yield vault.unseal_bytes(file.read(size), _place(kept, number, left == 0))
            number += 1


def forget_strays(known: set[str], older_than: dt.datetime) -> int:
    """Remove files that no run knows and that are older than this: what a killed process left. Returns how many."""
    strays = [path for path in _folder().iterdir() if path.name not in known and path.stat().st_mtime < older_than.timestamp()]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def discard(kept: str) -> None:
    """Remove an upload; nothing happens when it is gone already."""
    if kept:
        with suppress(FileNotFoundError):
            (_folder() / kept).unlink()


def _folder() -> Path:
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    return folder
