"""Taking a step on many cases at once leaves the same rows as taking it on each through the door."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.bulk import temporary
from casework.actions.door import door
from casework.actions.open_case import open_case
from casework.actions.step_many import step_many
from casework.actions.sweep import fire_deadlines
from casework.actions.tell_owner import tell_owners
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Deadline, Journal, Task
from casework.registry import KINDS
from orders.access import Actor
from refunds.actions.ask import ask_refund
from tests.builders import a_wish, an_order, numbers, steps
from tests.cast import MONDAY, acts

TRACKING = Actor.system("webhook")
LATER = MONDAY + dt.timedelta(hours=30)
WALKS = {
    "to_check": [],
    "urged": [steps("explained_and_urged")],
    "overdue": [lambda case_id, by, at: fire_deadlines(at=at + dt.timedelta(hours=25))],
}


def a_stalled(agent, walk="to_check"):
    order = an_order(agent.memberships.get().shop, waybill=f"7377777777{next(numbers):04d}")
    order.parcels.update(picked_up_at=MONDAY, shipped_at=MONDAY)
    case = open_case("stalled", by=acts(agent), at=MONDAY, order=order.number)
    for deed in WALKS[walk]:
        deed(case.pk, acts(agent), MONDAY)
    return case.pk


def many(step, *ids, at=LATER, kind="stalled"):
    with door(TRACKING, at):
        temporary("to_step", "SELECT unnest(%(ids)s::bigint[]) AS case_id", ids=list(ids))
        step_many(KINDS[kind], step, "to_step", by=TRACKING, at=at)


def rows_about(case_id):
    """Everything that stands of the case, without what names it."""
    own = {"id", "case_id", "number", "order_id", "subject", "subject_label", "object_id", "parcel_id", "before"}
    tables = [
        Case.objects.filter(pk=case_id),
        Deadline.objects.filter(case=case_id).order_by("id"),
        Journal.objects.filter(case=case_id).order_by("id"),
        KINDS["stalled"].FACTS.objects.filter(case=case_id),
    ]
    return [[_without(row, own) for row in table.values()] for table in tables]


def _without(row, own):
    """The row without what names the case, its order and parcel; the facts that it was opened with (L0.5) are a row in the row."""
    kept = {name: value for name, value in row.items() if name not in own}
    return {name: _without(value, {"order", "waybill"}) if isinstance(value, dict) else value for name, value in kept.items()}


@pytest.mark.parametrize("step", ["moved_by_itself", "moves_again", "delivered"])
@pytest.mark.parametrize("walk", WALKS)
def test_a_case_among_many_has_the_rows_of_one_that_went_through_the_door(agent, step, walk):
    together, alone = a_stalled(agent, walk), a_stalled(agent, walk)
    with door(TRACKING, MONDAY):
        tell_owners(list(Case.objects.filter(pk__in=[together, alone])), "photos", at=MONDAY)
    many(step, together)
    # Inside another deed, as the many are: what the sweep has not seen yet is met late.
    with door(TRACKING, LATER):
        advance(alone, step, by=TRACKING, at=LATER)
    assert rows_about(together) == rows_about(alone)
    assert Journal.objects.filter(case=together).last().step == step
    assert verify_invariants() == verify_audit() == []


def test_a_clock_that_had_not_been_seen_to_run_out_is_met_late(agent):
    together = a_stalled(agent)
    many("moved_by_itself", together)
    deadline = Deadline.objects.get(case=together)
    assert (deadline.status, deadline.late, deadline.ended_at) == ("met", True, LATER)


def test_a_case_that_is_not_where_the_step_begins_stays_as_it_is(agent):
    ended = a_stalled(agent)
    advance(ended, "delivered", by=TRACKING, at=MONDAY)
    before = rows_about(ended)
    many("moves_again", ended)
    assert rows_about(ended) == before


def test_an_open_task_that_the_step_makes_pointless_ends_with_it_and_any_other_keeps_the_case_open(agent):
    pointless, wanted = a_stalled(agent), a_stalled(agent)
    for case_id, kind in ((pointless, "did_it_leave"), (wanted, "weigh")):
        Task.objects.create(case_id=case_id, kind=kind, title=kind, role="warehouse", created_at=MONDAY)
    many("moved_by_itself", pointless, wanted)
    assert Case.objects.get(pk=pointless).state == "moved_on"
    assert Task.objects.get(case=pointless).is_dropped
    assert Case.objects.get(pk=wanted).state == "to_check"
    assert verify_invariants() == []


def test_an_open_child_keeps_the_case_open(agent):
    case_id = a_stalled(agent)
    for name, facts in (("explained_and_urged", {}), ("courier_says_lost", {"said": "丢件"}), ("loss_explained", {"wish": "refund"})):
        advance(case_id, name, by=acts(agent), at=MONDAY, facts=facts)
    ask_refund(a_wish(Case.objects.get(pk=case_id).order, case=case_id), by=acts(agent), at=MONDAY)
    many("moved_by_itself", case_id)
    assert Case.objects.get(pk=case_id).is_open


def test_the_parent_of_a_case_that_closes_is_told(agent):
    parent, child = a_stalled(agent), a_stalled(agent)
    Case.objects.filter(pk=child).update(parent=parent)
    many("moved_by_itself", child)
    assert Case.objects.get(pk=child).state == "moved_on"
    told = Journal.objects.get(case=parent, step="child_closed")
    assert told.facts["child"] == Case.objects.get(pk=child).number


def test_a_step_that_is_not_plain_is_taken_with_all_that_it_does(agent):
    order = an_order(agent.memberships.get().shop, waybill="73777777770000")
    case = open_case("unreachable", by=acts(agent), at=MONDAY, order=order.number)
    many("delivered", case.pk, kind="unreachable")
    assert Case.objects.get(pk=case.pk).state == "delivered"
    assert order.parcels.get().delivered_at == LATER


def test_a_step_of_people_is_not_taken_for_them(agent):
    with pytest.raises(AssertionError):
        many("explained_and_urged", a_stalled(agent))


def test_the_number_of_statements_does_not_grow(agent):
    few, more = [a_stalled(agent) for _ in range(2)], [a_stalled(agent) for _ in range(20)]
    with CaptureQueriesContext(connection) as for_few:
        many("moves_again", *few)
    with CaptureQueriesContext(connection) as for_more:
        many("moves_again", *more)
    assert len(for_few) == len(for_more) <= 20
    assert Case.objects.filter(state="moves_again").count() == 22
