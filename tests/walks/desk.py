"""The machine: its rules are what people, customers, couriers, platform and clocks do; hypothesis says who does what, when and by which door."""

import datetime as dt
import itertools

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from casework.actions.seal import seal_journal
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case
from casework.reading import read_case
from logistics.actions.flag_stalled import flag_stalled
from orders.access import Actor
from tests.builders import a_refund
from tests.cast import acts
from tests.walks.beginnings import NEW, Beginning
from tests.walks.doors import Deed
from tests.walks.outside import OUTSIDE, Outside
from tests.walks.standing import broken, must_agree
from tests.walks.work import WORK, Working

BEAT = Actor.system("beat")
ON_THEIR_WAY = ("unreachable", "stalled", "address_change", "doubtful", "returned_to_sender", "out_of_area")
ARRIVED = ("missing_items", "wrong_items", "damaged", "signed_not_received", "complaint")


class Desk(Working, Beginning, Outside):
    """One walk over a shop (`world`, tests/test_walks.py). What it did is gone afterwards."""

    @initialize(data=st.data())
    def the_day_begins(self, data):
        for number, kinds_here in ((0, ON_THEIR_WAY), (3, ARRIVED), (4, ARRIVED)):
            body = {"kind": data.draw(st.sampled_from(kinds_here), "kind"), "order": self.world.orders[number].number}
            self.does(data, Deed(api=("cases/", body)), self.world.people[0])
        agent, _agent2, lead, _manager, finance, *_others = self.world.people
        a_refund(agent, order=self.world.orders[1], amount="10.00", at=self.now, approved_by=lead, paid_by=finance)
        a_refund(agent, order=self.world.orders[2], amount="20.00", at=self.now, approved_by=lead)
        self.somebody_asks_for_money(data)

    # The rules: hypothesis leaves some of them out of each walk, so work, of which there is most, stands here for each who does it.

    @rule(data=st.data(), what=st.sampled_from(WORK))
    def an_agent_works(self, data, what):
        getattr(self, what)(data)

    @rule(data=st.data(), what=st.sampled_from(WORK))
    def a_colleague_works(self, data, what):
        getattr(self, what)(data)

    @rule(data=st.data(), what=st.sampled_from(WORK))
    def a_lead_works(self, data, what):
        getattr(self, what)(data)

    @rule(data=st.data(), what=st.sampled_from(WORK))
    def somebody_works(self, data, what):
        getattr(self, what)(data)

    @rule(data=st.data(), what=st.sampled_from(NEW))
    def something_new_begins(self, data, what):
        getattr(self, what)(data)

    @rule(data=st.data(), what=st.sampled_from(OUTSIDE))
    def something_comes_from_outside(self, data, what):
        getattr(self, what)(data)

    @rule(minutes=st.sampled_from([1, 30, 200, 600, 1500, 4400]), is_swept=st.sampled_from([True, True, True, False]))
    def time_passes(self, minutes, is_swept):
        """Clocks run out: by the sweep, or by the next deed at the case."""
        self.now += dt.timedelta(minutes=minutes)
        self.is_swept = is_swept
        if is_swept:
            fire_deadlines(at=self.now)

    @rule()
    def a_night_passes(self):
        flag_stalled(self.world.shop, at=self.now, by=BEAT)

    # What must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self):
        # A state that moved has its row in the journal, what was set aside its request: as at the end of each deed elsewhere.
        connection.check_constraints()
        assert broken() == []

    def must_be_whole(self):
        """At the end everything, the chain over the journal, and that somebody or something can move each open case."""
        fire_deadlines(at=self.now)
        assert verify_invariants() == []
        for order in self.world.orders:
            must_agree(order, self.world.auditor)
        assert [f"{case.kind} {case.state}" for case in Case.objects.open() if not self.has_a_way(case)] == []
        connection.check_constraints()
        seal_journal(at=self.now)
        assert verify_audit() == []

    def has_a_way(self, case):
        """A clock that steps, a question, a case below it, or a step for somebody."""
        views = (read_case(case.pk, by=acts(by), now=self.now) for by in self.world.people)
        first = next(views)
        clocks = {each.name: each for each in type(case).CLOCKS}
        if any(clocks[each.kind].then for each in first.deadlines if each.kind in clocks):
            return True
        if any(each.done_at is None for each in first.tasks) or Case.objects.open().filter(parent=case).exists():
            return True
        return any(each.allowed for view in itertools.chain([first], views) for each in view.here)
