"""L3.3, L3.4 The nightly job: what stands still beyond its norm has a finding and a case, what moves loses both."""

import contextlib
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.assign import take_case
from casework.actions.bulk import temporary
from casework.actions.open_case import open_case
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Deadline, Journal, Policy
from logistics.actions.find_parcel import parcel_subject
from logistics.actions.flag_stalled import LOCK_SPACE, RunsAlready, flag_stalled
from logistics.models import Courier, Finding, NightlyCell, NightlyRun, Norm, Parcel, Region
from orders.access import Actor
from orders.roles import CLOCK
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.nodes import a_parcel_of, node, parcels_on_their_way, tell

HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
BEAT = Actor.system(CLOCK)
# What a parcel waits for: its columns, and the norm of the handbook in hours.
WAITS = {
    "no_record": ({"shipped_at": MONDAY}, 72),
    "not_picked_up": ({"stage": "ordered", "stage_since": MONDAY, "last_event_at": MONDAY}, 48),
    "not_moving": ({"stage": "transit", "stage_since": MONDAY - 10 * HOUR, "last_event_at": MONDAY}, 48),
    "delivering": ({"stage": "delivering", "stage_since": MONDAY, "last_event_at": MONDAY + HOUR}, 24),
    "at_station": ({"stage": "station", "stage_since": MONDAY, "last_event_at": MONDAY + HOUR}, 48),
    "returning": ({"stage": "returning", "stage_since": MONDAY, "returning_at": MONDAY, "last_event_at": MONDAY + 9 * HOUR}, 168),
}


def waiting(shop, kind="not_moving", **fields):
    return a_parcel_of(shop, **(WAITS[kind][0] | fields))


def night(shop, at):
    return flag_stalled(shop, at=at, by=BEAT)


def figures(run):
    return {name: getattr(run, name) for name in ("looked_at", "unknown", "found", "twice", "opened", "updated", "closed", "told")}


def only(**wanted):
    return dict.fromkeys(("looked_at", "unknown", "found", "twice", "opened", "updated", "closed", "told"), 0) | wanted


# L3.4 Norms --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.4")
@pytest.mark.parametrize("kind", WAITS)
def test_at_its_norm_a_parcel_is_found_one_second_before_it_is_not(shop, kind):
    hours = WAITS[kind][1]
    parcel, over = waiting(shop, kind), MONDAY + hours * HOUR
    night(shop, over - SECOND)
    assert not Finding.objects.exists()
    night(shop, over)
    finding = Finding.objects.get()
    assert (finding.parcel, finding.kind, finding.since, finding.norm_hours, finding.found_at) == (parcel, kind, MONDAY, hours, over)
    night(shop, over + SECOND)
    assert Finding.objects.get().pk == finding.pk


@pytest.mark.rule("L3.4")
def test_a_remote_region_has_its_own_norm_and_a_lead_changes_each(shop):
    remote, sf = Region.objects.get(code="remote"), Courier.objects.get(code="shunfeng")
    here, far, fast = waiting(shop), waiting(shop, region=remote), waiting(shop, courier=sf)
    Norm.objects.create(measure="not_moving", courier=sf, hours=24)
    found = {}
    for hours in (24, 48, 96):
        night(shop, MONDAY + hours * HOUR)
        found[hours] = set(Finding.objects.values_list("parcel", flat=True))
    assert found == {24: {fast.pk}, 48: {fast.pk, here.pk}, 96: {fast.pk, here.pk, far.pk}}


@pytest.mark.rule("L3.4")
def test_a_measure_without_any_norm_finds_nothing(shop):
    Norm.objects.filter(measure="not_moving").delete()
    waiting(shop)
    assert figures(night(shop, MONDAY + 4000 * HOUR)) == only(looked_at=1)


@pytest.mark.rule("L3.4")
def test_remarks_begin_no_new_wait(shop):
    tell(a_parcel_of(shop), node(MONDAY, "transit", "1002"), node(MONDAY + 40 * HOUR, "", "", "客服已登记"))
    assert night(shop, MONDAY + 48 * HOUR - SECOND).found == 0
    assert night(shop, MONDAY + 48 * HOUR).found == 1
    assert (Finding.objects.get().since, Finding.objects.get().code) == (MONDAY, "")
    assert night(shop, MONDAY + 90 * HOUR).found == 1
    assert verify_invariants() == []


