"""What was typed, tried out before it is kept: a script on a real case, a rule on examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from casework.actions.keep_words import clean_rule
from casework.facts import first_error
from casework.models import Case, ReplyRule
from casework.reading import read_case
from casework.replies.checking import Draft, check, rules_of
from casework.scripts.fill import as_kept, fill
from casework.scripts.variables import Told
from casework.views.words_forms import WordsForm
from orders.access import Actor
from orders.errors import DeskError, NotFound

MOST_EXAMPLES = 20


def preview(form: WordsForm, by: Actor, shop_id: int | None, sent: Mapping[str, str], now: dt.datetime) -> dict[str, Any]:
    """The typed text filled from a case that the reader sees: the one that is named, else the newest of its kind."""
    try:
        case = _case_for(sent.get("case", "").strip(), sent.get("kind", ""), by, shop_id)
        view = read_case(case.pk, by=by, now=now)
        filled = fill(as_kept(sent.get("text", "")[:2000]), Told(view.case, view.at, by))
    except DeskError as error:
        return {"tried_error": error}
    rules = [each for each in rules_of(case.shop_id) if each.check_for != "repeats"]
    return {"filled": filled, "tried_on": view.case, "findings": check(Draft(filled.text, view.case), rules)}


def _case_for(number: str, kind: str, by: Actor, shop_id: int | None) -> Case:
    rows = Case.objects.for_actor(by)
    rows = rows.filter(shop=shop_id) if shop_id is not None else rows
    if number:
        rows = rows.filter(number=number.upper())
    elif kind:
        rows = rows.filter(kind=kind)
    found: Case | None = (
        rows.order_by("closed_at", "-pk").first() if number or kind else rows.filter(closed_at=None).order_by("-pk").first()
    )
    if found is None:
        raise NotFound(field="case")
    return found


def tried_out(form: WordsForm, by: Actor, shop_id: int | None, sent: Mapping[str, str], now: dt.datetime) -> dict[str, Any]:
    """What the typed rule finds in each line of the examples."""
    if not form.is_valid():
        return {"tried_error": first_error(form)}
    try:
        rule = ReplyRule(code="tried", **clean_rule(form.words()))
    except DeskError as error:
        return {"tried_error": error}
    lines = [line.strip() for line in sent.get("examples", "").splitlines() if line.strip()][:MOST_EXAMPLES]
    return {"tried": [(line, check(Draft(line), [rule])) for line in lines]}
