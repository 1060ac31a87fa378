"""What a refused form held, so that nobody types it twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from orders.errors import DeskError


@dataclass(frozen=True)
class Typed:
    """What a refused form held: which one, what was typed, why it was refused."""

    form: str
    data: QueryDict
    error: DeskError

    def value(self, name: str) -> str:
        """What was typed into a field."""
        return str(self.data.get(name, ""))
