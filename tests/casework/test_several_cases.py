"""Several cases at once: a paste or a sheet, a preview, one confirmation, and what became of each row (L0.5)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.open_all import open_all
from casework.actions.open_case import open_case
from casework.actions.verify import verify_audit, verify_invariants
from casework.intake.rows import lines_of, preview
from casework.intake.sheets import lines_of_sheet, text_of
from casework.models import Case
from casework.registry import KINDS
from orders.errors import Malformed
from orders.files.errors import BadFile
from tests.builders import an_order, an_unreachable, numbers
from tests.callers import program
from tests.casework.test_open_many import rows_about
from tests.cast import MONDAY, acts
from tests.page import browser_of, field_of
from tests.page import text_of as words_of

pytestmark = pytest.mark.rule("L0.5")


def waybills(shop, count):
    return [an_order(shop, waybill=f"7366666666{next(numbers):04d}").waybills[0] for _ in range(count)]


def told(rows):
    return [(each.line, each.outcome, each.code) for each in rows]


def opened(text, agent, kind="unreachable"):
    return open_all(kind, lines_of(text), note="客户来电", by=acts(agent), at=MONDAY)


@pytest.fixture
def mixed(agent, shop, other_shop):
    """Four lines: a new one, one with a case, another shop's, and the first once more by its order."""
    new, known = waybills(shop, 2)
    an_unreachable(agent, order=an_order_with(known))
    strange = waybills(other_shop, 1)[0]
    return "\n".join(["", new, f"{known}\t张三", strange, an_order_with(new).number])


def an_order_with(waybill):
    from orders.models import Order

    return Order.objects.get(waybills=[waybill])


def test_the_preview_says_of_each_row_what_would_happen_and_changes_nothing(agent, mixed):
    expected = [(2, "opens", ""), (3, "exists", "already_open"), (4, "unknown", "not_found"), (5, "refused", "twice")]
    assert told(preview(KINDS["unreachable"], lines_of(mixed), by=acts(agent))) == expected
    assert Case.objects.count() == 1


def test_one_confirmation_opens_them_and_sent_again_opens_nothing_twice(agent, mixed):
    rows = opened(mixed, agent)
    assert [each.outcome for each in rows] == ["opens", "exists", "unknown", "refused"]
    assert {each.case.owner for each in rows if each.case} == {agent}
    assert [each.outcome for each in opened(mixed, agent)] == ["exists", "exists", "unknown", "exists"]
    assert Case.objects.count() == 2
    assert verify_invariants() == verify_audit() == []


@pytest.mark.parametrize("kind", ["unreachable", "stalled", "logistics_complaint", "missing_items"])
def test_a_case_among_several_has_the_rows_of_one_opened_alone(agent, shop, kind):
    first, second, alone = waybills(shop, 3)
    (row, _other) = opened(f"{first}\n{second}", agent, kind)
    case = open_case(kind, by=acts(agent), at=MONDAY, waybill=alone, note="客户来电")
    own = {"order", "waybill"}

    def without_numbers(rows):
        """What names the parcel is its own; the rest is the same."""
        for each in [fact for table in rows[:4] for row in table for fact in (row.get("facts"), row.get("taken_down"))]:
            for name in own if each else ():
                each.pop(name)
        return rows

    assert without_numbers(rows_about(row.case.pk)) == without_numbers(rows_about(case.pk))


def test_a_hundred_take_as_many_statements_as_three(agent, shop):
    few, many = "\n".join(waybills(shop, 3)), "\n".join(waybills(shop, 60))
    with CaptureQueriesContext(connection) as three:
        opened(few, agent)
    with CaptureQueriesContext(connection) as sixty:
        opened(many, agent)
    assert len(sixty) == len(three)
    assert Case.objects.count() == 63


@pytest.mark.parametrize("kind", ["courier_claim", "platform_dispute"])
def test_of_every_kind_the_preview_asks_no_more_for_many(agent, shop, kind):
    few, many = "\n".join(waybills(shop, 2)), "\n".join(waybills(shop, 9))
    with CaptureQueriesContext(connection) as two:
        assert len(preview(KINDS[kind], lines_of(few), by=acts(agent))) == 2
    with CaptureQueriesContext(connection) as nine:
        assert len(preview(KINDS[kind], lines_of(many), by=acts(agent))) == 9
    assert len(nine) == len(two)


