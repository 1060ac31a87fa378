"""manage.py create_shop CODE [--name NAME]: make a shop known."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orders.actions.create_shop import create_shop


class Command(BaseCommand):
    """Exit 0 when the shop stands, whether it is new or was there."""

    help = "Make a shop known to the desk; with --name also give it another name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The shop's code, and what staff call it."""
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--name", default="", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or say that it stands. Raises CommandError for a code that cannot be one."""
        try:
            shop, new = create_shop(options["code"], options["name"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        text = _("Shop {code} is new.") if new else _("Shop {code} stands already.")
        self.stdout.write(text.format(code=shop.code))
