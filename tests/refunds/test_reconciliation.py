"""Reconciliation: what the platform's list and our books say of a month, and what somebody said about each difference."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.models import Journal
from orders.models import PlatformRefund
from refunds.books.reconciliation import ROWS, Kind, Month, difference, differences, params_of, sums
from refunds.models import Settlement
from tests.builders import a_list_comes, a_platform_refund, a_refund, an_order
from tests.cast import MONDAY, acts, make_user
from tests.page import browser_of, text_of

ADDRESS = "/reconciliation/"
NOVEMBER, OCTOBER = Month(2026, 11), Month(2026, 10)
PAID = {"is_open": False, "is_paid": True, "status": "退款成功", "finished_at": MONDAY}


@pytest.fixture
def at_finance(finance):
    return browser_of(finance)


def paid_here(agent, supervisor, finance, number="210000000000000001", **more):
    case = a_refund(agent, approved_by=supervisor, **more)
    facts = {"platform_number": number, "paid_at": MONDAY.isoformat()}
    return advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=facts)


def found(by, month=NOVEMBER):
    return [(each.kind, each.there, each.here) for each in differences(acts(by), month)]


def test_what_both_sides_have_is_no_difference(agent, supervisor, finance, shop):
    by_number = paid_here(agent, supervisor, finance)
    a_platform_refund(by_number.order, number="210000000000000001", **PAID)
    by_case = paid_here(agent, supervisor, finance, number="another")
    row = a_platform_refund(by_case.order)
    a_list_comes(shop)
    PlatformRefund.objects.filter(pk=row.pk).update(**PAID)
    a_platform_refund(an_order(shop), forced=True, **PAID)
    a_list_comes(shop)
    assert found(finance) == []
    total = sums(acts(finance), NOVEMBER)
    assert (total.there, total.here, total.register, total.ledger) == (90, 90, 60, 60)


def test_each_kind_of_difference_is_found(agent, supervisor, finance, shop):
    a_platform_refund(an_order(shop), "12.00", **PAID)
    paid_here(agent, supervisor, finance)
    other = paid_here(agent, supervisor, finance, number="210000000000000002")
    a_platform_refund(other.order, "29.99", number="210000000000000002", **PAID)
    assert {(kind, str(there), str(here)) for kind, there, here in found(finance)} == {
        (Kind.NOT_HERE, "12.00", "None"),
        (Kind.NOT_THERE, "None", "30.00"),
        (Kind.AMOUNTS, "29.99", "30.00"),
    }


def test_what_is_not_paid_there_yet_and_what_went_another_way_is_told_apart(agent, supervisor, finance, shop):
    case = paid_here(agent, supervisor, finance)
    a_platform_refund(case.order, number="210000000000000001")
    a_refund(agent, approved_by=supervisor, paid_by=finance, payee={"channel": "small_payment"})
    assert found(finance) == [(Kind.NOT_THERE, None, 30)]
    assert sums(acts(finance), NOVEMBER).register == 60


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (dt.datetime(2026, 10, 31, 23, 59, 59, tzinfo=MONDAY.tzinfo), OCTOBER),
        (dt.datetime(2026, 11, 1, 0, 0, 0, tzinfo=MONDAY.tzinfo), NOVEMBER),
    ],
)
def test_a_month_ends_at_midnight_of_the_shop(finance, shop, at, month):
    a_platform_refund(an_order(shop), **(PAID | {"finished_at": at}))
    assert {each: len(found(finance, each)) for each in (OCTOBER, NOVEMBER)} == {OCTOBER: 0, NOVEMBER: 0} | {month: 1}


def test_a_pair_across_the_end_of_a_month_stands_on_each_side_in_its_own_month(agent, supervisor, finance):
    case = paid_here(agent, supervisor, finance)
    there = dt.datetime(2026, 12, 1, 0, 0, tzinfo=MONDAY.tzinfo)
    row = a_platform_refund(case.order, "29.00", number="210000000000000001", **(PAID | {"finished_at": there}))
    each = {month: sums(acts(finance), Month(2026, month)) for month in (11, 12)}
    assert {month: (total.there, total.here) for month, total in each.items()} == {11: (0, 30), 12: (29, 0)}
    for month in (NOVEMBER, Month(2026, 12)):
        assert found(finance, month) == [(Kind.AMOUNTS, 29, 30)]
        assert difference(acts(finance), month, f"refund:{row.pk}").there == 29
    for about in ("refund:0", "refund:" + "9" * 30, f"payout:{row.pk}", "", "x:1"):
        assert difference(acts(finance), OCTOBER, about) is None
    assert difference(acts(finance), OCTOBER, f"refund:{row.pk}") is None


@pytest.mark.parametrize("deed", ["list", "one"])
def test_only_the_orders_of_the_month_are_read(agent, supervisor, finance, shop, deed):
    for number in range(20):
        a_platform_refund(an_order(shop), number=f"{number:018d}", **(PAID | {"finished_at": MONDAY - dt.timedelta(days=60)}))
    row, other = (a_platform_refund(an_order(shop), number=f"7{number:017d}", **PAID) for number in range(2))
    params = params_of(acts(finance), NOVEMBER, None, row.order_id if deed == "one" else None)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {ROWS}", params)
        plan = cursor.fetchone()[0]
    read = [each for each in nodes_of(plan) if each.get("Subplan Name") == "CTE looked"]
    assert [each["Actual Rows"] for each in read] == [1 if deed == "one" else 2]
    assert other.order_id != row.order_id


def nodes_of(plan):
    """Every node of a plan."""
    waiting = [each["Plan"] for each in plan]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.get("Plans", [])


def test_december_ends_in_the_next_year():
    assert Month(2026, 12).end == Month(2027, 1).begin


def test_only_shops_where_one_may_are_compared(agent, finance, auditor, shop, other_shop):
    a_platform_refund(an_order(other_shop), **PAID)
    a_platform_refund(an_order(shop), **PAID)
    assert (len(found(finance)), len(found(auditor)), len(found(agent))) == (1, 1, 0)


def test_one_query_whatever_the_number(finance, shop):
    for _ in range(3):
        a_platform_refund(an_order(shop), **PAID)
    by = acts(finance)
    with CaptureQueriesContext(connection) as queries:
        assert len(differences(by, NOVEMBER)) == 3
    assert len([each for each in queries if "paired" in each["sql"]]) == 1


# The page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("finance", 200), ("supervisor", 200), ("auditor", 200), ("agent", 403), ("warehouse", 403)])
def test_finance_leads_and_auditors_read_it(request, name, status, shop):
    assert browser_of(request.getfixturevalue(name)).get(ADDRESS).status_code == status


def test_the_page_says_that_all_agrees_or_what_differs(at_finance, shop):
    assert "Nothing differs in this month." in text_of(at_finance.get(ADDRESS))
    row = a_platform_refund(an_order(shop), "12.00", **PAID)
    text = text_of(at_finance.get(ADDRESS, {"month": "2026-11"}))
    for part in (row.number, row.order.number, "Paid there, not in our books", "12.00"):
        assert part in text
    assert row.number not in text_of(at_finance.get(ADDRESS, {"month": "2026-10"}))


@pytest.mark.parametrize("query", [{"month": "november"}, {"month": "2026-13"}, {"month": "0000-01"}, {"shop": "nowhere"}])
def test_a_bad_month_or_shop_is_refused(at_finance, query):
    assert at_finance.get(ADDRESS, query).status_code == 400


@pytest.fixture
def differs(shop):
    return a_platform_refund(an_order(shop), "12.00", **PAID)


def settle(browser, row, **changes):
    sent = {"about": f"refund:{row.pk}", "there": "12.00", "here": "", "note": "客服在千牛直接同意", "case": ""}
    return browser.post(f"{ADDRESS}?month=2026-11", sent | changes)


def test_a_difference_is_settled_with_a_note_and_a_case_and_journalled(at_finance, finance, agent, shop, differs):
    case = a_refund(agent, order=differs.order)
    assert settle(at_finance, differs, case=case.number).status_code == 302
    row = Settlement.objects.get()
    assert (row.note, row.case_id, row.by, row.there, row.here) == ("客服在千牛直接同意", case.pk, finance, 12, None)
    entry = Journal.objects.get(step="settle_difference")
    assert (entry.actor, entry.case_id, entry.note, entry.facts["there"]) == (finance, case.pk, "客服在千牛直接同意", "12.00")
    (each,) = differences(acts(finance), NOVEMBER)
    assert (each.is_settled, each.settled_by_case) == (True, case.number)


def test_what_is_settled_is_not_settled_over_somebodys_words(at_finance, supervisor, finance, differs):
    settle(at_finance, differs)
    again = settle(browser_of(supervisor), differs, note="另一种说法")
    assert (again.status_code, "settled already" in text_of(again)) == (422, True)
    (row,) = Settlement.objects.all()
    assert (row.note, row.by, Journal.objects.filter(step="settle_difference").count()) == ("客服在千牛直接同意", finance, 1)


def test_what_was_settled_is_open_again_when_an_amount_changes(at_finance, finance, differs):
    settle(at_finance, differs)
    PlatformRefund.objects.update(amount="13.00")
    assert [each.is_settled for each in differences(acts(finance), NOVEMBER)] == [False]
    assert settle(at_finance, differs).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"note": " "}, 400),
        ({"note": "x" * 501}, 400),
        ({"case": "AS-000000-0000"}, 400),
        ({"about": "refund:0"}, 404),
        ({"there": "11.00"}, 409),
        ({"here": "12.00"}, 409),
    ],
)
def test_what_cannot_be_settled_changes_nothing(at_finance, differs, changes, status):
    assert settle(at_finance, differs, **changes).status_code == status
    assert not Settlement.objects.exists()


def test_an_auditor_only_reads_and_another_shop_is_not_found(auditor, other_shop, differs):
    assert settle(browser_of(auditor), differs).status_code == 403
    assert settle(browser_of(make_user("elsewhere", "finance", other_shop)), differs).status_code == 404


def test_the_workbook_holds_the_same_rows_and_the_journal_who_took_it(at_finance, finance, differs):
    answer = at_finance.get(f"{ADDRESS}export.xlsx", {"month": "2026-11"})
    head, row = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert (told["订单号"], told["平台"], told["账上"]) == (differs.order.number, 12, None)
    entry = Journal.objects.get(object_type="reconciliation")
    assert (entry.actor, entry.facts) == (finance, {"rows": 1, "filter": {"month": "2026-11"}})