# L3.3 What is looked at --------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
def test_what_nobody_has_told_of_is_unknown_until_its_norm_is_over(shop):
    waiting(shop, "no_record")
    assert figures(night(shop, MONDAY + 71 * HOUR)) == only(looked_at=1, unknown=1)
    assert figures(night(shop, MONDAY + 72 * HOUR)) == only(looked_at=1, found=1, opened=1)


@pytest.mark.rule("L3.3")
def test_a_feed_that_tells_of_nothing_at_all_holds_its_parcels_back_until_a_lead_wants_their_cases(shop):
    Policy.objects.create(name="no_record_at_once", shop=shop, value=2, valid_from=MONDAY)
    for _ in range(3):
        waiting(shop, "no_record")
    at = MONDAY + 72 * HOUR
    held = night(shop, at)
    assert (figures(held), held.held) == (only(looked_at=3, unknown=3), 3)
    other = waiting(shop, last_event_at=at - 24 * HOUR, stage_since=at - 24 * HOUR)
    assert night(shop, at).held == 3
    Parcel.objects.filter(pk=other.pk).update(last_event_at=at - 24 * HOUR + SECOND)
    run = night(shop, at)
    assert (run.opened, run.held) == (3, 0)
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_what_was_held_back_opens_when_a_lead_says_so_and_few_are_never_held(shop):
    Policy.objects.create(name="no_record_at_once", shop=shop, value=1, valid_from=MONDAY)
    for courier in ("zhongtong", "yunda"):
        waiting(shop, "no_record", courier=Courier.objects.get(code=courier))
    assert night(shop, MONDAY + 72 * HOUR).opened == 2
    for _ in range(2):
        waiting(shop, "no_record")
    assert night(shop, MONDAY + 72 * HOUR).held == 2
    run = flag_stalled(shop, at=MONDAY + 72 * HOUR, by=BEAT, open_held=True)
    assert (run.opened, run.held) == (2, 0)


def test_what_nobody_knows_the_dispatch_of_stays_unknown(shop):
    waiting(shop, "no_record", shipped_at=None)
    assert figures(night(shop, MONDAY + 4000 * HOUR)) == only(looked_at=1, unknown=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"delivered_at": MONDAY, "stage": "signed"},
        {"stage": "signed"},
        {"back_at": MONDAY},
        {"is_awaited": False},
        {"stage": "voided"},
    ],
    ids=["delivered", "signed", "back", "finished", "voided"],
)
def test_what_no_longer_travels_is_not_looked_at(shop, fields):
    waiting(shop, **fields)
    assert figures(night(shop, MONDAY + 4000 * HOUR)) == only()


def test_what_comes_back_is_looked_at_though_nobody_awaits_it(shop):
    waiting(shop, "returning", is_awaited=False)
    assert figures(night(shop, MONDAY + 168 * HOUR)) == only(looked_at=1, found=1, opened=1)


def test_another_shops_parcels_are_not_looked_at(shop, other_shop):
    waiting(other_shop)
    assert figures(night(shop, MONDAY + 100 * HOUR)) == only()
    assert not Finding.objects.exists()


# L3.3 Cases --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize("kind", WAITS)
def test_a_finding_opens_its_case_with_clock_and_entry(shop, kind):
    parcel = waiting(shop, kind)
    at = MONDAY + 200 * HOUR
    night(shop, at)
    case, finding = Case.objects.get(), Finding.objects.get()
    assert finding.case == case
    assert (case.kind, case.owner, case.opened_by, case.opened_at) == ("no_record" if kind == "no_record" else "stalled", None, None, at)
    kept = case.incident
    assert (kept.parcel, kept.finding, kept.finding_since, kept.norm_hours) == (parcel, kind, MONDAY, WAITS[kind][1])
    entry = Journal.objects.get(case=case)
    assert (entry.step, entry.actor_name, entry.channel, entry.at) == ("open", "system", "clock", at)
    assert entry.facts["finding"] == kind
    assert Deadline.objects.get(case=case).kind == "reply"
    assert verify_invariants() == verify_audit() == []


@pytest.mark.rule("L3.3")
def test_the_job_twice_opens_nothing_new(shop):
    for kind in WAITS:
        waiting(shop, kind)
    at = MONDAY + 200 * HOUR
    first = figures(night(shop, at))
    assert (first["found"], first["opened"]) == (6, 6)
    before = {table: list(table.objects.order_by("pk").values()) for table in (Case, Finding, Deadline, Journal)}
    again = figures(night(shop, at))
    assert again == first | {"opened": 0}
    assert {table: list(table.objects.order_by("pk").values()) for table in before} == before


