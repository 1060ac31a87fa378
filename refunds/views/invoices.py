"""What finance issues: complete invoices, the first to run out on top, each with the form for number and date (I1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casework.actions.advance import advance
from casework.calendars import SHOP_TIME
from casework.views.given import version_of
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.keyset import page_of
from refunds.actions.reveal_invoice import reveal_invoice
from refunds.books.register import may_read
from refunds.invoicing import rows_of
from refunds.kinds.invoice import ISSUERS
from refunds.models import InvoiceFacts
from refunds.reading import PAGE, invoices_to_issue


@dataclass
class Due:
    """An invoice to issue with what was typed for it, what was refused, and its data in clear when they were just revealed."""

    case: Any
    facts: InvoiceFacts
    typed: dict[str, str]
    error: DeskError | None = None
    clear: dict[str, str] | None = None

    @property
    def rows(self) -> list[tuple[Any, str, bool]]:
        """Its data, masked or in clear."""
        return rows_of(self.facts.shown if self.clear is None else self.clear, self.facts.missing)


@require_GET
@login_required
def invoices(request: HttpRequest) -> HttpResponse:
    """The list."""
    return _show(request)


@require_POST
@login_required
def issue(request: HttpRequest, case_id: int) -> HttpResponse:
    """Note number and date of an invoice that was issued."""
    typed = {name: request.POST.get(name, "").strip() for name in ("number", "issued_on")}
    try:
        case = advance(case_id, "issued", by=actor_of(request), at=now_of(request), version=version_of(request), facts=typed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case_id, typed=typed, error=error)
    messages.success(request, _("Noted as issued: {number}.").format(number=case.number))
    return redirect("invoices")


@require_POST
@login_required
def reveal(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show the data for this once."""
    try:
        clear = reveal_invoice(case_id, reason=request.POST.get("reason", ""), by=actor_of(request), at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case_id, error=error)
    return _show(request, case_id, clear=clear)


def _show(request: HttpRequest, case_id: int | None = None, *, error: DeskError | None = None, **more: Any) -> HttpResponse:
    by, now = actor_of(request), now_of(request)
    may_read(by, ISSUERS, at=now)
    page = page_of(invoices_to_issue(by), request.GET, PAGE)
    facts = InvoiceFacts.objects.in_bulk([each.pk for each in page])
    today = now.astimezone(SHOP_TIME).date().isoformat()
    dues = [Due(each, facts[each.pk], {"number": "", "issued_on": today}) for each in page]
    picked = next((each for each in dues if each.case.pk == case_id), None)
    if picked is not None:
        picked.error = error
        for name, value in more.items():
            setattr(picked, name, value)
    context = {"now": now, "page": page, "dues": dues, "error": None if picked else error}
    return render(request, "refunds/invoices.html", context, status=error.status if error else 200)
