"""An import through the page: kept encrypted, previewed, confirmed or not, run by a worker, tidied up behind it."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.utils import translation

from orders import tasks
from orders.actions.run_uploads import run_confirmed, tidy_uploads, unfinished_runs
from orders.actions.upload_files import PREVIEWED, cancel, confirm, held_rows_csv, stage_upload
from orders.errors import Malformed, NotAllowed, Refused
from orders.files.errors import BadFile
from orders.imports import uploads
from orders.imports.reasons import failure_text
from orders.models import HeldRow, ImportRun, Order
from orders.vault import VaultError
from tests.cast import acts
from tests.orders.lists import HOUR, NOON, SAMPLES, as_csv, as_xlsx, order, picked

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


def sent(rows, name="list.csv"):
    return SimpleUploadedFile(name, rows if isinstance(rows, bytes) else as_xlsx(rows) if name.endswith("xlsx") else as_csv(rows))


def sample(name):
    return SimpleUploadedFile(name, (SAMPLES / name).read_bytes())


def preview(shop, agent, *files):
    return stage_upload(shop, list(files), by=acts(agent), at=NOON)


def left(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_preview_says_what_would_happen_and_changes_nothing(shop, agent):
    run = preview(shop, agent, sample("taobao_items.csv"), sample("taobao_orders.csv"))
    assert (run.state, run.read, run.new, run.held, run.by, run.by_name) == ("preview", 453, 453, 0, agent, "agent")
    assert [(file.name, file.kind, file.read) for file in run.files.all()] == [
        ("taobao_orders.csv", "orders", 200),
        ("taobao_items.csv", "items", 253),
    ]
    assert Order.objects.count() == 0


def test_a_preview_shows_the_first_held_rows_of_each_file(shop, agent):
    run = preview(shop, agent, sent([picked(订单状态="外星")] * 3, "same.csv"), sent([picked(订单状态="别的")], "same.csv"))
    assert [(row.file.read, row.line, row.value) for row in run.held_rows.all()] == [
        (3, 2, "外星"),
        (3, 3, "外星"),
        (3, 4, "外星"),
        (1, 2, "别的"),
    ]
    many = preview(shop, agent, sent([picked(订单状态="外星")] * (PREVIEWED + 50)))
    assert (many.held, many.held_rows.count()) == (PREVIEWED + 50, PREVIEWED)


def test_what_lies_on_disk_is_encrypted_and_for_the_owner_only(shop, agent, folder):
    run = preview(shop, agent, sample("taobao_orders.csv"))
    kept = folder / run.files.get().path
    assert left(folder) == [kept.name]
    assert "样例路".encode("gb18030") not in kept.read_bytes()
    assert b"1990000" not in kept.read_bytes()
    assert oct(kept.stat().st_mode)[-3:] == "600"
    with uploads.in_clear(kept.name) as clear:
        assert clear.read_bytes() == (SAMPLES / "taobao_orders.csv").read_bytes()
    assert left(folder) == [kept.name]


def test_a_changed_or_cut_upload_is_not_read(folder):
    kept = uploads.keep([os.urandom(1_500_000), os.urandom(1_500_000)], "x")
    path = folder / kept
    whole = path.read_bytes()
    for broken in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[: len(whole) // 3], whole[1_048_600:]):
        path.write_bytes(broken)
        with pytest.raises((VaultError, ValueError)), uploads.in_clear(kept):
            pass


def test_confirmed_files_are_imported_by_a_worker_and_removed(shop, agent, folder):
    run = preview(shop, agent, sample("taobao_orders.csv"), sent([order(订单编号="x")], "bad.csv"))
    confirm(run, by=acts(agent), at=NOON + HOUR)
    assert (run.state, unfinished_runs()) == ("queued", [run.pk])
    tasks.run_imports()
    run.refresh_from_db()
    assert (run.state, run.read, run.new, run.held, run.progress_done) == ("done", 201, 200, 1, 201)
    assert Order.objects.first().created_at == NOON + HOUR
    assert HeldRow.objects.get().run == run
    assert left(folder) == []
    assert set(run.files.values_list("path", flat=True)) == {""}


def test_the_journal_names_who_imported(shop, agent):
    from casework.models import Journal

    desk_order = sent([picked()])
    run = preview(shop, agent, desk_order)
    confirm(run, by=acts(agent), at=NOON)
    tasks.run_imports()
    entry = Journal.objects.filter(object_type="import", after__state="done").get()
    assert (entry.actor_id, entry.actor_name, entry.channel) == (agent.pk, "agent", "import")


def test_a_cancelled_preview_leaves_no_file(shop, agent, folder):
    run = preview(shop, agent, sent([picked(订单状态="外星")]))
    cancel(run, by=acts(agent))
    assert (run.state, left(folder), HeldRow.objects.count()) == ("cancelled", [], 0)
    tasks.run_imports()
    assert Order.objects.count() == 0


@pytest.mark.parametrize("first", [confirm, cancel])
def test_an_import_is_decided_once(shop, agent, first):
    run = preview(shop, agent, sent([picked()]))
    first(run, by=acts(agent), **({"at": NOON} if first is confirm else {}))
    with pytest.raises(Refused):
        confirm(run, by=acts(agent), at=NOON)
    with pytest.raises(Refused):
        cancel(run, by=acts(agent))


def test_a_done_import_is_not_run_again(shop, agent):
    run = preview(shop, agent, sent([picked()]))
    confirm(run, by=acts(agent), at=NOON)
    assert run_confirmed(run.pk, at=NOON) is True
    assert run_confirmed(run.pk, at=NOON) is False
    assert ImportRun.objects.filter(state="done").count() == 1


def test_a_run_that_a_killed_worker_left_is_done_by_the_next(shop, agent):
    run = preview(shop, agent, sent([picked()]))
    confirm(run, by=acts(agent), at=NOON)
    ImportRun.objects.filter(pk=run.pk).update(state="running", progress_done=1)
    tasks.run_imports()
    run.refresh_from_db()
    assert (run.state, run.new) == ("done", 1)


@pytest.mark.fault("I6")
def test_a_bad_file_leaves_neither_run_nor_file(shop, agent, folder):
    with pytest.raises(BadFile):
        preview(shop, agent, sent([picked()]), sent(b"%PDF-1.7\n", "paper.csv"))
    assert (ImportRun.objects.count(), left(folder)) == (0, [])


def test_too_large_a_file_is_refused_while_it_arrives(shop, agent, settings, folder):
    settings.IMPORT_MAX_BYTES = 1000
    with pytest.raises(BadFile) as caught:
        preview(shop, agent, sent([picked()], "small.csv"), sent(b"x" * 1001, "large.csv"))
    assert caught.value.code == "file_too_big"
    assert left(folder) == []


def test_no_file_at_all_is_a_sentence(shop, agent):
    with pytest.raises(Malformed):
        preview(shop, agent)


def test_auditors_and_people_of_other_shops_may_not_import(shop, auditor, outsider):
    for person in (auditor, outsider):
        with pytest.raises(NotAllowed):
            preview(shop, person, sent([picked()]))


def test_a_run_that_cannot_be_done_says_why(shop, agent, folder):
    run = preview(shop, agent, sent([picked()]))
    confirm(run, by=acts(agent), at=NOON)
    (folder / run.files.get().path).unlink()
    tasks.run_imports()
    run.refresh_from_db()
    assert (run.state, run.code, run.read) == ("failed", "unexpected", 0)


SENTENCES = {
    "en": "Something unexpected stopped the import. Try it once more; if it happens again, the log tells more under import {}.",
    "zh-hans": "导入意外中断。请再试一次；再次出现时，请联系维护人员，日志编号：导入 {}。",
}


def test_why_a_run_failed_is_a_sentence_in_the_readers_language_and_details_stand_in_the_log(shop, agent, manager, folder, client, caplog):
    run = preview(shop, agent, sent([picked()]))
    confirm(run, by=acts(agent), at=NOON)
    (folder / run.files.get().path).unlink()
    tasks.run_imports()
    assert "FileNotFoundError" in caplog.text
    for language, sentence in SENTENCES.items():
        client.cookies["django_language"] = language
        client.force_login(manager)
        for page in (f"/imports/{run.pk}/", f"/admin/orders/importrun/{run.pk}/change/"):
            text = client.get(page).content.decode()
            assert sentence.format(run.pk) in text
            assert "FileNotFoundError" not in text


def test_a_file_that_turns_out_bad_in_the_end_is_told_in_the_readers_language(shop, agent, folder):
    run = preview(shop, agent, sent([picked()]))
    confirm(run, by=acts(agent), at=NOON)
    with override_settings(IMPORT_MAX_ROWS=1):
        tasks.run_imports()
    run.refresh_from_db()
    assert (run.state, run.code) == ("failed", "too_many_rows")
    with translation.override("en"):
        assert failure_text(run).endswith("has more than 1 rows. Export a shorter period, or delete the empty rows.")
    with translation.override("zh-hans"):
        assert "超过" in failure_text(run)


def test_a_name_is_only_a_name(shop, agent):
    file = sent([picked()])
    file.name = "..\\..\\etc/passwd.csv"
    assert preview(shop, agent, file).files.get().name == "passwd.csv"


def test_what_nobody_decided_is_forgotten_after_a_day(shop, agent, folder):
    run = preview(shop, agent, sent([picked()]))
    stray = folder / "reading-left-behind"
    stray.write_bytes(b"x")
    for path in folder.iterdir():
        os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    assert tidy_uploads(at=NOON + DAY - HOUR) == 0
    tidy_uploads(at=NOON + DAY + HOUR)
    run.refresh_from_db()
    assert (run.state, left(folder)) == ("cancelled", [])


def test_the_held_rows_come_as_a_file(shop, agent):
    run = preview(shop, agent, sent([picked(订单状态="外星")]))
    confirm(run, by=acts(agent), at=NOON)
    tasks.run_imports()
    run.refresh_from_db()
    assert "外星" in b"".join(held_rows_csv(run)).decode("utf-8-sig")


def test_progress_is_seen_while_the_import_runs(shop, agent, monkeypatch):
    from orders.imports import run as running
    from orders.imports import watch

    seen = []
    monkeypatch.setattr(watch, "SECONDS", 0)
    merge = running.Merge.merge

    def look(self):
        beside = connection.copy()
        with beside.cursor() as cursor:
            cursor.execute("SELECT state, progress_done, progress_total FROM orders_importrun")
            seen.extend(cursor.fetchall())
        beside.close()
        merge(self)

    monkeypatch.setattr(running.Merge, "merge", look)
    run = preview(shop, agent, sent([picked(订单编号=f"51180000000000{place:05d}") for place in range(300)]))
    seen.clear()
    confirm(run, by=acts(agent), at=NOON)
    tasks.run_imports()
    assert seen == [("running", 300, 300)]


def test_the_upload_folder_is_the_settings_own():
    assert Path(settings.UPLOAD_DIR).name == "uploads"
