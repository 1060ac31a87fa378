"""The handbook's rules by their ids, as pages quote them: docs/handbook.md, read once a process; its Chinese words stand beside it.

The English text is the handbook, since code and tests name its ids. docs/handbook.zh-Hans.md says the same rule by rule in the words that
staff use; a rule that it lacked would be shown in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import get_language

ENGLISH = "en"
FILES = {ENGLISH: "handbook.md", "zh-hans": "handbook.zh-Hans.md"}
HEADING = re.compile(r"##+ (?:([A-Z]\d+) |[A-Z]\. )?(.+)")
RULE = re.compile(r"- ([A-Z]\d+\.\d+) (.+)")


@dataclass(frozen=True)
class Rule:
    """A sentence of the handbook with its id, and the language that it is in."""

    id: str
    text: str
    language: str


@dataclass(frozen=True)
class Chapter:
    """A chapter: its id, its title, its rules in their order."""

    id: str
    title: str
    rules: tuple[Rule, ...]


def chapter_of(rule: str) -> Chapter | None:
    """The chapter that a rule's id, or a chapter's own, names; None for an unknown one. In the reader's language."""
    language = get_language() or ENGLISH
    return _read(language if language in FILES else ENGLISH).get(rule.partition(".")[0])


def rules_named(ids: Iterable[str]) -> list[Rule]:
    """The rules of these ids, each once, in the order given; ids of whole chapters and unknown ones name none."""
    wanted = dict.fromkeys(ids)
    known = {rule.id: rule for each in wanted if (chapter := chapter_of(each)) for rule in chapter.rules}
    return [known[each] for each in wanted if each in known]


@cache
def _read(language: str) -> dict[str, Chapter]:
    """The chapters by id; a rule that the language lacks stands in English."""
    chapters = _parsed(language)
    if language == ENGLISH:
        return chapters
    return {name: _completed(english, chapters.get(name)) for name, english in _parsed(ENGLISH).items()}


def _completed(english: Chapter, mine: Chapter | None) -> Chapter:
    told = {rule.id: rule for rule in mine.rules} if mine else {}
    return Chapter(english.id, mine.title if mine else english.title, tuple(told.get(rule.id, rule) for rule in english.rules))


def _parsed(language: str) -> dict[str, Chapter]:
    """The chapters of a file. A rule goes on in the lines that are set in below it; rules without a chapter's heading stand under their part's."""
    found: dict[str, list[Rule]] = {}
    titles: dict[str, str] = {}
    part = ""
    for name, title, rule, text in _entries(language):
        if title:
            part, titles = (title, titles) if not name else (part, titles | {name: title})
        elif rule:
            chapter = rule.partition(".")[0]
            titles.setdefault(chapter, part)
            found.setdefault(chapter, []).append(Rule(rule, text, language))
    return {name: Chapter(name, titles[name], tuple(rules)) for name, rules in found.items()}


def _entries(language: str) -> Iterator[tuple[str, str, str, str]]:
    """Headings (id of the chapter or "", title) and rules (id, text) in their order."""
    text = (settings.BASE_DIR / "docs" / FILES[language]).read_text(encoding="utf-8")
    for block in re.split(r"\n(?=#|- |\n)", text):
        lines = [line.strip() for line in block.strip().splitlines()]
        line = lines[0] if lines else ""
        if rule := RULE.fullmatch(line):
            yield "", "", rule[1], _joined([rule[2], *lines[1:]], language)
        elif heading := HEADING.fullmatch(line):
            yield heading[1] or "", heading[2], "", ""


def _joined(lines: list[str], language: str) -> str:
    """The lines of a rule as one; Chinese has no blanks between them. Marks of emphasis are for the file."""
    return (" " if language == ENGLISH else "").join(lines).replace("`", "")
