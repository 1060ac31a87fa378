"""One story in the lists of every year: the same orders come out, whatever list tells them and in whatever order."""

import functools
import itertools
import random

import pytest
from django.db import transaction
from django.db.models import F, Sum

from logistics.models import Parcel
from orders import vault
from orders.models import Line, Order
from tests.orders import story as told
from tests.orders.lists import HOUR, NOON, as_csv

STORY = told.story()
ROWS, LINES = len(STORY), sum(len(order.lines) for order in STORY)
PARCELS = len(told.dispatch(STORY))


@functools.cache
def listed(vintage):
    """The story in this list: a workbook takes a fifth of a second to make."""
    return told.LISTS[vintage](STORY)


def write(desk, vintage, name="list"):
    made = listed(vintage)
    return desk.file(made, f"{name}.csv" if isinstance(made, list) else f"{name}.xlsx.bytes")


def seen(order):
    """What is stored of an order, in the words of the story."""
    return {
        "status": order.status,
        "paid": order.paid,
        "freight": order.freight_paid,
        "refund": order.platform_refunded,
        "nick": order.buyer.nick if order.buyer else "",
        "name": vault.unseal(order.name_enc),
        "phone": vault.unseal(order.phone_enc),
        "place": (order.province, order.city, order.district),
        "street": vault.unseal(order.street_enc),
        "ordered": order.ordered_at,
        "paid_at": order.paid_at,
        "shipped": order.shipped_at,
        "finished": order.finished_at,
        "waybills": order.waybills,
        "memo": vault.unseal(order.memo_enc),
        "message": vault.unseal(order.message_enc),
        "reason": order.close_reason,
        "payment": order.payment_number,
        "lines": order.lines.count(),
    }


def true(order, fields):
    """The same of the story, for these fields."""
    every = {
        "status": told.CODES[order.status],
        "paid": order.paid,
        "freight": order.freight if order.paid else 0,
        "reason": "" if order.reason == "订单未关闭" else order.reason,
        "lines": len(order.lines),
    }
    # The lists that cut addresses leave Shanghai's district out.
    known = fields - {"place"} if order.place[0] == "上海" and "street" not in fields else fields
    return {name: every[name] if name in every else getattr(order, name) for name in known}


def assert_true(fields):
    stored = {order.number: seen(order) for order in Order.objects.select_related("buyer")}
    expected = {order.number: true(order, fields) for order in STORY}
    assert {number: {name: stored[number][name] for name in expected[number]} for number in stored} == expected
    torn = Order.objects.filter(lines__isnull=False).annotate(sum=Sum("lines__paid")).exclude(sum=F("paid") - F("freight_paid"))
    assert not torn.exists()


COUNTS = dict.fromkeys(told.LISTS, (ROWS, ROWS, 0, 0, 0)) | {
    # Each order, line and parcel is read; what the dispatch sheet tells goes in with the order.
    "three sheets": (ROWS + LINES + PARCELS, ROWS + LINES, 0, PARCELS, 0),
    "sold": (LINES, LINES, 0, 0, 0),
}


@pytest.mark.parametrize("vintage", told.LISTS)
def test_every_list_tells_the_story_to_the_row(desk, vintage):
    read, new, changed, unchanged, held = COUNTS[vintage]
    file = write(desk, vintage)
    assert desk.counts(file) == (read, new, changed, unchanged, held)
    assert_true(told.TELLS[vintage])
    assert desk.counts(file, at=NOON + HOUR) == (read, 0, 0, read, 0)


@pytest.mark.parametrize(("vintage", "expected"), [("A", "A"), ("C", "C"), ("D", "D"), ("2021", "2021"), ("F9", "F"), ("sold", "sold")])
def test_a_list_is_told_by_its_columns(desk, vintage, expected):
    assert [file.vintage for file in desk.take(write(desk, vintage)).files] == [expected]


APART = [vintage for vintage in told.LISTS if vintage not in ("B", "C", "D")]
# Each comes after four others, and every two meet in one order at least: of eight around a table these steps reach all, from one side or the other.
AFTER = {first: [APART[(place + step) % len(APART)] for step in (1, 3, 4, 6)] for place, first in enumerate(APART)}


@pytest.mark.fault("I3")
@pytest.mark.parametrize("first", APART)
def test_a_list_after_another_adds_what_it_tells_and_takes_nothing_back(desk, first):
    desk.take(write(desk, first))
    for second in AFTER[first]:
        with transaction.atomic():
            after = desk.take(write(desk, second, "second"), at=NOON + HOUR).totals
            assert after.held == 0, second
            assert Order.objects.count() == ROWS
            assert_true(told.TELLS[first] | told.TELLS[second])
            again = desk.take(write(desk, first), at=NOON + 2 * HOUR).totals
            assert (again.new, again.changed, again.held) == (0, 0, 0), second
            transaction.set_rollback(True)


