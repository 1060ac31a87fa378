"""Send what waits in the outbox. Safe to run at any time, by any number at once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from casework.actions.outbox import drain_outbox
from casework.management.clock_option import add_now, now_from


class Command(BaseCommand):
    """manage.py drain_outbox [--now ISO]"""

    help = "Send what waits in the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --now."""
        add_now(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say how many."""
        self.stdout.write(f"sent: {drain_outbox(at=now_from(options))}")
