"""An invoice's data: asked for on an order, begun with its invoice wish; noted later; shown in clear once, with a reason (I1.1, S5.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.models import Case
from casework.views.given import version_of
from casework.views.once import new_key, once
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from refunds.actions.ask_invoice import ask_invoice, keep_invoice
from refunds.actions.reveal_invoice import reveal_invoice
from refunds.invoicing import WARNINGS, rows_of, wished, words_of
from refunds.kinds.invoice import Invoice, InvoiceData, State
from refunds.models import InvoiceFacts
from refunds.reading import invoice_of
from refunds.views.on_order import Target, target_of

NAMES = tuple(InvoiceData.base_fields)
# Where the data may still be noted.
NOTED_IN = (State.REQUESTED, State.INCOMPLETE)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_invoice(request: HttpRequest) -> HttpResponse:
    """`?order=NUMBER`."""
    by = actor_of(request)
    target = target_of(request, Invoice, by)
    if request.method != "POST":
        return _new(request, target, InvoiceData(initial=wished(target.order.invoice_wish)))

    def deed() -> str:
        return str(ask_invoice(target.asked | _sent(request), by=by, at=now_of(request)).pk)

    try:
        case_id = int(once(request, deed))
    except NotFound:
        raise
    except DeskError as error:
        return _new(request, target, InvoiceData(request.POST), error)
    return _noted(request, case_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invoice(request: HttpRequest, case_id: int) -> HttpResponse:
    """The data of an invoice behind masks, and the form to note more. Raises NotFound outside the person's shops."""
    by = actor_of(request)
    case, facts = invoice_of(case_id, by)
    if request.method != "POST":
        return _show(request, case, facts, InvoiceData(initial={"type": facts.type}))

    def deed() -> str:
        return str(keep_invoice(case_id, _sent(request), version=version_of(request), by=by, at=now_of(request)).pk)

    try:
        once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, *invoice_of(case_id, by), InvoiceData(request.POST), error)
    return _noted(request, case_id)


@require_POST
@login_required
def show_invoice(request: HttpRequest, case_id: int) -> HttpResponse:
    """The data in clear, on this answer alone."""
    by = actor_of(request)
    case, facts = invoice_of(case_id, by)
    form = InvoiceData(initial={"type": facts.type})
    try:
        clear = reveal_invoice(case_id, reason=request.POST.get("reason", ""), by=by, at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case, facts, form, error)
    return _show(request, case, facts, form, clear=clear)


def _sent(request: HttpRequest) -> dict[str, str]:
    """What was typed; an empty field is none."""
    return {name: value for name in NAMES if (value := request.POST.get(name, "").strip())}


def _noted(request: HttpRequest, case_id: int) -> HttpResponse:
    facts = InvoiceFacts.objects.get(case=case_id)
    for each in facts.warnings:
        messages.warning(request, WARNINGS[each])
    if facts.missing:
        messages.success(request, _("Noted. Still missing: {fields}.").format(fields=words_of(facts.missing)))
    else:
        messages.success(request, _("Complete; finance has it in its list."))
    return redirect("case", case_id)


def _new(request: HttpRequest, target: Target, form: InvoiceData, error: DeskError | None = None) -> HttpResponse:
    context = {"target": target, "order": target.order, "form": form, "error": error, "once": new_key()}
    return render(request, "refunds/invoice_new.html", context, status=error.status if error else 200)


def _show(
    request: HttpRequest, case: Case, facts: InvoiceFacts, form: InvoiceData, error: DeskError | None = None, clear: Any = None
) -> HttpResponse:
    by = actor_of(request)
    context: dict[str, Any] = {
        "case": case,
        "order": case.order,
        "facts": facts,
        "rows": rows_of(facts.shown if clear is None else clear, facts.missing),
        "is_clear": clear is not None,
        "warnings": [WARNINGS[each] for each in facts.warnings],
        "form": form,
        "may_note": case.state in NOTED_IN and by.role_in(case.shop_id) in Invoice.OPENED_BY,
        "error": error,
        "once": new_key(),
    }
    return render(request, "refunds/invoice.html", context, status=error.status if error else 200)
