"""Shipping lists of the print software: every parcel's weight, told once, in grams."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from logistics.models import Courier, Parcel, WeighedBy, Weight
from orders.files.errors import BadFile
from orders.models import HeldRow, ImportRun
from tests.builders import a_parcel, an_order
from tests.cast import MONDAY
from tests.orders.lists import HOUR, Desk, as_csv, as_xlsx, order
from tests.page import browser_of

WAYBILL = "73000000000001"
A_ROW = {
    "快递单号": WAYBILL,
    "快递公司": "中通快递",
    "重量(kg)": "1.25",
    "打包员": "小王",
    "发货时间": "2026-11-20 09:00:00",
    "订单编号": "",
}


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


@pytest.fixture
def parcel(shop):
    return a_parcel(an_order(shop), WAYBILL)


def row(**changes):
    return A_ROW | changes


def only(**columns):
    """A list of just these columns."""
    return {"快递单号": WAYBILL} | columns


def weights():
    return sorted(Weight.objects.order_by("id").values_list("source", "grams"), key=lambda each: [*WeighedBy.values].index(each[0]))


@pytest.mark.rule("L5.2")
def test_a_row_is_a_weighing_by_our_warehouse(desk, parcel):
    assert desk.counts([row()]) == (1, 1, 0, 0, 0)
    weight = parcel.weights.get()
    assert (weight.source, weight.grams, weight.packed_by) == ("warehouse", 1250, "小王")
    assert weight.weighed_at.isoformat() == "2026-11-20T01:00:00+00:00"
    assert weight.entered_by is None


@pytest.mark.fault("I1")
@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_same_rows_are_the_same_in_every_encoding(desk, parcel, encoding, separator):
    assert desk.counts(desk.file(as_csv([row()], encoding, separator))) == (1, 1, 0, 0, 0)
    assert Weight.objects.get().packed_by == "小王"


@pytest.mark.fault("I1")
def test_a_workbook_tells_the_same(desk, parcel):
    assert desk.counts(desk.file(as_xlsx([row(**{"重量(kg)": 1.25})]), "list.xlsx")) == (1, 1, 0, 0, 0)
    assert weights() == [("warehouse", 1250)]


@pytest.mark.fault("I3")
def test_the_same_file_twice_is_nothing_new(desk, parcel):
    desk.take([row()])
    assert desk.counts([row()], at=MONDAY) == (1, 0, 0, 1, 0)
    assert Weight.objects.count() == 1


def test_a_corrected_weight_stands_beside_the_one_before(desk, parcel):
    desk.take([row()])
    assert desk.counts([row(**{"重量(kg)": "1.31"})], at=MONDAY) == (1, 0, 1, 0, 0)
    assert weights() == [("warehouse", 1250), ("warehouse", 1310)]


@pytest.mark.fault("I3")
def test_the_older_list_after_the_newer_changes_nothing(desk, parcel):
    desk.take([row(**{"重量(kg)": "1.31", "发货时间": "2026-11-20 10:00:00"})])
    assert desk.counts([row()], at=MONDAY) == (1, 0, 0, 1, 0)
    assert weights() == [("warehouse", 1310)]


@pytest.mark.fault("I3")
@pytest.mark.parametrize("again", ["1.25", "1.31"])
def test_lists_without_times_told_again_change_nothing(desk, parcel, again):
    desk.take([only(**{"重量(kg)": "1.25"})])
    desk.take([only(**{"重量(kg)": "1.31"})], at=MONDAY)
    assert desk.counts([only(**{"重量(kg)": again})], at=MONDAY + HOUR) == (1, 0, 0, 1, 0)
    assert weights() == [("warehouse", 1250), ("warehouse", 1310)]


@pytest.mark.parametrize(
    ("header", "cell", "grams"),
    [
        ("重量(kg)", "1.25", 1250),
        ("重量（KG）", "1.25", 1250),
        ("重量kg", "0.5", 500),
        ("包裹重量(千克)", "１．２５", 1250),
        ("实际重量/公斤", "2", 2000),
        ("称重重量(g)", "1250", 1250),
        ("称重重量(克)", "1250.00", 1250),
        ("重量(斤)", "2.5", 1250),
        ("重量", "1.25kg", 1250),
        ("重量", "1.25 KG", 1250),
        ("重量", "1250 g", 1250),
        ("重量", "1250克", 1250),
        ("重量(kg)", "1.25kg", 1250),
        ("重量(kg)", '="1.25"', 1250),
    ],
)
def test_the_unit_is_read_from_the_header_or_the_cell(desk, parcel, header, cell, grams):
    assert desk.counts([only(**{header: cell})]) == (1, 1, 0, 0, 0)
    assert weights() == [("warehouse", grams)]


@pytest.mark.fault("I2")
@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("重量(kg)", "1,25", "bad_weight"),
        ("重量(kg)", "1,250", "bad_weight"),
        ("重量(kg)", "-1", "bad_weight"),
        ("重量(kg)", "0", "bad_weight"),
        ("重量(kg)", "0.0004", "bad_weight"),
        ("重量(kg)", "1.2505", "bad_weight"),
        ("重量(g)", "12.5", "bad_weight"),
        ("重量(kg)", "1000.001", "bad_weight"),
        ("重量(kg)", "1.2E+3", "bad_weight"),
        ("重量(kg)", "NaN", "bad_weight"),
        ("重量(kg)", "1.25lb", "bad_weight"),
        ("重量(kg)", "轻", "bad_weight"),
        ("重量(kg)", "", "missing_value"),
        ("重量", "1.25", "unit_unknown"),
        ("重量(kg)", "1250g", "units_contradict"),
    ],
)
def test_a_weight_that_is_not_certain_is_held_and_never_guessed(desk, parcel, header, cell, code):
    assert desk.counts([only(**{header: cell})]) == (1, 0, 0, 0, 1)
    held = HeldRow.objects.get()
    assert (held.line, held.column, held.code) == (2, header, code)
    assert not Weight.objects.exists()


def test_each_scale_has_its_column(desk, parcel):
    desk.take([only(**{"称重重量(g)": "1250", "面单重量(kg)": "1.3", "快递称重(kg)": "1.28"})])
    assert weights() == [("warehouse", 1250), ("waybill", 1300), ("courier", 1280)]


def test_of_two_weights_of_ours_the_one_from_the_scale_counts(desk, parcel):
    desk.take([only(**{"重量(kg)": "9.99", "实际重量(kg)": "1.25"})])
    assert weights() == [("warehouse", 1250)]


@pytest.mark.fault("I8")
def test_a_column_that_is_there_twice_is_named(desk, parcel):
    text = "快递单号,重量(kg),重量(kg)\r\n1,2,3\r\n"
    with pytest.raises(BadFile) as caught:
        desk.take(desk.file(text.encode()))
    assert (caught.value.code, caught.value.params["column"]) == ("duplicated_column", "重量(kg)")


# Which parcel -----------------------------------------------------------------------------------------


def test_an_unknown_waybill_with_a_known_order_is_its_parcel(desk, shop):
    known = an_order(shop)
    assert desk.counts([row(订单编号=f'="{known.number}"')]) == (1, 1, 0, 0, 0)
    parcel = Parcel.objects.get()
    assert (parcel.waybill, parcel.courier.code, list(parcel.orders.all())) == (WAYBILL, "zhongtong", [known])
    assert (parcel.region.code, parcel.shipped_at) == ("jiangzhehu", known.shipped_at)


def test_an_unknown_courier_is_kept_out_of_use_until_somebody_knows_it(desk, shop):
    desk.take([row(快递公司="某某速运", 订单编号=an_order(shop).number)])
    assert (Courier.objects.get(name="某某速运").active, Parcel.objects.get().courier.name) == (False, "某某速运")


def test_a_merged_parcel_has_its_orders_from_one_cell_or_several_rows(desk, shop):
    numbers = [an_order(shop).number for _ in range(3)]
    rows = [row(订单编号=f"{numbers[0]},{numbers[1]}"), row(订单编号=numbers[2])]
    assert desk.counts(rows) == (2, 1, 1, 0, 0)
    assert sorted(Parcel.objects.get().orders.values_list("number", flat=True)) == numbers
    assert Weight.objects.count() == 1
    assert desk.counts(rows, at=MONDAY) == (2, 0, 0, 2, 0)


def test_an_unknown_waybill_waits_for_its_parcel_like_lines_wait_for_their_order(desk, shop):
    assert desk.counts([row()]) == (1, 0, 0, 0, 1)
    held = HeldRow.objects.get()
    assert (held.code, held.value, held.retry) == ("unknown_parcel", WAYBILL, True)
    result = desk.take([order(订单状态="卖家已发货，等待买家确认", 物流单号=WAYBILL, 物流公司="中通快递")], at=MONDAY)
    assert result.retried == 1
    assert weights() == [("warehouse", 1250)]
    held.refresh_from_db()
    assert held.resolved_at == MONDAY


def test_a_held_row_that_is_told_anew_is_settled_by_it(desk, shop):
    desk.take([row()])
    known = an_order(shop)
    assert desk.counts([row(订单编号=known.number, **{"重量(kg)": "1.31"})], at=MONDAY) == (1, 1, 0, 0, 0)
    assert weights() == [("warehouse", 1310)]
    assert not HeldRow.objects.filter(resolved_at=None).exists()


def test_another_couriers_parcel_of_that_waybill_is_not_taken_for_it(desk, parcel):
    assert desk.counts([row(快递公司="圆通速递")]) == (1, 0, 0, 0, 1)
    held = HeldRow.objects.get()
    assert (held.code, held.params["courier"]) == ("other_courier", "中通")


def test_the_order_in_it_makes_the_parcel_certain_whatever_the_courier_is_called(desk, parcel):
    assert desk.counts([row(快递公司="圆通速递", 订单编号=parcel.orders.get().number)]) == (1, 1, 0, 0, 0)
    assert Parcel.objects.count() == 1


def test_without_a_courier_two_parcels_of_one_waybill_are_not_told_apart(desk, parcel, shop):
    Parcel.objects.create(shop=shop, courier=Courier.objects.get(code="yunda"), waybill=WAYBILL, first_seen_at=MONDAY)
    assert desk.counts([row(快递公司="")]) == (1, 0, 0, 0, 1)
    assert HeldRow.objects.get().code == "several_parcels"


def test_a_parcel_of_another_shop_is_unknown(desk, other_shop):
    a_parcel(an_order(other_shop), WAYBILL)
    assert desk.counts([row()]) == (1, 0, 0, 0, 1)


def test_one_waybill_with_two_weights_of_one_time_is_a_contradiction(desk, parcel):
    assert desk.counts([row(), row(**{"重量(kg)": "2"})]) == (2, 0, 0, 0, 2)
    assert {each.code for each in HeldRow.objects.all()} == {"rows_contradict"}


def test_weighed_twice_at_two_times_both_stand(desk, parcel):
    rows = [row(发货时间="2026-11-20 11:00:00", **{"重量(kg)": "1.3"}), row()]
    assert desk.counts(rows)[0] == 2
    assert weights() == [("warehouse", 1250), ("warehouse", 1300)]
    assert desk.counts(rows, at=MONDAY) == (2, 0, 0, 2, 0)


@pytest.mark.fault("I2")
@pytest.mark.parametrize("waybill", ["7.3E+13", "<script>alert(1)</script>", "单号", "1", "9" * 65, ""])
def test_a_waybill_that_is_damaged_or_none_is_held(desk, waybill):
    assert desk.counts([row(快递单号=waybill)]) == (1, 0, 0, 0, 1)


@pytest.mark.fault("I2")
@pytest.mark.parametrize("waybill", [f'="{WAYBILL}"', f"'{WAYBILL}", f"{WAYBILL}\t", "７３０００００００００００１"])
def test_a_waybill_is_cleaned(desk, parcel, waybill):
    assert desk.counts([row(快递单号=waybill)]) == (1, 1, 0, 0, 0)


def test_what_is_said_of_the_packer_is_kept_without_phones(desk, parcel):
    desk.take([row(打包员="小王13800001234")])
    assert Weight.objects.get().packed_by == "小王[电话]"


@pytest.mark.fault("I4")
def test_one_bad_row_holds_itself_only(desk, shop):
    rows = [row(快递单号=f"7300000001{n:04d}", 订单编号=an_order(shop).number) for n in range(60)]
    rows[30] = rows[30] | {"重量(kg)": "?"}
    assert desk.counts(rows) == (60, 59, 0, 0, 1)
    assert HeldRow.objects.get().line == 32


# The command ------------------------------------------------------------------------------------------


def run(*arguments):
    output = io.StringIO()
    call_command("import_weights", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_answers_as_import_orders_does(desk, parcel, shop):
    path = str(desk.file([row()]).path)
    answer = json.loads(run(path, f"--shop={shop.code}", "--json", "--dry-run", "--now", MONDAY.isoformat()))
    assert (answer["read"], answer["new"], answer["dry_run"], answer["run"]) == (1, 1, True, None)
    assert (Weight.objects.count(), ImportRun.objects.count()) == (0, 0)
    answer = json.loads(run(path, f"--shop={shop.code}", "--json", "--now", MONDAY.isoformat()))
    assert answer["files"][0]["kind"] == "weights"
    assert Weight.objects.get().entered_at == MONDAY


def test_the_command_writes_the_held_rows(desk, shop, tmp_path):
    run(str(desk.file([row()]).path), f"--shop={shop.code}", f"--errors={tmp_path / 'held.csv'}")
    assert "unknown_parcel" in (tmp_path / "held.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("command", ["import_weights", "import_orders"])
def test_a_command_refuses_the_lists_of_the_other(desk, shop, command):
    file = desk.file([order()] if command == "import_weights" else [only(**{"重量(kg)": "1"})])
    with pytest.raises(CommandError, match=file.name):
        call_command(command, str(file.path), f"--shop={shop.code}")


# What looks odd ---------------------------------------------------------------------------------------


@pytest.mark.rule("L4.3")
def test_odd_waybills_go_in_and_are_warned_of(desk, shop):
    numbers = [an_order(shop).number for _ in range(3)]
    rows = [
        row(快递单号=waybill, 订单编号=number) for waybill, number in zip(["ABC12345", "73000000000009", "X-99999"], numbers, strict=True)
    ]
    result = desk.take(rows)
    assert (result.totals.new, result.warnings) == (3, [{"code": "odd_waybills", "params": {"n": 2, "examples": "ABC12345, X-99999"}}])
    assert "ABC12345, X-99999" in result.as_dict()["warnings"][0]["text"]
    assert desk.take(rows, at=MONDAY).warnings == []


@pytest.mark.rule("L4.3")
def test_an_order_list_warns_of_them_too_by_command_and_on_the_page(desk, shop, agent):
    file = desk.file([order(订单状态="卖家已发货，等待买家确认", 物流单号="<b>123456", 物流公司="中通快递")])
    output = io.StringIO()
    call_command("import_orders", str(file.path), f"--shop={shop.code}", stdout=output)
    assert "<b>123456" in output.getvalue()
    run = ImportRun.objects.get()
    assert run.warnings[0]["params"]["n"] == 1
    body = browser_of(agent).get(f"/imports/{run.pk}/").content.decode()
    assert "&lt;b&gt;123456" in body
    assert "<b>123456" not in body
