"""Fill an empty desk with a demo shop; with --cases make further cases for it."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from casework.management.clock_option import add_now, now_from
from orders.clock import wall_clock
from orders.models import Shop
from refunds.demo.every_state import DemoIsGone, show_every_state
from refunds.demo.seed import SEED, people_of_the_desk, seed_demo

# The database dates money by its own clock, so the stories must be told as of about now, unless the test clock is on.
NEAR = dt.timedelta(hours=1)


class Command(BaseCommand):
    """manage.py seed_demo [--cases N] [--every-state] [--now ISO]"""

    help = "Fill an empty desk with a demo shop; with --cases make further cases for it, with --every-state one in each state of each kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --cases and --now."""
        parser.add_argument("--cases", type=int, default=0, metavar="N", help="make N further cases, whatever is there")
        parser.add_argument(
            "--every-state", action="store_true", help="play a case to every state of every kind that no case is in; takes minutes"
        )
        add_now(parser)

    def handle(self, **options: Any) -> None:
        """Do it and say how much there is now. Raises CommandError for an instant that the database would not believe."""
        at = now_from(options)
        if not settings.TEST_CLOCK and abs(at - wall_clock()) > NEAR:
            raise CommandError(_("Another time than now needs the test clock: TEST_CLOCK=1, and migrate with it."))
        if options["cases"] < 0:
            raise CommandError(_("--cases takes a number from 0 on."))
        if options["every_state"]:
            self._show_every_state(at, options["verbosity"])
            return
        made = seed_demo(at=at, cases=options["cases"])
        if options["verbosity"] > 0:
            self.stdout.write(
                f"orders: {made.orders}, cases: {made.cases}" if made.orders else "There are orders already; nothing was made."
            )

    def _show_every_state(self, at: dt.datetime, verbosity: int) -> None:
        if not Shop.objects.filter(is_demo=True).exists():
            raise CommandError(_("There is no demo shop: seed_demo makes one in an empty desk."))
        try:
            told = f"cases: {show_every_state(at=at, people=people_of_the_desk(), dice=Random(SEED))}"
        except DemoIsGone:
            told = "The demo was removed meanwhile; nothing more is made."
        if verbosity > 0:
            self.stdout.write(told)
