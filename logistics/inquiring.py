"""Keeping what a courier was asked, answered and promised; each promise is a deadline of its case until the same side is talked to again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.actions.deadlines import DeadlinePlan
from casework.facts import Facts, InstantField
from casework.models import Case, Deadline
from casework.situation import Situation
from logistics.models.inquiry import INQUIRY, Asked, Inquiry, Way
from orders.errors import Malformed
from orders.persons import redact_for_order


class Asking(Facts):
    """Who was asked by which way, and what they promised."""

    whom = forms.ChoiceField(label=_("Asked whom"), choices=Asked.choices)
    way = forms.ChoiceField(label=_("By which way"), choices=Way.choices)
    promise = forms.CharField(label=_("What they promised, if anything"), max_length=500, required=False)
    promised_until = InstantField(label=_("Promised until"), required=False)


class Inquired(Asking):
    """A whole talk: beside the promise when it was and what was answered."""

    answer = forms.CharField(label=_("What they answered (empty: nothing yet)"), max_length=1000, required=False)
    asked_at = InstantField(label=_("Asked at (empty: now)"), required=False)

    field_order = ("whom", "way", "answer", "promise", "promised_until", "asked_at")


def inquiry_sent(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a talk that a form sent; empty fields are left out."""
    return {name: sent[name] for name in Inquired.base_fields if sent.get(name, "").strip()}


def keep_inquiry(case: Case, at: Situation, talk: dict[str, Any]) -> Inquiry:
    """Write the row and the deadline of its promise, inside the door, with the case locked. `talk` are cleaned facts of Inquired, as far as known.

    A promise without a time is to be kept within `courier_trace`. Raises Malformed for a time without a promise, a promise for the past, or a talk
    that is still to come.
    """
    promise, until = talk.get("promise") or "", talk.get("promised_until")
    asked_at = talk.get("asked_at") or at.now
    _refuse_odd_times(promise, until, asked_at, at.now)
    inquiry = Inquiry.objects.create(
        case=case,
        at=asked_at,
        whom=talk["whom"],
        way=talk.get("way") or "",
        answer=redact_for_order(talk.get("answer") or "", at.order),
        promise=redact_for_order(promise, at.order)[:500],
        promised_until=(until or at.after(at.now, at.policy("courier_trace"))) if promise else None,
        by_id=at.actor.user_id,
        written_at=at.now,
    )
    plan = DeadlinePlan()
    for deadline in _answered(inquiry, at):
        plan.stop(deadline, at.now)
    if inquiry.promised_until is not None:
        plan.opened.append(_deadline_of(inquiry, at.now))
    plan.write(at.now)
    return inquiry


def _refuse_odd_times(promise: str, until: dt.datetime | None, asked_at: dt.datetime, now: dt.datetime) -> None:
    if until is not None and not promise:
        raise Malformed(_("Write what they promised."), code="promise_required", field="promise")
    if until is not None and until <= now:
        raise Malformed(_("Name a time that is still to come."), code="past", field="promised_until")
    if asked_at > now:
        raise Malformed(_("This time is still to come."), code="future", field="asked_at")


def _answered(inquiry: Inquiry, at: Situation) -> list[Deadline]:
    """The deadlines of earlier promises that this talk settles: of the same side, when something was said, or when they had run out."""
    own = {each.kind: each for each in at.deadlines if each.kind.startswith(f"{INQUIRY}_") and each.status in Deadline.STANDING}
    earlier = Inquiry.objects.filter(pk__in=[int(kind.removeprefix(f"{INQUIRY}_")) for kind in own]) if own else []
    same_side = [own[each.clock_kind] for each in earlier if (each.whom == Asked.SIGNER) == (inquiry.whom == Asked.SIGNER)]
    return [each for each in same_side if inquiry.answer or inquiry.promise or each.status == Deadline.Status.OVER]


def _deadline_of(inquiry: Inquiry, now: dt.datetime) -> Deadline:
    due = inquiry.promised_until
    assert due is not None  # the caller looked
    return Deadline(case_id=inquiry.case_id, kind=inquiry.clock_kind, started_at=now, due_at=due, wake_at=due, rule="L1.2")
