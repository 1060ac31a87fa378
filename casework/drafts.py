"""A person's drafts of one case, for its page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

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

    @property
    def as_json(self) -> str:
        """The values for the script that fills the form."""
        return json.dumps(self.values, ensure_ascii=False)

    @property
    def texts(self) -> list[str]:
        """What was written, without choices."""
        return [text for name, text in self.values.items() if name not in CHOICES]


def draft_rows(case: Case, by: Actor) -> QuerySet[Draft]:
    """The rows of the person's drafts of the case, the oldest first."""
    return Draft.objects.filter(case=case, user=by.user_id).order_by("saved_at", "pk")


def drafts_of(case: Case, rows: Iterable[Draft]) -> list[KeptDraft]:
    """The drafts as they were typed."""
    return [KeptDraft(each.form, label_of(case, each.form), each.saved_at, json.loads(unseal(each.sealed))) for each in rows]


def label_of(case: Case, form: str) -> str:
    """How a form is called: a step by its words."""
    return step_label(type(case), "contact" if form == "reply" else form)
