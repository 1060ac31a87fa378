"""What is done on the case page: one address a verb, POST only; refused forms come back with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note, finish_task, record_contact
from casework.actions.keep_draft import forget_draft
from casework.actions.moves import step_named
from casework.actions.open_below import open_below
from casework.actions.reopen import reopen
from casework.actions.reveal import reveal
from casework.actions.see_news import see_news
from casework.actions.step_back import step_back
from casework.models import Case
from casework.task_kinds import answer_facts
from casework.views.answers import said_of
from casework.views.case import case_page
from casework.views.given import version_of
from casework.views.once import once
from casework.views.promised import promises_of, warned
from casework.views.turning import kept_query
from casework.views.typed import Typed
from casework.wording import step_label
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotFound, Stale
from orders.storable import whole


def verb(form: str) -> Callable[[Callable[..., str]], Callable[..., HttpResponse]]:
    """Make a view of a deed `(request, case_id, by, ...) -> sentence`. `form` names the form that comes back refused.

    Looking at the address of a verb leads to the case. A form sent twice is one deed: its `once` is a key.
    """

    def make(deed: Callable[..., str]) -> Callable[..., HttpResponse]:
        @login_required
        def view(request: HttpRequest, case_id: int, **rest: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect("case", case_id)
            name = form.format(**rest)
            try:
                said = once(request, lambda: deed(request, case_id, actor_of(request), **rest))
            except NotFound:
                raise
            except DeskError as error:
                return case_page(request, case_id, Typed(name, request.POST, error))
            forget_draft(case_id, name, by=actor_of(request))
            messages.success(request, said)
            return redirect(f"{reverse('case', args=[case_id])}{kept_query(request)}")

        return view

    return make


def refuse_stale(request: HttpRequest, case_id: int, by: Actor) -> None:
    """For deeds that carry no version themselves: what was seen must still stand. Raises NotFound, Stale."""
    seen, now = version_of(request), Case.objects.for_actor(by).filter(pk=case_id).values_list("version", flat=True).first()
    if now is None:
        raise NotFound
    if now != seen:
        raise Stale(extra={"version": now})


@verb("{step}")
def take_step(request: HttpRequest, case_id: int, by: Actor, step: str) -> str:
    """Take a step with its facts and note."""
    before = Case.objects.for_actor(by).filter(pk=case_id).first()
    if before is None:
        raise NotFound
    fields = step_named(before, step).facts.base_fields
    facts = {name: request.POST[name] for name in fields if request.POST.get(name, "") != ""}
    note = request.POST.get("note", "")
    advance(case_id, step, by=by, at=now_of(request), version=version_of(request), note=note, facts=facts)
    return _("Done: {step}.").format(step=step_label(type(before), step))


@verb("step-back")
def back(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Take the last step back."""
    case = step_back(case_id, by=by, at=now_of(request), version=version_of(request), note=request.POST.get("note", ""))
    return _("Taken back. The case is at “{state}” again.").format(state=case.state_label)


@verb("reopen")
def open_again(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Open a closed case again."""
    case = reopen(case_id, note=request.POST.get("note", ""), by=by, at=now_of(request), version=version_of(request))
    return _("Opened again. The case is at “{state}”.").format(state=case.state_label)


@verb("below-{kind}")
def below(request: HttpRequest, case_id: int, by: Actor, kind: str) -> str:
    """Open the case of another chapter for this one."""
    child = open_below(case_id, kind=kind, waybill=request.POST.get("waybill", ""), by=by, at=now_of(request))
    return _("Opened: {number}.").format(number=child.number)


@verb("contact")
def contact(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Record an attempt to reach the customer."""
    refuse_stale(request, case_id, by)
    now, sent = now_of(request), request.POST
    channel, outcome, note = (sent.get(name, "") for name in ("channel", "outcome", "note"))
    attempt = record_contact(case_id, channel=channel, outcome=outcome, note=note, promises=promises_of(sent, now), by=by, at=now)
    return warned(_("The attempt is recorded."), attempt)


@verb("evidence")
def evidence(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Add a picture."""
    add_evidence(case_id, upload=request.FILES.get("file"), kind=request.POST.get("kind", ""), by=by, at=now_of(request))
    return _("The picture is on the case.")


@verb("note")
def note(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Write a note."""
    add_note(case_id, note=request.POST.get("note", ""), by=by, at=now_of(request))
    return _("The note is written.")


@verb("task")
def task_done(request: HttpRequest, case_id: int, by: Actor, task_id: int) -> str:
    """Mark a task as done there."""
    finish_task(case_id, task_id, by=by, at=now_of(request))
    return _("Marked as done there.")


@verb("seen")
def seen(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Take the news off."""
    see_news(case_id, by=by, at=now_of(request))
    return _("Seen.")


@verb("answer-{task_id}")
def task_answered(request: HttpRequest, case_id: int, by: Actor, task_id: int) -> str:
    """Answer a question that the case asks."""
    task = answer_task(case_id, task_id, answer=request.POST.get("answer", ""), facts=answer_facts(request.POST), by=by, at=now_of(request))
    return said_of(task)


@verb("owner")
def take(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Take the case."""
    refuse_stale(request, case_id, by)
    take_case(case_id, by=by, at=now_of(request))
    return _("The case is yours.")


@verb("owner")
def give(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Hand the case to a colleague, or without one lay it down."""
    refuse_stale(request, case_id, by)
    to = request.POST.get("to", "")
    colleague = whole(to)
    if to and colleague is None:
        raise Malformed(_("Choose a colleague."), code="bad_owner", field="to")
    given = give_case(case_id, colleague, by=by, at=now_of(request))
    return _("Handed to {name}.").format(name=given.owner.shown_name) if given.owner else _("The case is free again.")


@login_required
def show_person(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show the person once, on this answer alone; it is journalled and never stored by a browser."""
    if request.method != "POST":
        return redirect("case", case_id)
    try:
        person = reveal(case_id, reason=request.POST.get("reason", ""), by=actor_of(request), at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return case_page(request, case_id, Typed("reveal", request.POST, error))
    return case_page(request, case_id, person=person)
