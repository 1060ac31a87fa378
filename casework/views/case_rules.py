"""What the handbook says here: the rules that the steps of this state cite, and the chapter around them."""

from __future__ import annotations

from dataclasses import dataclass

from casework.reading import CaseView
from casework.rulebook import Chapter, Rule, chapter_of, rules_named


@dataclass(frozen=True)
class Excerpt:
    """The rules of this state in the order of its steps, and the case's chapter with those that are not among them."""

    here: list[Rule]
    chapter: Chapter
    others: list[Rule]


def excerpt(view: CaseView) -> Excerpt | None:
    """The excerpt for a case; None where its kind names no chapter of the handbook."""
    chapter = chapter_of(view.case.CHAPTER)
    if chapter is None:
        return None
    here = rules_named(_cited(view))
    return Excerpt(here, chapter, [each for each in chapter.rules if each not in here])


def _cited(view: CaseView) -> list[str]:
    """The ids that the steps which start here name, with their guards and the pictures that they wait for."""
    steps = [each.step for each in view.here]
    guards = [guard.rule for step in steps for guard in step.guards]
    wanted = [line.wanted.rule for line in view.checklist if set(line.steps) & set(steps)]
    return [each for each in (*(step.rule for step in steps), *guards, *wanted) if each]
