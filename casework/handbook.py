"""The kinds of case as the classes have them: tables and diagrams for docs/handbook/. Pure; a command prints them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import override

from casework.facts import Facts
from casework.models import Case, EvidenceKind
from casework.photos.checklist import Instead, Wanted, needed_by
from casework.policies import PolicyKind, defaults
from casework.registry import KINDS
from casework.scripts.variables import VARIABLES
from casework.workflow import Category, Clock, Guard, Queue, Step
from orders.errors import Text
from orders.roles import CLOCK, SYSTEM, Role

HEAD = """# The kinds of case

Printed from the classes by `manage.py print_handbook --write`; a test fails when class and page differ, so change the
class and print again. The rules themselves stand in [handbook.md](../handbook.md). A label is English and, as staff see it, Chinese."""
INDEX = "README.md"


def handbook() -> dict[str, str]:
    """A page for each kind, and one that leads to them and names the policies: file name -> Markdown text."""
    pages = {f"{kind.KIND}.md": chapter(kind) for kind in kinds()}
    pages[INDEX] = "\n\n".join([HEAD, _contents(), _policies(), _variables()])
    return {name: text + "\n" for name, text in pages.items()}


def _contents() -> str:
    rows = [(kind.CHAPTER, f"[{both(kind._meta.verbose_name)}]({kind.KIND}.md)", _roles(kind.OPENED_BY)) for kind in kinds()]
    return _table(("chapter", "kind", "opened by"), rows)


def _variables() -> str:
    rows = [(f"`{{{each.name}}}`", both(each.label), both(each.source), both(each.enter)) for each in VARIABLES.values()]
    words = "The whole list (S4.1). What a case does not know blocks copying; a lead writes a variable by its name or in their language."
    head = ("variable", "called", "where it comes from", "where it is entered when it is missing")
    return "\n\n".join(["## Variables of reply scripts", words, _table(head, rows)])


def kinds() -> list[type[Case]]:
    """The kinds of the installed apps, in the order of the apps and their chapters."""
    place = {config.name: number for number, config in enumerate(apps.get_app_configs())}
    ours = [kind for kind in KINDS.values() if kind.__module__.partition(".")[0] in place]
    return sorted(ours, key=lambda kind: (place[kind.__module__.partition(".")[0]], kind.CHAPTER, kind.KIND))


def chapter(kind: type[Case]) -> str:
    """One kind: words, diagram, states, steps, guards, clocks."""
    parts = [
        f"# {kind.CHAPTER} {both(kind._meta.verbose_name)}",
        _about(kind),
        diagram(kind),
        "States, with whose turn it is:",
        _table(("state", "label", "turn", "queue"), _states(kind)),
        "Steps, in the order of the chapter:",
        _table(("step", "label", "from", "to", "who", "rule", "guards", "facts"), _steps(kind)),
        *_guards(kind),
        *_checklist(kind),
        "Clocks:",
        _table(("clock", "label", "runs in", "runs out", "then", "rule"), [_clock(clock) for clock in kind.CLOCKS]),
    ]
    return "\n\n".join(parts)


def both(text: Any) -> str:
    """A text in English and, where it is translated, in Chinese."""
    words = []
    for language in ("en", "zh-hans"):
        with override(language):
            words.append(str(text))
    return " ".join(dict.fromkeys(word for word in words if word))


def diagram(kind: type[Case]) -> str:
    """The states and steps as a Mermaid state diagram. What can be done everywhere and leads nowhere is no way."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {kind.FIRST.value}"]
    everywhere = {state for state in kind.STATES if not state.is_end}
    for step in kind.steps():
        for source in () if step.target is None and set(step.source) == everywhere else step.source:
            target = source if step.target is None else step.target
            lines.append(f"    {source.value} --> {target.value} : {step.name} {step.rule}".rstrip())
    lines += [f"    {state.value} --> [*]" for state in kind.STATES if state.is_end]
    return "\n".join([*lines, "```"])


def _about(kind: type[Case]) -> str:
    words = inspect.cleandoc(kind.__doc__ or "")
    lines = [f"`{kind.KIND}`, in `{_place(kind)}`. {words}"]
    lines.append(f"Opened by: {_roles(kind.OPENED_BY)}.")
    if kind.REMEDIES:
        lines.append(f"Remedies: {_names(kind.REMEDIES)}.")
    if kind.EVIDENCE:
        lines.append("Evidence: " + ", ".join(both(EvidenceKind(each).label) for each in kind.EVIDENCE) + ".")
    return "\n\n".join(lines)


def _place(kind: type[Case]) -> str:
    """The file of a kind, or the folder of a long chapter."""
    path = kind.__module__.replace(".", "/")
    return f"{path}/" if hasattr(sys.modules[kind.__module__], "__path__") else f"{path}.py"


