"""Send and ask about the transfers that are due. Safe to run at any time, by any number at once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from casework.management.clock_option import add_now, now_from
from refunds.actions.send_transfers import send_transfers


class Command(BaseCommand):
    """manage.py send_transfers [--now ISO]"""

    help = "Send and ask about the transfers that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --now."""
        add_now(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say how many are known now."""
        self.stdout.write(f"known: {send_transfers(at=now_from(options))}")
