"""Parts of the refund pages: clocks with their names, entries of the way here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from casework.clocks import left, tone
from casework.models import Journal
from casework.wording import actor_words, clock_label, step_label
from refunds.delegations import DelegationState
from refunds.kept_policies import kept_policies
from refunds.kinds.refund import Refund

register = template.Library()


@register.simple_tag
def clock(due: dt.datetime | None, now: dt.datetime) -> SafeString | str:
    """What is left until an instant; the script counts on."""
    if due is None:
        return ""
    return format_html(
        '<time class="clock {}" datetime="{}" data-due>{}</time>', tone(due, now), localtime(due).isoformat(), left(due, now)
    )


@register.filter
def chosen(case: Any) -> str:
    """A row that was chosen, as the form sends it back: the case and the version that is shown."""
    return f"{case.pk}-{case.version}"


register.filter("kept_policies", kept_policies)


@register.filter
def how_it_stands(delegation: Any) -> str:
    """Whether a delegation is in force, comes or is over, in words."""
    return str(DelegationState(delegation.standing).label)


@register.filter
def clock_name(deadline: Any) -> str:
    """The name of a refund's clock."""
    return clock_label(Refund, deadline.kind)


@register.filter
def who(entry: Journal) -> str:
    """Who did it: a person's name, or in words the clock or the programme."""
    return actor_words(entry)


@register.filter
def deed(entry: Journal) -> str:
    """What happened, as staff say it."""
    return step_label(type(entry.case) if entry.case else None, entry.step)
