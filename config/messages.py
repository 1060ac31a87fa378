"""Translations are written as .po and read as .mo: compile those that are out of date. `python -m config.messages` does it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from config.environment import BASE_DIR


def compile_stale(root: Path = BASE_DIR / "locale") -> list[Path]:
    """Compile each .po that is newer than its .mo. Returns what was written. Needs no gettext tools."""
    return [_compile(po, mo) for po, mo in _pairs(root) if _is_stale(po, mo)]


def _pairs(root: Path) -> Iterator[tuple[Path, Path]]:
    for po in sorted(root.glob("*/LC_MESSAGES/*.po")):
        yield po, po.with_suffix(".mo")


def _is_stale(po: Path, mo: Path) -> bool:
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(po: Path, mo: Path) -> Path:
    """Write beside and rename: another process may be reading the old one."""
    import polib  # only when there is something to do

    fresh = mo.with_name(f".{mo.name}.{os.getpid()}")
    polib.pofile(str(po)).save_as_mofile(str(fresh))
    fresh.replace(mo)
    return mo


if __name__ == "__main__":
    compile_stale()
