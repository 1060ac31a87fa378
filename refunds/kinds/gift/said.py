"""What the steps of a gift ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, WholeField
from refunds.models.gift import LONGEST
from refunds.money import YuanField

MOST_PIECES = 1000


class What(Facts):
    """The gift."""

    what = forms.CharField(label=_("Gift"), max_length=LONGEST)
    pieces = WholeField(label=_("Number of pieces"), min_value=1, max_value=MOST_PIECES, initial=1)
    worth = YuanField(label=_("Worth in all (yuan)"))
    unit_cost = YuanField(label=_("What one costs us (yuan), where known"), required=False)
