"""The form about a row of the admin: what nobody touched stays as it is stored."""

from __future__ import annotations

from typing import Any

from django import forms

from orders.straight import straight


class StoredForm(forms.ModelForm):
    """Pages show texts without what turns their direction (orders/straight.py). What comes back just as it was shown is what is stored, and no change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        untouched = self._untouched() if self.is_bound else {}
        if untouched:
            sent: Any = self.data
            whole = sent.copy()
            for name, text in untouched.items():
                whole[name] = text
            self.data = whole

    def _untouched(self) -> dict[str, str]:
        """The stored texts that were sent back without those characters, by the names of their fields on the page."""
        fields = (
            (self.add_prefix(name), field.prepare_value(self.get_initial_for_field(field, name))) for name, field in self.fields.items()
        )
        turned = {name: text for name, text in fields if isinstance(text, str) and text != straight(text)}
        return {name: text for name, text in turned.items() if _lines(straight(text)) == _lines(self.data.get(name) or "")}


def _lines(text: str) -> str:
    """As it is typed: a browser ends lines its own way."""
    return text.replace("\r\n", "\n")
