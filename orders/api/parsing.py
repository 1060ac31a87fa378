"""Reading JSON strictly: what no column could hold, or what two readers could read differently, is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import JSONParser

from orders.errors import DeskError, Malformed
from orders.storable import is_number, is_text, shown, unstorable

BYTES = 1024 * 1024
DEPTH = 20


class TooLarge(DeskError):
    """The body passes what this address takes."""

    status = 413
    code = "too_large"
    detail = _("This is more than can be sent here at once.")


class StrictJSON(JSONParser):
    """UTF-8, at most BYTES and DEPTH levels, no repeated names, no NaN, no NUL, no number beyond 64 bits."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """The body as Python values. Raises Malformed naming the field, TooLarge."""
        raw = stream.read(BYTES + 1)
        if len(raw) > BYTES:
            raise TooLarge
        try:
            body = json.loads(raw.decode(), object_pairs_hook=_without_repeats, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Malformed(_("This is not JSON in UTF-8.")) from None
        for place, value, depth in _walk(body):
            _check(place, value, depth)
        return body


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(_("This name stands there twice."), field=shown(name))
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _walk(body: Any) -> Iterator[tuple[str, Any, int]]:
    """Every name and value with its place, such as lines.0.amount; without recursion."""
    waiting: list[tuple[str, Any, int]] = [("", body, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        yield place, value, depth
        below: Any = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        for name, each in below:
            where = f"{place}.{name}" if place else str(name)
            if isinstance(name, str):
                yield where, name, depth
            waiting.append((where, each, depth + 1))


def _check(place: str, value: Any, depth: int) -> None:
    bad = depth > DEPTH or (isinstance(value, str) and not is_text(value)) or (isinstance(value, int | float) and not is_number(value))
    if bad:
        raise unstorable(place)
