"""What must have happened before the desk opens: schema, accounts, and something to look at in an empty database."""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command

from config import environment


def main() -> int:
    """Migrate as the owner, then fill what is empty. Safe to repeat. MADE_DEMO when the demo shop is new, else 0."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed_accounts", verbosity=0)
    if environment.flag("DEMO", default=True) and _is_empty():
        call_command("seed_demo", verbosity=0)
        return environment.MADE_DEMO
    return 0


def _is_empty() -> bool:
    """Whether nobody has begun: neither with orders, nor by removing the demo."""
    from casework.actions.remove_demo import REMOVED
    from casework.models import Journal
    from orders.models import Order

    return not Order.objects.exists() and not Journal.objects.filter(object_type="desk", step=REMOVED).exists()


if __name__ == "__main__":
    sys.exit(main())
