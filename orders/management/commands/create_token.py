"""manage.py create_token USER [--read-only]: a token for a program, printed once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orders.actions.create_token import create_token
from orders.clock import parse_instant, wall_clock
from orders.errors import DeskError
from orders.models import User


class Command(BaseCommand):
    """The token stands alone on a line of stdout: TOKEN=$(manage.py create_token agent)."""

    help = "Make an API token for a person and print it. It is shown once; only its digest is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose token, what it may do, and until when."""
        parser.add_argument("user", metavar="USER")
        parser.add_argument("--read-only", action="store_true", help="the token may read and never write")
        parser.add_argument("--expires", metavar="ISO", help="the token ends at this time")
        parser.add_argument("--now", metavar="ISO", help="the time to work with, instead of the clock's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make and print it. Raises CommandError for an unknown or inactive person, or a time that is none."""
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(_("Nobody of that name works here."))
        try:
            at = parse_instant(options["now"]) if options["now"] else wall_clock()
            ends = parse_instant(options["expires"], "expires") if options["expires"] else None
        except DeskError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(create_token(user, at=at, read_only=options["read_only"], expires_at=ends))
