"""Check the seals over the journal. Exit code 0 when all is well, 1 with what is wrong otherwise."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from casework.actions.verify import verify_audit


class Command(BaseCommand):
    """manage.py verify_audit [--json]"""

    help = "Check the seals over the journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --json."""
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, **options: Any) -> None:
        """Print each finding; exit 1 when there is one."""
        findings = verify_audit()
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not findings, "findings": [vars(each) for each in findings]}, ensure_ascii=False))
        else:
            for each in findings:
                self.stdout.write(f"{each.rule}: {each.detail}")
            self.stdout.write("ok" if not findings else f"{len(findings)} findings")
        if findings:
            sys.exit(1)
