"""Opening many cases at once leaves the same rows as opening each through the door, in the same number of statements for any number."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.bulk import rows_of, temporary
from casework.actions.door import door
from casework.actions.open_case import next_number, open_on
from casework.actions.open_many import open_many
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Deadline, Journal, Unsealed
from casework.registry import KINDS, Subject
from logistics.models import IncidentFacts
from orders.access import Actor
from tests.builders import an_order, numbers
from tests.cast import MONDAY

DETECTOR = Actor.system("detector")
ROWS = """
SELECT p.shop_id, l.order_id, 'parcel:' || p.id AS subject, '中通 ' || p.waybill AS label, p.id AS parcel_id,
       '{"code": "206"}'::jsonb AS facts, NULL::bigint AS case_id
FROM logistics_parcel p JOIN logistics_parcel_orders l ON l.parcel_id = p.id WHERE p.id = ANY(%(parcels)s)
"""


def parcels_of(shop, number):
    return [an_order(shop, waybill=f"7355555555{next(numbers):04d}").parcels.get() for _ in range(number)]


def opened_together(parcels):
    with door(DETECTOR, MONDAY):
        temporary("to_open", ROWS, parcels=[each.pk for each in parcels])
        open_many(KINDS["unreachable"], "to_open", by=DETECTOR, at=MONDAY)
        return dict(rows_of("SELECT subject, case_id FROM {table}", "to_open"))


def opened_alone(parcel):
    subject = Subject(f"parcel:{parcel.pk}", f"中通 {parcel.waybill}", parcel.shop_id, parcel.orders.get().pk, {"parcel_id": parcel.pk})
    with door(DETECTOR, MONDAY):
        return open_on(KINDS["unreachable"], subject, by=DETECTOR, at=MONDAY, facts={"code": "206"})


def rows_about(case):
    """Every row that opening a case leaves, without what names the case itself."""
    own = {"id", "case_id", "number", "order_id", "subject", "subject_label", "parcel_id", "object_id", "journal_id"}
    tables = [
        Case.objects.filter(pk=case),
        IncidentFacts.objects.filter(case=case),
        Deadline.objects.filter(case=case),
        Journal.objects.filter(case=case),
    ]
    entries = Journal.objects.filter(case=case).values("pk")
    waiting = Unsealed.objects.filter(journal_id__in=entries).values("journal_at")
    return [[{k: v for k, v in row.items() if k not in own} for row in table.values()] for table in tables] + [list(waiting)]


def test_a_case_opened_among_many_has_the_rows_of_one_opened_alone(shop):
    first, second = parcels_of(shop, 2)
    together, alone = opened_together([first]), opened_alone(second)
    case = together[f"parcel:{first.pk}"]
    assert rows_about(case) == rows_about(alone.pk)
    assert len(rows_about(case)[2]) == 1
    made = Case.objects.get(pk=case)
    assert (made.subject_label, made.order, made.incident.parcel) == (f"中通 {first.waybill}", first.orders.get(), first)
    assert Journal.objects.get(case=case).object_id == str(case)


def test_numbers_are_taken_in_one_go_and_follow_each_other(shop):
    before = next_number(MONDAY)
    opened_together(parcels_of(shop, 3))
    found = sorted(Case.objects.values_list("number", flat=True))
    assert [int(each[-4:]) - int(before[-4:]) for each in found] == [1, 2, 3]
    assert int(next_number(MONDAY)[-4:]) - int(before[-4:]) == 4


def test_numbers_go_on_beyond_four_digits(shop):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO casework_daynumber (day, last) VALUES ('2026-11-23', 9998) ON CONFLICT (day) DO UPDATE SET last = 9998")
    opened_together(parcels_of(shop, 3))
    assert sorted(Case.objects.values_list("number", flat=True)) == ["AS-261123-10000", "AS-261123-10001", "AS-261123-9999"]


def test_a_subject_with_an_open_case_of_the_kind_gets_no_second_one(shop):
    known, new = parcels_of(shop, 2)
    opened_alone(known)
    found = opened_together([known, new])
    assert found[f"parcel:{known.pk}"] is None
    assert found[f"parcel:{new.pk}"] is not None
    assert Case.objects.count() == Journal.objects.filter(step="open").count() == Deadline.objects.count() == 2


def test_nothing_to_open_opens_nothing_and_takes_no_number(shop):
    before = next_number(MONDAY)
    opened_together([])
    assert not Case.objects.exists()
    assert int(next_number(MONDAY)[-4:]) == int(before[-4:]) + 1


def test_the_number_of_statements_does_not_grow(shop):
    few, many = parcels_of(shop, 2), parcels_of(shop, 40)
    with CaptureQueriesContext(
        connection,
    ) as for_few:
        opened_together(few)
    with CaptureQueriesContext(connection) as for_many:
        opened_together(many)
    assert len(for_few) == len(for_many) <= 20
    assert Case.objects.count() == 42
    assert verify_invariants() == verify_audit() == []


def test_people_open_one_case_at_a_time(agent, shop):
    with pytest.raises(AssertionError):
        open_many(KINDS["unreachable"], "to_open", by=Actor.of(agent, "page"), at=MONDAY)
