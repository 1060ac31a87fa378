"""A shop tells once what its print software calls the columns; everything else is recognised by usual names."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.models import Journal
from logistics.actions.keep_columns import keep_columns
from logistics.models import ShippingColumns, Weight
from orders.errors import Malformed, NotAllowed
from orders.models import HeldRow, ImportRun
from tests.builders import a_parcel, an_order
from tests.cast import MONDAY, acts
from tests.orders.lists import Desk, as_csv
from tests.page import browser_of, text_of

WAYBILL = "73000000000001"
ODD = {"面单": WAYBILL, "毛重": "1.25", "谁打的包": "小王"}
TOLD = {"waybill": "面单", "warehouse_weight": "毛重", "unit": "kg", "packed_by": "谁打的包"}


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


@pytest.fixture(autouse=True)
def parcel(shop):
    return a_parcel(an_order(shop), WAYBILL)


def drop(client, row, shop="demo"):
    return client.post("/imports/", {"shop": shop, "file": [SimpleUploadedFile("list.csv", as_csv([row], "utf-8"))]})


def test_told_columns_are_read_from_then_on(desk, agent, shop):
    keep_columns(shop, TOLD, by=acts(agent), at=MONDAY)
    assert desk.counts([ODD]) == (1, 1, 0, 0, 0)
    weight = Weight.objects.get()
    assert (weight.grams, weight.packed_by) == (1250, "小王")


def test_of_another_shop_they_tell_nothing(desk, manager, other_shop, agent):
    ShippingColumns.objects.create(shop=other_shop, columns=TOLD)
    answer = drop(browser_of(agent), ODD)
    assert "the column names are not known" in text_of(answer)


@pytest.mark.parametrize(
    ("unit", "cell", "grams"), [("kg", "1.25", 1250), ("g", "1250", 1250), ("jin", "2.5", 1250), ("kg", "1250g", None)]
)
def test_the_unit_is_told_where_neither_cell_nor_header_names_it(desk, agent, shop, unit, cell, grams):
    keep_columns(shop, {"unit": unit}, by=acts(agent), at=MONDAY)
    desk.take([{"快递单号": WAYBILL, "重量": cell}])
    assert [each.grams for each in Weight.objects.all()] == ([grams] if grams else [])
    assert [each.code for each in HeldRow.objects.all()] == ([] if grams else ["units_contradict"])


def test_a_header_that_names_its_unit_needs_none(desk, agent, shop):
    keep_columns(shop, {"unit": "kg", "warehouse_weight": "毛重(g)"}, by=acts(agent), at=MONDAY)
    desk.take([{"快递单号": WAYBILL, "毛重(g)": "1250"}])
    assert Weight.objects.get().grams == 1250


def test_it_is_journalled_once(agent, shop):
    for _ in range(2):
        keep_columns(shop, TOLD, by=acts(agent), at=MONDAY)
    (entry,) = Journal.objects.filter(step="columns_told")
    assert (entry.before, entry.after, entry.actor) == ({}, TOLD, agent)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"unit": "t"}, "unit"),
        ({"waybill": "x" * 101}, "waybill"),
        ({"waybill": "\x00"}, "waybill"),
        ({"waybill": "面单", "courier": " 面单 "}, "courier"),
    ],
)
def test_what_cannot_be_a_column_is_named(agent, shop, told, field):
    with pytest.raises(Malformed) as caught:
        keep_columns(shop, told, by=acts(agent), at=MONDAY)
    assert caught.value.field == field
    assert not ShippingColumns.objects.exists()


@pytest.mark.fault("Z4")
def test_an_auditor_tells_nothing(auditor, shop):
    with pytest.raises(NotAllowed):
        keep_columns(shop, TOLD, by=acts(auditor), at=MONDAY)
    assert browser_of(auditor).get("/imports/columns/demo/").status_code == 403


# On the page ------------------------------------------------------------------------------------------


def test_a_list_that_nobody_recognises_asks_for_its_columns(agent):
    client = browser_of(agent)
    answer = drop(client, ODD)
    assert answer.status_code == 400
    assert "Is it a shipping list?" in text_of(answer)
    body = answer.content.decode()
    assert '<option value="毛重">' in body
    assert client.post("/imports/columns/demo/", TOLD)["Location"] == "/imports/"
    answer = drop(client, ODD)
    run = ImportRun.objects.get(pk=answer["Location"].strip("/").split("/")[-1])
    assert (run.state, run.new) == ("preview", 1)
    assert "list.csv shipping list" in text_of(client.get(answer["Location"]))


@pytest.mark.fault("X1")
def test_the_columns_of_a_hostile_file_are_text(agent):
    body = drop(browser_of(agent), {"<script>alert(1)</script>": "1", '"><img src=x onerror=alert(1)>': "2"}).content.decode()
    assert "<script>alert" not in body
    assert "<img src" not in body


def test_another_bad_file_asks_nothing(agent):
    answer = browser_of(agent).post("/imports/", {"shop": "demo", "file": [SimpleUploadedFile("a.csv", b"")]})
    assert "Is it a shipping list?" not in text_of(answer)


def test_what_was_typed_comes_back_with_its_fault(agent):
    answer = browser_of(agent).post("/imports/columns/demo/", TOLD | {"courier": "面单"})
    assert answer.status_code == 400
    assert "One column cannot hold two things: 面单." in text_of(answer)
    assert 'value="毛重"' in answer.content.decode()


def test_what_is_told_stands_in_the_form_and_is_linked_from_the_import(agent, shop):
    client = browser_of(agent)
    keep_columns(shop, TOLD, by=acts(agent), at=MONDAY)
    assert 'value="毛重"' in client.get("/imports/columns/demo/").content.decode()
    assert 'href="/imports/columns/demo/"' in client.get("/imports/").content.decode()


@pytest.mark.fault("Z1")
def test_another_shops_columns_are_not_there(outsider):
    assert browser_of(outsider).get("/imports/columns/demo/").status_code == 404
    assert browser_of(outsider).post("/imports/columns/demo/", TOLD).status_code == 404


@pytest.mark.parametrize("name", ["weights", "traces"])
def test_lists_of_logistics_go_the_whole_way_by_the_page(agent, name):
    from orders.actions.run_uploads import run_confirmed

    client = browser_of(agent)
    rows = {
        "weights": {"快递单号": WAYBILL, "重量(kg)": "1.25"},
        "traces": {"运单号": WAYBILL, "时间": "2026-11-19 10:00:00", "轨迹": "已揽收"},
    }
    run_id = int(drop(client, rows[name])["Location"].strip("/").split("/")[-1])
    client.post(f"/imports/{run_id}/confirm/")
    assert run_confirmed(run_id, at=MONDAY)
    assert "New 1 Changed 0 Unchanged 0 Held 0" in text_of(client.get(f"/imports/{run_id}/"))
