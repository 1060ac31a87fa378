"""Checks of a workbook's zip package before anything opens it: size unpacked, parts, entities, rows and cells."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from orders.files import limits
from orders.files.errors import BadFile

CHUNK = 1024 * 1024
ENCRYPTED = 0x1
SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")
NESTED = re.compile(r"\.(?:zip|xls[xmb]?|docx|pptx|jar|rar|7z|gz)$", re.IGNORECASE)
# The parts that say what kind of package it is, when it is no workbook that we read.
OTHERS = {"xl/workbook.bin": "binary_workbook", "content.xml": "open_document"}


def check_package(path: Path, name: str) -> None:
    """Raises BadFile unless the package is a workbook of bearable size with nothing unusual in it."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            _check_parts(parts, name)
            _check_contents(package, parts, name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadFile("damaged_workbook", name) from error


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    """What the directory of the package tells."""
    names = {part.filename for part in parts}
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise BadFile("password", name)
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise BadFile("macros", name)
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise BadFile(next((code for part, code in OTHERS.items() if part in names), "archive"), name)
    if len(parts) > limits.MAX_PARTS or any(NESTED.search(part) for part in names):
        raise BadFile("unsafe_workbook", name)
    unpacked = sum(part.file_size for part in parts)
    strings = sum(part.file_size for part in parts if part.filename == "xl/sharedStrings.xml")
    if unpacked > limits.MAX_UNPACKED or strings > limits.MAX_SHARED_STRINGS or any(map(_is_bomb, parts)):
        raise BadFile("unpacks_too_large", name)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > limits.RATIO_COUNTS_FROM and part.file_size > limits.MAX_RATIO * max(part.compress_size, 1)


def _check_contents(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], name: str) -> None:
    """Unpack each part once, in pieces: entities anywhere, macros in the list of types, rows and cells in the sheets."""
    most = limits.max_rows()
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        counts = _scan(package, part, name)
        if counts["row"] > most + 1:
            raise BadFile("too_many_rows", name, limit=most)
        if counts["c"] > limits.MAX_CELLS:
            raise BadFile("unpacks_too_large", name)
        if counts["macro"] and part.filename == "[Content_Types].xml":
            raise BadFile("macros", name)


def _scan(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> dict[str, int]:
    """Count tags in a part; a tag cut by two pieces is missed, which a limit can bear."""
    counts = {"row": 0, "c": 0, "macro": 0}
    is_sheet = bool(SHEET.match(part.filename))
    with package.open(part) as stream:
        piece = stream.read(CHUNK)
        # An entity could hide from a search for bytes in UTF-16, which no workbook uses.
        if piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in piece[:64]:
            raise BadFile("unsafe_workbook", name)
        tail = b""
        while piece:
            if b"<!" in piece and _has_declaration(tail + piece):
                raise BadFile("unsafe_workbook", name)
            if is_sheet:
                counts["row"] += piece.count(b"<row") + piece.count(b":row ")
                counts["c"] += piece.count(b"<c ") + piece.count(b":c ")
            else:
                counts["macro"] += piece.count(b"macroEnabled")
            tail, piece = piece[-16:], stream.read(CHUNK)
    return counts


def _has_declaration(text: bytes) -> bool:
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text
