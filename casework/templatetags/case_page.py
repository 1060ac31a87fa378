"""Parts of the case page alone: what is new to the reader, what they keep folded, an instant to the minute with its zone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from casework.calendars import SHOP_TIME
from casework.views.case_new import is_new

register = template.Library()


@register.simple_tag(takes_context=True)
def fresh(context: template.Context, at: dt.datetime | None, who: int | None = None) -> SafeString | str:
    """A mark beside what came since the reader last looked."""
    request = context.get("request")
    if request is None or not is_new(at, who, context.get("new_since"), request.user.pk):
        return ""
    return format_html('<span class="chip chip--news">{}</span> ', _("new"))


@register.simple_tag(takes_context=True)
def fold(context: template.Context, part: str, *, shut: bool = False) -> SafeString:
    """The attributes of a part that a person keeps open or shut; without a word of theirs it is open, or `shut`."""
    folds: dict[str, bool] = context.get("folds") or {}
    return format_html('data-fold="{}"{}', part, " open" if folds.get(part, not shut) else "")


@register.filter
def exactly(at: dt.datetime) -> str:
    """An instant in full, in the shops' time, which it names: whoever reads it elsewhere must not take it for their own."""
    local: Any = at.astimezone(SHOP_TIME)
    return str(_("{when} {weekday}, Beijing time")).format(when=local.strftime("%Y-%m-%d %H:%M"), weekday=date_format(local, "D"))
