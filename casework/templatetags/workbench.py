"""Parts that every page of the workbench uses: icons, the rail, the person's look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from casework.actions.set_look import LOOK_WORDS
from casework.calendars import SHOP_TIME
from casework.clocks import DAYS, LEFT, OVER
from casework.models import UploadLink
from casework.photos.asking import names_of
from casework.registry import KINDS, NAV, SUBJECTS, NavItem, Panel
from casework.scripts.fill import as_read
from orders.access import actor_of
from orders.amounts import shown
from orders.clock import now_of
from orders.counting import capped, how_many

register = template.Library()

# Widgets of which each value is a box of its own.
CHOSEN = (forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple)
# What <html lang> says, by Django's language code.
LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of the sprite; `size` is "" or "lg". Decoration: the words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" icon--{size}" if size else "",
        static("casework/icons.svg"),
        name,
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


# So many entries fit on a phone beside "More", which has the others.
NEAR = 8


@dataclass(frozen=True)
class RailLink:
    """An entry of the rail as it is drawn."""

    item: NavItem
    url: str
    is_here: bool
    count: int
    is_far: bool


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
    numbers = how_many({item.name: item.waiting(by) for item, _url in links if item.waiting})
    return [RailLink(item, url, url == here, numbers.get(item.name, 0), place >= NEAR) for place, (item, url) in enumerate(links)]


def _covers(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: dt.datetime | None) -> SafeString | str:
    """An instant in shop time: month, day and time; the year only when it is another one."""
    if at is None:
        return ""
    local, today = at.astimezone(SHOP_TIME), now_of(context.get("request")).astimezone(SHOP_TIME)
    pattern = "%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), local.strftime(pattern))


@register.simple_tag(takes_context=True)
def field(context: template.Context, bound: forms.BoundField) -> SafeString:
    """A labelled field of a form with what is wrong with it, in the look of the workbench."""
    errors = " ".join(str(each) for each in bound.errors)
    attrs: dict[str, str | bool] = {"class": "input"} if not isinstance(bound.field.widget, CHOSEN) else {}
    if errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.auto_id}_error"}
    if isinstance(bound.field.widget, forms.HiddenInput):
        return bound.as_widget()
    return render_to_string(
        "casework/parts/field.html",
        {"bound": bound, "widget": bound.as_widget(attrs=attrs), "errors": errors, "look": _look(bound.field.widget)},
    )


def _look(widget: forms.Widget) -> str:
    """How a field is drawn: one tick before its words, boxes under a legend, or a box under its label."""
    return "tick" if isinstance(widget, forms.CheckboxInput) else "choice" if isinstance(widget, CHOSEN) else "box"


@register.simple_tag(takes_context=True)
def draw_panel(context: template.Context, panel: Panel, values: dict[str, Any]) -> SafeString:
    """A part of the case page that a higher app fills. A form in it knows what a refused one held, like any form of the page."""
    of_the_page = {name: context.get(name) for name in ("typed", "once", "list_query", "new_since", "folds")}
    return render_to_string(panel.template, of_the_page | values, request=context.get("request"))


@register.filter
def at_most(number: int) -> str:
    """How many there are, as far as they were counted: "99+"."""
    return capped(number)


@register.filter
def stamp(at: dt.datetime) -> str:
    """An instant in shop time as text alone, for inside of a <time>."""
    return at.astimezone(SHOP_TIME).strftime("%m-%d %H:%M")


@register.filter
def clock_time(at: dt.datetime) -> str:
    """The time of day of an instant, in shop time."""
    return at.astimezone(SHOP_TIME).strftime("%H:%M")


@register.filter
def asked_for(link: UploadLink) -> str:
    """The pictures that a customer's link asks for."""
    return names_of(link.kinds)


@register.filter
def iso(at: dt.datetime) -> str:
    """An instant as machines read it, in shop time with its offset."""
    return at.astimezone(SHOP_TIME).isoformat()


@register.filter
def yuan(amount: Any) -> str:
    """An amount with two decimals."""
    return shown(amount)


@register.filter
def look_word(value: str) -> str:
    """A look in one short word, for the rail."""
    return str(LOOK_WORDS.get(value, value))


@register.simple_tag(takes_context=True)
def may_open_cases(context: template.Context) -> bool:
    """Whether the person may open some kind of case by hand."""
    by = actor_of(context["request"])
    return any(by.has_role(frozenset(kind.OPENED_BY)) for name, kind in KINDS.items() if name in SUBJECTS)


@register.filter
def initial(name: Any) -> str:
    """The last character of a name, for the round mark: in a shop many share a family name."""
    return str(name).strip()[-1:].upper() or "?"


@register.filter
def variables(text: str) -> str:
    """A script's text with its variables as the reader calls them."""
    return as_read(text)
