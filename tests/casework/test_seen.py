"""What has changed since a person looked, and what they keep folded: theirs alone."""

import datetime as dt

import pytest

from casework.actions.deeds import add_note
from casework.actions.look_at import VISIT, look_at
from casework.models import Fold, Seen
from logistics.actions.refresh_parcels import refresh_parcels
from logistics.models import Parcel, TrackingEvent
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts
from tests.page import text_of

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
NEW = '<span class="chip chip--news">new</span>'


@pytest.fixture
def case(agent):
    return an_unreachable(agent)


def opened(desk, who, case, at):
    return desk(who, at).get(f"/cases/{case.pk}/")


def test_what_a_colleague_did_since_is_marked_and_counted(desk, agent, agent2, case):
    assert NEW not in opened(desk, agent, case, MONDAY).content.decode()
    add_note(case.pk, note="顾客来电", by=acts(agent2), at=MONDAY + HOUR)
    answer = opened(desk, agent, case, MONDAY + 2 * HOUR)
    assert answer.content.decode().count(NEW) == 1
    assert "1 thing is new since you looked on 11-23 10:00" in text_of(answer)


def test_the_mark_outlives_the_next_click_and_is_gone_on_the_next_visit(desk, agent, agent2, case):
    opened(desk, agent, case, MONDAY)
    add_note(case.pk, note="x", by=acts(agent2), at=MONDAY + HOUR)
    for at, marks in ((MONDAY + 2 * HOUR, 1), (MONDAY + 2 * HOUR + VISIT, 1), (MONDAY + 2 * HOUR + 2 * VISIT + SECOND, 0)):
        assert opened(desk, agent, case, at).content.decode().count(NEW) == marks


def test_ones_own_deeds_are_no_news_and_a_first_look_marks_nothing(desk, agent, agent2, case):
    opened(desk, agent, case, MONDAY)
    add_note(case.pk, note="x", by=acts(agent), at=MONDAY + HOUR)
    assert NEW not in opened(desk, agent, case, MONDAY + 2 * HOUR).content.decode()
    assert NEW not in opened(desk, agent2, case, MONDAY + 2 * HOUR).content.decode()


def test_the_list_marks_what_has_changed_since_one_looked(desk, agent, agent2, case):
    unseen = an_unreachable(agent)
    opened(desk, agent, case, MONDAY)
    assert "changed since you looked" not in text_of(desk(agent).get("/cases/?tab=all"))
    for each in (case, unseen):
        add_note(each.pk, note="x", by=acts(agent2), at=MONDAY + HOUR)
    body = desk(agent, MONDAY + 2 * HOUR).get("/cases/?tab=all").content.decode()
    assert body.count("changed since you looked") == 1


def test_the_list_marks_a_parcel_of_which_the_courier_told_late(desk, agent, agent2, case):
    opened(desk, agent, case, MONDAY + HOUR)
    Parcel.objects.filter(incidents__case=case).update(told_at=MONDAY)
    assert "changed since you looked" not in text_of(desk(agent).get("/cases/?tab=all"))
    parcel = Parcel.objects.get(incidents__case=case)
    node = {"stage": "transit", "provider": "kuaidi100", "text": "到达杭州", "digest": b"x"}
    TrackingEvent.objects.create(parcel=parcel, at=MONDAY, received_at=MONDAY + 2 * HOUR, **node)
    refresh_parcels([parcel.pk], problems=())
    assert "changed since you looked" in text_of(desk(agent).get("/cases/?tab=all"))
    assert "changed since you looked" not in text_of(desk(agent2).get("/cases/?tab=all"))


def test_looks_of_two_people_are_two_rows_and_a_programme_has_none(agent, agent2, case):
    for who in (acts(agent), acts(agent2), acts(agent)):
        look_at(case, by=who, at=MONDAY)
    assert Seen.objects.filter(case=case).count() == 2
    assert look_at(case, by=acts(agent).clock(), at=MONDAY) is None


def test_an_earlier_look_takes_nothing_back(agent, case):
    look_at(case, by=acts(agent), at=MONDAY + HOUR)
    look_at(case, by=acts(agent), at=MONDAY)
    assert Seen.objects.get().at == MONDAY + HOUR


def test_what_a_person_folds_stays_folded_for_them_alone(desk, agent, agent2, case):
    assert 'data-fold="handbook" open' in opened(desk, agent, case, MONDAY).content.decode()
    assert desk(agent).post("/me/folds/", {"part": "handbook", "is_open": "no"}).status_code == 204
    assert 'data-fold="handbook" open' not in opened(desk, agent, case, MONDAY).content.decode()
    assert 'data-fold="handbook" open' in opened(desk, agent2, case, MONDAY).content.decode()


@pytest.mark.parametrize("part", ["", "Großes", "a" * 21, "x\x00", "../x"])
def test_what_is_no_part_of_the_page_is_refused_and_nothing_kept(desk, agent, part):
    assert desk(agent).post("/me/folds/", {"part": part, "is_open": "no"}).status_code == 400
    assert not Fold.objects.exists()
