"""Fire every deadline that is due. Safe to run at any time, by any number at once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from casework.actions.sweep import fire_deadlines
from casework.management.clock_option import add_now, now_from


class Command(BaseCommand):
    """manage.py fire_deadlines [--now ISO]"""

    help = "Fire every deadline that is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --now."""
        add_now(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say how many."""
        self.stdout.write(f"fired: {fire_deadlines(at=now_from(options))}")
