"""Files that are no list: one sentence each, within seconds, and nothing has changed."""

import io
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from orders.files.errors import SENTENCES, BadFile
from orders.files.table import open_table
from orders.models import HeldRow, ImportRun, Order
from tests.orders.lists import as_csv, as_xlsx, order, picked

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def parts(**changes):
    """The parts of a small sound workbook, some replaced ("__" is "/", "_" at the end leaves a part out)."""
    with zipfile.ZipFile(io.BytesIO(as_xlsx([picked()]))) as book:
        return {name: book.read(name) for name in book.namelist()} | changes


def packed(contents):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in contents.items():
            book.writestr(name, data)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(rows):
    """A workbook whose sheet holds these bytes as rows, after a sound header."""
    sheet = parts()[SHEET]
    return packed(parts() | {SHEET: sheet.replace(b"</sheetData>", rows + b"</sheetData>")})


def bomb():
    """A hundred megabytes in a tenth of one."""
    return with_sheet(b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"0" * 100_000_000 + b"</t></is></c></row>")


def wide():
    cells = "".join(f'<c r="{_column(place)}1" t="inlineStr"><is><t>c{place}</t></is></c>' for place in range(16_384))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    return packed(parts() | {SHEET: sheet.encode()})


def _column(place):
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def entities():
    text = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return packed(parts() | {SHEET: text + parts()[SHEET].partition(b"?>")[2]})


def locked():
    """A zip whose entries say that they are encrypted."""
    data = bytearray(as_xlsx([picked()]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


BAD = {
    "empty.csv": (b"", "empty_file"),
    "blank.csv": (b"\r\n \r\n", "empty_file"),
    "page.xls": ("<html><body><table><tr><td>订单编号</td></tr></table>".encode(), "web_page"),
    "table.xls": ('\ufeff\n<TABLE border="1"><tr><td>订单编号'.encode(), "web_page"),
    "xml.xls": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml_file"),
    "list.xls": (as_csv([order()]), "text_named_workbook"),
    "list.xlsx": (as_csv([order()], "utf-16"), "text_named_workbook"),
    "old.xls": (OLE + "Workbook".encode("utf-16-le"), "old_workbook"),
    "secret.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "letter.doc": (OLE + "WordDocument".encode("utf-16-le"), "not_a_table"),
    "locked.xlsx": (locked(), "password"),
    "macros.xlsm": (packed(parts() | {"xl/vbaProject.bin": OLE}), "macros"),
    "macros2.xlsm": (
        packed(parts() | {"[Content_Types].xml": TYPES.replace("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")}),
        "macros",
    ),
    "binary.xlsb": (packed({"xl/workbook.bin": b"x", "[Content_Types].xml": TYPES}), "binary_workbook"),
    "open.ods": (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}), "open_document"),
    "lists.zip": (packed({"taobao_orders.csv": as_csv([order()])}), "archive"),
    "nested.xlsx": (packed(parts() | {"xl/media/inner.zip": packed({"a": b"b"})}), "unsafe_workbook"),
    "entities.xlsx": (entities(), "unsafe_workbook"),
    "torn.xlsx": (as_xlsx([picked()])[:2000], "damaged_workbook"),
    "broken.xlsx": (packed(parts() | {SHEET: b"<worksheet><sheetData><row>"}), "damaged_workbook"),
    "bomb.xlsx": (bomb(), "unpacks_too_large"),
    "empty_rows.xlsx": (with_sheet(b"".join(b'<row r="%d"/>' % row for row in range(3, 1_000_003))), "too_many_rows"),
    "far_row.xlsx": (with_sheet(b'<row r="99999999"><c r="A99999999"><v>1</v></c></row>'), "too_many_rows"),
    "wide.xlsx": (wide(), "too_many_columns"),
    "wide.csv": (",".join(f"c{place}" for place in range(16_384)).encode() + b"\r\n", "too_many_columns"),
    "commas.csv": (b"," * 20_000_000, "cell_too_long"),
    "empty_rows.csv": (as_csv([order()]) + b",,,\r\n" * 1_000_000, "too_many_rows"),
    "quote.csv": (as_csv([order()]) + b'"' + b"x" * 3_000_000, "cell_too_long"),
    "paper.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
    "photo.jpg": (b"\xff\xd8\xff\xe0" + bytes(100), "picture"),
    "bitmap.csv": (b"BM" + bytes(100), "picture"),
    "packed.rar": (b"Rar!\x1a\x07\x01\x00", "archive"),
    "packed.gz": (b"\x1f\x8b\x08\x00" + bytes(20), "archive"),
    "noise.csv": (bytes(range(256)) * 40, "not_a_table"),
    "program.csv": (b"MZ" + bytes(200), "not_a_table"),
    "words.csv": ("这是一封信，不是表格。\n第二行\n".encode(), "unknown_list"),
    "header_only_xlsx_of_nothing.xlsx": (
        packed(parts() | {SHEET: parts()[SHEET].split(b"<sheetData>")[0] + b"<sheetData/></worksheet>"}),
        "empty_file",
    ),
}


