"""Importing on the page: drop, look, confirm, watch, and the rows that wait."""

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.actions.run_uploads import run_confirmed
from orders.models import ImportRun, Order
from tests.cast import MONDAY, make_user
from tests.page import browser_of, fields_of, text_of

SAMPLES = Path(__file__).parent.parent / "samples"
ADDRESS = "/imports/"


def sample(name):
    return SimpleUploadedFile(name, (SAMPLES / name).read_bytes())


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


@pytest.fixture
def at_agent(agent):
    return browser_of(agent)


def drop(client, *names, shop="demo"):
    return client.post(ADDRESS, {"shop": shop, "file": [sample(name) for name in names]})


def previewed(client, *names):
    answer = drop(client, *names)
    assert answer.status_code == 302, text_of(answer)
    return ImportRun.objects.get(pk=answer["Location"].strip("/").split("/")[-1])


def finished(run):
    """What the worker does."""
    run_confirmed(run.pk, at=MONDAY)
    run.refresh_from_db()
    return run


def test_the_preview_says_what_would_happen_and_changes_nothing(at_agent):
    run = previewed(at_agent, "taobao_orders.csv", "taobao_items.csv")
    text = text_of(at_agent.get(f"{ADDRESS}{run.pk}/"))
    assert "taobao_orders.csv order list" in text
    assert "taobao_items.csv item list" in text
    assert f"Import {run.read} rows" in text
    assert run.state == "preview"
    assert not Order.objects.exists()


def test_confirmed_it_is_queued_and_the_worker_brings_the_rows_in(at_agent):
    run = previewed(at_agent, "taobao_orders.csv")
    answer = at_agent.post(f"{ADDRESS}{run.pk}/confirm/")
    assert answer["Location"] == f"{ADDRESS}{run.pk}/"
    page = at_agent.get(f"{ADDRESS}{run.pk}/")
    assert "Waiting for its turn." in text_of(page)
    assert f'hx-get="{ADDRESS}{run.pk}/progress/"' in page.content.decode()
    assert finished(run).state == "done"
    text = text_of(at_agent.get(f"{ADDRESS}{run.pk}/"))
    assert "New 200 Changed 0 Unchanged 0 Held 0" in text
    assert Order.objects.count() == 200


def test_the_bar_is_asked_for_alone_and_ends_by_loading_the_page(at_agent):
    run = previewed(at_agent, "taobao_orders.csv")
    at_agent.post(f"{ADDRESS}{run.pk}/confirm/")
    ImportRun.objects.filter(pk=run.pk).update(state="running", progress_done=50, progress_total=200)
    bar = at_agent.get(f"{ADDRESS}{run.pk}/progress/")
    assert '<progress class="progress" max="200" value="50"' in bar.content.decode()
    assert "<html" not in bar.content.decode()
    ImportRun.objects.filter(pk=run.pk).update(state="queued")
    finished(run)
    assert at_agent.get(f"{ADDRESS}{run.pk}/progress/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert at_agent.get(f"{ADDRESS}{run.pk}/progress/")["Location"] == f"{ADDRESS}{run.pk}/"


def test_forgotten_it_leaves_no_file_behind(at_agent, uploads):
    run = previewed(at_agent, "taobao_orders.csv")
    assert list(uploads.iterdir())
    assert at_agent.post(f"{ADDRESS}{run.pk}/cancel/")["Location"] == ADDRESS
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not list(uploads.iterdir())


@pytest.mark.fault("C3")
@pytest.mark.parametrize("second", ["confirm", "cancel"])
def test_an_import_is_decided_once(at_agent, second):
    run = previewed(at_agent, "taobao_orders.csv")
    at_agent.post(f"{ADDRESS}{run.pk}/confirm/")
    answer = at_agent.post(f"{ADDRESS}{run.pk}/{second}/", follow=True)
    assert "This import was decided already." in text_of(answer)
    run.refresh_from_db()
    assert run.state == "queued"


def test_held_rows_stand_there_with_line_column_value_and_reason(at_agent):
    run = previewed(at_agent, "taobao_orders_resaved_damaged.csv")
    assert run.held > 0
    row = run.held_rows.order_by("file", "line").first()
    text = text_of(at_agent.get(f"{ADDRESS}{run.pk}/"))
    assert f"{row.line} {row.column} {row.value}" in text
    assert "This number was damaged by a spreadsheet program" in text


def test_the_file_of_held_rows_opens_in_a_spreadsheet_without_losing_a_digit(at_agent):
    run = previewed(at_agent, "taobao_orders_resaved_damaged.csv")
    at_agent.post(f"{ADDRESS}{run.pk}/confirm/")
    finished(run)
    answer = at_agent.get(f"{ADDRESS}{run.pk}/held.csv")
    assert answer["Content-Disposition"].startswith('attachment; filename="held-demo-')
    data = answer.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert head == ["File", "Row", "Column", "Value", "Code", "Reason", "Order number"]
    assert len(rows) == run.held
    page = text_of(at_agent.get(f"{ADDRESS}{run.pk}/held/"))
    assert f"Held rows {run.held}" in page


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("orders.xls", b"<html><table><tr><td>1</td></tr></table></html>", "is a web page, whatever its name says"),
        ("empty.csv", b"", "is empty"),
        ("paper.pdf", b"%PDF-1.7 " + b"0" * 100, "is a PDF"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "is a picture"),
    ],
)
def test_a_bad_file_gets_its_one_clear_sentence_and_leaves_nothing(at_agent, uploads, name, data, sentence):
    answer = at_agent.post(ADDRESS, {"shop": "demo", "file": [SimpleUploadedFile(name, data)]})
    assert answer.status_code == 400
    assert f"“{name}” {sentence}" in text_of(answer)
    assert not ImportRun.objects.exists()
    assert not list(uploads.iterdir())


