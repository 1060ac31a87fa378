"""manage.py import_orders: the names and answers that outside programs rely on."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from orders.models import HeldRow, ImportRun, Line, Order
from tests.orders.lists import NOON, SAMPLES, order, picked

ORDERS, ITEMS = str(SAMPLES / "taobao_orders.csv"), str(SAMPLES / "taobao_items.csv")


def run(*arguments):
    output = io.StringIO()
    call_command("import_orders", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def code(shop):
    return f"--shop={shop.code}"


def test_json_tells_the_totals_over_all_files_and_each_file(code):
    answer = json.loads(run(ITEMS, ORDERS, code, "--json"))
    assert {name: answer[name] for name in ("read", "new", "changed", "unchanged", "held")} == {
        "read": 453,
        "new": 453,
        "changed": 0,
        "unchanged": 0,
        "held": 0,
    }
    assert [(file["name"], file["kind"], file["read"]) for file in answer["files"]] == [
        ("taobao_orders.csv", "orders", 200),
        ("taobao_items.csv", "items", 253),
    ]
    assert ImportRun.objects.get(pk=answer["run"]).new == 453


def test_without_json_a_line_for_each_file_is_written(code):
    lines = run(ORDERS, code).splitlines()
    assert len(lines) == 2
    assert "taobao_orders.csv" in lines[0]
    assert "200" in lines[1]


def test_now_is_the_time_to_work_with(code):
    run(ORDERS, code, "--now", NOON.isoformat())
    assert Order.objects.first().created_at == NOON
    assert ImportRun.objects.get().at == NOON


def test_a_dry_run_says_what_would_happen_and_changes_nothing(code):
    answer = json.loads(run(ORDERS, ITEMS, code, "--dry-run", "--json"))
    assert (answer["read"], answer["new"], answer["dry_run"], answer["run"]) == (453, 453, True, None)
    assert (Order.objects.count(), Line.objects.count(), ImportRun.objects.count(), HeldRow.objects.count()) == (0, 0, 0, 0)


def test_errors_that_cannot_be_written_are_said_before_anything_is_imported(code, tmp_path, capsys):
    nowhere = str(tmp_path / "no" / "x.csv")
    with pytest.raises(CommandError, match=r"\w"):
        run(ORDERS, code, "--errors", nowhere)
    output = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_orders", ORDERS, code, "--json", "--errors", nowhere, stdout=output)
    assert json.loads(output.getvalue())["code"] == "errors_not_writable"
    assert (ImportRun.objects.count(), Order.objects.count()) == (0, 0)


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_errors_writes_the_held_rows(code, tmp_path, dry):
    path = tmp_path / "held.csv"
    run(str(SAMPLES / "taobao_orders_resaved_damaged.csv"), code, "--errors", str(path), *dry)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 11
    assert rows[1][:5] == ["taobao_orders_resaved_damaged.csv", "2", "订单编号", "'5.11800E+18", "damaged_id"]
    assert rows[1][5]


def test_held_rows_are_no_failure(code, desk):
    assert json.loads(run(str(desk.file([picked(订单状态="外星")]).path), code, "--json"))["held"] == 1


@pytest.mark.fault("I6")
def test_a_bad_file_is_one_sentence_and_a_failure(code, tmp_path):
    path = tmp_path / "page.xls"
    path.write_text("<html><table>")
    with pytest.raises(CommandError) as caught:
        run(ORDERS, str(path), code)
    assert "page.xls" in str(caught.value)
    assert Order.objects.count() == 0


def test_a_bad_file_in_json_is_a_code_and_a_sentence(code, tmp_path, capsys):
    output = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("import_orders", str(tmp_path / "missing.csv"), code, "--json", stdout=output)
    assert caught.value.code == 1
    answer = json.loads(output.getvalue())
    assert (answer["code"], "missing.csv" in answer["detail"]) == ("no_such_file", True)


def test_an_unknown_shop_is_a_failure(db):
    output = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_orders", ORDERS, "--shop=nowhere", "--json", stdout=output)
    assert json.loads(output.getvalue())["code"] == "unknown_shop"


def test_a_time_that_is_none_is_a_failure(code):
    with pytest.raises(CommandError):
        run(ORDERS, code, "--now", "gestern")


def test_a_folder_is_no_file(code, tmp_path):
    with pytest.raises(CommandError):
        run(str(tmp_path), code)


def test_the_run_remembers_what_was_imported(code, desk, shop):
    upload = desk.file([order()], "ExportOrderList202611201200.csv")
    run(str(upload.path), code)
    file = shop.import_runs.get().files.get()
    assert (file.name, file.kind, file.vintage, file.encoding, file.read, file.path) == (upload.name, "orders", "E", "gb18030", 1, "")
    assert len(file.sha256) == 64
    assert file.size == upload.path.stat().st_size
