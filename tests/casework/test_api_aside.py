"""Laying aside, watching and notices for programs."""

from casework.actions.assign import give_case
from casework.actions.deeds import add_note
from tests.builders import an_unreachable
from tests.callers import program
from tests.cast import MONDAY, NOON, acts


def test_a_case_is_laid_aside_and_taken_back(agent):
    case, caller = an_unreachable(agent, state="trying"), program(agent)
    body = caller.post(f"cases/{case.pk}/snooze/", {"until": "2026-11-23T20:00:00+08:00", "waits_for": "customer"}).json()
    assert (body["snoozed_until"], body["snoozed_for"]) == ("2026-11-23T20:00:00+08:00", "customer")
    assert caller.send(f"cases/{case.pk}/snooze/", "", method="DELETE").json()["snoozed_until"] is None


def test_what_cannot_be_laid_aside_says_why(agent, agent2):
    case = an_unreachable(agent, state="trying")
    codes = [
        program(agent).post(f"cases/{case.pk}/snooze/", body).json()["code"] for body in ({}, {"until": "soon"}, {"until": "2026-11-22"})
    ]
    assert codes == ["time_required", "bad_time", "bad_time"]
    refused = program(agent2).post(f"cases/{case.pk}/snooze/", {"waits_for": "customer"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_the_owner")


def test_who_watches_reads_what_others_did_and_marks_it_as_read(agent, agent2):
    case, caller = an_unreachable(agent), program(agent2)
    assert caller.post(f"cases/{case.pk}/watch/").json()["watched"] is True
    add_note(case.pk, note="看过", by=acts(agent), at=MONDAY)
    add_note(case.pk, note="再看", by=acts(agent), at=NOON)
    (notice,) = caller.get("notices/?unread=true").json()["results"]
    assert (notice["number"], notice["what"], notice["count"], notice["by"]) == (case.number, "changed", 2, "agent")
    assert program(agent).get("notices/").json()["results"] == []
    assert caller.post("notices/read/", {"case": case.pk}).json() == {"read": 1}
    assert caller.get("notices/?unread=true").json()["results"] == []
    assert caller.send(f"cases/{case.pk}/watch/", "", method="DELETE").json()["watched"] is False


def test_nobody_reads_or_marks_the_notices_of_others(agent, agent2):
    case = an_unreachable(agent)
    give_case(case.pk, agent2.pk, by=acts(agent), at=MONDAY)
    assert program(agent).post("notices/read/", {}).json() == {"read": 0}
    assert len(program(agent2).get("notices/?unread=true").json()["results"]) == 1
