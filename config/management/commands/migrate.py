"""Django's migrate, as the owner of the schema."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate

from config.owner import acting_as_owner


class Command(migrate.Command):
    """Changes the schema, then fills roles, policies and grants, all as the owner."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate with DATABASE_OWNER_URL."""
        if not settings.DATABASE_OWNER:
            raise CommandError("DATABASE_OWNER_URL is not set, and only the owner of the schema may migrate.")
        with acting_as_owner(options["database"]):
            super().handle(*args, **options)
