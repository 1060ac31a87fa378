"""Fill an empty desk with a demo shop; with --cases make further cases for it."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casework.management.clock_option import add_now, now_from
from orders.clock import wall_clock
from refunds.demo.seed import seed_demo

# The database dates money by its own clock, so the stories must be told as of about now, unless the test clock is on.
NEAR = dt.timedelta(hours=1)


class Command(BaseCommand):
    """manage.py seed_demo [--cases N] [--now ISO]"""

    help = "Fill an empty desk with a demo shop; with --cases make further cases for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --cases and --now."""
        parser.add_argument("--cases", type=int, default=0, metavar="N", help="make N further cases, whatever is there")
        add_now(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say how much there is now. Raises CommandError for an instant that the database would not believe."""
        at = now_from(options)
        if not settings.TEST_CLOCK and abs(at - wall_clock()) > NEAR:
            raise CommandError(_("Another time than now needs the test clock: TEST_CLOCK=1, and migrate with it."))
        if options["cases"] < 0:
            raise CommandError(_("--cases takes a number from 0 on."))
        made = seed_demo(at=at, cases=options["cases"])
        if options["verbosity"] > 0:
            self.stdout.write(
                f"orders: {made.orders}, cases: {made.cases}" if made.orders else "There are orders already; nothing was made."
            )
