"""What every walk stands on: the world, who does something and to which case, by which door, and what must hold of each deed."""

import itertools
import sys
from collections import Counter
from random import Random

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from casework.models import Case
from casework.registry import SUBJECTS
from orders.errors import DeskError
from tests.cast import MONDAY
from tests.walks.standing import cases_now, entries_since, everything, last_entry

numbers = itertools.count()
dice = st.integers(0, 999).map(Random)
few = st.sampled_from([True, False, False, False])
yuan = st.integers(0, 4000).map(lambda cents: f"{cents / 100:.2f}")
kinds = st.sampled_from(sorted(SUBJECTS))


class Ground(RuleBasedStateMachine):
    """One walk over a shop (`world`, tests/test_walks.py). What it did is gone afterwards."""

    world = None
    # Of all walks: how often something was done or refused by each door, and the states that were met.
    counted, met = Counter(), set()

    def __init__(self):
        super().__init__()
        self.now, self.is_swept = MONDAY, True
        self.world.settings.MEDIA_ROOT = self.world.place / str(next(numbers))
        self.story = transaction.atomic()
        self.story.__enter__()

    def teardown(self):
        try:
            # What has failed is told by itself.
            if sys.exc_info()[0] is None:
                self.must_be_whole()
        finally:
            transaction.set_rollback(True)
            self.story.__exit__(None, None, None)

    # Who and what ------------------------------------------------------------------------------------------------

    def a_case(self, data, rows=None):
        """Mostly one at which something has just been done, so that cases get far; an end is tried as well."""
        cases = list((Case.objects.open() if rows is None else rows).order_by("-changed_at", "-pk")) or list(Case.objects.order_by("-pk"))
        return data.draw(st.sampled_from(cases[:3] if data.draw(st.booleans()) else cases), "case")

    def somebody(self, data, roles):
        """Mostly one of those who may."""
        fitting = [user for user in self.world.people if self.world.role[user.pk] in roles]
        return data.draw(st.sampled_from(self.world.people if data.draw(few) or not fitting else fitting), "by")

    def an_order(self, data):
        return data.draw(st.sampled_from(self.world.orders), "order")

    def one_of(self, data, steps, name="name"):
        """A step, told by its name where a walk is told."""
        chosen = data.draw(st.sampled_from([getattr(each, name) for each in steps]), "step")
        return next(each for each in steps if getattr(each, name) == chosen)

    # By which door ------------------------------------------------------------------------------------------------

    def does(self, data, deed, by, *, must_not=False):
        """A deed by some door. Done or refused: what was refused leaves nothing but its row, what changed a case has one."""
        door = data.draw(st.sampled_from(deed.doors), "door")
        was, cases, last = everything(), cases_now(), last_entry()
        refused = self.world.doors.refused(deed, door, by, self.now)
        self.counted[door, bool(refused)] += 1
        entries = entries_since(last)
        if refused and self.is_swept:
            now = everything()
            assert [name for name in was if was[name] != now[name]] == [], (door, deed, refused)
            assert all(step.startswith("refused:") for _case, step in entries), (door, deed, refused, entries)
        assert refused or not (must_not and self.is_swept), (door, deed, by)
        cases_after = cases_now()
        self.met |= {(kind, state) for kind, state, *_rest in cases_after.values()}
        changed = {pk for pk, rest in cases_after.items() if cases.get(pk) != rest}
        assert changed <= {case for case, _step in entries}, (door, deed)
        return refused

    def tries(self, deed):
        """A deed past the pages; the code of its refusal, "" when it was done."""
        try:
            with transaction.atomic():
                deed()
        except DeskError as refused:
            return refused.code
        return ""
