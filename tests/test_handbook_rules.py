"""Handbook and tests belong together: what is built is tested by the rule's own id, and no id is invented."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from casework.policies import defaults
from casework.registry import KINDS

ROOT = Path(__file__).resolve().parent.parent
# The chapters built so far; the table at the end of docs/handbook.md says the same in words.
BUILT = [
    "L0.1",
    "L0.2",
    "L0.3",
    "L0.4",
    "L0.5",
    "L1.1",
    "L1.2",
    "L1.3",
    "L1.4",
    "L1.5",
    "L2.1",
    "L2.2",
    "L3.1",
    "L3.2",
    "L3.3",
    "L3.4",
    "L4.1",
    "L4.2",
    "L4.3",
    "L5.1",
    "L5.2",
    "L5.3",
    "L5.4",
    "L5.5",
    "L12.1",
    "L13.1",
    "L6.1",
    "L6.2",
    "L6.3",
    "L6.4",
    "L7.1",
    "L7.2",
    "L7.3",
    "L7.4",
    "L7.5",
    "L7.6",
    "L8.1",
    "L8.2",
    "L8.3",
    "L9.1",
    "L9.2",
    "L9.3",
    "L9.4",
    "L9.5",
    "L9.6",
    "L9.7",
    "L9.8",
    "L9.9",
    "L10.1",
    "L10.2",
    "L11.1",
    "P1.1",
    "P1.2",
    "R1.1",
    "R1.2",
    "R1.3",
    "R2.1",
    "R2.2",
    "R2.3",
    "R2.4",
    "R3.3",
    "R3.5",
    "R3.6",
    "R3.7",
    "R5.1",
    "R5.2",
    "R5.3",
    "R5.4",
    "R6.1",
    "R4.1",
    "R3.1",
    "R7.1",
    "R8.1",
    "R9.1",
    "R10.1",
    "R10.2",
    "I1.1",
    "R12.1",
    "R13.1",
    "R13.2",
    "R11.1",
    "R11.2",
    "R11.3",
    "S3.2",
    "S4.1",
    "S4.2",
    "S4.3",
    "S5.1",
    "S5.2",
    "S7.1",
]
RULE = re.compile(r"^- ([A-Z]\d+(?:\.\d+)?) ", re.MULTILINE)


def rules_of_the_handbook() -> set[str]:
    """Every id that begins an entry of docs/handbook.md."""
    return set(RULE.findall((ROOT / "docs" / "handbook.md").read_text(encoding="utf-8")))


def faults_of_the_list() -> set[str]:
    """Every id that begins an entry of docs/faults.md."""
    return set(re.findall(r"^- ([A-Z]{1,3}\d+) ", (ROOT / "docs" / "faults.md").read_text(encoding="utf-8"), re.MULTILINE))


def marks(name: str) -> Iterator[tuple[str, str]]:
    """(id, place) of each pytest.mark.<name>(...) under tests/: on a test, a class, a parameter or a whole module."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"pytest.mark.{name}":
                for argument in node.args:
                    yield ast.literal_eval(argument), f"{path.relative_to(ROOT)}:{node.lineno}"


def cited() -> Iterator[tuple[str, str]]:
    """(id, place) of each rule that a step, guard, clock or policy names."""
    for kind in KINDS.values():
        if kind.__module__.startswith("tests."):
            continue
        for step in kind.steps():
            yield step.rule, f"{kind.KIND}.{step.name}"
            yield from ((guard.rule, f"{kind.KIND}.{guard.name}") for guard in step.guards)
        yield from ((clock.rule, f"{kind.KIND}.{clock.name}") for clock in kind.CLOCKS)
    yield from ((policy.rule, f"policy {policy.name}") for policy in defaults())


def test_every_rule_that_is_built_has_a_test_marked_with_it():
    tested = {rule for rule, _ in marks("rule")}
    assert [rule for rule in BUILT if rule not in tested] == []


def test_every_marked_rule_stands_in_the_handbook():
    known = rules_of_the_handbook()
    assert [f"{place}: {rule}" for rule, place in marks("rule") if rule not in known] == []


def test_every_marked_fault_stands_in_the_list_of_faults():
    known = faults_of_the_list()
    assert [f"{place}: {fault}" for fault, place in marks("fault") if fault not in known] == []


def test_every_rule_that_the_code_names_stands_in_the_handbook():
    known = rules_of_the_handbook()
    assert [f"{place}: {rule}" for rule, place in cited() if rule and rule not in known] == []


def test_every_step_names_its_rule():
    assert [place for rule, place in cited() if not rule and not place.startswith("policy")] == []


def test_every_policy_of_the_code_is_named_in_the_handbook():
    text = (ROOT / "docs" / "handbook.md").read_text(encoding="utf-8")
    assert [policy.name for policy in defaults() if f"{policy.name} =" not in text] == []


def test_the_handbook_is_read_whole():
    known = rules_of_the_handbook()
    assert set(BUILT) <= known
    assert {"L0.1", "L13.1", "R11.3", "S6.3", "P1.2", "I1.1"} <= known
    assert {"M1", "C1", "T10", "W1", "I9", "U8", "Z11", "X6", "P7", "A5", "L8"} <= faults_of_the_list()
