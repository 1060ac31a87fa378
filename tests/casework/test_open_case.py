"""Opening a case: what it takes, what it gets, and never the same twice."""

import datetime as dt
import threading

import pytest
from django.db import connection

from casework.actions.open_case import next_number, open_case
from casework.models import Case, Deadline
from casework.reading import timeline
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Refused
from tests.builders import an_order, an_unreachable, numbers
from tests.cast import MONDAY, acts


def with_a_parcel(shop):
    return an_order(shop, waybill=f"7311111111{next(numbers):04d}")


def opened(by, order, **more):
    return open_case("unreachable", by=by, at=MONDAY, order=order.number, **more)


def test_a_case_gets_number_owner_queue_clock_and_one_entry(agent, shop):
    case = opened(acts(agent), with_a_parcel(shop), note="快递说联系不上")
    assert case.number.startswith("AS-261123-")
    assert (case.state, case.category, case.queue, case.version) == ("to_contact", "open", "agents", 1)
    assert (case.owner, case.opened_by, case.opened_at, case.changed_at, case.closed_at) == (agent, agent, MONDAY, MONDAY, None)
    assert Deadline.objects.get(case=case).kind == "first_attempt"
    entry = timeline(case).get()
    assert (entry.step, entry.from_state, entry.to_state, entry.note) == ("open", "", "to_contact", "快递说联系不上")


def test_what_the_programme_opens_waits_in_the_queue_for_an_owner(shop):
    case = opened(Actor.system("detector"), with_a_parcel(shop))
    assert (case.owner, case.opened_by, case.queue) == (None, None, "agents")
    assert timeline(case).get().channel == "detector"


@pytest.mark.parametrize("name", ["finance", "warehouse", "printclerk", "auditor", "admin"])
def test_who_does_not_work_cases_opens_none(request, shop, name):
    with pytest.raises(NotAllowed):
        opened(acts(request.getfixturevalue(name)), with_a_parcel(shop))
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "refund"}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": ["unreachable"]}, "kind"),
        ({"order": ""}, "order"),
        ({"order": 5}, "order"),
        ({"order": "a\x00b"}, "order"),
        ({"order": "1" * 65}, "order"),
        ({"waybill": ["x"]}, "waybill"),
        ({"waybill": "a\x00b"}, "waybill"),
        ({"note": None}, "note"),
        ({"note": "x" * 4001}, "note"),
        ({"note": "a\x00b"}, "note"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(agent, shop, given, field):
    call = {"kind": "unreachable", "order": with_a_parcel(shop).number} | given
    with pytest.raises(Malformed) as refused:
        open_case(call.pop("kind"), by=acts(agent), at=MONDAY, **call)
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_a_second_case_about_the_same_is_refused_with_the_first_ones_number_and_leaves_a_row(agent, agent2):
    case = an_unreachable(agent)
    with pytest.raises(Refused) as refused:
        opened(acts(agent2), case.order)
    assert case.number in str(refused.value)
    assert (timeline(case).last().step, timeline(case).last().actor) == ("refused:", agent2)


def test_a_parent_of_another_shop_or_a_closed_one_is_none(agent, shop, outsider, other_shop):
    order = with_a_parcel(shop)
    strange = opened(acts(outsider), with_a_parcel(other_shop))
    closed = an_unreachable(agent, state="delivered")
    with pytest.raises(NotFound):
        opened(acts(agent), order, parent=strange.pk)
    with pytest.raises(Refused) as refused:
        opened(acts(agent), order, parent=closed.pk)
    assert refused.value.code == "case_closed"


def test_numbers_count_through_the_day_of_shop_time(db):
    late = MONDAY.replace(hour=23, minute=59)
    first, second = next_number(late), next_number(late)
    assert (first[:10], int(second[-4:]) - int(first[-4:])) == ("AS-261123-", 1)
    assert next_number(late + dt.timedelta(minutes=1)) == "AS-261124-0001"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_daynumber SET last = 9999 WHERE day = '2026-11-24'")
    assert next_number(late + dt.timedelta(minutes=1)) == "AS-261124-10000"


@pytest.mark.django_db(transaction=True)
def test_ten_who_open_the_same_at_once_open_one(agent, shop):
    order = with_a_parcel(shop)
    outcomes, start = [], threading.Barrier(10)

    def work():
        start.wait()
        try:
            opened(acts(agent), order)
            outcomes.append("opened")
        except DeskError as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["already_open"] * 9 + ["opened"]
    assert Case.objects.count() == 1
