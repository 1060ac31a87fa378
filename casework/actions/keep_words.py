"""Keeping what leads word: reply scripts (S4.1) and the rules that replies are checked by (S4.2). A change is a new version; none is lost."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import choice, text_of
from casework.models import Check, ReplyRule, Script, Severity, Standing
from casework.models.versioned import Versioned
from casework.registry import KINDS
from casework.replies.patterns import LONGEST_LINE, MOST_LINES, check_lines
from casework.scripts.fill import LONGEST, as_kept
from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed, NotFound, Stale
from orders.models import Shop
from orders.roles import LEADS, Role

KEEPERS = LEADS | {Role.ADMIN}
MOST_CHARACTERS, MOST_POSITION = 500, 999
WORDY = frozenset({Check.WHOLE, Check.ENDING, Check.HAS, Check.HAS_WITHOUT, Check.LACKS, Check.MONEY, Check.GIFT})
Row = TypeVar("Row", bound=Versioned)


def may_word(by: Actor, shop_id: int | None) -> bool:
    """Whether the actor words what a shop says; None is every shop, for those who lead them all."""
    own = by.role_in(shop_id) if shop_id is not None else (by.roles.get(None, "") if by.shop_ids() is None else "")
    return own in KEEPERS


def new_code() -> str:
    """A code for a row that a lead adds."""
    return f"own-{secrets.token_hex(4)}"


def keep_script(
    code: str, words: dict[str, Any], *, seen: int, by: Actor, at: dt.datetime, shop_id: int | None = None, standing: str = Standing.ON
) -> Script:
    """A new version of a script; `seen` is the number of the version that it was made of, 0 for none.

    Raises Malformed naming the field, NotFound for a shop that is not the actor's, NotAllowed for the role, Stale when there is a newer version.
    """
    return _keep(Script, code, _script(words), seen=seen, shop_id=shop_id, standing=standing, by=by, at=at)


def keep_rule(
    code: str, words: dict[str, Any], *, seen: int, by: Actor, at: dt.datetime, shop_id: int | None = None, standing: str = Standing.ON
) -> ReplyRule:
    """A new version of a rule for replies. Raises as keep_script."""
    return _keep(ReplyRule, code, clean_rule(words), seen=seen, shop_id=shop_id, standing=standing, by=by, at=at)


def go_back(table: type[Row], code: str, number: int, *, seen: int, by: Actor, at: dt.datetime, shop_id: int | None = None) -> Row:
    """Word it again as an earlier version did, as a new one. Raises NotFound for a version that there is not, else as keep_script."""
    _refuse_others(by, shop_id)
    old = table.objects.filter(code=code, shop=shop_id, number=number).first()
    if old is None:
        raise NotFound(field="number")
    return _keep(table, code, old.words(), seen=seen, shop_id=shop_id, standing=old.standing, by=by, at=at)


def follow_common(table: type[Row], code: str, *, seen: int, by: Actor, at: dt.datetime, shop_id: int) -> Row:
    """Let a shop go with all shops again: its own wording stays in the list of versions. Raises NotFound where it has none, else as keep_script."""
    _refuse_others(by, shop_id)
    own = table.objects.of(code, shop_id).first()
    if own is None:
        raise NotFound
    if not table.objects.filter(code=code, shop=None).exists():
        raise Malformed(_("All shops have nothing like it: put it out of use instead."), code="bad_value", field="standing")
    return _keep(table, code, own.words(), seen=seen, shop_id=shop_id, standing=Standing.COMMON, by=by, at=at)


def _keep(
    table: type[Row], code: str, words: dict[str, Any], *, seen: int, shop_id: int | None, standing: str, by: Actor, at: dt.datetime
) -> Row:
    _refuse_others(by, shop_id)
    chosen = choice(standing, Standing, "standing")
    if chosen == Standing.COMMON and shop_id is None:
        raise Malformed(_("This is the wording of all shops itself."), code="bad_value", field="standing")
    newest = table.objects.of(code, shop_id).first()
    number = newest.number if newest else 0
    if number != seen:
        raise Stale(extra={"version": number})
    if newest is not None and (newest.words(), newest.standing) == (words, chosen):
        return newest
    row = table(code=code, shop_id=shop_id, number=number + 1, standing=chosen, changed_at=at, changed_by_id=by.user_id, **words)
    try:
        with acting(by, at), transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody wrote the same number at the same moment.
        raise Stale(extra={"version": number + 1}) from None
    return row


def _refuse_others(by: Actor, shop_id: int | None) -> None:
    if shop_id is not None and not Shop.objects.for_actor(by).filter(pk=shop_id).exists():
        raise NotFound(field="shop")
    if not may_word(by, shop_id):
        raise NotAllowed(_("What all shops say a lead of all of them words; for one shop, its leads."), field="shop")


def _script(words: dict[str, Any]) -> dict[str, Any]:
    kind, states = text_of(words.get("kind") or "", "kind", length=30), words.get("states") or []
    if kind and kind not in KINDS:
        raise Malformed(_("There is no such kind of case."), code="unknown_kind", field="kind")
    known = KINDS[kind].STATES.values if kind else []
    if not isinstance(states, list) or any(each not in known for each in states):
        raise Malformed(_("The kind has no such state."), code="unknown_state", field="states")
    return {
        "kind": kind,
        "states": [each for each in known if each in states],
        "title": _needed(words.get("title"), "title", 80),
        "text": as_kept(_needed(words.get("text"), "text", LONGEST)),
    }


def clean_rule(words: dict[str, Any]) -> dict[str, Any]:
    """The words of a rule, checked. Raises Malformed naming the field."""
    check = Check(choice(words.get("check_for"), Check, "check_for"))
    patterns = {name: _patterns(words.get(name) or "", name) for name in ("words_in", "unless")}
    if check in WORDY and not patterns["words_in"]:
        raise Malformed(_("Write at least one word."), code="words_required", field="words_in")
    return patterns | {
        "check_for": check.value,
        "least": _whole(words.get("least"), "least", 1, MOST_CHARACTERS) if check == Check.SHORTEST else None,
        "severity": choice(words.get("severity"), Severity, "severity"),
        "message": _needed(words.get("message"), "message", 200),
        "better": text_of(words.get("better") or "", "better", length=300),
        "position": _whole(words.get("position", 50), "position", 0, MOST_POSITION),
    }


def _patterns(value: Any, field: str) -> str:
    text = text_of(value, field, length=MOST_LINES * (LONGEST_LINE + 2)).replace("\r\n", "\n")
    check_lines(text, field)
    return text


def _needed(value: Any, field: str, length: int) -> str:
    text = text_of(value if value is not None else "", field, length=length).replace("\r\n", "\n")
    if not text:
        raise Malformed(_("Write something."), code="text_required", field=field)
    return text


def _whole(value: Any, field: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        said = str(_("A whole number from {least} to {most}.")).format(least=least, most=most)
        raise Malformed(said, code="bad_number", field=field)
    return value
