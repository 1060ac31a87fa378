"""Pieces of an order: which lines and how many of each. For what is missing, and for what is sent again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed
from orders.models import Line
from orders.storable import is_id

Item = dict[str, int]
MOST = 500
# What people type where there is no form of the lines: "1×2, 3" is two of line 1 and one of line 3.
TYPED = re.compile(r"([0-9]{1,3})(?:[x×*]([0-9]{1,6}))?")


class ItemsField(forms.Field):
    """A list of {"line": id, "quantity": number}, or as a text the lines' places in the order: `1×2, 3`."""

    takes_json = True
    widget = forms.TextInput
    default_error_messages = {
        "required": _("Enter the number of pieces beside at least one line."),
        "invalid": _("Name each line once with how many pieces of it, such as 1×2, 3."),
    }

    def to_python(self, value: Any) -> list[Item]:
        """The items, not yet compared with the order. Raises ValidationError."""
        if value in self.empty_values:
            return []
        found = _typed(value) if isinstance(value, str) else _listed(value) if isinstance(value, list) else []
        names = [next(iter(each.items())) for each in found]
        if not found or len(found) > MOST or len(set(names)) < len(names):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def items_of(value: Any, field: str) -> list[Item]:
    """A list of {"line": id, "quantity": number} as programs send it. Raises Malformed naming `field`."""
    if not isinstance(value, list):
        raise Malformed(_("Lines are a list of line and quantity."), code="bad_value", field=field)
    try:
        found: list[Item] = ItemsField().clean(value)
    except forms.ValidationError as error:
        raise Malformed(str(error.messages[0]), code="bad_value", field=field) from None
    return found


def _typed(text: str) -> list[Item]:
    parts = [TYPED.fullmatch(each) for each in re.split(r"[\s,，、;；]+", text.strip()) if each]
    if not all(parts):
        return []
    return [{"position": int(each[1]), "quantity": int(each[2] or 1)} for each in parts if each]


def _listed(value: list[Any]) -> list[Item]:
    for each in value:
        if not isinstance(each, dict) or set(each) != {"line", "quantity"} or not all(is_id(number) for number in each.values()):
            return []
    return [{"line": each["line"], "quantity": each["quantity"]} for each in value]


def pieces(items: Iterable[Item], lines: Collection[Line], field: str = "items") -> list[tuple[Line, int]]:
    """The lines with how many pieces of each. Raises Malformed naming `field`: no such line, a place that lines of several orders
    have, or more pieces than were ordered."""
    found = []
    for number, item in enumerate(items):
        line = _named(item, lines, f"{field}.{number}.line")
        if not 0 < item["quantity"] <= line.quantity:
            raise Malformed(_("Fewer pieces than that were ordered."), code="bad_quantity", field=f"{field}.{number}.quantity")
        found.append((line, item["quantity"]))
    return found


def _named(item: Item, lines: Collection[Line], field: str) -> Line:
    """The line with that id, or the only one with that place: in a merged parcel each order counts from one."""
    named = [each for each in lines if (each.pk == item["line"] if "line" in item else each.position == item["position"])]
    if not named:
        raise Malformed(_("This line is not of this order."), code="bad_line", field=field)
    if len(named) > 1:
        text = _("Several orders in this parcel have a line {place}; choose it on the page of the case.")
        raise Malformed(str(text).format(place=item["position"]), code="ambiguous_line", field=field)
    return named[0]


def pieces_words(found: Iterable[tuple[Line, int]]) -> str:
    """The pieces as the warehouse reads them, one a line: title, properties, number."""
    return "\n".join(f"{' '.join(filter(None, (line.title or line.number, line.sku)))} ×{quantity}" for line, quantity in found)
