"""The form that narrows a list of cases further. Without script it is a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.lists.filters import FILTERS, DayFilter, Known, ListFilter, Offered, Pairs, in_order
from casework.registry import KINDS
from casework.views.given import is_part
from casework.views.listing import wanted
from orders.access import actor_of
from orders.errors import Text


@dataclass(frozen=True)
class Choice:
    """A filter with the values that can still be added to it, under headings where they need them; of a day the one that is set."""

    name: str
    label: Text
    groups: Sequence[tuple[Text, Offered]] = ()
    day: str = ""

    @property
    def is_day(self) -> bool:
        """Whether a day is typed."""
        return isinstance(FILTERS[self.name], DayFilter)


@require_safe
@login_required
def filters(request: HttpRequest) -> HttpResponse:
    """What the list of this address can be narrowed to; htmx gets the form alone."""
    want, known = wanted(request), Known(actor_of(request))
    choices = [_choice(each, want.filters, known) for each in in_order()]
    context = {"want": want, "choices": choices, "kept": _kept(want.filters)}
    return render(request, "casework/parts/filter_form.html" if is_part(request) else "casework/filters.html", context)


def _choice(each: ListFilter | DayFilter, pairs: Pairs, known: Known) -> Choice:
    values = [value for name, value in pairs if name == each.name]
    if isinstance(each, DayFilter):
        return Choice(each.name, each.label, day=values[-1] if values else "")
    offered = [(value, words) for value, words in known.offered(each).items() if value not in values]
    return Choice(each.name, each.label, _states(offered, pairs) if each.name == "state" else [("", offered)])


def _states(offered: Offered, pairs: Pairs) -> list[tuple[Text, Any]]:
    """States under their kinds; those of the chosen kinds alone where some are chosen."""
    kinds = [value for name, value in pairs if name == "kind"]
    by_kind = groupby(offered, key=lambda each: each[0].partition(".")[0])
    return [(str(KINDS[kind]._meta.verbose_name), list(its)) for kind, its in by_kind if not kinds or kind in kinds]


def _kept(pairs: Pairs) -> Pairs:
    """What stays as it is when something is added; days are typed over."""
    return tuple((name, value) for name, value in pairs if not isinstance(FILTERS[name], DayFilter))
