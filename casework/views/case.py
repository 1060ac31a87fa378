"""The case page: one case with everything that stands around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.actions.look_at import look_at
from casework.actions.ways_back import NOT_YOURS, WayBack
from casework.drafts import draft_rows
from casework.facts import Facts, offer_once
from casework.models import Channel, EvidenceKind, Fold, Outcome, Plea, UploadLink
from casework.photos.asking import HOW, awaits_photos, to_ask
from casework.photos.checklist import kinds_in_order
from casework.photos.gallery import ask_gallery
from casework.reading import CaseView, links_of, read_case
from casework.registry import PANELS
from casework.replies.sending import REPLY_CHANNELS
from casework.scripts.library import CHAPTER
from casework.scripts.variables import chapter_text
from casework.views.answers import answers_for
from casework.views.beside import beside
from casework.views.case_new import news_since
from casework.views.case_parts import (
    EVERYTHING,
    MOST,
    ask_colleagues,
    ask_events,
    ask_order,
    clock_lines,
    contact_table,
    part_of,
    remedies,
    task_lines,
)
from casework.views.case_rules import excerpt
from casework.views.case_steps import step_forms
from casework.views.listing import ask_listing
from casework.views.once import new_key
from casework.views.scripts import taken_over
from casework.views.turning import kept_query, place_in
from casework.views.typed import Typed
from casework.wording import news_words
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.persons import Person
from orders.roles import AGENTS, LEADS, STAFF
from orders.together import Reading, answers, ask_for, side_by_side


@require_safe
@login_required
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The page. Raises NotFound outside the person's shops."""
    return case_page(request, case_id)


def case_page(
    request: HttpRequest, case_id: int, typed: Typed | None = None, person: Person | None = None, letter: str = ""
) -> HttpResponse:
    """The page as it stands now, with what a refused form held, or once with the person in clear or the letter with the customer's link."""
    by, now = actor_of(request), now_of(request)
    view = read_case(case_id, by=by, now=now)
    most = EVERYTHING if "all" in request.GET else MOST
    parts, found = answers(_ask_parts(view, by, typed, most), ask_listing(request, here=view.case.pk))
    script_text, script = taken_over(request, view.case, view.at, by)
    context = {
        "view": view,
        "case": view.case,
        "typed": typed,
        "shown_person": person,
        "letter": letter,
        "once": new_key(),
        **beside(view, by, typed, parts["draft_rows"]),
        **parts,
        **_rights(view, by, parts["step_back"]),
        **_asking(view, typed),
        # What asks for photos is one text: right after the link was made, the one that holds it.
        "message": script_text or ("" if letter else _message(view, has_link=any(opens for _link, opens in parts["links"]))),
        "reply_script": script or CHAPTER,
        "reply_channels": REPLY_CHANNELS,
        **step_forms(view, typed),
        **found,
        "list_query": kept_query(request, place_in(found, view.case, request)),
        "rules": excerpt(view),
        **news_since(view, parts, look_at(view.case, by=by, at=now)),
    }
    context["has_reply_box"] = has_reply_box(context)
    offer_once(forms_of(context))
    return render(request, "casework/case.html", context, status=typed.error.status if typed else 200)


def _rights(view: CaseView, by: Actor, back: WayBack) -> dict[str, Any]:
    """What this person may do here beside the steps; the actions check again."""
    case, role = view.case, by.role_in(view.case.shop_id)
    mine, free = case.owner_id == by.user_id, case.owner_id is None
    works, leads = case.is_open and role in STAFF, role in LEADS
    return {
        "may_add": works,
        "may_ask": case.is_open and role in AGENTS,
        "may_contact": case.is_open and role in AGENTS,
        "may_take": works and not mine and (free or leads),
        "may_give": case.is_open and role in AGENTS and (mine or free or leads),
        "may_lay_down": case.is_open and role in AGENTS and not free and (mine or leads),
        "may_reveal": role in AGENTS,
        # A step back is theirs to ask for: a lead's, and of who took the step.
        "step_back": back if back.entry is not None and NOT_YOURS not in back.reasons else None,
        "may_see_news": works and bool(case.news) and (mine or free),
        "is_mine": mine,
    }


