"""The same with several cases: who can and who cannot and why, a result for each, and what was done taken back where that is honest."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.assign import give_case, take_case
from casework.actions.deeds import add_note
from casework.actions.do_many import Seen, do_many, undo_many
from casework.many import MOST, deed_named, deeds_of, is_for_many, read_many, verdicts
from casework.models import Case, Journal
from casework.reading import timeline
from casework.registry import KINDS
from casework.wording import readable, step_label
from orders.errors import Malformed
from orders.models import User
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import fields_of, text_of

SECOND = dt.timedelta(seconds=1)
STEP = "unreachable.delivered"


def seen(*cases):
    return [Seen(case.pk, Case.objects.get(pk=case.pk).version) for case in cases]


def done(name, *cases, by, at=MONDAY, **more):
    return {each.case_id: each.error and each.error.code for each in do_many(deed_named(name), seen(*cases), by=acts(by), at=at, **more)}


def undone(name, *cases, by, at=MONDAY):
    return {each.case_id: each.error and each.error.code for each in undo_many(deed_named(name), seen(*cases), by=acts(by), at=at)}


def owners():
    return dict(Case.objects.values_list("pk", "owner"))


@pytest.fixture
def cases(agent, agent2):
    mine, hers, free, closed = (an_unreachable(each) for each in (agent, agent2, agent, agent))
    give_case(free.pk, None, by=acts(agent), at=MONDAY)
    do_many(deed_named(STEP), seen(closed), by=acts(agent), at=MONDAY)
    return {"mine": mine, "hers": hers, "free": free, "closed": closed}


def reasons(cases, name, by):
    views = read_many([case.pk for case in cases.values()], by=acts(by), now=MONDAY)
    codes = {each.case.pk: [reason.code for reason in each.reasons] for each in verdicts(views, deed_named(name), acts(by))}
    return {which: codes[case.pk] for which, case in cases.items()}


def test_the_preview_says_with_which_it_can_be_done_and_why_not_with_the_others(agent, auditor, cases):
    assert reasons(cases, "take", agent) == {"mine": ["yours_already"], "hers": ["owned_by_another"], "free": [], "closed": ["case_closed"]}
    assert reasons(cases, "give", agent) == {"mine": [], "hers": ["owned_by_another"], "free": [], "closed": ["case_closed"]}
    assert reasons(cases, "lay_down", agent) == {"mine": [], "hers": ["owned_by_another"], "free": ["nobodys"], "closed": ["case_closed"]}
    assert reasons(cases, STEP, agent) == {"mine": [], "hers": [], "free": [], "closed": ["wrong_state"]}
    assert reasons(cases, "take", auditor)["free"] == ["not_allowed"]


def test_the_preview_and_the_deed_agree_and_one_refusal_stops_no_other(agent, cases):
    for name in ("take", "lay_down"):
        foreseen = {cases[which].pk: codes for which, codes in reasons(cases, name, agent).items()}
        came = done(name, *cases.values(), by=agent)
        assert {pk for pk, codes in foreseen.items() if not codes} <= {pk for pk, code in came.items() if code is None}
        # Taking what one has, or laying down what nobody has, would change nothing: it is said and not counted.
        assert {pk: code for pk, code in came.items() if code} == {
            pk: codes[0] for pk, codes in foreseen.items() if codes and codes[0] not in ("yours_already", "nobodys")
        }


def test_cases_are_handed_over_taken_and_stepped_each_with_a_row_of_its_own(agent, agent2, cases):
    assert done("give", cases["mine"], cases["free"], by=agent, to=agent2.pk) == {cases["mine"].pk: None, cases["free"].pk: None}
    assert owners()[cases["mine"].pk] == owners()[cases["free"].pk] == agent2.pk
    assert timeline(cases["mine"]).last().step == "assign"
    assert done(STEP, cases["mine"], cases["hers"], by=agent2, note="told by phone") == {cases["mine"].pk: None, cases["hers"].pk: None}
    assert {timeline(cases[each]).last().step for each in ("mine", "hers")} == {"delivered"}


def test_a_case_that_changed_since_it_was_chosen_is_left_alone(agent, cases):
    chosen = seen(cases["mine"], cases["free"])
    add_note(cases["mine"].pk, note="x", by=acts(agent), at=MONDAY)
    give_case(cases["mine"].pk, None, by=acts(agent), at=MONDAY)
    for name in ("take", STEP):
        results = do_many(deed_named(name), chosen, by=acts(agent), at=MONDAY)
        assert results[0].error.code == "stale"
    assert owners()[cases["mine"].pk] is None


def test_cases_of_another_shop_are_not_there(outsider, cases):
    assert read_many([case.pk for case in cases.values()], by=acts(outsider), now=MONDAY) == []
    before = owners()
    for name in ("take", "lay_down", STEP):
        assert set(done(name, *cases.values(), by=outsider).values()) == {"not_found"}
    assert owners() == before


def test_money_is_never_decided_in_bulk():
    offered = [(kind, step) for kind in KINDS.values() for step in kind.steps() if is_for_many(kind, step)]
    assert offered
    assert not [step.name for _kind, step in offered if step.final or step.hidden]
    assert not [kind.KIND for kind, _step in offered if any(step.decides_money for step in kind.steps())]
    for name in (
        "refund.withdraw",
        "refund.approve",
        "refund.reject",
        "refund.record_payout",
        "compensation.approve",
        "nonsense",
        "nonsense.x",
        "refund.",
        "",
        "take.x",
    ):
        assert deed_named(name) is None


def test_a_step_of_another_kind_with_the_same_name_is_not_taken(agent, cases):
    refund = a_refund(agent)
    assert done(STEP, refund, by=agent) == {refund.pk: "other_kind"}


@pytest.mark.parametrize("many", [0, MOST + 1])
def test_none_and_too_many_are_refused(agent, many):
    with pytest.raises(Malformed):
        do_many(deed_named("take"), [Seen(number, 1) for number in range(1, many + 1)], by=acts(agent), at=MONDAY)


def test_the_same_case_twice_is_refused(agent, cases):
    with pytest.raises(Malformed):
        do_many(deed_named("take"), seen(cases["free"]) * 2, by=acts(agent), at=MONDAY)


# Taking it back -------------------------------------------------------------------------------------


def test_a_change_of_owner_is_taken_back_within_a_minute_and_leaves_a_row(agent, agent2, cases):
    for name, more, at in (("give", {"to": agent2.pk}, 60 * SECOND), ("lay_down", {}, SECOND)):
        done(name, cases["mine"], by=agent, **more)
        assert undone(name, cases["mine"], by=agent, at=MONDAY + at) == {cases["mine"].pk: None}
        assert owners()[cases["mine"].pk] == agent.pk
    entries = timeline(cases["mine"]).filter(step="assign").order_by("pk")
    assert [(each.before["owner"], each.after["owner"]) for each in entries] == [
        (agent.pk, agent2.pk), (agent2.pk, agent.pk), (agent.pk, None), (None, agent.pk),
    ]  # fmt: skip
    last = entries.last()
    assert last.facts == {"entry": entries[2].pk, "taken_back": "assign"}
    assert [value for _name, value in readable(type(cases["mine"]), last.step, last.facts)] == [step_label(type(cases["mine"]), "assign")]


def test_after_a_minute_by_a_colleague_or_once_something_happened_it_stays(agent, agent2, supervisor, cases):
    done("lay_down", cases["mine"], by=agent)
    assert undone("lay_down", cases["mine"], by=agent, at=MONDAY + 61 * SECOND) == {cases["mine"].pk: "undo_over"}
    assert undone("lay_down", cases["mine"], by=supervisor) == {cases["mine"].pk: "not_yours_to_undo"}
    chosen = seen(cases["mine"])
    take_case(cases["mine"].pk, by=acts(agent2), at=MONDAY)
    assert undo_many(deed_named("lay_down"), chosen, by=acts(agent), at=MONDAY)[0].error.code == "stale"
    assert owners()[cases["mine"].pk] == agent2.pk


def test_who_has_left_gets_no_case_back(agent, agent2, supervisor, cases):
    done("take", cases["hers"], by=supervisor)
    User.objects.filter(pk=agent2.pk).update(is_active=False)
    assert undone("take", cases["hers"], by=supervisor) == {cases["hers"].pk: "bad_owner"}
    assert owners()[cases["hers"].pk] == supervisor.pk


def test_steps_are_taken_back_as_the_door_takes_them_back(agent, cases):
    done(STEP, cases["mine"], by=agent)
    assert undone(STEP, cases["mine"], by=agent, at=MONDAY + 60 * SECOND) == {cases["mine"].pk: None}
    assert Case.objects.get(pk=cases["mine"].pk).state == "to_contact"
    done(STEP, cases["mine"], by=agent)
    (late,) = undo_many(deed_named(STEP), seen(cases["mine"]), by=acts(agent), at=MONDAY + dt.timedelta(hours=1))
    assert [reason.code for reason in late.error.reasons] == ["undo_over"]


# The pages ------------------------------------------------------------------------------------------


def test_the_page_offers_what_can_be_done_then_shows_with_which_and_does_it(desk, agent, cases):
    browser = desk(agent)
    query = "&".join(f"case={case.pk}" for case in cases.values())
    first = browser.get(f"/cases/many/?tab=all&{query}")
    assert "Take 1/4" in text_of(first)
    assert "Back to the queue 1/4" in text_of(first)
    second = browser.get(f"/cases/many/?tab=all&{query}&deed={STEP}")
    assert "this step is not part of that" in text_of(second)
    rows = fields_of(second, "row")
    assert len(rows) == 3
    third = browser.post("/cases/many/?tab=all", {"deed": STEP, "row": rows, "note": ""})
    assert "3 of 3 are done." in text_of(third)
    assert "Take back (3)" in text_of(third)
    fourth = browser.post("/cases/many/undo/?tab=all", {"deed": STEP, "row": fields_of(third, "row")})
    assert "3 of 3 are taken back." in text_of(fourth)
    assert 'href="/cases/?tab=all"' in fourth.content.decode()


def test_looking_changes_nothing_and_costs_the_same_for_many(desk, agent):
    browser = desk(agent)

    def looked(cases):
        query = "&".join(f"case={case.pk}" for case in cases)
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/cases/many/?{query}&deed={STEP}")
        return len(queries)

    cases = [an_unreachable(agent) for _ in range(12)]
    rows = Journal.objects.count()
    looked(cases[:1])
    assert looked(cases[:2]) == looked(cases)
    assert Journal.objects.count() == rows


def test_handing_over_needs_a_colleague_of_the_shop_and_says_so_for_each(desk, agent, outsider, cases):
    browser = desk(agent)
    row = {"deed": "give", "row": f"{cases['mine'].pk}-{cases['mine'].version}"}
    assert "Choose a colleague." in text_of(browser.post("/cases/many/", row))
    assert "This person does not work on cases of this shop." in text_of(browser.post("/cases/many/", row | {"to": outsider.pk}))
    assert owners()[cases["mine"].pk] == agent.pk


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/cases/many/", {"deed": "refund.approve", "row": "1-1"}),
        ("/cases/many/", {"deed": "take", "row": "x"}),
        ("/cases/many/", {"deed": "take"}),
        ("/cases/many/", {"deed": "give", "row": "1-1", "to": "x"}),
        ("/cases/many/undo/", {"deed": "nonsense", "row": "1-1"}),
        ("/cases/many/undo/", {"deed": "take"}),
    ],
)
def test_forms_that_make_no_sense_are_refused(desk, agent, address, given):
    assert desk(agent).post(address, given).status_code == 400


def test_more_than_a_hundred_are_looked_at_in_part_and_the_page_says_so(desk, agent):
    query = "&".join(f"case={number}" for number in range(1, MOST + 3))
    case = an_unreachable(agent)
    assert "No case is chosen." in text_of(desk(agent).get("/cases/many/"))
    page = text_of(desk(agent).get(f"/cases/many/?case={case.pk}&{query}"))
    assert "At most 100 at once" in page
    assert "99 that were chosen are not to be seen by you." in page


def test_what_nobody_can_do_is_not_offered(auditor, cases):
    views = read_many([case.pk for case in cases.values()], by=acts(auditor), now=MONDAY)
    assert deeds_of(views, acts(auditor)) == []