@pytest.mark.rule("L3.3")
def test_a_case_that_staff_closed_does_not_come_back_for_the_same_standstill(shop, agent):
    parcel = waiting(shop)
    night(shop, MONDAY + 50 * HOUR)
    case = Case.objects.get()
    advance(case.pk, "customer_has_it", by=acts(agent), at=MONDAY + 51 * HOUR)
    Parcel.objects.filter(pk=parcel.pk).update(delivered_at=None, said_delivered_at=None)
    assert night(shop, MONDAY + 60 * HOUR).opened == 0
    tell(parcel, node(MONDAY + 61 * HOUR, "transit", "1001"))
    assert night(shop, MONDAY + 109 * HOUR).opened == 1


@pytest.mark.rule("L3.3")
def test_a_parcel_with_an_open_incident_has_that_case_updated_once(shop, agent):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "delivering", "5"), node(MONDAY + 2 * HOUR, "problem", "206"))
    case = Case.objects.get()
    first, second = night(shop, MONDAY + 60 * HOUR), night(shop, MONDAY + 61 * HOUR)
    assert (figures(first), figures(second)) == (only(looked_at=1, found=1, updated=1), only(looked_at=1, found=1))
    assert Finding.objects.get().case == case
    assert Journal.objects.filter(case=case, step="found").count() == 1
    assert parcel.findings.get().kind == "not_moving"


@pytest.mark.rule("L3.3")
def test_a_finding_by_code_has_its_case_in_the_night(shop):
    tell(a_parcel_of(shop), node(MONDAY, "station", "501"), node(MONDAY + 5 * HOUR, "", "205"))
    run = night(shop, MONDAY + 6 * HOUR)
    assert figures(run) == only(looked_at=1, found=1, opened=1)
    assert Case.objects.get().incident.finding == "at_station"


@pytest.mark.rule("L3.3")
def test_what_moved_on_closes_by_itself_or_tells_whoever_touched_it(shop, agent):
    parcels = [waiting(shop) for _ in range(3)]
    night(shop, MONDAY + 50 * HOUR)
    touched = Case.objects.get(incident__parcel=parcels[1])
    take_case(touched.pk, by=acts(agent), at=MONDAY + 51 * HOUR)
    # Told past the detector, as by a restored database: the night sees to it.
    Parcel.objects.filter(pk__in=[each.pk for each in parcels[:2]]).update(last_event_at=MONDAY + 52 * HOUR)
    run = night(shop, MONDAY + 53 * HOUR)
    assert figures(run) == only(looked_at=3, found=1, closed=1, told=1)
    states = {parcel.pk: Case.objects.get(incident__parcel=parcel).state for parcel in parcels}
    assert list(states.values()) == ["moved_on", "moves_again", "to_check"]
    assert Case.objects.get(pk=touched.pk).news == {"moves_again": 1}
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_what_moved_and_stands_still_again_is_found_anew_on_the_same_open_case(shop, agent):
    parcel = waiting(shop)
    night(shop, MONDAY + 50 * HOUR)
    case = Case.objects.get()
    take_case(case.pk, by=acts(agent), at=MONDAY + 51 * HOUR)
    Parcel.objects.filter(pk=parcel.pk).update(last_event_at=MONDAY + 52 * HOUR)
    run = night(shop, MONDAY + 101 * HOUR)
    assert figures(run) == only(looked_at=1, found=1, updated=1)
    old, new = Finding.objects.order_by("id")
    assert (old.ended_at, new.since, new.case) == (MONDAY + 101 * HOUR, MONDAY + 52 * HOUR, case)
    assert Case.objects.get().news == {}
    assert Case.objects.get().incident.finding_since == MONDAY + 52 * HOUR


@pytest.mark.rule("L3.3")
def test_a_case_that_a_person_opened_says_what_the_night_saw(shop, agent):
    parcel = waiting(shop)
    case = open_case("stalled", by=acts(agent), at=MONDAY + HOUR, order=parcel.orders.get().number)
    assert figures(night(shop, MONDAY + 50 * HOUR)) == only(looked_at=1, found=1, updated=1)
    kept = Case.objects.get(pk=case.pk).incident
    assert (kept.finding, kept.finding_since, kept.norm_hours) == ("not_moving", MONDAY, 48)


