"""What can be done with several cases at once, with which of them, and why not with the others. Reads only; the same guards as for one.

Steps of cases about money, and those by which money or goods are settled, are taken one by one: each has its own figures and its own look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.actions.assign import why_not_given, why_not_taken
from casework.actions.offers import offers
from casework.models import Case
from casework.reading import CaseView, list_cases
from casework.registry import KINDS, STEP_PAGES
from casework.situation import read_situations
from casework.workflow import Step, steps_of
from orders.access import Actor
from orders.errors import Reason, Text

# So many are looked at and done at once.
MOST = 100
TAKE, GIVE, LAY_DOWN = "take", "give", "lay_down"
ASSIGNING: dict[str, Text] = {TAKE: _("Take"), GIVE: _("Hand over"), LAY_DOWN: _("Back to the queue")}
OTHER_KIND = Reason("other_kind", _("This is a case of another kind."))
NOBODYS = Reason("nobodys", _("Nobody has it."))
YOURS = Reason("yours_already", _("You have it already."))


@dataclass(frozen=True)
class Deed:
    """Something to do with several cases: its name in an address, its words, and the step behind it, if one is."""

    name: str
    label: str
    kind: type[Case] | None = None
    step: Step | None = None


@dataclass(frozen=True)
class Verdict:
    """A case, and every reason why the deed is not possible with it."""

    case: Case
    reasons: list[Reason]


def deed_named(name: str) -> Deed | None:
    """The deed of that name, or None: there is none, or it is done one by one."""
    if name in ASSIGNING:
        return Deed(name, str(ASSIGNING[name]))
    kind_name, _dot, step_name = name.partition(".")
    kind = KINDS.get(kind_name)
    step = next((each for each in steps_of(kind) if each.name == step_name), None) if kind else None
    return _deed(kind, step) if kind and step and is_for_many(kind, step) else None


def is_for_many(kind: type[Case], step: Step) -> bool:
    """Whether a step is taken on several cases at once: none of a kind that decides about money, none by which money or goods are settled,
    and none that needs a page of its own."""
    is_about_money = any(each.decides_money for each in steps_of(kind))
    return not (is_about_money or step.final or step.hidden or (kind.KIND, step.name) in STEP_PAGES)


def _deed(kind: type[Case], step: Step) -> Deed:
    label = str(_("{kind}: {step}")).format(kind=kind._meta.verbose_name, step=step.label)
    return Deed(f"{kind.KIND}.{step.name}", label, kind, step)


def read_many(ids: Collection[int], *, by: Actor, now: dt.datetime) -> list[CaseView]:
    """The actor's cases among these with all that guards look at; a fixed number of queries for each kind."""
    cases = list(list_cases(by).filter(pk__in=list(ids)[:MOST]).order_by("pk"))
    situations = read_situations(cases, now=now, actor=by) if cases else {}
    return [CaseView(case, situations[case.pk], offers(case, situations[case.pk], by), []) for case in cases]


def deeds_of(views: Sequence[CaseView], by: Actor) -> list[tuple[Deed, int]]:
    """What can be done with at least one of the cases, and with how many; assigning first, then steps in the order of their chapters."""
    deeds = [Deed(name, str(label)) for name, label in ASSIGNING.items()]
    for kind in dict.fromkeys(type(view.case) for view in views):
        deeds += [_deed(kind, step) for step in steps_of(kind) if is_for_many(kind, step)]
    counted = [(deed, sum(not each.reasons for each in verdicts(views, deed, by))) for deed in deeds]
    return [(deed, number) for deed, number in counted if number]


def verdicts(views: Sequence[CaseView], deed: Deed, by: Actor) -> list[Verdict]:
    """With which of the cases it can be done, and why not with the others."""
    return [Verdict(view.case, why_not_done(view, deed, by)) for view in views]


def why_not_done(view: CaseView, deed: Deed, by: Actor) -> list[Reason]:
    """Every reason against the deed on this case."""
    case = view.case
    if deed.name == TAKE:
        return [YOURS] if case.is_open and case.owner_id == by.user_id else why_not_taken(case, by)
    if deed.name in ASSIGNING:
        return why_not_given(case, by) or ([NOBODYS] if deed.name == LAY_DOWN and case.owner_id is None else [])
    if type(case) is not deed.kind:
        return [OTHER_KIND]
    offer = next((each for each in view.offers if deed.step is not None and each.step.name == deed.step.name), None)
    return offer.reasons if offer is not None else [OTHER_KIND]
