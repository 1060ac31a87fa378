"""What got stuck: parked deadlines are woken and parked messages sent again, by those who may, and it is on record."""

import datetime as dt

import pytest

from casework.actions.outbox import SENDERS, drain_outbox
from casework.actions.sweep import fire_deadlines
from casework.actions.wake_deadline import wake_deadline
from casework.models import Deadline, Journal, Outbox
from orders.errors import NotAllowed, NotFound, Refused
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts, make_user

DEADLINES, OUTBOX = "/admin/casework/deadline/", "/admin/casework/outbox/"


@pytest.fixture
def parked(agent):
    """The window of a case whose clock always raised."""
    case = an_unreachable(agent, state="trying")
    Deadline.objects.filter(case=case, kind="contact_window").update(status="parked", attempts=5, last_error="ValueError")
    return Deadline.objects.get(case=case, kind="contact_window")


def act(client, address, action, row):
    return client.post(address, {"action": action, "_selected_action": [row.pk]})


@pytest.mark.fault("T10")
@pytest.mark.parametrize("who", ["supervisor", "manager", "admin"])
def test_a_parked_deadline_is_woken_and_fires(who, client, parked, request):
    person = request.getfixturevalue(who)
    due = parked.due_at
    client.force_login(person)
    assert act(client, DEADLINES, "wake", parked).status_code == 302
    parked.refresh_from_db()
    assert (parked.status, parked.attempts, parked.last_error, parked.due_at) == ("open", 0, "", due)
    entry = Journal.objects.filter(case=parked.case).order_by("-pk").first()
    assert (entry.step, entry.actor, entry.channel) == ("deadline_woken", person, "admin")
    assert fire_deadlines(at=max(due, parked.wake_at) + dt.timedelta(minutes=1)) == 1


@pytest.mark.parametrize("who", ["agent", "finance", "auditor"])
def test_nobody_else_wakes_it(who, client, parked, request):
    client.force_login(request.getfixturevalue(who))
    assert act(client, DEADLINES, "wake", parked).status_code == 403
    parked.refresh_from_db()
    assert parked.status == "parked"


def test_the_action_itself_refuses_as_well(parked, agent, outsider, supervisor):
    with pytest.raises(NotAllowed):
        wake_deadline(parked.pk, by=acts(agent), at=MONDAY)
    with pytest.raises(NotFound):
        wake_deadline(parked.pk, by=acts(outsider), at=MONDAY)
    wake_deadline(parked.pk, by=acts(supervisor), at=MONDAY)
    with pytest.raises(Refused) as refusal:
        wake_deadline(parked.pk, by=acts(supervisor), at=MONDAY)
    assert refusal.value.code == "not_parked"


def test_a_deadline_whose_successor_runs_stays_parked(parked, supervisor):
    Deadline.objects.create(case=parked.case, kind=parked.kind, started_at=MONDAY, due_at=MONDAY, wake_at=MONDAY)
    with pytest.raises(Refused) as refusal:
        wake_deadline(parked.pk, by=acts(supervisor), at=MONDAY)
    assert refusal.value.code == "clock_runs_already"


def test_a_deadline_of_another_shop_is_out_of_reach(client, parked, outsider):
    client.force_login(outsider)
    assert parked.case.number not in client.get(DEADLINES).content.decode()
    act(client, DEADLINES, "wake", parked)
    parked.refresh_from_db()
    assert parked.status == "parked"


@pytest.fixture
def stuck(agent):
    """A message about a case that was tried too often."""
    case = an_unreachable(agent)
    return Outbox.objects.create(topic="sample", payload={"case": case.pk}, created_at=MONDAY, wake_at=MONDAY, attempts=8, parked=True)


@pytest.mark.fault("T5")
def test_a_parked_message_is_sent_again(client, stuck, manager, monkeypatch):
    sent = []
    monkeypatch.setitem(SENDERS, "sample", sent.append)
    client.force_login(manager)
    assert act(client, OUTBOX, "send_again", stuck).status_code == 302
    stuck.refresh_from_db()
    assert (stuck.parked, stuck.attempts) == (False, 0)
    entry = Journal.objects.get(object_type="outbox")
    assert (entry.step, entry.actor, entry.channel, entry.case_id) == ("unpark", manager, "admin", stuck.payload["case"])
    drain_outbox(at=stuck.wake_at)
    assert sent == [stuck.payload]


def test_a_message_that_waits_its_turn_is_left_alone(client, stuck, manager):
    Outbox.objects.update(parked=False)
    client.force_login(manager)
    act(client, OUTBOX, "send_again", stuck)
    stuck.refresh_from_db()
    assert stuck.attempts == 8
    assert not Journal.objects.filter(object_type="outbox").exists()


def test_messages_about_cases_of_other_shops_are_not_seen(client, stuck, outsider, manager):
    Outbox.objects.create(topic="common", payload={}, created_at=MONDAY, wake_at=MONDAY)
    client.force_login(outsider)
    assert "sample" not in rows(client)
    assert act(client, OUTBOX, "send_again", stuck).status_code == 302
    stuck.refresh_from_db()
    assert stuck.parked
    client.force_login(manager)
    assert "sample" in rows(client)
    assert "common" not in rows(client)
    client.force_login(make_user("owner", "manager", None))
    assert {"sample", "common"} <= rows(client)


def rows(client):
    """The topics that the list shows."""
    return {row.topic for row in client.get(OUTBOX).context["cl"].result_list}
