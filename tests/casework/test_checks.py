"""The system checks find each way in which a kind can be badly written."""

import itertools

import pytest
from django import forms
from django.test.utils import isolate_apps

from casework.checks import check_kind, check_kinds
from casework.facts import Facts
from casework.models import Case
from casework.photos.checklist import Wanted, has_evidence
from casework.registry import KINDS
from casework.workflow import Category, Clock, States, guard, not_, step
from orders.roles import AGENTS, CLOCK, SYSTEM

numbers = itertools.count()


class State(States):
    START = "start", Category.OPEN, "Start"
    WAITING = "waiting", Category.CUSTOMER, "Waiting"
    END = "end", Category.DONE, "End"


@guard("It is not so.", otherwise="It is so.")
def it_is_so(case, at):
    return True


@guard("It is not fine.")
def it_is_fine(case, at):
    return True


class Needed(Facts):
    word = forms.CharField()


def go(name, source, target, **options):
    """A step that does nothing."""

    def method(self, *facts):
        """Nothing."""

    method.__name__ = name
    return step(source, target, **({"label": name, "by": AGENTS} | options))(method)


ENTER = go("enter", State.START, State.WAITING)
LEAVE = go("leave", State.WAITING, State.END)
TICK = go("tick", State.WAITING, State.END, by=CLOCK)
WAITS = Clock("waits", "Waits", (State.WAITING,), lasts="reply_within", then=("tick",))


@pytest.fixture
def toy():
    """Makes a kind of its own and forgets it again."""
    with isolate_apps("casework"):
        yield make
    KINDS.pop("toy", None)


def make(*steps, clocks=(WAITS,), states=State, base=Case):
    body = {
        "__module__": __name__,
        "KIND": "toy",
        "STATES": states,
        "FIRST": states.START,
        "CLOCKS": clocks,
        "Meta": type("Meta", (), {"proxy": True, "app_label": "casework", "verbose_name": "toy", "verbose_name_plural": "toys"}),
    }
    body |= {each.__name__: each for each in steps}
    return type(f"Toy{next(numbers)}", (base,), body)


def ids(kind):
    return sorted({message.id for message in check_kind(kind)})


def test_the_kinds_of_the_product_are_well_written():
    assert check_kinds() == []


def test_a_well_written_kind_passes(toy):
    assert ids(toy(ENTER, LEAVE, TICK)) == []


def test_e001_a_state_that_nothing_leads_to(toy):
    assert ids(toy(LEAVE, TICK, go("end", State.START, State.END))) == ["casework.E001"]


def test_e002_a_state_without_a_way_out_and_an_end_with_one(toy):
    assert ids(toy(ENTER, go("end", State.START, State.END), clocks=(Clock("waits", "", (State.WAITING,), lasts="x"),))) == [
        "casework.E002"
    ]
    assert ids(toy(ENTER, LEAVE, TICK, go("reopen", State.END, State.START))) == ["casework.E002"]


def test_e002_a_step_that_stays_is_no_way_out(toy):
    stays = go("stay", State.WAITING, None)
    assert "casework.E002" in ids(
        toy(ENTER, stays, go("end", State.START, State.END), clocks=(Clock("waits", "", (State.WAITING,), lasts="x"),))
    )


def test_e003_waiting_for_somebody_without_a_clock(toy):
    assert ids(toy(ENTER, LEAVE, clocks=())) == ["casework.E003"]


def test_e003_a_clock_that_stands_still_or_is_the_platforms_does_not_count(toy):
    pauses = Clock("pauses", "", (State.START,), lasts="reply_within", pauses_in=(State.WAITING,))
    theirs = Clock("theirs", "", (State.WAITING,), due=lambda *_: None, platform=True)
    assert ids(toy(ENTER, LEAVE, clocks=(pauses, theirs))) == ["casework.E003"]


@pytest.mark.parametrize("category", [Category.CUSTOMER, Category.COURIER, Category.LEAD])
def test_e003_for_whomever_it_waits(toy, category):
    waiting = States(
        "Waiting", {"START": ("start", Category.OPEN, ""), "WAITING": ("waiting", category, ""), "END": ("end", Category.DONE, "")}
    )
    steps = go("enter", waiting.START, waiting.WAITING), go("leave", waiting.WAITING, waiting.END)
    assert ids(toy(*steps, clocks=(), states=waiting)) == ["casework.E003"]


@pytest.mark.parametrize(
    "tick",
    [
        None,
        go("tick", State.WAITING, State.END),
        go("tick", State.WAITING, State.END, by=CLOCK, facts=Needed),
    ],
    ids=["unknown", "not a clock's", "asks for facts"],
)
def test_e004_a_clock_names_a_step_that_it_cannot_take(toy, tick):
    assert "casework.E004" in ids(toy(ENTER, LEAVE, *([tick] if tick else [])))


def test_e005_a_clock_that_may_find_no_step(toy):
    only_if = go("tick", State.WAITING, State.END, by=CLOCK, when=[it_is_so])
    assert ids(toy(ENTER, LEAVE, only_if)) == ["casework.E005"]
    other = go("tock", State.WAITING, State.END, by=CLOCK, when=[it_is_fine])
    both = Clock("waits", "", (State.WAITING,), lasts="reply_within", then=("tick", "tock"))
    assert ids(toy(ENTER, LEAVE, only_if, other, clocks=(both,))) == ["casework.E005"]
    two = go("tock", State.WAITING, State.END, by=CLOCK, when=[not_(it_is_so), it_is_fine])
    assert ids(toy(ENTER, LEAVE, only_if, two, clocks=(both,))) == ["casework.E005"]


