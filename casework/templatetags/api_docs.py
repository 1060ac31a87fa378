"""The words of the API's description as a page shows them."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

register = template.Library()

NAMED = re.compile(r"`([^`]+)`")


@register.filter
def in_words(text: str) -> SafeString | str:
    """A description in the reader's language, names as code; marked as English where there are no other words for it."""
    if not text:
        return ""
    said = gettext(text)
    # Escaped before anything is marked.
    shown = mark_safe(NAMED.sub(r"<code>\1</code>", conditional_escape(said)))
    return format_html('<span lang="en">{}</span>', shown) if said == text and get_language() != "en" else shown
