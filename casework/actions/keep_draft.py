"""What somebody is typing on a case page, kept until it is sent. Theirs alone: no deed on the case, and in no journal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import refuse_others, text_of
from casework.models import Case, Draft
from casework.registry import DRAFTS
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed
from orders.roles import STAFF
from orders.vault import seal

# Characters of one draft; the forms themselves take 4,000 a field.
LONGEST = 20_000


def keep_draft(case_id: int, form: str, texts: Mapping[str, str], *, by: Actor, at: dt.datetime | None = None) -> Draft | None:
    """Keep what stands in the fields of a form; None when they are all empty, which takes an older draft away.

    Fields that the form does not have, and files, are left out. Raises NotFound, NotAllowed, Malformed `no_drafts` for a form that is
    unknown or decides about money, `bad_text` for too much.
    """
    now = at or wall_clock()
    refuse_others(case_id, by, STAFF)
    case = Case.objects.get(pk=case_id)
    known = fields_of(case, form)
    kept = {name: text_of(texts[name], name) for name in known if texts.get(name)}
    kept = {name: text for name, text in kept.items() if text}
    if sum(map(len, kept.values())) > LONGEST:
        raise Malformed(_("This is not a text of the permitted length."), code="bad_text")
    if not kept:
        forget_draft(case_id, form, by=by)
        return None
    draft = Draft(user_id=by.person_id, case=case, form=form, sealed=seal(json.dumps(kept, ensure_ascii=False)), saved_at=now)
    Draft.objects.bulk_create([draft], update_conflicts=True, unique_fields=["user", "case", "form"], update_fields=["sealed", "saved_at"])
    return draft


def fields_of(case: Case, form: str) -> list[str]:
    """The fields of a form that are kept. Raises Malformed `no_drafts` for a form that is unknown or decides about money."""
    if form in DRAFTS:
        return sorted(DRAFTS[form])
    step = next((each for each in type(case).steps() if each.name == form), None)
    if step is None or step.decides_money or step.hidden:
        raise Malformed(_("This form has no drafts."), code="no_drafts", field="form")
    return [*(name for name, field in step.facts.base_fields.items() if not isinstance(field, forms.FileField)), "note"]


def forget_draft(case_id: int, form: str, *, by: Actor) -> None:
    """The form was sent, or the draft is not wanted. Without one nothing happens."""
    Draft.objects.filter(user=by.user_id, case=case_id, form=form).delete()
