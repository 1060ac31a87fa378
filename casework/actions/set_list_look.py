"""How the lists of cases look to one person: columns of the wide one, and the order of the rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from casework.lists.columns import BY_NAME, SORTS
from orders.access import Actor, acting
from orders.errors import Malformed
from orders.models import User


def set_list_look(user: User, columns: Sequence[str], sort: str, *, by: Actor) -> None:
    """Keep columns, in their order, and the order of the rows with the person. Raises Malformed for what is none, or twice."""
    if not columns or any(name not in BY_NAME for name in columns) or len(set(columns)) < len(columns):
        raise Malformed(_("Choose at least one column, each once."), code="bad_columns", field="column")
    if sort not in SORTS:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="sort")
    user.list_look = {"columns": list(columns), "sort": sort}
    with acting(by):
        user.save(update_fields=["list_look"])
