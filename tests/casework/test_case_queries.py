"""How often the case page asks the database: as often with 200 of everything around the case as with 20, and at most so often."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.door import door
from casework.models import Case, ContactAttempt, Evidence, Journal, Task, UploadLink
from casework.registry import KINDS
from logistics.models import Inquiry, TrackingEvent
from orders.models import Line, Memo, Order
from refunds.models import ShippedAfterRefund
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts
from tests.each_kind import one_of_each
from tests.refunds.test_platform_dispute import a_dispute
from tests.refunds.test_shipped_after_refund import a_list_comes, refunded

MINUTE = dt.timedelta(minutes=1)
# Who asks (session, person, roles): 3; the case, its situation, what its kind adds: 3; all that is around it and the list, in two rounds;
# that it was looked at; the rail. That is ten; couriers to choose from are one more.
MOST = 12


def crowd(case, who, numbers):
    """One more of everything around the case for each number."""
    at = [MONDAY - MINUTE * number for number in numbers]
    order, by = case.order, acts(who)
    parcel = order.parcels.first() if order is not None else None
    by_whom = {"actor": who, "actor_name": by.name, "channel": by.channel}
    with door(by, MONDAY):
        ContactAttempt.objects.bulk_create(ContactAttempt(case=case, at=each, channel="phone", outcome="no_answer", by=who) for each in at)
        Journal.objects.bulk_create(
            Journal(at=MONDAY, shop=case.shop, case=case, object_type="case", step="assign", before={}, after={"owner": who.pk}, **by_whom)
            for _each in at
        )
        Task.objects.bulk_create(Task(case=case, kind="note", title="x", role="agent", created_at=each) for each in at)
        Task.objects.bulk_create(
            Task(case=case, kind="note", title="y", role="agent", created_at=each, done_at=each, done_by=who) for each in at
        )
        links = UploadLink.objects.bulk_create(
            UploadLink(
                case=case, digest=f"{case.pk:010d}{number:054d}", kinds=["other"], created_at=MONDAY, created_by=who, expires_at=MONDAY
            )
            for number in numbers
        )
        Evidence.objects.bulk_create(a_picture(case, number, uploaded_by=who) for number in numbers)
        Evidence.objects.bulk_create(a_picture(case, number + 10_000, link=link) for number, link in zip(numbers, links, strict=True))
        Case.objects.bulk_create(a_child(case, number) for number in numbers)
        Inquiry.objects.bulk_create(Inquiry(case=case, at=each, written_at=each, whom="courier", by=who) for each in at)
        if parcel is not None:
            TrackingEvent.objects.bulk_create(
                TrackingEvent(parcel=parcel, at=each, received_at=each, stage="transit", digest=f"{case.pk} {each}".encode()) for each in at
            )
        if order is not None:
            Line.objects.bulk_create(
                Line(order=order, number=f"{case.pk}{number:06d}", position=number + 10, title="x") for number in numbers
            )
            Memo.objects.bulk_create(Memo(order=order, at=each) for each in at)
            Order.objects.bulk_create(another_order(case, number) for number in numbers)


def another_order(case, number):
    """One more order of the buyer."""
    times = dict.fromkeys(("ordered_at", "paid_at", "created_at", "updated_at"), MONDAY)
    return Order(shop=case.shop, buyer=case.order.buyer, number=f"6{case.pk:09d}{number:09d}", status="finished", paid="9.90", **times)


def a_picture(case, number, **by):
    """A picture without a file."""
    sums = {"sha256": f"{number:064d}", "original_sha256": f"{number:064d}"}
    return Evidence(
        case=case, kind="other", path=f"{case.pk}-{number}", mime="image/png", size=1, width=1, height=1, uploaded_at=MONDAY, **sums, **by
    )


def a_child(case, number):
    """A case that belongs to it."""
    its = {"kind": case.kind, "state": case.state, "category": case.category, "queue": case.queue, "shop": case.shop, "order": case.order}
    return Case(number=f"X{case.pk}-{number}", subject=f"x:{case.pk}:{number}", parent=case, opened_at=MONDAY, changed_at=MONDAY, **its)


def asked(browser, case, beside=""):
    """How many statements the page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/cases/{case.pk}/{beside}").status_code == 200
    return len(queries)


def test_the_page_asks_as_often_for_two_hundred_of_everything_as_for_twenty(desk, agent):
    case = an_unreachable(agent, state="trying")
    browser = desk(agent)
    crowd(case, agent, range(20))
    few = asked(browser, case)
    crowd(case, agent, range(20, 200))
    assert asked(browser, case) == few <= MOST


def test_of_long_lists_the_page_shows_the_last_and_leads_to_all(desk, agent):
    case = an_unreachable(agent, state="trying")
    crowd(case, agent, range(30))
    body = desk(agent).get(f"/cases/{case.pk}/").content.decode()
    assert body.count('class="log__item"') == body.count("data-view=") == 20
    assert "Show everything" in body
    everything = desk(agent).get(f"/cases/{case.pk}/?all=1").content.decode()
    assert everything.count("data-view=") == 60
    assert "Show everything" not in everything


@pytest.fixture
def kinds(shop, agent):
    """Kind -> its case, with some of everything around it: one that is asked for by itself would be asked for as often."""
    refunded(shop)
    a_list_comes(shop)
    opened_by_lists = [a_dispute(shop), ShippedAfterRefund.objects.get()]
    cases = one_of_each(shop, agent) | {each.kind: each for each in opened_by_lists}
    for case in cases.values():
        crowd(case, agent, range(4))
    return cases


def test_no_kind_of_case_asks_more_than_another(desk, kinds, supervisor):
    browser = desk(supervisor)
    # Beside a short list, which is as many statements and sooner drawn.
    asks = {kind: asked(browser, case, "?tab=snoozed") for kind, case in kinds.items()}
    assert {kind: number for kind, number in asks.items() if number > MOST} == {}
    assert set(asks) == set(KINDS)


@pytest.mark.rule("R1.1")
def test_a_request_for_money_asks_no_more_whoever_looks_and_however_much_there_is(desk, agent, supervisor, finance):
    case = a_refund(agent)
    crowd(case, agent, range(20))
    few = asked(desk(supervisor), case)
    crowd(case, agent, range(20, 200))
    assert [asked(desk(who), case) for who in (supervisor, agent, finance)] == [few, few, few]
    assert few <= MOST


@pytest.mark.django_db
def test_questions_are_planned_for_short_lists():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_parallel_workers_per_gather'), current_setting('jit')")
        assert cursor.fetchone() == ("0", "off")
