"""A case in the admin: looked at as a whole, worked by its allowed steps through the one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note, finish_task, record_contact
from casework.actions.offers import Offer
from casework.actions.open_below import open_below
from casework.actions.open_case import open_case
from casework.actions.reopen import reopen
from casework.actions.see_news import see_news
from casework.actions.step_back import step_back
from casework.admin.case_list import CaseList
from casework.admin.case_page import page_of
from casework.admin.step_form import OpenForm, facts_sent, fresh, step_form
from casework.models import Case
from casework.reading import CaseView, read_case
from casework.registry import KINDS, SUBJECTS
from casework.task_kinds import answer_facts
from casework.views.given import version_in
from orders.access import Actor, actor_of
from orders.admin.form_page import form_page, tell_refusal
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotFound, Stale

SMALL_DEEDS: dict[str, Callable[..., Any]] = {
    "contact": lambda case_id, sent, **by: record_contact(
        case_id, channel=sent.get("channel"), outcome=sent.get("outcome"), note=sent.get("note", ""), **by
    ),
    "note": lambda case_id, sent, **by: add_note(case_id, note=sent.get("note", ""), **by),
    "answer": lambda case_id, sent, **by: answer_task(
        case_id, _number(sent.get("task")), answer=sent.get("answer"), facts=answer_facts(sent), **by
    ),
    "task": lambda case_id, sent, **by: finish_task(case_id, _number(sent.get("task")), **by),
    "stepback": lambda case_id, sent, **by: step_back(case_id, version=version_in(sent), note=sent.get("note", ""), **by),
    "reopen": lambda case_id, sent, **by: reopen(case_id, version=version_in(sent), note=sent.get("note", ""), **by),
    "below": lambda case_id, sent, **by: open_below(case_id, kind=sent.get("kind"), waybill=sent.get("waybill", ""), **by),
    "seen": lambda case_id, sent, **by: see_news(case_id, **by),
    "take": lambda case_id, sent, **by: take_case(case_id, **by),
    "laydown": lambda case_id, sent, **by: give_case(case_id, None, **by),
}


class WorkedCase(CaseList):
    """What every page of cases does. Kinds of higher apps derive from it and add what only they know."""

    step_template = "admin/casework/case/step.html"
    # Small deeds that a kind's page has beside those of every case: name -> (case id, what was sent, by=, at=).
    KIND_DEEDS: Mapping[str, Callable[..., Any]] = {}

    def get_urls(self) -> list[Any]:
        """The case's page, a page per step, and small deeds."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("open/", view(self.open_view), name=f"{name}_open"),
            path("<int:case_id>/step/<slug:step>/", view(self.step_view), name=f"{name}_step"),
            path("<int:case_id>/do/<slug:deed>/", view(self.deed_view), name=f"{name}_deed"),
        ]
        return [*own, *super().get_urls()]

    # Looking ----------------------------------------------------------------------------------------

    def read(self, request: HttpRequest, case_id: int) -> CaseView:
        """The case with its surroundings. Raises Http404 outside the person's shops and for other kinds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = read_case(case_id, by=self.reader(request), now=now_of(request))
        except NotFound:
            raise Http404 from None
        if self.model.KIND and not isinstance(found.case, self.model):  # type: ignore[attr-defined]  # Case or a kind
            raise Http404
        return found

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The case. There is nothing to save here, whoever asks."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        if not (object_id.isascii() and object_id.isdigit()) or len(object_id) > 18:
            raise Http404
        found = self.read(request, int(object_id))
        own = self.admin_site._registry.get(type(found.case))
        if own is not None and own is not self:
            return HttpResponseRedirect(own.address(found.case))
        context = page_of(found, self, request) | self.kind_context(request, found)
        title = f"{found.case.number} {found.case.kind_label}"
        return form_page(self, request, None, title=title, template="admin/casework/case/page.html", context=context)

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """What a kind adds to its page; `kind_template` draws it."""
        return {}

    def address(self, case: Case, what: str = "change", *args: Any) -> str:
        """The address of a page of the case."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{what}", args=[case.pk, *args])

    # Working ----------------------------------------------------------------------------------------

    def step_view(self, request: HttpRequest, case_id: int, step: str) -> HttpResponse:
        """The page of one step: why it is refused, or its form; a POST takes it."""
        found = self.read(request, case_id)
        offer = next((each for each in found.offers if each.step.name == step), None)
        if offer is None:
            raise Http404
        if request.method == "POST":
            return self._take(request, found, offer)
        form = step_form(offer.step, version=found.case.version) if offer.allowed else None
        return self._step_page(request, found, offer, form)

    def _take(self, request: HttpRequest, found: CaseView, offer: Offer) -> HttpResponse:
        step, sent = offer.step, request.POST
        form = step_form(step, sent, version=found.case.version)
        try:
            case = self.take_step(request, found, offer)
        except NotFound:
            raise Http404 from None
        except DeskError as error:
            tell_refusal(request, error, form)
            again = self.read(request, found.case.pk)
            offer = next(each for each in again.offers if each.step.name == step.name)
            stays = offer.allowed or isinstance(error, (Malformed, Stale))
            return self._step_page(request, again, offer, fresh(form, again.case.version) if stays else None, status=error.status)
        messages.success(request, _("Done: {step}. The case is at “{state}” now.").format(step=step.label, state=case.state_label))
        return HttpResponseRedirect(self.address(case))

    def take_step(self, request: HttpRequest, found: CaseView, offer: Offer) -> Case:
        """Through the door. Kinds may send it by an action of their own that ends there."""
        return advance(
            found.case.pk,
            offer.step.name,
            by=self.actor(request),
            at=now_of(request),
            version=version_in(request.POST),
            note=request.POST.get("note", ""),
            facts=facts_sent(offer.step, request.POST),
        )

    def _step_page(self, request: HttpRequest, found: CaseView, offer: Offer, form: Any, status: int = 200) -> HttpResponse:
        title = f"{found.case.number} · {offer.step.label}"
        context = {"view": found, "case": found.case, "offer": offer} | self.kind_context(request, found)
        back = self.address(found.case)
        return form_page(
            self,
            request,
            form,
            title=title,
            submit=offer.step.label,
            back=back,
            status=status,
            template=self.step_template,
            context=context,
        )

    def deed_view(self, request: HttpRequest, case_id: int, deed: str) -> HttpResponse:
        """A small deed: contact attempt, note, task done, taking and laying down. Refusals are sentences on the case's page."""
        found = self.read(request, case_id)
        deeds = SMALL_DEEDS | dict(self.KIND_DEEDS)
        if deed not in deeds:
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(self.address(found.case))
        try:
            deeds[deed](case_id, request.POST, by=self.actor(request), at=now_of(request))
        except DeskError as error:
            tell_refusal(request, error)
        else:
            messages.success(request, _("Recorded."))
        return HttpResponseRedirect(self.address(found.case))

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """Open a case for an order or a waybill."""
        kinds = [(name, str(KINDS[name]._meta.verbose_name)) for name in SUBJECTS]
        sent = request.POST if request.method == "POST" else None
        form = OpenForm(kinds, sent, initial={name: request.GET.get(name, "") for name in ("kind", "order", "waybill")})
        back, status = reverse("admin:casework_case_changelist"), 200
        if sent is not None:
            try:
                case = open_case(
                    sent.get("kind", ""),
                    by=self.actor(request),
                    at=now_of(request),
                    order=sent.get("order", "").strip(),
                    waybill=sent.get("waybill", "").strip(),
                    note=sent.get("note", ""),
                )
                return HttpResponseRedirect(self.address(case))
            except DeskError as error:
                tell_refusal(request, error, form)
                status = error.status
        return form_page(self, request, form, title=_("Open a case"), submit=_("Open a case"), back=back, status=status)

    def actor(self, request: HttpRequest) -> Actor:
        """The acting person, at this door."""
        return actor_of(request, CHANNEL)


@admin.register(Case)
class CaseAdmin(WorkedCase):
    """All cases, whatever their kind."""

    list_before_template = "admin/casework/case/list_links.html"


def _number(text: Any) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    return int(text)
