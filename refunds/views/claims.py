"""The lists of courier claims, and what is done from them (L13.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from casework.views.once import new_key, once
from logistics.models import Courier
from orders.access import Actor, actor_of
from orders.actions.import_files import IMPORTERS
from orders.clock import now_of
from orders.counting import how_many
from orders.errors import DeskError, Malformed, NotFound, Text
from orders.keyset import page_of
from orders.people import shops_with
from orders.roles import AGENTS
from orders.storable import whole
from refunds.actions.open_claims import MOST, open_claims
from refunds.actions.reverse_claims import give_back
from refunds.actions.settle_line import match_line, open_line_again, settle_line
from refunds.actions.write_statement import write_statement
from refunds.books.register import may_read
from refunds.claims import lists as lists
from refunds.claims.claiming import Claim, windows_of
from refunds.claims.lists import READERS, SETTLERS, claim_rows
from refunds.claims.unclaimed import unclaimed

PAGE = MOST
LOSSES, UNMATCHED, SETTLED = "losses", "unmatched", "settled"
Rows = Callable[[Actor, Any], Any]
TABS: dict[str, tuple[Text, Rows]] = {
    LOSSES: (gettext_lazy("Not claimed yet"), lambda by, now: unclaimed(by, READERS)),
    "to_file": (gettext_lazy("To be filed"), lambda by, now: lists.to_file(by)),
    "open": (gettext_lazy("All open"), lambda by, now: lists.claims(by).open()),
    "overdue": (gettext_lazy("Overdue"), lists.overdue),
    UNMATCHED: (gettext_lazy("Unmatched lines"), lambda by, now: lists.unmatched(by)),
    "give_back": (gettext_lazy("To be given back"), lambda by, now: lists.to_give_back(by)),
    SETTLED: (gettext_lazy("No claims of ours"), lambda by, now: lists.settled(by)),
    "ended": (gettext_lazy("Ended"), lambda by, now: lists.claims(by).filter(closed_at__isnull=False).order_by("-closed_at", "-pk")),
}
AGAIN = "again"
# Of these somebody should see from outside how many there are.
COUNTED = (LOSSES, "to_file", "overdue", UNMATCHED, "give_back")


class Tab(NamedTuple):
    """A list: its name, its words, and how many stand in it."""

    name: str
    label: Text
    number: int


@require_safe
@login_required
def claims(request: HttpRequest) -> HttpResponse:
    """`?tab=NAME`: losses without a claim, claims by how they stand, lines that pay none."""
    return _show(request)


@require_POST
@login_required
def open_chosen(request: HttpRequest) -> HttpResponse:
    """A claim for each chosen loss; of one alone its page follows."""
    by = actor_of(request)
    ids = [number for each in request.POST.getlist("loss") if (number := whole(each)) is not None]

    def deed() -> str:
        return " ".join(str(each.pk) for each in open_claims(ids, by=by, at=now_of(request)))

    try:
        made = once(request, deed).split()
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, error=error)
    said = ngettext("%(n)s claim is registered.", "%(n)s claims are registered.", len(made))
    messages.success(request, said % {"n": len(made)})
    return redirect("case", int(made[0])) if len(made) == 1 else redirect(f"{reverse('claims')}?tab=to_file")


@require_POST
@login_required
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """A line pays the named claim (`do=match`), is what somebody says (`do=settle`), or waits again after all (`do=again`)."""
    by, now, post = actor_of(request), now_of(request), request.POST
    what = post.get("do", "")

    def deed() -> str:
        if what == "match":
            return str(match_line(line_id, case=post.get("case", "").strip(), by=by, at=now).pk)
        if what == "settle":
            return str(settle_line(line_id, note=post.get("note", ""), by=by, at=now).pk)
        if what == AGAIN:
            return str(open_line_again(line_id, note=post.get("note", ""), by=by, at=now).pk)
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="do")

    try:
        once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, error=error, tab=SETTLED if what == AGAIN else UNMATCHED, picked=line_id)
    messages.success(request, _("The line waits again.") if what == AGAIN else _("The line is settled."))
    return redirect(f"{reverse('claims')}?tab={UNMATCHED}")


@require_POST
@login_required
def give_it_back(request: HttpRequest, case_id: int) -> HttpResponse:
    """Finance gave the courier its money back."""
    by = actor_of(request)
    try:
        post = {name: request.POST.get(name, "") for name in ("amount", "note")}
        once(request, lambda: str(give_back(case_id, **post, by=by, at=now_of(request)).pk))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, error=error, tab="give_back")
    messages.success(request, _("Given back; it stands in the ledger."))
    return redirect("case", case_id)


@require_POST
@login_required
def paid_beside(request: HttpRequest, case_id: int) -> HttpResponse:
    """The courier paid beside its statements: a statement of one line, which the import shows before it goes in."""
    by = actor_of(request)
    told = {name: request.POST.get(name, "") for name in ("amount", "paid_on", "reference")}
    try:
        run = once(request, lambda: str(write_statement(case_id, **told, by=by, at=now_of(request)).pk))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, error=error, tab="open")
    return redirect("import", int(run))


def _show(request: HttpRequest, *, error: DeskError | None = None, tab: str = "", picked: int | None = None) -> HttpResponse:
    by, now = actor_of(request), now_of(request)
    may_read(by, READERS, at=now)
    tab = tab or (request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else LOSSES)
    page = page_of(TABS[tab][1](by, now), request.GET, PAGE)
    numbers = how_many({name: rows(by, now) for name, (_label, rows) in TABS.items() if name in COUNTED})
    context: dict[str, Any] = {
        "now": now,
        "tab": tab,
        "tabs": [Tab(name, label, numbers.get(name, 0)) for name, (label, _rows) in TABS.items()],
        "page": page,
        "query": f"tab={tab}&",
        "error": error,
        "picked": picked,
        "typed": request.POST if error else {},
        "once": new_key(),
        "may_claim": by.has_role(AGENTS),
        "may_settle": by.has_role(SETTLERS),
        **_rows(tab, page.rows, by, now),
    }
    return render(request, "refunds/claims.html", context, status=error.status if error else 200)


def _rows(tab: str, found: list[Any], by: Actor, now: Any) -> dict[str, Any]:
    """What the rows of a page show, in a fixed number of queries."""
    if tab == LOSSES:
        windows = windows_of(found)
        return {"rows": [(loss, Claim(loss, windows.get(loss.pk)).closes_at) for loss in found]}
    if tab == SETTLED:
        return {"rows": found}
    if tab == UNMATCHED:
        cases = lists.why_unmatched(found)
        shops = shops_with(by, IMPORTERS)
        return {"rows": [(each, cases[each.pk]) for each in found], "may_import": bool(shops), "column_shops": shops}
    couriers = Courier.objects.filter(losses__claims__case__in=lists.to_file(by, AGENTS)).distinct() if tab == "to_file" else []
    return {"rows": list(claim_rows(found, by=by, now=now)), "couriers": list(couriers)}