@pytest.mark.parametrize(
    ("fields", "news"),
    [
        ({"is_awaited": False}, "not_awaited"),
        ({"back_at": MONDAY}, "back"),
        ({"stage": "voided"}, "voided"),
        ({"stage": "returning", "returning_at": MONDAY + 51 * HOUR}, "returning"),
    ],
)
def test_whatever_else_ends_a_finding_is_told_to_the_owner(shop, agent, fields, news):
    parcel = waiting(shop)
    night(shop, MONDAY + 50 * HOUR)
    take_case(Case.objects.get().pk, by=acts(agent), at=MONDAY + 51 * HOUR)
    Parcel.objects.filter(pk=parcel.pk).update(**fields)
    for hours in (52, 53):
        night(shop, MONDAY + hours * HOUR)
    case = Case.objects.get()
    assert (case.state, case.news) == ("to_check", {news: 1})
    assert [each.facts for each in Journal.objects.filter(case=case, step="parcel_told")] == [{"news": news}]


def test_a_finished_order_ends_the_case_that_nobody_touched(shop):
    parcel = waiting(shop)
    night(shop, MONDAY + 50 * HOUR)
    Parcel.objects.filter(pk=parcel.pk).update(is_awaited=False)
    assert figures(night(shop, MONDAY + 51 * HOUR)) == only(closed=1)
    case = Case.objects.get()
    assert (case.state, case.is_open) == ("not_awaited", False)
    entry = Journal.objects.get(case=case, step="order_finished")
    assert (entry.facts, entry.to_state) == ({"news": "not_awaited"}, "not_awaited")
    assert parcel.delivered_at is None


@pytest.mark.rule("L3.3")
def test_a_case_that_said_moving_again_begins_anew_when_it_stops_again(shop, agent):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "0"))
    night(shop, MONDAY + 48 * HOUR)
    case = Case.objects.get()
    take_case(case.pk, by=acts(agent), at=MONDAY + 48 * HOUR)
    tell(parcel, node(MONDAY + 50 * HOUR, "transit", "1001"))
    assert Case.objects.get().state == "moves_again"
    assert figures(night(shop, MONDAY + 98 * HOUR)) == only(looked_at=1, found=1, updated=1)
    case = Case.objects.get()
    assert (case.state, case.news["stands_still_again"]) == ("to_check", 1)
    assert case.incident.finding_since == MONDAY + 50 * HOUR
    assert Journal.objects.filter(case=case).latest("id").step == "stands_still_again"
    assert night(shop, MONDAY + 120 * HOUR).updated == 0
    assert verify_invariants() == []


@pytest.mark.rule("L4.2")
def test_what_still_stands_one_norm_after_somebody_closed_its_case_has_another(shop, agent):
    parcel = waiting(shop, "no_record")
    night(shop, MONDAY + 72 * HOUR)
    case = Case.objects.get()
    advance(case.pk, "wrong_number_mended", by=acts(agent), at=MONDAY + 73 * HOUR)
    assert not Case.objects.get().is_open
    assert [night(shop, MONDAY + hours * HOUR).opened for hours in (96, 144, 145, 240)] == [0, 0, 1, 0]
    assert parcel.findings.get().case == Case.objects.latest("id")
    assert verify_invariants() == []


# The record --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
def test_a_run_is_recorded_with_its_figures_by_courier_and_region(shop):
    remote, sf = Region.objects.get(code="remote"), Courier.objects.get(code="shunfeng")
    zto = Courier.objects.get(code="zhongtong")
    waiting(shop), waiting(shop, last_event_at=MONDAY + 90 * HOUR), waiting(shop, region=remote), waiting(shop, courier=sf)
    at = MONDAY + 98 * HOUR
    run = night(shop, at)
    assert figures(run) == only(looked_at=4, found=3, twice=2, opened=3)
    assert (run.state, run.at, run.shop, run.by_name) == ("done", at, shop, "")
    assert run.started_at <= run.finished_at
    cells = {(each.courier, each.region): (each.looked_at, each.found, each.twice, each.opened, each.closed) for each in run.cells.all()}
    assert cells == {(zto, None): (2, 1, 1, 1, 0), (zto, remote): (1, 1, 0, 1, 0), (sf, None): (1, 1, 1, 1, 0)}


def test_figures_that_do_not_add_up_are_reported(shop):
    waiting(shop)
    night(shop, MONDAY + 50 * HOUR)
    assert verify_invariants() == []
    NightlyCell.objects.update(found=2)
    assert [each.rule for each in verify_invariants()] == ["a_done_run_is_the_sum_of_its_cells"]


def test_a_person_who_asks_for_a_run_is_named_in_it_and_owns_none_of_its_cases(shop, supervisor):
    waiting(shop)
    run = flag_stalled(shop, at=MONDAY + 50 * HOUR, by=acts(supervisor))
    assert run.by_name == "supervisor"
    assert (Case.objects.get().owner, Case.objects.get().opened_by) == (None, None)