def _ask_parts(view: CaseView, by: Actor, typed: Typed | None, most: int) -> Reading[dict[str, Any]]:
    """Everything around the case, read together; `most` of each list."""
    case, pictures = view.case, part_of(view.evidence[::-1], most)
    folds, drafts = Fold.objects.filter(user=by.user_id), draft_rows(case, by)
    (told, refused), shown, people, order, links, (back, reopening), _read, *panels = yield from side_by_side(
        ask_events(view, most),
        ask_gallery(pictures.rows[::-1], by, view.evidence),
        ask_colleagues(case, by),
        ask_order(case.order, case, by),
        _ask_links(view),
        view.ask_ways(),
        ask_for(folds, drafts),
        *(each.ask(case, by, view.at.now) for each in PANELS),
    )
    return {
        "clocks": clock_lines(view),
        "tasks": [(each, answers_for(each.task, by.role_in(case.shop_id), typed)) for each in task_lines(view, most)],
        "contacts": contact_table(view, most) if case.HAS_CONTACTS else [],
        "channels": Channel.choices,
        # What was sent is recorded with its text, in the reply box.
        "outcomes": [(value, label) for value, label in Outcome.choices if value != Outcome.SENT],
        "pictures": shown,
        "checklist": view.checklist if case.is_open or view.evidence else [],
        "news": news_words(case),
        "evidence_kinds": [(kind, EvidenceKind(kind).label) for kind in kinds_in_order(type(case))],
        "events": told.rows,
        "refused": refused.rows,
        "children": part_of(view.at.children, most).rows,
        # Where a list is longer than what stands here.
        "has_more": told.has_more or refused.has_more or pictures.has_more or max(len(view.tasks), len(view.at.children)) > most,
        "remedies": remedies(view, by),
        "parcels_here": len(case.order.waybills) if case.order else 0,
        "colleagues": people.takers,
        "named": people.named,
        "panels": list(zip(PANELS, panels, strict=True)),
        "links": links,
        "draft_rows": drafts,
        "folds": {each.part: each.is_open for each in folds},
        "step_back": back,
        "reopening": reopening,
        **order,
    }


def _ask_links(view: CaseView) -> Reading[list[tuple[UploadLink, bool]]]:
    """The links that the customer got, each with whether it still opens."""
    links = links_of(view.case)
    yield (links,)
    return [(each, each.revoked_at is None and each.expires_at > view.at.now and view.case.is_open) for each in links]


def _asking(view: CaseView, typed: Typed | None) -> dict[str, Any]:
    """What may be asked of the customer: what the chapter still wants is chosen already."""
    wanted = typed.data.getlist("kinds") if typed is not None and typed.form == "photos" else to_ask(view.case, view.at)
    return {"asked": [(kind, EvidenceKind(kind).label, kind in wanted) for kind in HOW], "pleas": Plea.choices}


def _message(view: CaseView, *, has_link: bool) -> str:
    """The text for the customer, always in the shop's language. Who is to send photos and has a link is reminded of it."""
    text = chapter_text(view.case, view.at)
    if not text or not has_link or not awaits_photos(view.case, view.at):
        return text
    with translation.override(settings.LANGUAGE_CODE):
        return str(_("{text} You can send them by the link that you have from us.")).format(text=text)


def forms_of(page: Mapping[str, Any]) -> Iterator[Facts]:
    """The forms of steps and answers on the page."""
    yield from (each.form for each in (page["next"], *page["others"]) if each is not None)
    yield from (each.form for answers in (page["next_answers"], *(its for _task, its in page["tasks"])) for each in answers)


def has_reply_box(page: Mapping[str, Any]) -> bool:
    """Whether the reply box stands in one of the places of the page that show the message; else it has a place of its own."""
    following = page["next"]
    in_the_step = bool(following and not following.url and not (page["contact_wanted"] or page["next_task"] or page["next_remedy"]))
    return bool(page["message"]) and bool(page["contacts"] or not following or in_the_step)
