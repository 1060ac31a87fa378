"""Filling a script from a case. What the case does not know blocks copying, and says where it is entered (S4.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.scripts.variables import VARIABLES, Told, Variable
from orders.errors import Malformed

PLACE = re.compile(r"\{([^{}\n]{1,40})\}")
# Who reads the values of more than so many variables has lost the thread; a text of a chat is shorter anyhow.
LONGEST = 2000


@dataclass(frozen=True)
class Part:
    """A piece of a filled text: `variable` is set where it came from one."""

    text: str
    variable: Variable | None = None
    is_missing: bool = False


@dataclass(frozen=True)
class Filled:
    """A script with the case's facts."""

    parts: list[Part] = field(default_factory=list)
    # Whether masks stand where a person's data are.
    is_masked: bool = False

    @property
    def text(self) -> str:
        """The whole text; what is missing stands as its name in braces."""
        return "".join(each.text for each in self.parts)

    @property
    def missing(self) -> list[Variable]:
        """The variables that the case does not know, each once."""
        return list(dict.fromkeys(each.variable for each in self.parts if each.is_missing and each.variable))

    @property
    def may_copy(self) -> bool:
        """Whether it can go out as it stands."""
        return not self.missing and not self.is_masked


def fill(text: str, told: Told) -> Filled:
    """The text with the case's facts. A name that is no variable counts as missing: nothing goes out with a hole."""
    parts, begin, is_masked = [], 0, False
    for place in PLACE.finditer(text):
        parts.append(Part(text[begin : place.start()]))
        variable = find(place[1])
        # What the customer reads is in the shop's language, whoever writes.
        with translation.override(settings.LANGUAGE_CODE):
            value = variable.read(told) if variable else ""
        parts.append(Part(value or place[0], variable or _unknown(place[1]), is_missing=not value))
        is_masked |= bool(variable and variable.is_personal and value and told.person is None)
        begin = place.end()
    parts.append(Part(text[begin:]))
    return Filled([each for each in parts if each.text], is_masked)


def find(name: str) -> Variable | None:
    """A variable by its name, or by what it is called in one of the languages."""
    known = name.strip()
    return VARIABLES.get(known) or VARIABLES.get(_names().get(known.casefold(), ""))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """What variables are called, in every language: word -> name. Read once, when all apps are loaded."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(each.label).casefold(): each.name for each in VARIABLES.values()}
    return found


def _unknown(name: str) -> Variable:
    enter = _("No variable is called so: choose one of the list.")
    return Variable(name, name, "", enter, lambda told: "")


def as_kept(text: str) -> str:
    """The text with variables by their stable names. Raises Malformed naming the first that is none."""

    def named(place: re.Match[str]) -> str:
        variable = find(place[1])
        if variable is None:
            said = str(_("“{name}” is no variable; choose one of the list.")).format(name=place[1])
            raise Malformed(said, code="unknown_variable", field="text")
        return f"{{{variable.name}}}"

    return _each(text, named)


def as_read(text: str) -> str:
    """The text with variables by what they are called in the reader's language."""
    return _each(text, lambda place: f"{{{variable.label}}}" if (variable := find(place[1])) else place[0])


def _each(text: str, named: Callable[[re.Match[str]], Any]) -> str:
    return PLACE.sub(lambda place: str(named(place)), text)
