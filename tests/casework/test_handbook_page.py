import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from casework import handbook
from casework.management.commands.print_handbook import written
from casework.workflow import Category, Queue, States
from logistics.kinds.unreachable import Unreachable
from refunds.kinds.refund import Refund

KINDS = [Unreachable, Refund]


@pytest.fixture
def folder(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    return tmp_path / "docs" / "handbook"


def test_the_pages_in_docs_are_what_the_classes_say(settings):
    assert written(Path(settings.BASE_DIR) / "docs" / "handbook") == handbook.handbook(), (
        "print them again: manage.py print_handbook --write"
    )


def test_the_command_prints_the_pages_whatever_the_language(folder):
    out = StringIO()
    call_command("print_handbook", stdout=out)
    assert out.getvalue() == "\n".join(handbook.handbook().values())
    assert not folder.exists()


def test_what_was_written_passes_the_check_and_a_page_of_no_kind_goes(folder, capsys):
    folder.mkdir(parents=True)
    (folder / "given_up.md").write_text("# A kind that is gone")
    call_command("print_handbook", write=True)
    call_command("print_handbook", check=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("before", [None, "# Something else\n"])
def test_a_page_that_differs_fails_the_check_and_says_where(folder, before):
    if before is not None:
        folder.mkdir(parents=True)
        (folder / "unreachable.md").write_text(before)
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("print_handbook", check=True, stdout=out)
    assert end.value.code == 1
    assert "+# L6 Customer unreachable" in out.getvalue()
    assert "+# The kinds of case" in out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_each_step_has_its_row_with_label_in_both_languages_and_rule(kind):
    text = handbook.chapter(kind).partition("Steps, in the order")[2]
    for step in kind.steps():
        row = re.search(rf"^\| `{step.name}` \|.*$", text, re.MULTILINE).group()
        assert handbook.both(step.label) in row
        assert step.rule in row
        assert all(f"`{each.value}`" in row for each in step.source)
        assert all(f"`{each.name}`" in row for each in step.guards)
        assert all(f"`{name}`" in row for name in step.facts.base_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_each_guard_stands_there_with_its_sentence_and_each_clock_with_its_steps(kind):
    text = handbook.chapter(kind)
    for guard in {guard for step in kind.steps() for guard in step.guards}:
        assert handbook.both(guard.otherwise if guard.negated else guard.text) in text
    for clock in kind.CLOCKS:
        row = re.search(rf"^\| `{clock.name}` \|.*$", text, re.MULTILINE).group()
        assert all(f"`{name}`" in row for name in clock.then)


def test_a_label_is_there_in_english_and_chinese():
    assert handbook.both(_("Customer unreachable")) == "Customer unreachable 联系不上"
    assert handbook.both("the same") == "the same"


@pytest.mark.parametrize("kind", KINDS)
def test_the_diagram_has_an_arrow_for_each_source_of_each_step_and_an_end_for_each_end(kind):
    drawn = set(re.findall(r"^    (\S+) --> (\S+)(?: : (\S+))?", handbook.diagram(kind), re.MULTILINE))
    anywhere = {state for state in kind.STATES if not state.is_end}
    ways = [step for step in kind.steps() if step.target or set(step.source) != anywhere]
    expected = {(source.value, (step.target or source).value, step.name) for step in ways for source in step.source}
    expected |= {(state.value, "[*]", "") for state in kind.STATES if state.is_end} | {("[*]", kind.FIRST.value, "")}
    assert drawn == expected


def test_who_may_take_a_step_says_roles_clocks_and_what_needs_a_session():
    text = handbook.chapter(Refund)
    assert re.search(r"`approve` .* Supervisor 主管, Manager 店长; logged in \|", text)
    assert re.search(r"`expire` .* clock `approval` \|", text)
    assert re.search(r"`withdraw` .* note \|", text)


def test_an_upright_bar_in_a_sentence_does_not_break_the_table():
    assert handbook._table(("a",), [("x | y",)]).splitlines()[-1] == "| x \\| y |"


@pytest.mark.rule("R2.3")
def test_what_is_to_be_paid_lies_with_finance():
    assert Refund.STATES.TO_PAY.queue == Queue.FINANCE
    assert handbook.both(Refund.STATES.TO_PAY.label) == "To be paid 待打款"


def test_a_state_that_names_its_queue_last_is_refused():
    with pytest.raises(TypeError, match="value, category, queue, label"):

        class _Wrong(States):
            PAY = "pay", Category.OPEN, _("To be paid"), Queue.FINANCE
