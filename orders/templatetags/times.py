"""Deadlines in templates."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

register = template.Library()


@register.simple_tag
def due(at: dt.datetime | None, now: dt.datetime) -> SafeString | str:
    """An instant that something must be done by; where there is a script it counts down."""
    if at is None:
        return ""
    local = localtime(at)
    tone = "clock--late" if at < now else ""
    return format_html(
        '<time class="clock {}" datetime="{}" data-due>{}</time>', tone, local.isoformat(timespec="seconds"), local.strftime("%m-%d %H:%M")
    )
