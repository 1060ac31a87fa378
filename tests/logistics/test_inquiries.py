"""The log of inquiries: whom we asked about a parcel, what they answered, what they promised and until when (L0.1, L1.2, L2.2)."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from psycopg2.errors import InsufficientPrivilege

from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.lists.queues import is_turn
from casework.models import Journal, Outbox
from logistics.actions.record_inquiry import record_inquiry
from logistics.models import Inquiry
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from tests.builders import a_refund
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, an_incident, fresh, hours, last_entry, state_of, taken

SECOND = dt.timedelta(seconds=1)
TALK = {"whom": "courier", "way": "phone"}
EVENING = MONDAY + hours(8)
PROMISED = {**TALK, "promise": "今晚送到", "promised_until": EVENING.isoformat()}


@pytest.fixture
def case(agent):
    return an_incident("stalled", agent)


def told(case, by, at=MONDAY, **talk):
    return record_inquiry(case.pk, facts={**TALK, **talk}, by=acts(by), at=at)


def clock_of(case, inquiry):
    return case.deadlines.get(kind=inquiry.clock_kind)


@pytest.mark.rule("L0.1")
def test_a_talk_keeps_whom_by_which_way_when_and_what_was_answered(case, agent):
    inquiry = told(case, agent, way="desk", answer="在分拨中心", asked_at=(MONDAY - hours(1)).isoformat())
    assert (inquiry.whom, inquiry.way, inquiry.answer, inquiry.at) == ("courier", "desk", "在分拨中心", MONDAY - hours(1))
    assert (inquiry.promise, inquiry.promised_until, inquiry.by, inquiry.written_at) == ("", None, agent, MONDAY)
    entry = last_entry(case)
    assert (entry.step, entry.facts["answer"], entry.facts["inquiry"]) == ("inquiry", "在分拨中心", inquiry.pk)


@pytest.mark.rule("S5.1")
def test_what_they_say_is_kept_without_personal_data(case, agent):
    inquiry = told(case, agent, answer="签收人电话13800138000", promise="下午打13800138000", promised_until=EVENING.isoformat())
    assert "13800138000" not in inquiry.answer + inquiry.promise
    assert "13800138000" not in str(last_entry(case).facts)


@pytest.mark.rule("L1.2")
def test_a_promise_that_is_not_kept_fires_once_and_the_case_is_back_with_its_owner(case, agent):
    taken(case, "explained_and_urged", agent)
    inquiry = told(case, agent, promise="今晚送到", promised_until=EVENING.isoformat())
    assert clock_of(case, inquiry).due_at == EVENING
    fire_deadlines(at=EVENING - SECOND)
    assert (clock_of(case, inquiry).status, fresh(case).news) == ("open", {})
    fire_deadlines(at=EVENING)
    fire_deadlines(at=EVENING + SECOND)
    assert (clock_of(case, inquiry).status, fresh(case).news, state_of(case)) == ("over", {"promise_broken": 1}, "urged")
    assert type(case).objects.filter(is_turn(acts(agent)), pk=case.pk).exists()
    assert Outbox.objects.filter(topic="notice", payload__about="promise_broken").count() == 1
    assert Journal.objects.filter(case=case, step="overdue", facts__clock=inquiry.clock_kind).count() == 1
    assert verify_invariants() == []


@pytest.mark.rule("L1.2")
def test_a_promise_without_a_time_is_to_be_kept_in_the_couriers_two_days(case, agent):
    inquiry = told(case, agent, promise="尽快查")
    assert inquiry.promised_until == clock_of(case, inquiry).due_at == MONDAY + hours(48)


@pytest.mark.rule("L1.2")
def test_what_the_same_side_says_later_settles_its_promise(case, agent):
    first = record_inquiry(case.pk, facts=PROMISED, by=acts(agent), at=MONDAY)
    told(case, agent, whom="signer", answer="没收到")
    assert clock_of(case, first).status == "open"
    # That nobody answered is no word of theirs.
    told(case, agent)
    assert clock_of(case, first).status == "open"
    second = told(case, agent, whom="driver", answer="明天", promise="明天送", promised_until=(MONDAY + hours(30)).isoformat())
    assert (clock_of(case, first).status, clock_of(case, second).status) == ("met", "open")


@pytest.mark.rule("L1.2")
def test_asking_again_takes_a_broken_promise_off_the_case(case, agent):
    inquiry = record_inquiry(case.pk, facts=PROMISED, by=acts(agent), at=MONDAY)
    fire_deadlines(at=EVENING)
    told(case, agent, at=EVENING + SECOND)
    assert (clock_of(case, inquiry).status, fresh(case).news) == ("fired", {})
    assert verify_invariants() == []


@pytest.mark.rule("L1.2")
def test_the_end_of_the_case_stops_its_promises(case, agent):
    inquiry = record_inquiry(case.pk, facts=PROMISED, by=acts(agent), at=MONDAY)
    taken(case, "customer_has_it", agent, at=MONDAY + hours(1))
    assert clock_of(case, inquiry).status == "met"
    assert verify_invariants() == []


@pytest.mark.rule("L0.1")
def test_steps_that_know_what_the_courier_said_keep_it_in_the_log(agent):
    case = an_incident("stalled", agent, picked_up=MONDAY - hours(40))
    taken(case, "explained_and_urged", agent, said="今天查件", promised_until=EVENING.isoformat())
    taken(case, "courier_says_lost", agent, at=MONDAY + hours(1), **SAID)
    asked, answered = Inquiry.objects.filter(case=case)
    assert (asked.promise, asked.promised_until, answered.answer) == ("今天查件", EVENING, SAID["said"])
    assert clock_of(case, asked).status == "met"


@pytest.mark.rule("L0.1")
@pytest.mark.parametrize("kind", ["no_record", "missing_items", "unreachable"])
def test_every_kind_of_incident_has_the_log(kind, agent):
    case = an_incident(kind, agent)
    assert told(case, agent).case_id == case.pk


@pytest.mark.fault("Z1")
def test_agents_of_the_shop_record_for_open_cases_about_parcels(case, agent, warehouse, outsider):
    with pytest.raises(NotFound):
        told(case, outsider)
    with pytest.raises(NotAllowed):
        told(case, warehouse)
    with pytest.raises(Refused) as refused:
        told(a_refund(agent), agent)
    assert refused.value.code == "no_inquiries"
    taken(case, "customer_has_it", agent)
    with pytest.raises(Refused) as refused:
        told(case, agent)
    assert refused.value.code == "case_closed"
    assert not Inquiry.objects.exists()


@pytest.mark.fault("W7")
@pytest.mark.parametrize(
    ("talk", "field"),
    [
        ({"whom": "mayor"}, "whom"),
        ({"way": ""}, "way"),
        ({"promised_until": EVENING.isoformat()}, "promise"),
        ({"promise": "x", "promised_until": MONDAY.isoformat()}, "promised_until"),
        ({"promise": "x", "promised_until": "bald"}, "promised_until"),
        ({"asked_at": (MONDAY + SECOND).isoformat()}, "asked_at"),
        ({"answer": "x" * 1001}, "answer"),
        ({"said": "x"}, "said"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field_and_nothing_is_kept(case, agent, talk, field):
    with pytest.raises(Malformed) as refused:
        told(case, agent, **talk)
    assert refused.value.field == field
    assert not Inquiry.objects.exists()


@pytest.mark.fault("Z8")
def test_the_log_is_append_only_for_the_application(case, agent):
    row = Inquiry.objects.filter(pk=told(case, agent).pk)
    for rewrite in (lambda: row.update(answer="别的"), row.delete):
        with pytest.raises(ProgrammingError) as refused, transaction.atomic():
            rewrite()
        assert isinstance(refused.value.__cause__, InsufficientPrivilege)


@pytest.mark.fault("A3")
def test_a_talk_written_past_the_door_leaves_a_row(case):
    Inquiry.objects.create(case=case, at=MONDAY, whom="courier", way="phone", written_at=MONDAY)
    assert Journal.objects.get(object_type="inquiry").step == "insert"


@pytest.mark.rule("L0.1")
def test_the_page_shows_the_log_and_takes_one_more(case, agent, client):
    client.force_login(agent)
    page = client.get(f"/cases/{case.pk}/")
    sent = {"version": case.version, "once": page.context["once"], **PROMISED, "answer": ""}
    refused = client.post(f"/cases/{case.pk}/inquiries/", sent | {"promise": ""})
    assert (refused.status_code, Inquiry.objects.count()) == (400, 0)
    assert 'value="courier" selected' in refused.content.decode()
    again = client.post(f"/cases/{case.pk}/inquiries/", sent, follow=True)
    assert "今晚送到" in again.content.decode()
    assert Inquiry.objects.count() == 1


@pytest.mark.rule("L0.1")
def test_the_admin_shows_the_log_and_takes_one_more(case, supervisor, client):
    client.force_login(supervisor)
    assert client.post(f"/admin/logistics/stalled/{case.pk}/do/inquiry/", TALK | {"answer": "在查"}).status_code == 302
    assert "在查" in client.get(f"/admin/logistics/stalled/{case.pk}/change/").content.decode()


@pytest.mark.rule("L0.1")
def test_the_api_lists_the_log_and_its_deadline_has_a_name(case, agent, outsider):
    caller = program(agent)
    answer = caller.send(f"cases/{case.pk}/inquiries/", '{"whom": "post", "way": "tracking", "promise": "明天投递"}', method="POST")
    assert (answer.status_code, answer.json()["whom"]) == (201, "post")
    (row,) = caller.get(f"cases/{case.pk}/inquiries/").json()["results"]
    assert (row["promise"], row["by"]) == ("明天投递", agent.shown_name)
    labels = {each["kind"]: each["label"] for each in caller.get(f"cases/{case.pk}/").json()["deadlines"]}
    assert labels[f"inquiry_{row['id']}"] != f"inquiry_{row['id']}"
    assert program(outsider).get(f"cases/{case.pk}/inquiries/").status_code == 404
