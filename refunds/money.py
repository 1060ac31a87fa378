"""Money as it comes in: a text of yuan with at most two places, and nothing else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

FORM = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?", re.ASCII)


def yuan(value: Any, field: str, *, zero: bool = False) -> Decimal:
    """The amount in yuan. Raises Malformed `bad_amount` naming the field; nothing is rounded or guessed."""
    if not isinstance(value, str) or not FORM.fullmatch(value):
        raise Malformed(_("An amount is a text like 12.30: yuan, at most two places, above zero."), code="bad_amount", field=field)
    amount = Decimal(value).quantize(Decimal("0.01"))
    if amount == 0 and not zero:
        raise Malformed(_("An amount is a text like 12.30: yuan, at most two places, above zero."), code="bad_amount", field=field)
    return amount


class YuanField(forms.Field):
    """An amount of yuan as a fact, read as strictly as everywhere: a text."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 12})

    def to_python(self, value: Any) -> Any:
        """The amount, None when it is empty. Raises ValidationError."""
        text = value.strip() if isinstance(value, str) else value
        try:
            return None if text in self.empty_values else yuan(text, "")
        except Malformed as error:
            raise forms.ValidationError(str(error), code=error.code) from None
