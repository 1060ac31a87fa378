"""The short list of warehouse and print clerk: what is asked, and the answers as buttons."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from casework.actions.answer_task import answer_task
from casework.models import Task
from casework.questions import addressed_to, asked_rows, open_questions, waiting
from casework.task_kinds import answer_facts
from casework.views.answers import drawn_answers, said_of
from casework.views.once import new_key, once
from casework.views.typed import Typed
from orders.access import actor_of
from orders.clock import now_of
from orders.counting import capped, how_many
from orders.errors import DeskError, NotFound

# What a person works through; the number says how many there are in all.
SHOWN = 100


@require_safe
@login_required
def todo(request: HttpRequest) -> HttpResponse:
    """What this person is asked."""
    return _page(request)


@login_required
def answer(request: HttpRequest, task_id: int) -> HttpResponse:
    """Answer one of them and go on with the next; a refused answer comes back with what was typed."""
    if request.method != "POST":
        return redirect("todo")
    by = actor_of(request)
    task = Task.objects.for_actor(by).filter(pk=task_id).first()
    if task is None:
        raise NotFound
    case_id, sent = task.case_id, request.POST.get("answer", "")

    def deed() -> str:
        return said_of(answer_task(case_id, task_id, answer=sent, facts=answer_facts(request.POST), by=by, at=now_of(request)))

    try:
        said = once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _page(request, Typed(f"answer-{task_id}", request.POST, error))
    messages.success(request, said)
    return redirect("todo")


def _page(request: HttpRequest, typed: Typed | None = None) -> HttpResponse:
    by, now = actor_of(request), now_of(request)
    tasks = list(open_questions(by).filter(addressed_to(by))[:SHOWN])
    rows = [(each, drawn_answers(each.task, typed)) for each in asked_rows(tasks, now)]
    number = capped(len(rows) if len(rows) < SHOWN else how_many({"waiting": waiting(by)})["waiting"])
    is_gone = typed is not None and typed.form not in {f"answer-{each.pk}" for each in tasks}
    context = {"rows": rows, "number": number, "now": now, "once": new_key(), "typed": typed, "is_gone": is_gone}
    return render(request, "casework/todo.html", context, status=typed.error.status if typed else 200)
