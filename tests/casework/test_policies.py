"""Policies: typed values that a manager sets, the shop's before the common one, from an instant on."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from casework.actions.open_case import open_case
from casework.models import Case, Policy
from casework.policies import KNOWN, Policies, PolicyKind, Span, defaults
from orders.errors import Malformed, Refused
from tests.builders import an_order
from tests.cast import MONDAY, acts

HOUR = dt.timedelta(hours=1)


def put(name, value, *, shop=None, since=MONDAY):
    return Policy.objects.create(name=name, shop=shop, value=value, valid_from=since)


def span(hours, **more):
    return {"hours": hours, **more}


@pytest.mark.django_db
def test_every_known_policy_stands_in_the_table_with_its_default():
    rows = dict(Policy.objects.filter(shop=None).values_list("name", "value"))
    assert rows == {each.name: each.default for each in defaults()}
    for kind in defaults():
        assert kind.read(kind.default) is not None
        assert str(kind.label)


def test_the_shops_row_wins_over_the_common_one(shop, other_shop):
    put("reply_within", span(12))
    put("reply_within", span(3), shop=shop)
    policies = Policies(MONDAY)
    assert policies.value("reply_within", shop.pk) == Span(Decimal(3))
    assert policies.value("reply_within", other_shop.pk) == policies.value("reply_within", None) == Span(Decimal(12))


def test_a_value_holds_from_its_instant_on_and_the_newest_wins(shop):
    put("reply_within", span(12), since=MONDAY)
    put("reply_within", span(6), since=MONDAY)
    put("reply_within", span(1), since=MONDAY + HOUR)
    before, then, later = (Policies(MONDAY + n * HOUR).value("reply_within", shop.pk).hours for n in (-1, 0, 1))
    assert (before, then, later) == (24, 6, 1)


@pytest.mark.django_db
def test_a_batch_reads_all_policies_of_all_shops_at_once(shop, other_shop, django_assert_num_queries):
    policies = Policies(MONDAY)
    with django_assert_num_queries(1):
        for name in KNOWN:
            policies.value(name, shop.pk)
            policies.value(name, other_shop.pk)


def test_a_policy_is_appended_and_never_changed(shop):
    row = put("reply_within", span(12), shop=shop)
    for change in (lambda: row.save(), lambda: row.delete(), lambda: Policy.objects.update(value={})):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("span", bad) for bad in (None, 5, [], {}, {"hours": "x"}, {"hours": -1}, {"hours": "NaN"}, {"hours": 9e9}, {"hours": []}, "24")),
        *(("money", bad) for bad in (None, "x", -1, "0.001", "NaN", "Infinity", [], {}, "1e99")),
        *(("number", bad) for bad in (None, "5", -1, 1.5, True, [], float("inf"), float("nan"))),
        *(("flag", bad) for bad in (None, 1, "true", [])),
        *(
            ("timetable", bad)
            for bad in (None, [], {}, {"7": [["09:00", "18:00"]]}, {"0": []}, {"0": [["9", "18:00"]]}, {"0": [["25:00", "26:00"]]})
        ),
        *(("timetable", bad) for bad in ({"0": [["09:00", "09:30"]], "4": [["23:50", "00:10"]]}, {"6": [["09:00", "09:59"]]})),
        ("span", {"hours": 2001, "working": True}),
        *(
            ("table", bad)
            for bad in (None, "0: 5", {}, [5], [["0"]], [["0", "x"]], [["0", "5"], ["0", "6"]], [["0", "6"], ["9", "5"]], [["0", -1]])
        ),
        ("table", [[str(n), "1"] for n in range(51)]),
        *(("timetable", bad) for bad in ({"0": "x"}, {"0": [["09:00"]]}, {"x": [["09:00", "18:00"]]}, {"0": None})),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_by_name(kind, value):
    with pytest.raises(Malformed) as refused:
        PolicyKind("some_policy", kind, None, "words").read(value)
    assert (refused.value.field, refused.value.code) == ("some_policy", "bad_policy_value")


def test_of_a_table_the_row_holds_that_the_amount_has_reached():
    table = PolicyKind("some_table", "table", None, "words").read([["50", "5"], ["99.50", "10"]])
    amounts = [Decimal(each) for each in ("0", "49.99", "50", "99.49", "99.50", "1000000")]
    assert [str(table.of(each)) for each in amounts] == ["0.00", "0.00", "5.00", "5.00", "10.00", "10.00"]
    assert PolicyKind("some_table", "table", None, "words").read([]).of(Decimal(10)) == 0


def test_working_hours_too_thin_for_a_span_refuse_with_a_sentence_and_break_nothing(agent, shop):
    put("working_hours", {"0": [["09:00", "10:00"]]}, shop=shop)
    put("first_attempt_within", span(2000, working=True), shop=shop)
    order = an_order(shop, waybill="73000000007701")
    with pytest.raises(Refused) as refused:
        open_case("unreachable", by=acts(agent), at=MONDAY, order=order.number)
    assert (refused.value.status, refused.value.code) == (422, "no_working_time")
    assert not Case.objects.exists()


def test_values_are_typed():
    def read(kind, value):
        return PolicyKind("x", kind, None, "words").read(value)

    assert read("span", span("1.5", working=True)) == Span(Decimal("1.5"), working=True)
    assert Span(Decimal("1.5")).length == dt.timedelta(minutes=90)
    assert read("money", "12.3") == Decimal("12.30")
    assert read("number", 5) == 5
    assert read("flag", True) is True
    assert read("span", span(2000, working=True)).hours == 2000
    assert read("timetable", {"0": [["09:00", "09:00"]]})
    assert read("timetable", {"0": [["23:30", "00:30"]]})
    assert read("timetable", {"0": [["17:30", "01:00"]]}) == {0: [(dt.time(17, 30), dt.time(1))]}
