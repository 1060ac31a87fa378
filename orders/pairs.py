"""Words inside a text, found by an index: `title__holds="错发"`.

Most Chinese words are two characters long. An index of trigrams finds nothing for those, and how it cuts Chinese depends on the
database's locale; so the text is kept as the set of its pairs of neighbours (`orders_pairs`).
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, Lookup, TextField

SHORTEST = 2


def pairs_index(field: str, name: str, **options: Any) -> GinIndex:
    """The index that `field__holds` goes by. A condition must be repeated in the query."""
    return GinIndex(Func(field, function="orders_pairs"), name=name, **options)


@CharField.register_lookup
@TextField.register_lookup
class Holds(Lookup):
    """The text holds these characters side by side, upper or lower case. At least two; fewer have no pair and would be looked for in every row."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """By the index first; that the pairs stand side by side is asked of what it found."""
        if len(self.rhs) < SHORTEST:
            raise ValueError(f"fewer than {SHORTEST} characters")
        text, found = self.process_lhs(compiler, connection)
        return (
            f"(orders_pairs({text}) @> orders_pairs(%s) AND position(lower(%s) IN lower({text})) > 0)",
            (*found, self.rhs, self.rhs, *found),
        )