def test_what_the_kind_cannot_be_about_keeps_its_reason(agent, shop):
    (waybill,) = waybills(shop, 1)
    (row,) = preview(KINDS["signed_not_received"], lines_of(waybill), by=acts(agent))
    assert (row.outcome, row.code) == ("refused", "not_signed")


def test_another_role_opens_none_and_another_shop_knows_none(auditor, outsider, shop):
    (waybill,) = waybills(shop, 1)
    assert told(opened(waybill, auditor)) == [(1, "refused", "not_allowed")]
    assert told(opened(waybill, outsider)) == [(1, "unknown", "not_found")]
    assert not Case.objects.exists()


# Sheets ----------------------------------------------------------------------------------------------


def a_workbook(*rows):
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("件.xlsx", out.getvalue())


def test_a_sheet_needs_no_certain_columns_and_only_its_numbers_leave_it_but_no_phone_beside_them():
    rows = [
        ("登记日期", "快递单号", "收件人", "电话"),
        ("2026-11-20", "YT7788000011", "张三", "13912345678"),
        ("", "YT7788000012", "李四", ""),
    ]
    csv = SimpleUploadedFile("件.csv", "\n".join(",".join(row) for row in rows).encode("gb18030"))
    for file in (a_workbook(*rows), csv):
        lines = lines_of_sheet(file)
        assert [(each.number, each.text) for each in lines] == [(2, "YT7788000011"), (3, "YT7788000012")]
        assert [(each.number, each.text) for each in lines_of(text_of(lines))] == [(each.number, each.text) for each in lines]


def test_a_number_that_the_spreadsheet_has_rounded_is_named_and_never_guessed(agent, shop):
    lines = lines_of_sheet(a_workbook(("订单号",), (5118000990001234567,), ("5118000990001230000",)))
    assert told(preview(KINDS["unreachable"], lines, by=acts(agent))) == [(2, "unknown", "rounded"), (3, "unknown", "rounded")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("x.csv", b"", "empty_file"), ("x.xlsx", b"%PDF-1.7 x", "pdf"), ("x.csv", b"a,b\n" * 3000, "too_many_rows")],
)
def test_what_is_no_sheet_is_refused_as_by_an_import(db, name, content, code):
    with pytest.raises(BadFile) as refused:
        lines_of_sheet(SimpleUploadedFile(name, content))
    assert refused.value.code == code


def test_a_text_without_a_number_is_refused(agent):
    with pytest.raises(Malformed) as refused:
        preview(KINDS["unreachable"], lines_of("在吗"), by=acts(agent))
    assert refused.value.code == "nothing_to_open"


# Page and API ----------------------------------------------------------------------------------------


def test_the_page_shows_the_preview_then_what_became_of_each_row(agent, mixed, settings, tmp_path):
    browser = browser_of(agent)
    file = SimpleUploadedFile("x.csv", mixed.encode())
    page = browser.post("/cases/new/several/", {"file": file, "text": "", "kind": "unreachable", "note": ""})
    assert "Open 1 case" in words_of(page)
    form = {"once": field_of(page, "once"), "text": page.context["given"]["text"], "kind": "unreachable", "note": "", "open": "1"}
    for _ in range(2):
        done = browser.post("/cases/new/several/", form)
        assert "1 case opened." in words_of(done)
    assert Case.objects.count() == 2


def test_a_refused_sheet_leaves_what_was_typed(agent, shop):
    answer = browser_of(agent).post("/cases/new/several/", {"text": "在吗", "kind": "unreachable"})
    assert answer.status_code == 400
    assert "在吗" in answer.content.decode()


def test_over_the_api_the_same_with_a_dry_run_first(agent, mixed):
    caller = program(agent)
    body = {"kind": "unreachable", "text": mixed}
    counts = {"opens": 1, "exists": 1, "unknown": 1, "refused": 1}
    assert caller.post("cases/several/", body | {"dry_run": True}).json()["counts"] == counts
    assert Case.objects.count() == 1
    answers = [caller.post("cases/several/", body, **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["rows"][0]["number"] == Case.objects.latest("pk").number
