"""How often the case page asks the database: as often with 200 of everything around the case as with 20, and at most so often."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.door import door
from casework.models import Case, ContactAttempt, Evidence, Journal, Task, UploadLink
from logistics.models import Inquiry, TrackingEvent
from orders.models import Line, Memo
from tests.builders import OrderFactory, a_refund, an_unreachable
from tests.cast import MONDAY, acts

MINUTE = dt.timedelta(minutes=1)
# Who asks (session, person, roles): 3; the case, its situation, what is around it; the list; the rail.
MOST = 12
# With the request, its decisions and limits, and the platform's.
MOST_OF_MONEY = 16


def crowd(case, who, numbers):
    """One more of everything around the case for each number."""
    at = [MONDAY - MINUTE * number for number in numbers]
    order, parcel, by = case.order, case.order.parcels.first(), acts(who)
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
            UploadLink(case=case, digest=f"{number:064d}", kinds=["other"], created_at=MONDAY, created_by=who, expires_at=MONDAY)
            for number in numbers
        )
        Evidence.objects.bulk_create(a_picture(case, number, uploaded_by=who) for number in numbers)
        Evidence.objects.bulk_create(a_picture(case, number + 10_000, link=link) for number, link in zip(numbers, links, strict=True))
        Case.objects.bulk_create(a_child(case, number) for number in numbers)
        Inquiry.objects.bulk_create(Inquiry(case=case, at=each, written_at=each, whom="courier", by=who) for each in at)
        TrackingEvent.objects.bulk_create(
            TrackingEvent(parcel=parcel, at=each, received_at=each, stage="transit", digest=str(each).encode()) for each in at
        )
        Line.objects.bulk_create(Line(order=order, number=f"9{number:06d}", position=number + 10, title="x") for number in numbers)
        Memo.objects.bulk_create(Memo(order=order, at=each) for each in at)
    for _number in numbers[:20]:
        OrderFactory(shop=case.shop, buyer=order.buyer)


def a_picture(case, number, **by):
    """A picture without a file."""
    sums = {"sha256": f"{number:064d}", "original_sha256": f"{number:064d}"}
    return Evidence(
        case=case, kind="other", path=f"{number}", mime="image/png", size=1, width=1, height=1, uploaded_at=MONDAY, **sums, **by
    )


def a_child(case, number):
    """A case that belongs to it."""
    its = {"kind": case.kind, "state": case.state, "category": case.category, "queue": case.queue, "shop": case.shop, "order": case.order}
    return Case(number=f"X{number}", subject=f"x:{number}", parent=case, opened_at=MONDAY, changed_at=MONDAY, **its)


def asked(browser, case):
    """How many statements the page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/cases/{case.pk}/").status_code == 200
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


@pytest.mark.rule("R1.1")
def test_the_page_of_a_request_for_money_asks_little_more(desk, agent, supervisor):
    assert asked(desk(supervisor), a_refund(agent)) <= MOST_OF_MONEY