@pytest.mark.parametrize("vintage", told.ITEMS)
def test_every_item_list_tells_the_same_lines(desk, vintage):
    desk.take(write(desk, "E"))
    rows = told.items(vintage)(STORY)
    assert desk.counts(rows) == (LINES, LINES, 0, 0, 0)
    assert desk.counts(rows, at=NOON + HOUR) == (LINES, 0, 0, LINES, 0)
    assert_true(told.TELLS["E"] | {"lines"})
    if vintage != "A":
        assert dict(Line.objects.values_list("number", "paid")) == {line.number: line.paid for order in STORY for line in order.lines}


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(told.ITEMS, 2)))
def test_an_item_list_after_another_finds_the_same_lines(desk, first, second):
    desk.take(write(desk, "E"), told.items(first)(STORY))
    before = set(Line.objects.values_list("pk", flat=True))
    after = desk.take(told.items(second)(STORY), at=NOON + HOUR).totals
    assert (after.new, after.held) == (0, 0)
    assert set(Line.objects.values_list("pk", flat=True)) == before
    assert_true(told.TELLS["E"] | {"lines"})
    assert dict(Line.objects.values_list("number", "paid")) == {line.number: line.paid for order in STORY for line in order.lines}


@pytest.mark.fault("I8")
@pytest.mark.parametrize("vintage", [name for name in told.LISTS if name != "three sheets"])
def test_columns_shuffled_and_columns_of_others_change_nothing(desk, vintage):
    rows = told.LISTS[vintage](STORY)
    desk.take(rows)
    names = [*rows[0], "自定义列", "又一列", "重量"]
    random.Random(vintage).shuffle(names)
    shuffled = [{name: row.get(name, "x") for name in names} for row in rows]
    assert desk.counts(shuffled, at=NOON + HOUR) == (len(rows), 0, 0, len(rows), 0)


@pytest.mark.fault("I1")
@pytest.mark.parametrize("vintage", ["A", "2021", "F19", "sold"])
def test_how_the_file_is_coded_changes_nothing(desk, vintage):
    rows = told.LISTS[vintage](STORY)
    desk.take(rows)
    for nth, encoding in enumerate(["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"], start=1):
        assert desk.counts(desk.file(as_csv(rows, encoding)), at=NOON + nth * HOUR) == (len(rows), 0, 0, len(rows), 0)
    assert desk.counts(desk.file(rows, "list.xlsx"), at=NOON + 9 * HOUR) == (len(rows), 0, 0, len(rows), 0)


@pytest.mark.parametrize("vintage", ["A", "C", "D", "2021", "F9"])
def test_every_row_twice_is_every_order_once(desk, vintage):
    rows = told.LISTS[vintage](STORY)
    assert desk.counts(rows + rows) == (2 * ROWS, ROWS, 0, ROWS, 0)


def test_every_list_at_once_tells_one_story(desk):
    files = [write(desk, vintage, vintage.replace(" ", "")) for vintage in told.LISTS]
    lists = [told.items(vintage)(STORY) for vintage in told.ITEMS]
    result = desk.take(*files, *lists)
    assert result.totals.held == 0
    assert_true(set.union(*told.TELLS.values()))
    assert Line.objects.count() == LINES


def test_parcels_of_lines_are_known_with_their_own_couriers(desk):
    rows = [row | {"物流单号": "", "物流公司": ""} for row in told.picked("F21")(STORY)]
    desk.take(rows, told.items("C wide")(STORY))
    expected = {(order.number, line.waybill, line.courier) for order in STORY for line in order.lines if line.waybill}
    stored = Parcel.objects.values_list("orders__number", "waybill", "courier__names")
    assert {(number, waybill, courier) for number, waybill, courier in expected} == {
        (number, waybill, next(name for name in names if name in told.COURIERS)) for number, waybill, names in stored
    }
    assert any(len(order.waybills) > 1 for order in Order.objects.all())


def test_an_order_list_keeps_the_parcels_that_lines_have_told(desk):
    desk.take(told.picked("F21")(STORY), told.items("C wide")(STORY))
    before = {order.number: sorted(order.waybills) for order in Order.objects.all()}
    shorter = [row | {"物流单号": row["物流单号"].split(",")[0]} for row in told.picked("F21")(STORY)]
    assert desk.counts(shorter, at=NOON + HOUR)[1:3] == (0, 0)
    assert {order.number: sorted(order.waybills) for order in Order.objects.all()} == before
