"""Make the accounts of a new desk, one for each role. What is there stays as it is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from orders.actions.seed_accounts import accounts_file, seed_accounts


class Command(BaseCommand):
    """manage.py seed_accounts"""

    help = "Make the accounts of a new desk, one for each role."

    def handle(self, **options: Any) -> None:
        """Print new names with their passwords once, and say where they are kept."""
        made = seed_accounts()
        if options["verbosity"] > 0:
            for name, password in made.items():
                self.stdout.write(f"{name:<12} {password}")
            self.stdout.write(_("New accounts: {number}. Passwords are kept in {file}").format(number=len(made), file=accounts_file()))
