"""How the characters of a text file are coded. Decided over the whole file, strictly, so that nothing is ever mangled."""

from __future__ import annotations

import codecs
from pathlib import Path

from orders.files import limits
from orders.files.errors import BadFile
from orders.files.sniff import HEAD, UTF16_MARKS, utf16_without_mark

CHUNK = 1024 * 1024
# gb18030 holds all of GBK and the rare characters of names as well.
CHINESE = "gb18030"


def encoding_of(path: Path, name: str) -> str:
    """The codec of the file. Raises BadFile where none fits or where there are too many lines."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for codec in _candidates(head):
        bad_line = _first_bad_line(path, name, codec)
        if bad_line is None:
            return codec
        # A first line with Chinese in valid UTF-8 is no accident: the file is UTF-8 and was cut or damaged later.
        if codec.startswith("utf") and bad_line > 1 and not head.split(b"\n")[0].isascii():
            raise BadFile("broken_characters", name, line=bad_line)
    raise BadFile("unreadable_encoding", name)


def _candidates(head: bytes) -> list[str]:
    if head.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if head.startswith(UTF16_MARKS):
        return ["utf-16"]
    unmarked = utf16_without_mark(head)
    return [unmarked] if unmarked else ["utf-8", CHINESE]


def _first_bad_line(path: Path, name: str, codec: str) -> int | None:
    """The number of the first line that the codec cannot read, None when it reads all."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    lines, most = 1, limits.max_rows()
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            try:
                lines += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                return lines + chunk[: error.start].count(b"\n")
            if not chunk:
                return None
            if lines > most + 1:
                raise BadFile("too_many_rows", name, limit=most)
