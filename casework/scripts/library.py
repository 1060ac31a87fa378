"""The scripts of a shop for a case: what fits its kind and state first, each filled from its facts (S4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.models import Case, Script
from casework.registry import KINDS
from casework.scripts.fill import Filled, fill
from casework.scripts.variables import Told
from orders.errors import NotFound

# The text of the chapter is always there; it is no row, since it follows from the case's facts.
CHAPTER = "chapter"
MOST = 40


@dataclass(frozen=True)
class Offered:
    """A script for a case, filled."""

    script: Script
    filled: Filled
    fits: bool

    @property
    def kind_label(self) -> str:
        """The name of its kind."""
        return kind_label(self.script.kind)


def kind_label(kind: str) -> str:
    """The name of a kind as staff say it; "" stands for all of them."""
    return str(KINDS[kind]._meta.verbose_name) if kind in KINDS else str(_("Any kind"))


def scripts_for(told: Told, words: str = "") -> list[Offered]:
    """What fits the case first: the chapter's own text, its kind and state, its kind, any kind. A search looks through all kinds. One query."""
    case = told.case
    rows = [*_chapter(case), *Script.objects.in_force(case.shop_id)]
    wanted = [each for each in rows if (_has(each, words) if words.strip() else each.fits(case.kind, case.state))]
    wanted.sort(key=lambda each: _closeness(each, case))
    return [Offered(each, fill(each.text, told), each.fits(case.kind, case.state)) for each in wanted[:MOST]]


def script_for(told: Told, code: str) -> Offered:
    """The script of that code. Raises NotFound."""
    rows = _chapter(told.case) if code == CHAPTER else Script.objects.in_force(told.case.shop_id)
    for each in rows:
        if each.code == code:
            return Offered(each, fill(each.text, told), each.fits(told.case.kind, told.case.state))
    raise NotFound(code="unknown_script", field="script")


def _chapter(case: Case) -> list[Script]:
    return [
        Script(code=CHAPTER, number=0, kind=case.kind, states=[case.state], title=str(_("What the chapter says now")), text="{chapter}")
    ]


def _closeness(script: Script, case: Case) -> tuple[bool, bool, bool, bool, str]:
    fits = script.fits(case.kind, case.state)
    return (script.code != CHAPTER, not fits, script.kind != case.kind, not script.states, script.code)


def _has(script: Script, words: str) -> bool:
    """Whether every word of the search stands in title, text, code or kind."""
    text = f"{script.title} {script.text} {script.code} {kind_label(script.kind)}".casefold()
    return all(each in text for each in words.casefold().split())
