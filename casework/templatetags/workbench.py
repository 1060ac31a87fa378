"""Parts that every page of the workbench uses: icons, the rail, the person's look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from casework.clocks import DAYS, LEFT, OVER
from casework.registry import NAV, NavItem
from orders.access import Actor, actor_of
from orders.clock import now_of

register = template.Library()

# What <html lang> says, by Django's language code.
LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of the sprite; `size` is "" or "lg". Decoration: the words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', f" icon--{size}" if size else "", static("casework/icons.svg"), name
    )


@register.simple_tag
def language_tag() -> str:
    """The language of the page as HTML names it."""
    return LANGUAGE_TAGS.get(get_language() or "", "zh-Hans")


@register.simple_tag(takes_context=True)
def workbench_words(context: template.Context) -> dict[str, str]:
    """The server's time and the sentences of the clocks, for the script that counts on."""
    now = now_of(context.get("request"))
    return {"now": now.isoformat(), "left": str(LEFT), "over": str(OVER), "days": str(DAYS)}


@dataclass(frozen=True)
class RailLink:
    """An entry of the rail as it is drawn."""

    item: NavItem
    url: str
    is_here: bool
    count: int


@register.simple_tag(takes_context=True)
def rail(context: template.Context) -> list[RailLink]:
    """The entries that this person's roles see, with what waits there; the page's own one is marked."""
    request: HttpRequest | None = context.get("request")
    if request is None or not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    by = actor_of(request)
    links = [(item, reverse(item.url_name)) for item in NAV if by.has_role(item.roles)]
    fitting = [url for _item, url in links if _covers(url, request.path)]
    here = max(fitting, key=len, default=None)
    return [RailLink(item, url, url == here, _count(item, by, request)) for item, url in links]


def _covers(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _count(item: NavItem, by: Actor, request: HttpRequest) -> int:
    return item.count(by, now_of(request)) if item.count else 0


@register.filter
def initial(name: Any) -> str:
    """The first character of a name, for the round mark."""
    return str(name).strip()[:1].upper() or "?"
