"""What stands on the page of a case: next steps, deadlines, contacts, tasks, evidence, money and the timeline, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from casework import clocks
from casework.actions.offers import Offer
from casework.actions.open_below import opened_here
from casework.admin.answers import admin_task
from casework.admin.step_form import ContactForm
from casework.lists.queues import what_next
from casework.models import Case, ContactAttempt, Deadline, Journal, Ledger
from casework.photos.gallery import gallery
from casework.reading import CaseView, links_of, timeline
from casework.wording import actor_words, channel_label, clock_label, news_words, readable, state_label, step_label
from orders.admin.form_page import dress
from orders.clock import now_of
from orders.models import User

# Of a very long timeline the last entries; the journal has them all.
NEWEST = 200


@dataclass(frozen=True)
class Step:
    """A button: allowed with its address, or refused with its reasons."""

    offer: Offer
    address: str


def page_of(found: CaseView, page: Any, request: HttpRequest) -> dict[str, Any]:
    """The context of the page. A fixed number of queries, however much has happened."""
    case, now = found.case, now_of(request)
    entries = list(timeline(case).order_by("-at", "-pk")[:NEWEST])[::-1]
    return {
        "view": found,
        "case": case,
        "order": case.order,
        "next_offer": what_next(found, found.at.actor.role_in(case.shop_id)).offer,
        "steps": [Step(each, page.address(case, "step", each.step.name)) for each in found.here],
        "other_steps": [each for each in found.offers if not each.starts_here],
        "clocks": [clock_row(case, each, found, now) for each in found.deadlines],
        "tasks": [admin_task(each, found.at.actor.role_in(case.shop_id)) for each in found.tasks],
        "contacts": _named(found.at.contacts, "by_id"),
        "checklist": found.checklist,
        "news": news_words(case),
        "pictures": gallery(found.evidence, found.at.actor),
        "links": list(links_of(case)),
        "ledger": list(Ledger.objects.filter(case=case).select_related("line")),
        "children": [(each, _address(page, each)) for each in found.at.children],
        "below": [
            (name, kind._meta.verbose_name)
            for name, kind in opened_here(case).items()
            if case.is_open and not case.why_no_child(name, found.at)
        ],
        "parent": (case.parent, _address(page, case.parent)) if case.parent else None,
        "entries": [entry_row(case, each, found) for each in entries],
        "contact_form": dress(ContactForm()),
        "deeds": {
            deed: page.address(case, "deed", deed)
            for deed in ("contact", "note", "task", "answer", "take", "laydown", "seen", "stepback", "reopen", "below")
        },
        "is_mine": case.owner_id == request.user.pk,
        "workbench": reverse("case", args=[case.pk]),
    }


def _address(page: Any, case: Case) -> str:
    return reverse("admin:casework_case_change", args=[case.pk])


def clock_row(case: Case, deadline: Deadline, found: CaseView, now: Any) -> dict[str, Any]:
    """A deadline: its name, when it runs out, what is left."""
    paused = deadline.status == Deadline.Status.PAUSED
    return {
        "deadline": deadline,
        "name": clock_label(type(case), deadline.kind, found.tasks),
        "left": clocks.length(deadline.left) if paused and deadline.left else clocks.left(deadline.due_at, now),
        "is_late": not paused and deadline.due_at < now,
        "is_paused": paused,
    }


def entry_row(case: Case, entry: Journal, found: CaseView) -> dict[str, Any]:
    """An entry of the timeline, in words."""
    kind = type(case)
    moved = entry.from_state != entry.to_state and entry.to_state
    return {
        "entry": entry,
        "who": actor_words(entry),
        "door": channel_label(entry.channel),
        "what": step_label(kind, entry.step),
        "is_refused": entry.step.startswith("refused:"),
        "to": state_label(kind, entry.to_state) if moved else "",
        "facts": readable(kind, entry.step, entry.facts, found.tasks),
    }


def _named(rows: Iterable[ContactAttempt], column: str) -> list[tuple[Any, str]]:
    """The rows with the name of who did it, in one query."""
    rows = list(rows)
    people = User.objects.in_bulk({getattr(each, column) for each in rows if getattr(each, column)})
    return [(each, people[getattr(each, column)].shown_name if getattr(each, column) else "") for each in rows]
