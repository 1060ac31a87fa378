"""Seal the journal rows of finished transactions. Safe to run at any time, by any number at once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from casework.actions.seal import seal_journal
from casework.management.clock_option import add_now, now_from


class Command(BaseCommand):
    """manage.py seal_journal [--now ISO]"""

    help = "Seal the journal rows of finished transactions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --now."""
        add_now(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say how many."""
        self.stdout.write(f"sealed: {seal_journal(at=now_from(options))}")
