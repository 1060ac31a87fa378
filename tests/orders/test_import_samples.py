"""What becomes of each sample list, to the row."""

import json

import pytest
from django.db.models import F, Sum

from orders.models import Line, Order, PlatformRefund
from tests.orders.lists import SAMPLES

MANIFEST = json.loads((SAMPLES / "manifest.json").read_text(encoding="utf-8"))
ORDERS, ITEMS = "taobao_orders.csv", "taobao_items.csv"

# file -> files that must be in before it; vintage; read, new, changed, unchanged, held
EXPECTED = {
    "taobao_orders.csv": ([], "E", (200, 200, 0, 0, 0)),
    "taobao_orders_2026.xlsx": ([], "F", (200, 200, 0, 0, 0)),
    "taobao_orders_2017.csv": ([], "B", (12, 12, 0, 0, 0)),
    "taobao_orders_resaved_damaged.csv": ([], "B", (10, 0, 0, 0, 10)),
    "taobao_items.csv": ([ORDERS], "B", (253, 253, 0, 0, 0)),
    "taobao_items_2026.xlsx": ([ORDERS], "C", (253, 253, 0, 0, 0)),
    "taobao_items_2017.csv": (["taobao_orders_2017.csv"], "A", (13, 13, 0, 0, 0)),
    "taobao_refunds_2026.xlsx": ([ORDERS, ITEMS], "classic", (40, 40, 0, 0, 0)),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_list_is_taken_to_the_row(desk, name):
    before, vintage, counts = EXPECTED[name]
    for file in before:
        desk.take(file)
    result = desk.take(name)
    assert tuple(result.totals.as_dict().values()) == counts
    assert [file.vintage for file in result.files] == [vintage]


@pytest.mark.fault("I3")
@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_list_again_brings_nothing_new(desk, name):
    before, _vintage, (read, _new, _changed, _unchanged, held) = EXPECTED[name]
    for file in [*before, name]:
        desk.take(file)
    assert desk.counts(name) == (read, 0, 0, read - held, held)


def test_every_sample_has_an_expectation():
    assert {path.name for path in SAMPLES.glob("taobao_*")} == set(EXPECTED)


def test_the_numbers_of_the_manifest_come_out(desk, shop):
    desk.take(ORDERS, ITEMS)
    assert Order.objects.count() == MANIFEST["orders"]
    assert Line.objects.count() == MANIFEST["sub_orders"]
    assert Order.objects.aggregate(total=Sum("paid"))["total"] == pytest.approx(31838)
    overdue = Order.objects.filter(status="wait_ship", number__in=MANIFEST["overdue_to_ship_48h"])
    assert overdue.count() == len(MANIFEST["overdue_to_ship_48h"])


def test_lines_and_postage_add_up_to_what_was_paid(desk):
    desk.take(ORDERS, ITEMS, "taobao_refunds_2026.xlsx")
    sums = Order.objects.annotate(lines_paid=Sum("lines__paid"))
    assert sums.count() == sums.filter(lines_paid=F("paid") - F("freight_paid")).count() == 200


def test_files_are_taken_in_their_own_order_whatever_order_they_are_given_in(desk):
    result = desk.take("taobao_refunds_2026.xlsx", ITEMS, ORDERS)
    assert [file.kind for file in result.files] == ["orders", "items", "refunds"]
    assert tuple(result.totals.as_dict().values()) == (493, 493, 0, 0, 0)


def test_every_sample_at_once_ends_well(desk):
    desk.take(*EXPECTED)
    assert Order.objects.count() == 200
    assert Line.objects.count() == 253
    assert Line.objects.filter(number__contains="#").count() == 0


@pytest.mark.fault("X4")
def test_ids_keep_all_their_digits(desk):
    desk.take(ORDERS, ITEMS, "taobao_refunds_2026.xlsx")
    assert set(MANIFEST["remote"]) <= set(Order.objects.values_list("number", flat=True))
    assert set(MANIFEST["refund_orders"]) == set(PlatformRefund.objects.values_list("number", flat=True))


def test_refunds_find_their_line_and_money_that_went_back(desk):
    desk.take(ORDERS, ITEMS, "taobao_refunds_2026.xlsx")
    assert PlatformRefund.objects.filter(line=None).count() == 0
    for refund in PlatformRefund.objects.filter(is_paid=True).select_related("order", "line"):
        assert refund.order.platform_refunded >= refund.amount
        assert refund.line.platform_refunded == refund.amount


def test_nobody_is_in_clear(desk):
    desk.take(ORDERS)
    order = Order.objects.exclude(phone_enc=None).first()
    columns = [field.attname for field in Order._meta.concrete_fields]
    text = " ".join(str(getattr(order, name)) for name in columns)
    assert "样例路" not in text
    assert "1990000" not in text
