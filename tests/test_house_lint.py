"""The house lint finds what it says, and nothing else."""

import pytest

from tests.house_lint import RULES, broken, complaints

GOOD = [pytest.param(rule, line, id=f"{rule.name}: {line}") for rule in RULES for line in rule.good]
BAD = [pytest.param(rule, line, id=f"{rule.name}: {line}") for rule in RULES for line in rule.bad]


@pytest.mark.parametrize(("rule", "line"), GOOD)
def test_a_good_line_passes(rule, line):
    assert broken(rule, line) == []


@pytest.mark.parametrize(("rule", "line"), BAD)
def test_a_bad_line_is_found(rule, line):
    assert broken(rule, line) == [1]


def test_a_file_is_named_after_what_it_is_about(tmp_path):
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "utils.py").write_text("print('x')\n")
    assert [line.split(": ")[1] for line in complaints(tmp_path)] == ["empty-name", "print"]