def test_a_run_that_fails_changes_nothing_and_says_so(shop, monkeypatch):
    waiting(shop)
    monkeypatch.setattr("logistics.actions.flag_stalled.FIGURES", "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        night(shop, MONDAY + 50 * HOUR)
    run = NightlyRun.objects.get()
    assert (run.state, run.found, run.finished_at is None) == ("failed", 0, False)
    assert [table.objects.count() for table in (Finding, Case, NightlyCell)] == [0, 0, 0]
    monkeypatch.undo()
    assert night(shop, MONDAY + 50 * HOUR).opened == 1


def test_a_run_that_was_killed_is_marked_by_the_next(shop):
    NightlyRun.objects.create(shop=shop, at=MONDAY, started_at=MONDAY)
    night(shop, MONDAY + HOUR)
    assert list(NightlyRun.objects.order_by("at").values_list("state", flat=True)) == ["failed", "done"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_are_one(shop):
    waiting(shop)
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, shop.pk])
        with pytest.raises(RunsAlready):
            night(shop, MONDAY + 50 * HOUR)
        assert not NightlyRun.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, shop.pk])
    assert night(shop, MONDAY + 50 * HOUR).opened == 1


# Statements --------------------------------------------------------------------------------------------------------


def statements_of(shop, at):
    with CaptureQueriesContext(connection) as found:
        run = night(shop, at)
    return run, [query["sql"] for query in found]


@pytest.mark.rule("L3.3")
def test_five_hundred_and_five_thousand_parcels_take_the_same_few_statements(shop):
    parcels_on_their_way(shop, 500)
    first, few = statements_of(shop, MONDAY + 50 * HOUR)
    parcels_on_their_way(shop, 5_000)
    second, more = statements_of(shop, MONDAY + 50 * HOUR)
    assert (first.opened, second.opened) == (500, 5_000)
    assert len(few) == len(more) <= 50
    Parcel.objects.filter(delivered_at=None).update(last_event_at=MONDAY + 51 * HOUR)
    third, closing = statements_of(shop, MONDAY + 52 * HOUR)
    assert third.closed == 5_500
    assert len(closing) <= 49
    assert verify_invariants() == []


def rows_touched(plan):
    """How many rows the busiest node of an executed plan has looked at, over all its loops."""
    looked_at = sum(plan.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter"))
    return max([looked_at * plan["Actual Loops"], *(rows_touched(each) for each in plan.get("Plans", []))])


def test_what_the_planner_knows_nothing_of_is_not_read_through_for_each_parcel(shop, monkeypatch):
    work = {}

    def explained(table, select, *key, **params):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {select}", params)
            work[table] = rows_touched(cursor.fetchone()[0][0]["Plan"])
        return temporary(table, select, *key, **params)

    parcels_on_their_way(shop, 100)
    night(shop, MONDAY + 50 * HOUR)
    monkeypatch.setattr("logistics.actions.findings.temporary", explained)
    parcels_on_their_way(shop, 3000)
    assert night(shop, MONDAY + 50 * HOUR).opened == 3000
    assert max(work.values()) <= 10 * 3000, work
    Parcel.objects.filter(delivered_at=None).update(last_event_at=MONDAY + 51 * HOUR)
    assert night(shop, MONDAY + 52 * HOUR).closed == 3100
    assert max(work.values()) <= 10 * 3100, work


# What a case is about -----------------------------------------------------------------------------------------------


def test_a_merged_parcels_case_is_called_as_when_a_person_opens_it(shop, agent):
    parcel = waiting(shop)
    first = parcel.orders.get()
    later, unpaid = an_order(shop, paid_at=MONDAY + HOUR), an_order(shop, paid_at=None)
    parcel.orders.add(unpaid, later)
    by_hand = parcel_subject(acts(agent), "", parcel.waybill)
    night(shop, MONDAY + 50 * HOUR)
    case = Case.objects.get()
    assert (case.subject, case.subject_label, case.order_id) == (by_hand.key, by_hand.label, by_hand.order_id)
    assert case.subject_label == f"中通 {parcel.waybill} + {later.number}, {unpaid.number}"
    assert case.order == first


def test_a_parcel_without_an_order_has_its_case_all_the_same(shop):
    parcel = waiting(shop)
    parcel.orders.clear()
    night(shop, MONDAY + 50 * HOUR)
    assert (Case.objects.get().order, Case.objects.get().incident.parcel) == (None, parcel)
    assert verify_invariants() == []
