"""The outbox: written with the deed, sent afterwards, at least once, and never in anybody's way."""

import datetime as dt
import logging
import threading

import pytest
from django.core import mail
from django.db import DataError, connection

from casework.actions import outbox
from casework.actions.outbox import SENDERS, drain_outbox
from casework.models import Case, Heartbeat, Outbox, Policy
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY


@pytest.fixture
def sent(monkeypatch):
    """What was sent on the topic "test"."""
    seen = []
    monkeypatch.setitem(SENDERS, "test", seen.append)
    return seen


def a_message(topic="test", at=MONDAY, **payload):
    return Outbox.objects.create(topic=topic, payload=payload, created_at=at, wake_at=at)


def test_what_is_due_is_sent_once_in_order(db, sent):
    for number in range(120):
        a_message(number=number)
    a_message(at=MONDAY + dt.timedelta(seconds=1), number=999)
    assert drain_outbox(at=MONDAY) == 120
    assert [each["number"] for each in sent] == list(range(120))
    assert drain_outbox(at=MONDAY) == 0
    assert Outbox.objects.filter(done_at=MONDAY).count() == 120
    assert Heartbeat.objects.get(name="drain_outbox").at == MONDAY


def test_a_message_that_fails_backs_off_and_is_parked_and_the_others_go_out(db, sent, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    Policy.objects.create(name="outbox_tries", value=3, valid_from=MONDAY - dt.timedelta(days=1))
    bad = a_message("nobody knows this topic")
    a_message()
    now, waits = MONDAY, []
    for _ in range(3):
        drain_outbox(at=now)
        bad.refresh_from_db()
        waits.append((bad.wake_at - now).total_seconds())
        now = bad.wake_at
    assert waits == [60, 120, 240]
    assert (bad.parked, bad.attempts, bad.last_error, bad.done_at) == (True, 3, "KeyError", None)
    assert len(sent) == 1
    drain_outbox(at=now + dt.timedelta(days=1))
    bad.refresh_from_db()
    assert bad.attempts == 3


def test_a_sender_that_breaks_in_the_database_takes_nothing_along(db, sent, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)

    def breaks(payload):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setitem(SENDERS, "breaks", breaks)
    a_message(number=1)
    bad = a_message("breaks")
    a_message(number=2)
    assert drain_outbox(at=MONDAY) == 2
    assert [each["number"] for each in sent] == [1, 2]
    bad.refresh_from_db()
    assert bad.last_error == DataError.__name__


@pytest.mark.django_db(transaction=True)
def test_two_who_drain_at_once_send_each_message_once(sent, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 5)
    for number in range(40):
        a_message(number=number)
    start = threading.Barrier(3)

    def work():
        start.wait()
        drain_outbox(at=MONDAY)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each["number"] for each in sent) == list(range(40))


def test_leads_of_the_shop_who_have_an_address_are_told_and_nothing_personal_is_said(agent, supervisor, manager, finance, outsider):
    for user, address in ((supervisor, "lead@example.com"), (manager, ""), (finance, "money@example.com"), (outsider, "out@example.com")):
        type(user).objects.filter(pk=user.pk).update(email=address)
    case = a_refund(agent)
    assert drain_outbox(at=MONDAY) == 1
    (message,) = mail.outbox
    assert message.to == ["lead@example.com"]
    assert case.number in message.subject
    assert case.number in message.body
    assert case.order.number not in message.subject + message.body


def test_without_addresses_a_notice_is_done_and_nobody_is_mailed(agent):
    an_unreachable(agent, state="rule_not_kept")
    assert drain_outbox(at=MONDAY + dt.timedelta(days=9)) == 1
    assert mail.outbox == []
    assert Case.objects.get().state == "rule_not_kept"