def read(path):
    for _row in open_table(path).records():
        pass


@pytest.mark.fault("I5", "I6")
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_own_code_in_seconds(tmp_path, name):
    data, code = BAD[name]
    path = tmp_path / name
    path.write_bytes(data)
    begun = time.monotonic()
    with pytest.raises(BadFile) as caught:
        read(path)
    assert caught.value.code == code
    assert name in str(caught.value)
    assert time.monotonic() - begun < 5


@pytest.mark.fault("I5")
def test_refusing_takes_little_memory(tmp_path):
    """Measured in a process of its own, with that of its worker."""
    for name in ("bomb.xlsx", "empty_rows.xlsx", "wide.xlsx", "commas.csv", "empty_rows.csv", "quote.csv"):
        (tmp_path / name).write_bytes(BAD[name][0])
    script = f"""
import os, pathlib, resource, sys
sys.path.insert(0, {str(Path.cwd())!r})
from django.conf import settings
settings.configure(USE_I18N=False)
from orders.files.errors import BadFile
from orders.files.table import open_table
peak = lambda: max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
before = peak()
for path in sorted(pathlib.Path({str(tmp_path)!r}).iterdir()):
    try:
        list(open_table(path).records())
    except BadFile as error:
        pass
    else:
        raise SystemExit(f"{{path}} was taken")
sys.stdout.write(str(peak() - before))
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
    assert int(output.stdout) < 200 * 1024  # kilobytes


@pytest.mark.fault("I6")
@pytest.mark.parametrize("name", BAD)
def test_nothing_has_changed_after_a_bad_file(desk, name):
    sound = desk.file([order()], "sound.csv")
    with pytest.raises(BadFile):
        desk.take(sound, desk.file(BAD[name][0], name))
    assert (Order.objects.count(), ImportRun.objects.count(), HeldRow.objects.count()) == (0, 0, 0)


def test_a_workbook_is_taken_whatever_its_name_says(desk):
    assert desk.counts(desk.file(as_xlsx([picked()]), "退款报表.xls")) == (1, 1, 0, 0, 0)


def test_the_reader_of_workbooks_sees_no_secret_and_writes_no_file():
    from orders.files import workbook

    source = Path(workbook.WORKER).read_text(encoding="utf-8")
    assert "RLIMIT_AS" in source
    assert "RLIMIT_FSIZE" in source
    assert "env={}" in Path(workbook.__file__).read_text(encoding="utf-8")


def test_the_workbook_reader_is_gone_when_nobody_reads_on(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(as_xlsx([picked(订单编号=f"51180000000000{place:05d}") for place in range(3000)]))
    rows = open_table(path).records()
    next(rows)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    rows.close()
    assert before >= 0
    assert not _children_with("workbook_worker")


def _children_with(name):
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text(encoding="utf-8")
            command = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"PPid:\t{os.getpid()}" in status and name in command:
            found.append(command)
    return found


def test_every_refusal_has_a_sentence_with_the_files_name():
    assert {code for _data, code in BAD.values()} <= set(SENTENCES)
    assert all("{file}" in json.dumps(str(sentence)) for sentence in SENTENCES.values())
