"""Django's migrate, as the owner of the schema."""

from typing import Any

from django.core.management.commands import migrate

from config.owner import acting_as_owner


class Command(migrate.Command):
    """Changes the schema, then fills roles, policies and grants, all as the owner."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate with DATABASE_OWNER_URL."""
        with acting_as_owner(options["database"]):
            super().handle(*args, **options)
