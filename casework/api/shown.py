"""A case gathered for the answer: what it shows beyond its row, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from casework.api.rows import CaseDetail
from casework.models import Case, Deadline, Evidence
from casework.photos.sameness import other_kinds, twins_of
from casework.reading import RUNNING, CaseView, links_of, read_case
from casework.registry import COSTS, WAYBILLS
from casework.wording import clock_label, is_platform
from orders.access import Actor
from orders.models import User


def waybills_of(cases: Collection[Case]) -> dict[int, str]:
    """The waybill of each case that is about a parcel."""
    ids = [case.pk for case in cases]
    return {case_id: waybill for each in WAYBILLS for case_id, waybill in each.of_cases(ids).items()}


def show_case(case_id: int, *, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """The case as the API answers it. Raises NotFound outside the actor's shops."""
    view = read_case(case_id, by=by, now=at)
    return dict(CaseDetail(CaseOnShow(view), context={"waybills": waybills_of([view.case])}).data)


class CaseOnShow:
    """A case's own columns, and beside them the lists that the detail has."""

    def __init__(self, view: CaseView) -> None:
        self.view = view
        self.all_deadlines = list(Deadline.objects.filter(case=view.case).order_by("due_at", "pk"))
        _name_people([*((each, "uploaded_by") for each in view.evidence), *((each, "by") for each in view.at.contacts)])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.view.case, name)

    @property
    def next_due(self) -> dt.datetime | None:
        """What runs out first."""
        return min((each.due_at for each in self.all_deadlines if each.status in RUNNING), default=None)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Every step of the kind, refused ones with their reasons."""
        return [each.as_dict() for each in self.view.offers]

    @property
    def step_back(self) -> dict[str, Any]:
        """Whether the last step can be taken back."""
        return self.view.step_back.as_dict()

    @property
    def reopening(self) -> dict[str, Any]:
        """Whether it can be opened again."""
        return self.view.reopening.as_dict()

    @property
    def deadlines(self) -> list[Deadline]:
        """Running ones first, each with the words for its clock."""
        kind = type(self.view.case)
        for each in self.all_deadlines:
            each.case = self.view.case
            each.label = clock_label(kind, each.kind, self.view.tasks)  # type: ignore[attr-defined]
            each.platform = is_platform(kind, each)  # type: ignore[attr-defined]
        return sorted(self.all_deadlines, key=lambda each: each.ended_at is not None)

    @property
    def tasks(self) -> Any:
        """Open and done."""
        return self.view.tasks

    @property
    def evidence(self) -> Any:
        """The pictures, each with the same one in other cases."""
        return with_twins(self.view.evidence, self.view.at.actor)

    @property
    def upload_links(self) -> Any:
        """The customer's links, newest first."""
        return links_of(self.view.case)

    @property
    def evidence_wanted(self) -> Any:
        """The pictures that the chapter asks for, there or missing."""
        return self.view.checklist

    @property
    def contacts(self) -> Any:
        """The attempts to reach the customer."""
        return self.view.at.contacts

    @property
    def cost(self) -> Any:
        """What it has cost us, with the remedies."""
        return next((cost_of(self.view.case) for cost_of in COSTS), None)

    @property
    def children(self) -> Any:
        """The remedies that were opened from here."""
        return self.view.at.children


def with_twins(pictures: Collection[Evidence], by: Actor, among: Collection[Evidence] = ()) -> list[Evidence]:
    """The pictures with `same_as`, the same one in other cases that the caller sees, and `also_as`, what else the same file is here; one query.

    `among` are all of the case where only some are shown.
    """
    twins, others = twins_of(pictures, by), other_kinds(among or pictures)
    for each in pictures:
        each.same_as, each.also_as = twins.get(each.pk, []), others[each.pk]  # type: ignore[attr-defined]
    return list(pictures)


def _name_people(places: list[tuple[Any, str]]) -> None:
    """Fill the named relations of rows with one query."""
    people = User.objects.in_bulk({getattr(row, f"{name}_id") for row, name in places} - {None})
    for row, name in places:
        setattr(row, name, people.get(getattr(row, f"{name}_id")))
