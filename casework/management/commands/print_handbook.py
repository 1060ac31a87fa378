"""Print the kinds of case as docs/kinds.md has them, from the classes. --check exits 1 when page and classes differ."""

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

    help = "Print the steps, clocks and diagrams of each kind, as docs/kinds.md has them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --write and --check."""
        parser.add_argument("--write", action="store_true", help="write docs/kinds.md")
        parser.add_argument("--check", action="store_true", help="say how docs/kinds.md differs, and exit 1 when it does")

    def handle(self, **options: Any) -> None:
        """Print, write or compare."""
        page, fresh = Path(settings.BASE_DIR) / "docs" / "kinds.md", handbook()
        if options["check"]:
            self._compare(page, fresh)
        elif options["write"]:
            page.write_text(fresh, encoding="utf-8")
        else:
            self.stdout.write(fresh, ending="")

    def _compare(self, page: Path, fresh: str) -> None:
        written = page.read_text(encoding="utf-8") if page.exists() else ""
        lines = list(difflib.unified_diff(written.splitlines(), fresh.splitlines(), "docs/kinds.md", "the classes", lineterm=""))
        for line in lines:
            self.stdout.write(line)
        if lines:
            sys.exit(1)
