"""A person's drafts of one case, for its page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from casework.left_over import Fields, LeftOver, fields_of_step, left_over
from casework.models import Case, Draft
from casework.wording import step_label
from orders.access import Actor
from orders.vault import unseal

# Fields that hold a choice and no words of anybody's.
CHOICES = frozenset({"channel", "outcome"})


@dataclass(frozen=True)
class KeptDraft:
    """A draft as its writer sees it: `values` go back into the form, `texts` are shown where there is no such form any more."""

    form: str
    label: str
    saved_at: dt.datetime
    values: dict[str, str]
    fields: Fields

    @property
    def as_json(self) -> str:
        """The values for the script that fills the form."""
        return json.dumps(self.values, ensure_ascii=False)

    @property
    def texts(self) -> list[LeftOver]:
        """What stood in it, without the choices of a contact."""
        return left_over(self.fields, {name: text for name, text in self.values.items() if name in self.fields or name not in CHOICES})


def draft_rows(case: Case, by: Actor) -> QuerySet[Draft]:
    """The rows of the person's drafts of the case, the oldest first."""
    return Draft.objects.filter(case=case, user=by.user_id).order_by("saved_at", "pk")


def drafts_of(case: Case, rows: Iterable[Draft]) -> list[KeptDraft]:
    """The drafts as they were typed."""
    return [_as_typed(case, each) for each in rows]


def _as_typed(case: Case, row: Draft) -> KeptDraft:
    values = json.loads(unseal(row.sealed))
    return KeptDraft(row.form, label_of(case, row.form), row.saved_at, values, fields_of_step(case, row.form))


def label_of(case: Case, form: str) -> str:
    """How a form is called: a step by its words."""
    return step_label(type(case), "contact" if form == "reply" else form)
