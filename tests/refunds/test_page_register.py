"""The refund register: what it shows, to whom, and as a workbook (R2.1, R2.4)."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from casework.actions.advance import advance
from casework.models import Journal, Policy
from orders.models import Buyer, Line
from tests.builders import a_refund, an_order
from tests.cast import MONDAY, acts
from tests.page import browser_of, text_of

ADDRESS = "/register/"
FILE = "/register/export.xlsx"


@pytest.fixture
def at_finance(finance):
    return browser_of(finance)


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="8.00")


@pytest.fixture
def paid(agent, supervisor, finance, order):
    return a_refund(agent, order=order, amount="30.00", freight="8.00", approved_by=supervisor, paid_by=finance)


def taken(client, **query):
    """The bytes of the workbook."""
    answer = client.get(FILE, query)
    assert answer.status_code == 200
    return answer.getvalue()


def sheet_of(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def rows_of(data):
    head, *rows = [[cell.value for cell in row] for row in sheet_of(data).iter_rows()]
    # The last row holds the sums.
    return [dict(zip(head, row, strict=True)) for row in rows[:-1]]


@pytest.mark.rule("R2.1")
def test_a_row_says_customer_order_amount_reason_product_handler_and_time(at_finance, paid, order):
    text = text_of(at_finance.get(ADDRESS))
    for part in [order.buyer.nick, order.number, "38.00", "样例商品1", "agent", "supervisor", "finance", f"PAY{paid.pk:08d}", "Paid"]:
        assert part in text


@pytest.mark.rule("R2.1")
def test_only_what_was_approved_is_on_the_register(at_finance, agent, order):
    a_refund(agent, order=order)
    assert "No approvals here" in text_of(at_finance.get(ADDRESS))


@pytest.mark.rule("R2.1")
def test_an_approval_that_was_taken_back_stays_as_void(at_finance, agent, supervisor, order):
    case = a_refund(agent, order=order, approved_by=supervisor)
    advance(case.pk, "revoke", by=acts(supervisor), at=MONDAY, facts={"reason": "顾客不退了"})
    text = text_of(at_finance.get(ADDRESS))
    assert "Approval taken back" in text
    assert "Void ¥30.00" in text


def test_the_sums_are_those_of_all_pages_and_follow_the_filter(at_finance, agent, supervisor, shop, paid):
    a_refund(agent, order=an_order(shop, lines=("1280.00",)), amount="400.00", approved_by=supervisor)
    text = text_of(at_finance.get(ADDRESS))
    assert "Approved ¥438.00 2 entries Paid ¥38.00 To be paid ¥400.00 Void ¥0.00" in text
    assert "Approved ¥38.00 1 entry" in text_of(at_finance.get(ADDRESS, {"state": "paid"}))


def test_days_are_days_of_shop_time_and_both_are_included(at_finance, agent, supervisor, shop, database_clock):
    day = dt.date(2026, 11, 23)
    a_refund(agent, order=an_order(shop), approved_by=supervisor, at=MONDAY.replace(hour=23, minute=59))
    a_refund(agent, order=an_order(shop), approved_by=supervisor, at=MONDAY.replace(hour=0, minute=0) + dt.timedelta(days=1))

    def count(**days):
        return text_of(at_finance.get(ADDRESS, days)).split(" entr")[0].rsplit(" ", 1)[1]

    assert count(since=day) == "2"
    assert count(until=day) == "1"
    assert count(since=day + dt.timedelta(days=1)) == "1"
    assert count(since=day, until=day) == "1"


@pytest.mark.parametrize(
    "query", [{"since": "23.11.2026"}, {"until": "2026-13-01"}, {"state": "lost"}, {"shop": "elsewhere"}, {"order": "x' OR 1=1"}]
)
def test_a_filter_that_cannot_be_read_is_refused(at_finance, query):
    assert at_finance.get(ADDRESS, query).status_code == 400
    assert at_finance.get(FILE, query).status_code == 400


def test_a_page_beyond_the_last_shows_the_last(at_finance, paid):
    for page in ("2", "1000000000", "-1", "x"):
        assert paid.number in text_of(at_finance.get(ADDRESS, {"page": page}))


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 200), ("supervisor", 200), ("auditor", 200), ("warehouse", 403), ("printclerk", 403)]
)
def test_who_reads_the_register(request, who, status):
    assert browser_of(request.getfixturevalue(who)).get(ADDRESS).status_code == status


def test_another_shops_approvals_are_not_on_it(outsider, paid):
    assert "No approvals here" in text_of(browser_of(outsider).get(ADDRESS))
    assert rows_of(taken(browser_of(outsider))) == []


@pytest.mark.rule("R2.4")
@pytest.mark.fault("X4")
def test_the_workbook_keeps_ids_as_text_and_amounts_as_numbers_with_two_decimals(at_finance, paid, order):
    answer = at_finance.get(FILE)
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    sheet = sheet_of(answer.getvalue())
    number, amount, freight = sheet["E2"], sheet["F2"], sheet["G2"]
    assert (number.value, number.data_type) == (order.number, "s")
    assert (amount.value, amount.data_type, amount.number_format) == (38, "n", "#,##0.00")
    assert freight.value == 8
    assert sheet["R2"].value == f"PAY{paid.pk:08d}"
    assert sheet["A2"].is_date
    assert (sheet["F3"].value, sheet["G3"].value) == (38, 8)


@pytest.mark.rule("R2.4")
def test_the_workbook_has_every_column_of_the_register(at_finance, paid, order):
    (row,) = rows_of(taken(at_finance))
    assert len(row) == 19
    assert [order.buyer.nick, "agent", "supervisor", "finance"] == [list(row.values())[place] for place in (3, 10, 12, 15)]


@pytest.mark.rule("R2.4")
def test_the_headers_are_chinese_whoever_asks(at_finance, paid):
    (row,) = rows_of(taken(at_finance))
    assert [*list(row)[2:6], list(row)[10]] == ["店铺", "买家", "订单号", "金额（元）", "经办人"]


@pytest.mark.rule("R2.4")
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\ufeff=", "\u200b=", "  =", "＝", "＋", "－", "＠", "|", "%"])
def test_no_cell_can_become_a_formula(at_finance, paid, order, start):
    evil = f"{start}cmd|'/c calc'!A1"
    Buyer.objects.filter(pk=order.buyer_id).update(nick=evil)
    Line.objects.filter(order=order).update(title=evil)
    data = taken(at_finance)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    for row in sheet_of(data).iter_rows(min_row=2):
        for cell in row:
            assert cell.data_type != "f"
            assert not str(cell.value or "").lstrip(" \t\r\n\ufeff\u200b").startswith(("=", "+", "@", "＝", "＋", "－", "＠", "|", "%"))


@pytest.mark.rule("R2.4", "S5.1")
def test_each_export_is_journalled_with_filter_and_number_of_rows(at_finance, finance, paid):
    taken(at_finance, state="paid", since="2026-01-01")
    entry = Journal.objects.get(step="export")
    assert (entry.actor, entry.object_type, entry.facts["rows"]) == (finance, "register", 1)
    assert entry.facts["filter"] == {"state": "paid", "since": "2026-01-01"}


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize("who", ["agent", "admin", "warehouse", "printclerk"])
def test_who_may_not_take_the_register_away(request, who, paid):
    client = browser_of(request.getfixturevalue(who))
    assert client.get(FILE).status_code == 403
    assert not Journal.objects.filter(step="export").exists()
    if who == "agent":
        assert FILE not in client.get(ADDRESS).content.decode()


@pytest.mark.rule("R2.4")
@pytest.mark.fault("P4")
def test_more_rows_than_the_policy_allows_are_not_given_out_at_once(at_finance, agent, supervisor, shop, paid):
    Policy.objects.create(name="export_rows", value=1, valid_from=MONDAY - dt.timedelta(days=300))
    assert len(rows_of(taken(at_finance))) == 1
    a_refund(agent, order=an_order(shop), approved_by=supervisor)
    answer = at_finance.get(FILE)
    assert answer.status_code == 422
    assert "More than the 1 rows of one file. Choose a shorter time." in text_of(answer)


def test_the_number_of_queries_does_not_grow_with_the_rows(at_finance, agent, supervisor, shop, paid, django_assert_num_queries):
    at_finance.get(ADDRESS)
    for _ in range(12):
        a_refund(agent, order=an_order(shop), approved_by=supervisor)
    with django_assert_num_queries(8):
        assert "13 entries" in text_of(at_finance.get(ADDRESS))
    with django_assert_num_queries(11):
        assert len(rows_of(taken(at_finance))) == 13