def _states(kind: type[Case]) -> Iterator[tuple[str, ...]]:
    for state in kind.STATES:
        queue = both(state.queue.label) if state.queue != Queue.NONE else ""
        yield f"`{state.value}`", both(state.label), both(Category(state.category).label), queue


def _steps(kind: type[Case]) -> Iterator[tuple[str, ...]]:
    for step in kind.steps():
        target = f"`{step.target.value}`" if step.target is not None else "(stays)"
        yield (
            f"`{step.name}`",
            both(step.label),
            _names(step.source),
            target,
            _who(kind, step),
            step.rule,
            "<br>".join(_guard_name(each) for each in step.guards),
            _facts(step),
        )


def _who(kind: type[Case], step: Step) -> str:
    """Roles, and the clock that takes it; a money decision needs a session, a hidden step follows from another deed."""
    words = [_roles(step.by)] if step.by - {CLOCK} else []
    words += [f"clock `{clock.name}`" for clock in kind.CLOCKS if step.name in clock.then]
    if step.hidden:
        words.append("by itself")
    if step.decides_money:
        words.append("logged in")
    return "; ".join(words)


def _roles(names: Iterable[str]) -> str:
    """Roles in the order of the house, then the programme itself."""
    given = {str(name) for name in names}
    words = [both(role.label) for role in Role if role in given]
    return ", ".join(words + (["the programme"] if SYSTEM in given else []))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{getattr(name, 'value', name)}`" for name in names)


def _facts(step: Step) -> str:
    """The declared fields; optional ones in brackets, and the note where it is needed."""
    fields = step.facts.base_fields if step.facts is not Facts else {}
    words = [f"`{name}`" if field.required else f"[`{name}`]" for name, field in fields.items()]
    return ", ".join(words + (["note"] if step.needs_note else []))


def _guard_name(each: Guard) -> str:
    return f"not `{each.name}`" if each.negated else f"`{each.name}`"


def _guards(kind: type[Case]) -> Iterator[str]:
    """Each guard with the sentence that it shows when it refuses."""
    found = {_guard_name(each): each for step in kind.steps() for each in step.guards}
    if found:
        yield "What the guards say when they refuse:"
        rows = [(name, each.rule, both(each.otherwise if each.negated else each.text)) for name, each in found.items()]
        yield _table(("guard", "rule", "sentence"), rows)


def _checklist(kind: type[Case]) -> Iterator[str]:
    """The pictures that the chapter asks for, and what each of them holds up."""
    if kind.CHECKLIST:
        yield "Pictures that are asked for:"
        rows = [
            (both(EvidenceKind(each.kind).label), both(each.why), _instead(each), _waiting(kind, each), each.rule)
            for each in kind.CHECKLIST
        ]
        yield _table(("picture", "why", "or", "needed for", "rule"), rows)


def _instead(wanted: Wanted) -> str:
    return ", ".join(both(each.label if isinstance(each, Instead) else EvidenceKind(each).label) for each in wanted.instead)


def _waiting(kind: type[Case], wanted: Wanted) -> str:
    return _names(each.name for each in kind.steps() if wanted.kind in needed_by(each))


def _clock(clock: Clock) -> tuple[str, ...]:
    runs = _names(clock.runs_in) + (f"; stands still in {_names(clock.pauses_in)}" if clock.pauses_in else "")
    runs_out = f"after `{clock.lasts}`" if clock.lasts else _meaning(clock.due)
    if clock.starts:
        runs_out += f". Start: {_meaning(clock.starts)}"
    then = _names(clock.then) if clock.then else "marked overdue"
    return f"`{clock.name}`", both(clock.label), runs, runs_out, then, clock.rule


def _meaning(of: Any) -> str:
    """What a function says of itself, in its first line."""
    return (inspect.getdoc(of) or "").partition("\n")[0]


def _policies() -> str:
    rows = [(f"`{each.name}`", both(each.label), _value(each), each.rule) for each in sorted(defaults(), key=lambda each: each.name)]
    words = "The manager changes these in the admin, for all shops or for one; a clock above names the one that it follows."
    return "\n\n".join(["## Policies", words, _table(("policy", "meaning", "default", "rule"), rows)])


def _value(policy: PolicyKind) -> str:
    if policy.kind == "span":
        return f"{policy.default['hours']} h" + (" working time" if policy.default["working"] else "")
    if policy.kind == "flag":
        return "yes" if policy.default else "no"
    if policy.kind == "timetable":
        frames = {", ".join("-".join(frame) for frame in day) for day in policy.default.values()}
        return f"days {', '.join(sorted(policy.default))}: " + "; ".join(sorted(frames))
    if policy.kind == "table":
        return ", ".join(f"from {begin}: {held}" for begin, held in policy.default)
    return str(policy.default)


def _table(head: tuple[str, ...], rows: Iterable[tuple[Text, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: Text) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
