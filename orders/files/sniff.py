"""What a file is, told by its bytes: a workbook or text. Everything else is refused with its own sentence."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from orders.files import limits
from orders.files.errors import BadFile

HEAD = 8192
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MAGIC = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"BM": "picture",
    b"RIFF": "picture",
    b"II*\x00": "picture",
    b"MM\x00*": "picture",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
    b"PK\x05\x06": "archive",
    b"{\\rtf": "not_a_table",
    b"MZ": "not_a_table",
    b"\x7fELF": "not_a_table",
}
# Letters that begin a magic may begin a CSV as well; then the bytes after them tell.
_TEXT = re.compile(rb"^[\t\r\n\x20-\x7e\x80-\xff]*$")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_PAGE = re.compile(r"^(?:<!doctype html|<html|<head|<body|<table|<meta|<style|<div|mime-version:)", re.IGNORECASE)
_WORKBOOK_NAME = re.compile(r"\.(?:xls[xmb]?|xlt[xm]?|et)$", re.IGNORECASE)

WORKBOOK, TEXT = "workbook", "text"


def what_is(path: Path, name: str) -> str:
    """WORKBOOK or TEXT. Raises BadFile for anything else; `name` is the file's name as people know it."""
    head = _head(path, name)
    if head.startswith(ZIP):
        return WORKBOOK
    if head.startswith(OLE):
        raise BadFile(_kind_of_ole(path), name)
    for magic, code in MAGIC.items():
        if head.startswith(magic) and (len(magic) > 2 or not _TEXT.match(head)):
            raise BadFile(code, name)
    _refuse_other_text(head, name)
    return TEXT


def _head(path: Path, name: str) -> bytes:
    """The first bytes, after the checks of size."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise BadFile("no_such_file", name) from error
    if not head.strip():
        raise BadFile("empty_file", name)
    if size > limits.max_bytes():
        raise BadFile("file_too_big", name, limit=limits.max_bytes() // limits.MEGABYTE)
    return head


def _refuse_other_text(head: bytes, name: str) -> None:
    """HTML, XML, text under a workbook's name, and bytes that are no text at all."""
    beginning = _beginning(head)
    if beginning.startswith("<?xml") and "<html" not in beginning.lower():
        raise BadFile("xml_file", name)
    if beginning.startswith("<") or _PAGE.match(beginning):
        raise BadFile("web_page", name)
    if not head.startswith(UTF16_MARKS) and not utf16_without_mark(head) and _CONTROL.search(head):
        raise BadFile("not_a_table", name)
    if _WORKBOOK_NAME.search(name):
        raise BadFile("text_named_workbook", name)


def _beginning(head: bytes) -> str:
    """The first characters, good enough to see markup."""
    encoding = "utf-16" if head.startswith(UTF16_MARKS) else utf16_without_mark(head) or "utf-8"
    return head[:1024].decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")


def utf16_without_mark(head: bytes) -> str:
    """The codec of UTF-16 text that came without its mark, or "". Of an ASCII character, separators first, one byte is NUL."""
    in_first, in_second = head[::2].count(0), head[1::2].count(0)
    if max(in_first, in_second) * 20 < len(head):
        return ""
    codec = "utf-16-le" if in_second > in_first else "utf-16-be"
    beginning = head[:256].decode(codec, errors="ignore")
    return codec if any("\u4e00" <= character <= "\u9fff" for character in beginning) else ""


def _kind_of_ole(path: Path) -> str:
    """An OLE container is an encrypted workbook, an old one, or something else altogether."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "password"
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return "old_workbook"
    return "not_a_table"
