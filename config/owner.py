"""Working as the owner of the schema. Only migrate does; everything else is the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

# The name of the database stays as it is: a test's database is not the one in the address.
WHO_AND_WHERE = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def acting_as_owner(alias: str = "default") -> Iterator[None]:
    """Let the connection `alias` work as the owner for the length of the block. Not inside a transaction. Needs DATABASE_OWNER_URL."""
    connection = connections[alias]
    before = {key: connection.settings_dict[key] for key in WHO_AND_WHERE}
    connection.close()
    connection.settings_dict.update({key: settings.DATABASE_OWNER[key] for key in WHO_AND_WHERE})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
