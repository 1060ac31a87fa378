"""Money as it comes in: a text of yuan with at most two places, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

FORM = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?", re.ASCII)


def yuan(value: Any, field: str, *, zero: bool = False) -> Decimal:
    """The amount in yuan. Raises Malformed `bad_amount` naming the field; nothing is rounded or guessed."""
    if isinstance(value, str) and not value.isascii() and FORM.fullmatch(unicodedata.normalize("NFKC", value)):
        raise Malformed(_("Write the amount in half-width digits, such as 12.50."), code="bad_amount", field=field)
    if not isinstance(value, str) or not FORM.fullmatch(value):
        raise Malformed(_("An amount is a text like 12.30: yuan, at most two places, above zero."), code="bad_amount", field=field)
    amount = Decimal(value).quantize(Decimal("0.01"))
    if amount == 0 and not zero:
        raise Malformed(_("An amount is a text like 12.30: yuan, at most two places, above zero."), code="bad_amount", field=field)
    return amount


class YuanField(forms.Field):
    """An amount of yuan as a fact, read as strictly as everywhere: a text. `zero` may stand where it says so, nothing above `most`."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 12})

    def __init__(self, *, zero: bool = False, most: Decimal | None = None, **options: Any) -> None:
        self.zero, self.most = zero, most
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The amount, None when it is empty. Raises ValidationError `bad_amount`."""
        try:
            found = None if value in self.empty_values else yuan(value, "", zero=self.zero)
        except Malformed as error:
            raise forms.ValidationError(str(error), code=error.code) from None
        if found is not None and self.most is not None and found > self.most:
            raise forms.ValidationError(str(_("At most {most} yuan.")).format(most=self.most), code="bad_amount")
        return found
