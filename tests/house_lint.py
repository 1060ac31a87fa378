"""Rules of this house that no general linter knows. `python -m tests.house_lint` prints what breaks them.

Each rule says what to do instead, and carries lines that must pass and lines that must not: test_house_lint.py tries them.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("config", "orders", "casework", "logistics", "refunds")


@dataclass(frozen=True)
class Rule:
    """A pattern in the syntax tree that is not wanted, except in the named places."""

    name: str
    instead: str
    breaks: Callable[[ast.AST], bool]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    allowed_in: tuple[str, ...] = ()


def _called(node: ast.AST) -> str:
    """What a call calls, as it is written: "timezone.now", "Case.objects.filter(pk=1).update"."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _keywords(node: ast.AST) -> set[str | None]:
    return {keyword.arg for keyword in node.keywords} if isinstance(node, ast.Call) else set()


def _sets_state(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)


def _updates_state(node: ast.AST) -> bool:
    return _called(node).endswith(".update") and "state" in _keywords(node)


def _reads_the_clock(node: ast.AST) -> bool:
    called = _called(node)
    if called in {"timezone.localdate", "timezone.localtime"}:
        return not node.args
    return called in {"timezone.now", "time.time"} or called.endswith((".utcnow", ".today", "datetime.now"))


def _makes_naive(node: ast.AST) -> bool:
    return _called(node).endswith(("make_naive", ".utcfromtimestamp"))


def _prints(node: ast.AST) -> bool:
    return _called(node) == "print"


def _locks_too_much(node: ast.AST) -> bool:
    return _called(node).endswith(".select_for_update") and "no_key" not in _keywords(node)


def _waits_in_the_broker(node: ast.AST) -> bool:
    return bool(_keywords(node) & {"countdown", "eta"})


RULES = [
    Rule(
        "state-assigned",
        "Take a step with advance(); only the engine writes a case's state.",
        _sets_state,
        good=("state = case.state", "case.state == 'open'", "advance(case.pk, 'close', by=actor)"),
        bad=("case.state = 'closed'", "self.case.state: str = 'closed'", "case.state += 'x'"),
        # Below casework there are no cases: an import run has a state of its own.
        allowed_in=("orders/", "casework/workflow.py"),
    ),
    Rule(
        "state-updated",
        "Take a step with advance() or its bulk form; an UPDATE has no guards.",
        _updates_state,
        good=("cases.filter(state='open')", "cases.update(owner=None)"),
        bad=("cases.update(state='closed')", "Case.objects.filter(pk=1).update(owner=None, state='closed')"),
        allowed_in=("orders/", "casework/workflow.py"),
    ),
    Rule(
        "clock-read",
        "Take `at` or `now` as a parameter; only the outermost layer reads orders.clock.wall_clock().",
        _reads_the_clock,
        good=("wall_clock()", "field(default=timezone.now)", "timezone.localtime(at)", "time.monotonic()", "sketch.now"),
        bad=(
            "timezone.now()",
            "datetime.now()",
            "dt.datetime.now(UTC)",
            "datetime.utcnow()",
            "time.time()",
            "dt.date.today()",
            "timezone.localdate()",
        ),
        allowed_in=("orders/clock.py", "config/middleware.py"),
    ),
    Rule(
        "naive-time",
        "Keep the time zone: a naive time means something else on every machine.",
        _makes_naive,
        good=("timezone.make_aware(moment)",),
        bad=("timezone.make_naive(moment)", "dt.datetime.utcfromtimestamp(0)"),
    ),
    Rule(
        "print",
        "Commands write to self.stdout; everything else logs.",
        _prints,
        good=("self.stdout.write('done')", "log.info('done')"),
        bad=("print('done')",),
    ),
    Rule(
        "lock-without-no-key",
        "Say no_key=True (rows that point here may still be added) or no_key=False with the reason above it.",
        _locks_too_much,
        good=("Case.objects.select_for_update(no_key=True)", "rows.select_for_update(no_key=False, of=('self',))"),
        bad=("Case.objects.select_for_update()", "rows.filter(pk=1).select_for_update(skip_locked=True)"),
    ),
    Rule(
        "task-in-the-future",
        "Write a deadline row: on Redis a task with a countdown runs several times.",
        _waits_in_the_broker,
        good=("task.apply_async(expires=60)", "task.delay(1)"),
        bad=("task.apply_async(countdown=60)", "task.apply_async((1,), eta=moment)"),
    ),
]
NAMES_THAT_SAY_NOTHING = {"utils.py", "helpers.py", "misc.py", "common.py"}


def broken(rule: Rule, code: str) -> list[int]:
    """The lines of `code` that break the rule."""
    return sorted({node.lineno for node in ast.walk(ast.parse(code)) if rule.breaks(node)})


def complaints(root: Path = ROOT) -> Iterator[str]:
    """Everything that breaks a rule, as path:line: name: what to do instead."""
    for path in sorted(path for part in CODE for path in (root / part).rglob("*.py")):
        place = path.relative_to(root).as_posix()
        if path.name in NAMES_THAT_SAY_NOTHING:
            yield f"{place}: empty-name: Name the file after the thing it is about."
        code = path.read_text()
        for rule in RULES:
            if not place.startswith(rule.allowed_in or ("-",)):
                yield from (f"{place}:{line}: {rule.name}: {rule.instead}" for line in broken(rule, code))


if __name__ == "__main__":
    found = list(complaints())
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))