def test_e005_complementary_guards_cover_every_case(toy):
    tick = go("tick", State.WAITING, State.END, by=CLOCK, when=[it_is_so])
    tock = go("tock", State.WAITING, State.END, by=CLOCK, when=[not_(it_is_so)])
    both = Clock("waits", "", (State.WAITING,), lasts="reply_within", then=("tick", "tock"))
    assert ids(toy(ENTER, LEAVE, tick, tock, clocks=(both,))) == []


def test_e005_holds_for_each_state_in_which_the_clock_runs(toy):
    wide = Clock("waits", "", (State.START, State.WAITING), lasts="reply_within", then=("tick",))
    assert ids(toy(ENTER, LEAVE, TICK, clocks=(wide,))) == ["casework.E005"]


@pytest.mark.parametrize(
    "clock",
    [
        Clock("waits", "", (State.WAITING,), then=("tick",)),
        Clock("waits", "", (State.WAITING,), lasts="x", due=lambda case, at, start: None, then=("tick",)),
        Clock("waits", "", (State.WAITING,), due=lambda case, at, start: None, pauses_in=(State.START,), then=("tick",)),
        Clock("waits", "", (State.WAITING,), lasts="x", pauses_in=(State.WAITING,), then=("tick",)),
    ],
    ids=["no measure", "two measures", "a pause without a span", "runs and stands still at once"],
)
def test_e006_a_clock_has_one_measure_and_can_be_paused_only_by_it(toy, clock):
    assert ids(toy(ENTER, LEAVE, TICK, clocks=(clock,))) == ["casework.E006"]


def test_e007_a_plain_method_does_not_take_away_an_inherited_step(toy):
    base = toy(ENTER, LEAVE, TICK)

    def leave(self):
        """Not a step."""

    assert "casework.E007" in ids(toy(leave, base=base))


def test_e008_a_checklist_names_each_known_picture_once_and_steps_wait_for_nothing_else(toy):
    leave = go("leave", State.WAITING, State.END, when=[has_evidence("chat")])
    steps = (ENTER, leave, TICK)
    assert ids(toy(*steps)) == ["casework.E008"]
    for wrong in ((Wanted("chat", "why", "L1"), Wanted("chat", "why", "L1")), (Wanted("chat", "why", "L1"), Wanted("selfie", "why", "L1"))):
        kind = toy(*steps)
        kind.CHECKLIST = wrong
        assert ids(kind) == ["casework.E008"]
    kind = toy(*steps)
    kind.CHECKLIST = (Wanted("chat", "why", "L1"),)
    assert ids(kind) == []


def test_e009_cases_opened_in_bulk_begin_with_plain_spans(toy):
    def begins(**clock):
        kind = toy(ENTER, LEAVE, TICK, clocks=(WAITS, Clock("begins", "", (State.START,), **clock)))
        kind.IN_BULK = True
        return ids(kind)

    assert begins(lasts="reply_within") == []
    assert begins(due=lambda case, at, start: start) == ["casework.E009"]
    assert begins(lasts="reply_within", starts=lambda case, at: None) == ["casework.E009"]
    pauses = toy(ENTER, LEAVE, TICK, clocks=(WAITS, Clock("begins", "", (State.WAITING,), lasts="x", pauses_in=(State.START,))))
    pauses.IN_BULK = True
    assert ids(pauses) == ["casework.E009"]


def notes(self):
    """Not as plain as it looks."""
    self.effects.note(seen=True)


@pytest.mark.parametrize(
    ("wrong", "options"),
    [
        (None, {"by": AGENTS}),
        (None, {"facts": Needed}),
        (None, {"when": [it_is_so]}),
        (None, {"needs_note": True}),
        (notes, {}),
    ],
    ids=["not the programme's", "asks for facts", "has a guard", "needs a note", "does something"],
)
def test_e010_a_plain_step_does_nothing_but_change_the_state(toy, wrong, options):
    plain = {"label": "x", "by": SYSTEM, "plain": True}
    assert ids(toy(ENTER, LEAVE, TICK, go("move", State.START, State.WAITING, **plain))) == []
    move = (
        step(State.START, State.WAITING, **(plain | options))(wrong)
        if wrong
        else go("move", State.START, State.WAITING, **(plain | options))
    )
    assert "casework.E010" in ids(toy(ENTER, LEAVE, TICK, move))


@pytest.mark.parametrize(
    "clock",
    [
        Clock("other", "", (State.WAITING,), due=lambda case, at, start: None),
        Clock("other", "", (State.WAITING,), lasts="x", starts=lambda case, at: None),
        Clock("other", "", (State.WAITING,), lasts="x", pauses_in=(State.START,)),
        Clock("other", "", (State.START,), lasts="x", pauses_in=(State.WAITING,)),
    ],
    ids=["computes its end", "computes its start", "stood still before", "stands still then"],
)
def test_e010_no_clock_that_a_plain_step_starts_looks_at_the_case(toy, clock):
    move = go("move", State.START, State.WAITING, by=SYSTEM, plain=True)
    assert "casework.E010" in ids(toy(ENTER, LEAVE, TICK, move, clocks=(WAITS, clock)))
