"""manage.py create_shop CODE [--name NAME] [options of higher apps]: make a shop known, or change what is given."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.access import Actor
from orders.actions.create_shop import create_shop
from orders.clock import wall_clock
from orders.errors import DeskError
from orders.models import Shop
from orders.shop_options import SHOP_OPTIONS

CODE_RULE = gettext_lazy(
    "A shop's code has at most 40 small letters a-z, digits, hyphens and underscores, and begins with a letter or a digit."
)


class Command(BaseCommand):
    """Exit 0 when the shop stands, whether it is new or was there."""

    help = "Make a shop known to the desk; with --name also give it another name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The shop's code, what staff call it, and what higher apps keep of it."""
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--name", default="", metavar="NAME")
        for options in SHOP_OPTIONS:
            for flag, (metavar, text) in options.flags.items():
                parser.add_argument(f"--{flag}", metavar=metavar, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or say that it stands. Raises CommandError for a code or an option that cannot be one; nothing is changed then."""
        try:
            with transaction.atomic():
                shop, new = create_shop(options["code"], options["name"])
                self._keep(shop, options)
        except ValidationError as error:
            raise CommandError(str(CODE_RULE) if "code" in error.message_dict else " ".join(error.messages)) from error
        except DeskError as error:
            raise CommandError(f"{error.field}: {error}") from error
        text = _("Shop {code} is new.") if new else _("Shop {code} stands already.")
        self.stdout.write(text.format(code=shop.code))

    def _keep(self, shop: Shop, options: dict[str, Any]) -> None:
        for group in SHOP_OPTIONS:
            given = {flag: value for flag in group.flags if (value := options[flag.replace("-", "_")]) is not None}
            if given:
                group.keep(shop, given, Actor.system("command"), wall_clock())