def test_without_a_file_or_shop_the_page_says_so(at_agent):
    assert "Choose at least one file." in text_of(at_agent.post(ADDRESS, {"shop": "demo"}))
    answer = drop(at_agent, "taobao_orders.csv", shop="")
    assert answer.status_code == 400
    assert "Choose the shop that the files belong to." in text_of(answer)


def test_who_works_in_several_shops_chooses_and_the_choice_stays(db, shop, other_shop):
    client = browser_of(make_user("everywhere", "agent", None))
    body = client.get(ADDRESS).content.decode()
    assert '<option value="demo">' in body
    assert '<option value="other">' in body
    answer = client.post(ADDRESS, {"shop": "other", "file": [SimpleUploadedFile("a.pdf", b"%PDF-1.7")]})
    assert '<option value="other" selected>' in answer.content.decode()


def test_the_latest_imports_are_listed_with_their_result(at_agent):
    finished_run = previewed(at_agent, "taobao_orders.csv")
    at_agent.post(f"{ADDRESS}{finished_run.pk}/confirm/")
    finished(finished_run)
    text = text_of(at_agent.get(ADDRESS))
    assert "taobao_orders.csv" in text
    assert "200 Done" in text


def test_a_failed_import_tells_why_and_that_nothing_was_changed(at_agent, shop):
    params = {"file": "orders.xlsx"}
    run = ImportRun.objects.create(
        shop=shop, by_name="agent", channel="page", at=MONDAY, state="failed", code="damaged_workbook", params=params
    )
    text = text_of(at_agent.get(f"{ADDRESS}{run.pk}/"))
    assert "“orders.xlsx” is damaged and cannot be opened. Export it again. Nothing was changed." in text


@pytest.mark.parametrize(("who", "status"), [("agent", 200), ("supervisor", 200), ("admin", 200), ("auditor", 200)])
def test_who_sees_the_page(request, who, status):
    page = browser_of(request.getfixturevalue(who)).get(ADDRESS)
    assert page.status_code == status
    assert bool(fields_of(page, "file")) is (who != "auditor")


def test_an_auditor_takes_nothing_in(auditor):
    answer = drop(browser_of(auditor), "taobao_orders.csv")
    assert answer.status_code == 403
    assert not ImportRun.objects.exists()


def test_another_shops_import_is_not_there(outsider, at_agent):
    run = previewed(at_agent, "taobao_orders.csv")
    client = browser_of(outsider)
    for part in ("", "progress/", "held/", "held.csv"):
        assert client.get(f"{ADDRESS}{run.pk}/{part}").status_code == 404
    for part in ("confirm/", "cancel/"):
        assert client.post(f"{ADDRESS}{run.pk}/{part}").status_code == 404
    assert drop(client, "taobao_orders.csv").status_code == 400


def test_the_number_of_queries_does_not_grow_with_held_rows(at_agent, django_assert_num_queries):
    runs = [previewed(at_agent, name) for name in ("taobao_orders.csv", "taobao_orders_resaved_damaged.csv")]
    at_agent.get(ADDRESS)
    for run in runs:
        with django_assert_num_queries(12):
            at_agent.get(f"{ADDRESS}{run.pk}/")
    assert [bool(run.held) for run in runs] == [False, True]
