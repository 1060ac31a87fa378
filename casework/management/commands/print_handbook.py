"""Print the kinds of case as docs/handbook/ has them, from the classes. --check exits 1 when pages and classes differ."""

from __future__ import annotations

import difflib
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.handbook import handbook


class Command(BaseCommand):
    """manage.py print_handbook [--write | --check]"""

    help = "Print the steps, clocks and diagrams of each kind, as docs/handbook/ has them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --write and --check."""
        parser.add_argument("--write", action="store_true", help="write docs/handbook/")
        parser.add_argument("--check", action="store_true", help="say how docs/handbook/ differs, and exit 1 when it does")

    def handle(self, **options: Any) -> None:
        """Print, write or compare."""
        folder, fresh = Path(settings.BASE_DIR) / "docs" / "handbook", handbook()
        if options["check"]:
            self._compare(written(folder), fresh)
        elif options["write"]:
            self._write(folder, fresh)
        else:
            self.stdout.write("\n".join(fresh.values()), ending="")

    def _write(self, folder: Path, fresh: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in written(folder).keys() - fresh.keys():
            (folder / name).unlink()
        for name, text in fresh.items():
            (folder / name).write_text(text, encoding="utf-8")

    def _compare(self, before: dict[str, str], fresh: dict[str, str]) -> None:
        lines: list[str] = []
        for name in sorted(before.keys() | fresh.keys()):
            page, classes = before.get(name, "").splitlines(), fresh.get(name, "").splitlines()
            lines += difflib.unified_diff(page, classes, f"docs/handbook/{name}", "the classes", lineterm="")
        for line in lines:
            self.stdout.write(line)
        if lines:
            sys.exit(1)


def written(folder: Path) -> dict[str, str]:
    """The pages that lie there: file name -> text."""
    return {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.md")}
