"""The pages on which leads word reply scripts (S4.1) and the rules for replies (S4.2): list, versions, preview on a real case, trying out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.actions.keep_words import follow_common, go_back, keep_rule, keep_script, may_word, new_code
from casework.facts import first_error
from casework.models import ReplyRule, Script
from casework.models.versioned import Versioned
from casework.scripts.fill import as_read
from casework.scripts.library import kind_label
from casework.scripts.variables import VARIABLES
from casework.views.given import is_part
from casework.views.words_forms import FORMS, WordsForm
from casework.views.words_tried import preview, tried_out
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotAllowed, NotFound
from orders.models import Shop
from orders.people import shops_with
from orders.roles import AGENTS, Role
from orders.storable import whole

# Digits of the number of a version.
LONGEST_NUMBER = 6
READERS = AGENTS | {Role.ADMIN}


@dataclass(frozen=True)
class Book:
    """What is worded on a page: its table, the action that keeps it, its addresses, and what is shown of what was typed."""

    table: type[Versioned]
    keep: Callable[..., Versioned]
    name: str
    try_out: Callable[..., dict[str, Any]]


BOOKS = {
    "scripts": Book(Script, keep_script, "scripts", preview),
    "rules": Book(ReplyRule, keep_rule, "rules", tried_out),
}


@dataclass(frozen=True)
class Place:
    """Whose words are looked at: a shop's, or those of all."""

    by: Actor
    shops: list[Shop]
    shop: Shop | None

    @property
    def shop_id(self) -> int | None:
        """The shop's id, None for all."""
        return self.shop.pk if self.shop else None

    @property
    def query(self) -> str:
        """It in an address."""
        return f"?{urlencode({'shop': self.shop.code})}" if self.shop else ""


def place_of(request: HttpRequest) -> Place:
    """The shop that the address names. Raises NotAllowed for those who read none, NotFound for a shop that is not theirs."""
    by = actor_of(request)
    if not by.has_role(READERS):
        raise NotAllowed
    shops = shops_with(by, READERS)
    code = request.GET.get("shop", "")
    if not code:
        return Place(by, shops, None)
    shop = next((each for each in shops if each.code == code), None)
    if shop is None:
        raise NotFound
    return Place(by, shops, shop)


@require_safe
@login_required
def words(request: HttpRequest, book: str) -> HttpResponse:
    """The list: what holds for the shop, what is not in use among it."""
    place, kept = place_of(request), _book(book)
    asked = request.GET.get("q", "")[:60]
    rows = sorted(kept.table.objects.newest(place.shop_id).values(), key=lambda each: each.order)
    shown = [(each, _title(each), _about(each)) for each in rows]
    found = [each for each in shown if all(word in " ".join(map(str, each[1:])).casefold() for word in asked.casefold().split())]
    context = {"book": book, "place": place, "rows": found, "asked": asked, "may_word": may_word(place.by, place.shop_id)}
    return render(request, "casework/words/list.html", context)


def _book(name: str) -> Book:
    """What is worded. Raises NotFound."""
    if name not in BOOKS:
        raise NotFound
    return BOOKS[name]


def _title(row: Any) -> str:
    return str(row.title if isinstance(row, Script) else row.message)


def _about(row: Any) -> str:
    return f"{kind_label(row.kind)} {as_read(row.text)}" if isinstance(row, Script) else f"{row.get_check_for_display()} {row.better}"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def word(request: HttpRequest, book: str, code: str = "") -> HttpResponse:
    """One row with its versions: looked at, tried out, worded anew, or as an earlier version did."""
    place, kept = place_of(request), _book(book)
    newest = kept.table.objects.newest(place.shop_id).get(code) if code else None
    if code and newest is None:
        raise NotFound
    versions = list(kept.table.objects.of(code, place.shop_id)) if code else []
    seen = versions[0].number if versions else 0
    if request.method != "POST":
        return _page(request, place, book, newest, versions, _form(kept, newest, seen, request.GET.get("kind")))
    form = FORMS[kept.table](request.POST)
    doing = request.POST.get("do", "save")
    if doing == "try":
        return _page(
            request, place, book, newest, versions, form, kept.try_out(form, place.by, place.shop_id, request.POST, now_of(request))
        )
    try:
        code = _do(doing, request, kept, code or new_code(), place, form)
    except DeskError as error:
        return _page(request, place, book, newest, versions, form, {"error": error}, error.status)
    messages.success(request, _("Kept as a new version."))
    return redirect(f"{reverse('word', args=[book, code])}{place.query}")


def _do(doing: str, request: HttpRequest, kept: Book, code: str, place: Place, form: WordsForm) -> str:
    deed = {"by": place.by, "at": now_of(request), "shop_id": place.shop_id, "seen": _seen(request)}
    if doing == "back":
        return go_back(kept.table, code, whole(request.POST.get("number", ""), LONGEST_NUMBER) or 0, **deed).code  # type: ignore[arg-type]
    if doing == "common" and place.shop_id is not None:
        return follow_common(kept.table, code, **deed).code  # type: ignore[arg-type]
    if not form.is_valid():
        raise first_error(form)
    return kept.keep(code, form.words(), standing=form.cleaned_data["standing"] or "on", **deed).code


def _seen(request: HttpRequest) -> int:
    seen = whole(request.POST.get("seen", ""), LONGEST_NUMBER)
    return -1 if seen is None else seen


def _form(kept: Book, newest: Versioned | None, seen: int, kind: str | None) -> WordsForm:
    form = FORMS[kept.table]
    return form.of(newest, seen, kind) if kept.table is Script else form.of(newest, seen)  # type: ignore[call-arg]


def _page(
    request: HttpRequest,
    place: Place,
    book: str,
    newest: Versioned | None,
    versions: list[Any],
    form: WordsForm,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "book": book,
        "place": place,
        "row": newest,
        "versions": versions,
        "form": form,
        "may_word": may_word(place.by, place.shop_id),
        "is_common": place.shop_id is not None and (newest is None or newest.shop is None),
        "variables": VARIABLES.values() if book == "scripts" else [],
        "case_number": request.POST.get("case", ""),
        "examples": request.POST.get("examples", ""),
        **(more or {}),
    }
    name = "casework/words/tried.html" if is_part(request) and request.POST.get("do") == "try" else "casework/words/one.html"
    return render(request, name, context, status=status)
