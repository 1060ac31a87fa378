"""Refunds in the admin: the page of a case with the request, its money and its decisions; asking and asking anew."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import DecimalField, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.actions.offers import Offer
from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.admin.step_form import facts_sent
from casework.idempotency import digest_of, read_key, run_once
from casework.models import Case
from casework.reading import CaseView
from casework.step_up import step_up
from casework.views.given import version_in
from orders.admin.filters import ShopFilter
from orders.admin.form_page import form_page, tell_refusal
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.models import Line
from refunds.actions.ask import ask_refund
from refunds.actions.ask_compensation import ask_compensation
from refunds.actions.decide import decide
from refunds.asking.figures import figures_of, seen_of
from refunds.kinds.money_out.asked import wants_password
from refunds.models import Compensation, MoneyOut, Refund, Request
from refunds.reading import is_set_aside, versions_of
from refunds.views.ask_form import AskForm
from refunds.views.ask_target import target_of
from refunds.views.compensate_form import CompensateForm

AGAIN = "ask_again"
REUSED = "idempotency_key_reused"
# What depends on the order's money as it was shown (M11).
DECISIONS = {"approve", "reject", "send_back"}


class MoneyAdmin(WorkedCase):
    """Money to customers: what waits for approval, what is to be paid, and all the others."""

    # The kind, the form that asks for it, and what asks.
    KIND: ClassVar[type[MoneyOut]] = Refund
    FORM: ClassVar[type[AskForm]] = AskForm
    ASKS: ClassVar[Callable[..., Case]] = staticmethod(ask_refund)
    TITLE: ClassVar[Any] = gettext_lazy("Ask for a refund")

    list_display = ("number", "state_name", "asked", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)
    list_before_template = "admin/refunds/list_links.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the amount of the version in force."""
        newest = Request.objects.filter(case=OuterRef("pk")).order_by("-seq").values("amount")[:1]
        return super().get_queryset(request).annotate(asked_amount=Subquery(newest, output_field=DecimalField()))

    @admin.display(description=gettext_lazy("amount"))
    def asked(self, case: Any) -> Any:
        """Yuan of the version in force."""
        return case.asked_amount

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The request in force, the order's money per line, every version, and the mark of what was seen."""
        standing, order = found.at.more.get("standing"), found.case.order
        if standing is None or order is None:
            return {}
        lines, versions = list(Line.objects.filter(order=order)), versions_of(found.case)
        figures = figures_of(order, lines, standing.request, set_aside=is_set_aside(versions[0]))
        context = {
            "standing": standing,
            "wanted": standing.request,
            "versions": versions,
            "figures": figures,
            "seen": seen_of(order, lines),
            "wants_password": wants_password(found.at),
        }
        return context | {"kind_template": "admin/refunds/request.html"}

    # Deciding ---------------------------------------------------------------------------------------

    step_template = "admin/refunds/step.html"

    def take_step(self, request: HttpRequest, found: CaseView, offer: Offer) -> Case:
        """A decision is taken on the money that was shown; every other step is the door's own."""
        if offer.step.name not in DECISIONS:
            return super().take_step(request, found, offer)
        if request.POST.get("password"):
            step_up(request, request.POST["password"], now=now_of(request))
        return decide(
            found.case.pk,
            offer.step.name,
            by=self.actor(request),
            at=now_of(request),
            version=version_in(request.POST),
            seen=request.POST.get("seen", ""),
            facts=facts_sent(offer.step, request.POST),
        )

    def step_view(self, request: HttpRequest, case_id: int, step: str) -> HttpResponse:
        """Asking anew needs the whole request, so it has a page of its own."""
        if step == AGAIN:
            self.read(request, case_id)
            return HttpResponseRedirect(f"{reverse(f'admin:refunds_{self.opts.model_name}_ask')}?again={case_id}")
        return super().step_view(request, case_id, step)

    # Asking -----------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        """With the page that asks for it."""
        name = f"refunds_{self.opts.model_name}_ask"
        return [path("ask/", self.admin_site.admin_view(self.ask_view), name=name), *super().get_urls()]

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """`?order=NUMBER`, `?case=ID` for one that belongs to a case, `?again=ID` for a new version."""
        by = self.actor(request)
        try:
            target = target_of(request.GET, by, self.KIND)
        except NotFound as error:
            raise Http404 from error
        except DeskError as error:
            tell_refusal(request, error)
            return self._ask_page(request, None, error)
        if target is None or request.method != "POST":
            return self._ask_page(request, self.FORM.begun(target) if target else None)
        form = self.FORM.sent(target, request.POST)
        try:
            case = self._ask_once(request, form)
        except DeskError as error:
            form.refuse(error)
            tell_refusal(request, error)
            return self._ask_page(request, form, error)
        messages.success(request, _("Asked: {number}. A lead decides; nothing is promised yet.").format(number=case.number))
        return HttpResponseRedirect(self.address(case))

    def _ask_once(self, request: HttpRequest, form: AskForm) -> Case:
        """A double click, or the same form sent again, finds the case that is there (C3)."""
        by, now, given = self.actor(request), now_of(request), form.given()
        key, digest = read_key("admin:" + request.POST.get("key", "")), digest_of(f"admin {self.opts.model_name}", [given, form.version])

        def deed() -> tuple[int, str]:
            return 201, str(self.ASKS(given, by=by, at=now, version=form.version).pk)

        _status, body = run_once(by.user_id or 0, key, digest, now, deed)
        return Case.objects.for_actor(by).get(pk=int(body))

    def _ask_page(self, request: HttpRequest, form: AskForm | None, error: DeskError | None = None) -> HttpResponse:
        """A fresh key comes with a fresh form; what was refused may be sent again under its own."""
        keeps_key = error is not None and error.code != REUSED
        context = {
            "ask": form,
            "target": form.target if form else None,
            "number": request.GET.get("order", ""),
            "key": (request.POST.get("key", "") if keeps_key else "") or uuid.uuid4().hex,
        }
        title = _("Ask anew") if form and form.target.before else self.TITLE
        return form_page(
            self, request, None, title=title, template="admin/refunds/ask.html", status=error.status if error else 200, context=context
        )


@admin.register(Refund)
class RefundAdmin(MoneyAdmin):
    """Refunds."""


@admin.register(Compensation)
class CompensationAdmin(MoneyAdmin):
    """Compensations (R4)."""

    KIND = Compensation
    FORM = CompensateForm
    ASKS = staticmethod(ask_compensation)
    TITLE = gettext_lazy("Ask for a compensation")
    list_before_template = "admin/refunds/compensation_links.html"
