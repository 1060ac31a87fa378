"""Couriers' monthly statements: every line comes in once, pays the claim of its waybill, or waits for a person."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.actions.open_all import open_all
from casework.actions.open_case import open_case
from casework.actions.verify import verify_invariants
from casework.intake.rows import lines_of
from casework.models import Case, Journal, Ledger
from casework.reading import timeline
from logistics.models import Courier, Parcel
from orders.access import Actor
from orders.actions.run_uploads import run_confirmed
from orders.actions.upload_files import confirm
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.files.errors import BadFile
from orders.models import HeldRow
from refunds.actions.keep_statement_columns import keep_statement_columns
from refunds.actions.match_claims import match_what_waits
from refunds.actions.open_claims import open_claims
from refunds.actions.settle_line import match_line, open_line_again, settle_line
from refunds.actions.write_statement import write_statement
from refunds.models import Recovery, StatementColumns, StatementLine
from tests.builders import an_order
from tests.callers import browser, program
from tests.cast import MONDAY, NOON, acts, by_token
from tests.logistics.incidents import fresh, state_of, taken
from tests.orders.lists import Desk, as_csv, as_xlsx
from tests.page import browser_of, text_of
from tests.refunds.claims import DAY, a_claim, a_line, a_loss, a_row, claim_of, filed, waybill_of

pytestmark = [pytest.mark.rule("L13.1"), pytest.mark.usefixtures("database_clock")]


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


def lines():
    return list(StatementLine.objects.values_list("waybill", "amount", "recovery__case"))


@pytest.mark.fault("I1")
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_line_pays_the_claim_of_its_waybill_in_every_encoding(agent, desk, encoding):
    case = filed(agent)
    assert desk.counts(desk.file(as_csv([a_row(waybill_of(case), "100.00")], encoding)), at=MONDAY) == (1, 1, 0, 0, 0)
    assert (state_of(case), lines()) == ("paid", [(waybill_of(case), Decimal("100.00"), case.pk)])


@pytest.mark.fault("I3")
def test_the_same_statement_again_pays_nothing_again(agent, desk):
    case = filed(agent)
    rows = [a_row(waybill_of(case), "40.00"), a_row("73000000000009", "9.90")]
    assert desk.counts(rows, at=MONDAY) == (2, 2, 0, 0, 0)
    assert desk.counts(rows, at=NOON) == (2, 0, 0, 2, 0)
    book = desk.file(as_xlsx([row | {"赔付金额": float(row["赔付金额"])} for row in rows]), "again.xlsx")
    assert desk.counts(book, at=NOON) == (2, 0, 0, 2, 0)
    assert (claim_of(case).received, Recovery.objects.count(), Ledger.objects.filter(kind="claim").count()) == (Decimal("40.00"), 1, 1)
    assert verify_invariants() == []


def test_a_bill_of_all_parcels_pays_where_something_is_paid(agent, desk):
    case = filed(agent)
    rows = [a_row(waybill_of(case), "100"), a_row("73000000000001", ""), a_row("73000000000002", "0"), a_row("73000000000003", "0.00")]
    assert desk.counts([row | {"重量(kg)": "1.2", "运费": "3.00"} for row in rows], at=MONDAY) == (4, 1, 0, 3, 0)
    assert state_of(case) == "paid"


BAD = [
    ("赔付金额", "1.005", "bad_amount"),
    ("赔付金额", "=1+1", "bad_amount"),
    ("赔付金额", "1,000.00", "bad_amount"),
    ("赔付金额", "-5.00", "claim_sign"),
    ("运单号", "", "missing_value"),
    ("运单号", "7.38889E+13", "damaged_id"),
    ("运单号", "=cmd|'/c calc'!A1", "bad_waybill"),
    ("赔付日期", "上周", "bad_time"),
]


def test_what_cannot_be_read_is_held_with_its_reason(desk):
    rows = [a_row(f"7300000000000{place}", "5.00", **{column: value}) for place, (column, value, _code) in enumerate(BAD)]
    assert desk.counts(rows, at=MONDAY) == (8, 0, 0, 0, 8)
    assert desk.codes() == [(place, code) for place, (_column, _value, code) in enumerate(BAD, 2)]
    assert list(HeldRow.objects.order_by("line").values_list("column", flat=True)) == [column for column, _value, _code in BAD]


def test_a_line_that_stands_twice_counts_once(agent, desk):
    case = filed(agent)
    row = a_row(waybill_of(case), "50.00")
    assert desk.counts([row, row], at=MONDAY) == (2, 1, 0, 0, 1)
    assert (desk.codes(), claim_of(case).received) == ([(3, "line_twice")], Decimal("50.00"))


def test_two_payments_that_nothing_tells_apart_are_not_guessed(agent, desk):
    case = filed(agent)
    row = a_row(waybill_of(case), "50.00", 赔付日期="")
    desk.take([row], at=MONDAY)
    assert desk.counts([row], at=NOON) == (1, 0, 0, 1, 0), "the very same file"
    assert desk.counts([row, a_row("73000000000009", "1.00")], at=NOON) == (2, 1, 0, 0, 1)
    assert desk.codes() == [(2, "paid_before")]


SHORT = [("运单号", "waybill"), ("赔付金额", "amount"), ("兑付于", "paid_on"), ("流水", "reference")]


def in_its_own_words(waybill, *payments):
    """A statement whose day and number have names that nobody knows before they are told."""
    return [{"运单号": waybill, "赔付金额": amount, "兑付于": day, "流水": number} for amount, day, number in payments]


def tell_columns(who, case):
    """The statement's own words for the courier of the claim."""
    keep_statement_columns(case.shop, claim_of(case).loss.courier.code, {field: name for name, field in SHORT}, by=acts(who), at=MONDAY)


@pytest.mark.fault("I3")
def test_columns_that_are_told_afterwards_pay_nothing_again(agent, manager, desk):
    case = filed(agent)
    file = desk.file(as_csv(in_its_own_words(waybill_of(case), ("40.00", "2026-11-20", "QX1"), ("9.00", "2026-11-21", "QX2"))))
    assert desk.counts(file, at=MONDAY) == (2, 2, 0, 0, 0)
    tell_columns(manager, case)
    assert desk.counts(file, at=NOON) == (2, 0, 0, 2, 0)
    assert (claim_of(case).received, verify_invariants()) == (Decimal("49.00"), [])


@pytest.mark.fault("I3")
def test_what_stood_twice_is_told_apart_by_columns_that_are_told_afterwards(agent, manager, desk):
    case = filed(agent)
    file = desk.file(as_csv(in_its_own_words(waybill_of(case), ("40.00", "2026-11-20", "QX1"), ("40.00", "2026-11-21", "QX2"))))
    assert desk.counts(file, at=MONDAY) == (2, 1, 0, 0, 1)
    tell_columns(manager, case)
    assert desk.counts(file, at=NOON) == (2, 1, 0, 1, 0)
    assert desk.counts(file, at=NOON) == (2, 0, 0, 2, 0), "known by now, each of them"
    assert (claim_of(case).received, verify_invariants()) == (Decimal("80.00"), [])


@pytest.mark.parametrize(("day", "number"), [("", ""), ("2026-11-22", ""), ("", "LP1")])
def test_another_file_that_tells_less_or_more_of_a_payment_is_not_guessed(agent, desk, day, number):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "40.00", 赔付日期=day, 理赔单号=number)], at=MONDAY)
    fuller = a_row(waybill_of(case), "40.00", 理赔单号="LP1")
    assert desk.counts([fuller], at=NOON) == (1, 0, 0, 0, 1)
    assert (desk.codes(), claim_of(case).received) == ([(2, "paid_before")], Decimal("40.00"))
    told_apart = int(bool(day or number))
    assert desk.counts([fuller | {"赔付日期": "2026-11-30", "理赔单号": "LP2"}], at=NOON) == (1, told_apart, 0, 0, 1 - told_apart)


def test_several_lines_pay_a_claim_until_nothing_is_due(agent, desk):
    case = filed(agent)
    rows = [
        a_row(waybill_of(case), amount, 赔付日期=f"2026-11-{day}") for day, amount in (("20", "60.00"), ("21", "40.00"), ("22", "0.01"))
    ]
    result = desk.take(rows, at=MONDAY)
    assert (state_of(case), claim_of(case).received) == ("paid", Decimal("100.00"))
    assert result.warnings == [{"code": "unmatched_lines", "params": {"n": 1}}]
    assert StatementLine.objects.unmatched().get().amount == Decimal("0.01")


def test_each_part_that_comes_leaves_its_entry(agent, desk):
    case = filed(agent)
    for day, amount in (("20", "40.00"), ("21", "30.00")):
        desk.take([a_row(waybill_of(case), amount, 赔付日期=f"2026-11-{day}")], at=MONDAY)
    entries = timeline(case).filter(step="paid_in_part")
    assert [(each.from_state, each.to_state, each.facts["received"]) for each in entries] == [
        ("filed", "partly_accepted", "40.00"),
        ("partly_accepted", "partly_accepted", "70.00"),
    ]


def test_what_was_agreed_with_the_courier_is_enough(agent, supervisor, desk):
    case = filed(agent)
    taken(case, "accept_in_part", agent, accepted="80.00", said="样例")
    taken(case, "leave_rest", supervisor, note="保价上限")
    desk.take([a_row(waybill_of(case), "80.00")], at=MONDAY)
    assert (state_of(case), verify_invariants()) == ("paid", [])


def test_a_preview_pays_nothing(agent, desk):
    case = filed(agent)
    assert desk.counts([a_row(waybill_of(case), "100.00")], at=MONDAY, dry_run=True) == (1, 1, 0, 0, 0)
    assert (state_of(case), lines()) == ("filed", [])


def test_a_line_that_was_there_first_pays_the_claim_once_it_is_made(agent, desk):
    loss = a_loss(agent)
    desk.take([a_row(loss.parcel.waybill, "100.00")], at=MONDAY)
    (case,) = open_claims([loss.pk], by=acts(agent), at=NOON)
    assert (state_of(case), fresh(case).owner) == ("paid", agent)


@pytest.mark.parametrize("door", ["open_case", "open_all", "api"])
def test_however_the_claim_is_opened_the_line_that_was_there_first_pays_it(agent, desk, door):
    waybill, other = a_loss(agent).parcel.waybill, filed(agent)
    desk.take([a_row(waybill, "100.00"), a_row("73000000000009", "5.00")], at=MONDAY)
    if door == "open_case":
        open_case("courier_claim", by=acts(agent), at=NOON, waybill=waybill)
    elif door == "open_all":
        open_all("courier_claim", lines_of(waybill), by=acts(agent), at=NOON)
    else:
        program(agent).post("cases/", {"kind": "courier_claim", "waybill": waybill}, **{"Idempotency-Key": "opened"})
    assert (Case.objects.get(claim__loss__parcel__waybill=waybill).state, state_of(other)) == ("paid", "filed")
    assert StatementLine.objects.unmatched().get().waybill == "73000000000009"


def test_the_sweep_matches_what_came_together_since(agent, finance, desk):
    case = filed(agent)
    line = a_waiting_line(desk, waybill_of(case), "150.00")
    settle_line(line.pk, note="样例", by=acts(finance), at=MONDAY)
    desk.take([a_row("73000000000009", "40.00")], at=MONDAY)
    assert match_what_waits(by=Actor.system(), at=MONDAY) == 0
    Parcel.objects.filter(waybill=waybill_of(case)).update(waybill="73000000000009")
    assert (match_what_waits(by=Actor.system(), at=MONDAY), state_of(case)) == (1, "partly_accepted")
    assert match_what_waits(by=Actor.system(), at=MONDAY) == 0


def test_another_couriers_or_another_shops_line_pays_nothing(agent, outsider, desk, tmp_path):
    case = filed(agent)
    desk.take([a_row(waybill_of(case), "100.00") | {"快递公司": "圆通"}], at=MONDAY)
    Desk(outsider.memberships.get().shop, tmp_path).take([a_row(waybill_of(case), "100.00")], at=MONDAY)
    assert (state_of(case), StatementLine.objects.unmatched().count()) == ("filed", 2)


def test_the_number_of_statements_does_not_grow_with_the_lines(agent, desk):
    cases = [filed(agent) for _ in range(4)]
    rows = [a_row(waybill_of(case), "100.00") for case in cases]
    counted = []
    for some in (rows[:1], rows[1:]):
        with CaptureQueriesContext(connection) as queries:
            desk.take(some, at=MONDAY)
        counted.append(len(queries))
    assert {state_of(case) for case in cases} == {"paid"}
    assert counted[1] <= counted[0]


# Settled by hand -----------------------------------------------------------------------------------


def a_waiting_line(desk, waybill="73000000000009", amount="100.00"):
    desk.take([a_row(waybill, amount)], at=MONDAY)
    return StatementLine.objects.get(waybill=waybill)


def test_finance_says_which_claim_a_line_pays(agent, finance, outsider, desk):
    case, line = filed(agent), a_waiting_line(desk)
    for person in (agent, None):
        with pytest.raises(NotAllowed):
            match_line(line.pk, case=case.number, by=acts(person) if person else by_token(finance), at=MONDAY)
    with pytest.raises(NotFound):
        match_line(line.pk, case=case.number, by=acts(outsider), at=MONDAY)
    with pytest.raises(Malformed):
        match_line(line.pk, case=an_order(case.shop).number, by=acts(finance), at=MONDAY)
    match_line(line.pk, case=case.number.lower(), by=acts(finance), at=MONDAY)
    assert (state_of(case), claim_of(case).received) == ("paid", Decimal("100.00"))
    for settle, word in ((match_line, {"case": case.number}), (settle_line, {"note": "样例"})):
        with pytest.raises(Refused) as refused:
            settle(line.pk, by=acts(finance), at=MONDAY, **word)
        assert refused.value.code == "line_settled"
    assert verify_invariants() == []


def locked_in_turn(queries):
    """What a deed locks, in its order: "imports", or the table."""
    found = []
    for each in queries:
        if "pg_advisory_xact_lock_shared" in each["sql"]:
            found.append("imports")
        elif "FOR NO KEY UPDATE" in each["sql"]:
            found.append(re.search(r'FROM "?(\w+)', each["sql"])[1])
    return list(dict.fromkeys(found))


def test_lines_and_losses_are_locked_after_the_orders_as_everybody_locks(agent, finance, desk):
    case, line, losses = filed(agent), a_waiting_line(desk), [a_loss(agent).pk, a_loss(agent).pk]
    with CaptureQueriesContext(connection) as queries:
        match_line(line.pk, case=case.number, by=acts(finance), at=MONDAY)
    assert locked_in_turn(queries)[:3] == ["orders_order", "casework_case", "refunds_statementline"]
    with CaptureQueriesContext(connection) as queries:
        open_claims(losses, by=acts(agent), at=MONDAY)
    assert locked_in_turn(queries)[:3] == ["imports", "orders_order", "logistics_loss"]


@pytest.mark.fault("L1")
def test_the_list_of_lines_asks_no_more_for_many(finance, desk):
    counted = []
    for numbers in (("73000000000001",), ("73000000000002", "73000000000003")):
        desk.take([a_row(number, "1.00") for number in numbers], at=MONDAY)
        with CaptureQueriesContext(connection) as queries:
            rows = program(finance).get("claims/lines/").json()["results"]
        counted.append((len(rows), len(queries)))
    assert counted == [(1, counted[0][1]), (3, counted[0][1])]


def test_late_money_of_a_claim_that_was_written_off_is_booked_all_the_same(agent, supervisor, desk):
    case = filed(agent)
    taken(case, "write_off", supervisor, note="快递拒赔")
    desk.take([a_row(waybill_of(case), "100.00")], at=MONDAY + DAY)
    line = StatementLine.objects.unmatched().get()
    match_line(line.pk, case=case.number, by=acts(supervisor), at=MONDAY + DAY)
    assert (state_of(case), claim_of(case).received, verify_invariants()) == ("written_off", Decimal("100.00"), [])


def test_late_money_of_a_rest_that_was_left_is_booked_until_nothing_is_lost(agent, supervisor, finance, desk):
    case = filed(agent)
    for day, amount in (("20", "60.00"), ("21", "40.00"), ("22", "1.00")):
        desk.take([a_row(waybill_of(case), amount, 赔付日期=f"2026-11-{day}")], at=MONDAY)
        if day == "20":
            taken(case, "end_with_part", supervisor, note="保价上限")
    late, strange = StatementLine.objects.unmatched()
    match_line(late.pk, case=case.number, by=acts(finance), at=MONDAY)
    assert (state_of(case), claim_of(case).received, verify_invariants()) == ("paid", Decimal("100.00"), [])
    with pytest.raises(Refused) as refused:
        match_line(strange.pk, case=case.number, by=acts(finance), at=MONDAY)
    assert refused.value.code == "claim_is_over"


def test_a_line_that_is_no_claim_of_ours_is_settled_with_a_word(finance, desk):
    line = a_waiting_line(desk)
    with pytest.raises(Malformed):
        settle_line(line.pk, note=" ", by=acts(finance), at=MONDAY)
    settle_line(line.pk, note="分仓的件，电话13800138000", by=acts(finance), at=MONDAY)
    line.refresh_from_db()
    assert ("分仓" in line.note, "13800138000" in line.note, StatementLine.objects.unmatched().exists()) == (True, False, False)


def test_a_line_that_was_settled_with_a_wrong_word_waits_again_and_pays_its_claim(agent, finance, supervisor, outsider, desk):
    case, line = filed(agent), a_waiting_line(desk)
    with pytest.raises(Refused) as refused:
        open_line_again(line.pk, note="样例", by=acts(finance), at=MONDAY)
    assert refused.value.code == "line_not_settled"
    settle_line(line.pk, note="分仓的件", by=acts(finance), at=MONDAY)
    assert program(finance).get("claims/lines/settled/").json()["results"][0]["note"] == "分仓的件"
    for person, error in ((acts(agent), NotAllowed), (by_token(finance), NotAllowed), (acts(outsider), NotFound)):
        with pytest.raises(error):
            open_line_again(line.pk, note="样例", by=person, at=MONDAY)
    with pytest.raises(Malformed):
        open_line_again(line.pk, note=" ", by=acts(supervisor), at=MONDAY)
    open_line_again(line.pk, note="是本店的件，13800138000", by=acts(supervisor), at=MONDAY)
    entry = Journal.objects.get(step="line_opened_again")
    assert (entry.facts["settled_as"], "13800138000" in entry.facts["said"]) == ("分仓的件", False)
    match_line(line.pk, case=case.number, by=acts(finance), at=MONDAY)
    with pytest.raises(Refused) as paid:
        open_line_again(line.pk, note="样例", by=acts(finance), at=MONDAY)
    assert (paid.value.code, state_of(case), verify_invariants()) == ("line_settled", "paid", [])


@pytest.mark.parametrize(("waybill", "amount", "courier"), [("73000000000009", "9.00", None), ("", "100.01", None), ("", "9.00", "yunda")])
def test_the_database_lets_a_line_pay_its_own_parcels_claim_unless_somebody_names_another(agent, finance, shop, waybill, amount, courier):
    case = filed(agent)
    line = a_line(shop, waybill=waybill or waybill_of(case), amount=amount, courier=Courier.objects.filter(code=courier).first())
    for by, name in ((None, "line_is_of_the_claims_parcel"), (agent, "a_line_is_matched_by_finance_or_a_lead")):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Recovery.objects.create(case=case, direction="in", line=line, amount=amount, by=by, at=MONDAY)
        assert refused.value.__cause__.diag.constraint_name == name
    Recovery.objects.create(case=case, direction="in", line=line, amount=amount, by=finance, at=MONDAY)
    assert claim_of(case).received == Decimal(amount)


def test_money_beside_the_statements_is_a_statement_of_one_line(agent, finance, outsider, shop):
    case = filed(agent)
    page = browser_of(agent).get(f"/cases/{case.pk}/")
    assert "a statement of one line" in text_of(page)
    sent = {"amount": "100.00", "paid_on": "2026-11-22", "reference": "LP9"}
    assert browser_of(outsider).post(f"/claims/{case.pk}/paid-beside/", sent).status_code == 404
    for field, value in (("amount", "-1"), ("paid_on", "2026-13-01"), ("paid_on", "2027-01-01")):
        with pytest.raises(Malformed) as bad:
            write_statement(case.pk, **(sent | {field: value}), by=acts(agent), at=MONDAY)
        assert bad.value.field == field
    run = write_statement(case.pk, **sent, by=acts(agent), at=MONDAY)
    assert (run.state, run.new, state_of(case)) == ("preview", 1, "filed")
    confirm(run, by=acts(agent), at=MONDAY)
    run_confirmed(run.pk, at=MONDAY)
    assert (state_of(case), claim_of(case).received, StatementLine.objects.get().reference) == ("paid", Decimal("100.00"), "LP9")


def test_a_program_says_one_thing_of_a_line(agent, finance, desk):
    case, line = filed(agent), a_waiting_line(desk)
    answer = browser(finance).post(f"claims/lines/{line.pk}/", {"case": case.number, "note": "样例"}, **{"Idempotency-Key": "both-1"})
    assert (answer.status_code, answer.json()["field"], state_of(case)) == (400, "note", "filed")
    assert StatementLine.objects.unmatched().get() == line


# Columns -------------------------------------------------------------------------------------------

OWN = {"面单": "", "本月应付": "", "结算": "2026-11-20"}


def own_row(waybill, amount):
    return OWN | {"面单": waybill, "本月应付": amount}


def test_each_couriers_own_columns_are_told_once_and_kept_for_it(agent, shop, desk):
    case = filed(agent)
    with pytest.raises(BadFile) as unknown:
        desk.take([own_row(waybill_of(case), "-100.00")], at=MONDAY)
    assert unknown.value.code == "unknown_list"
    told = {"waybill": "面单", "amount": "本月应付", "paid_on": "结算", "minus": "yes"}
    keep_statement_columns(shop, "zhongtong", told, by=acts(agent), at=MONDAY)
    assert desk.counts([own_row(waybill_of(case), "-100.00"), own_row("73000000000001", "5.00")], at=MONDAY) == (2, 1, 0, 0, 1)
    assert (state_of(case), StatementLine.objects.get().courier.code, desk.codes()) == ("paid", "zhongtong", [(3, "claim_sign")])


def test_columns_of_two_couriers_are_told_apart_by_the_files_name(agent, shop, desk):
    for code in ("zhongtong", "yuantong"):
        keep_statement_columns(shop, code, {"waybill": "面单", "amount": "本月应付"}, by=acts(agent), at=MONDAY)
    rows = [own_row("73000000000001", "5.00")]
    with pytest.raises(BadFile) as several:
        desk.take(rows, at=MONDAY)
    assert several.value.code == "several_couriers"
    desk.take(desk.file(as_csv(rows), "圆通11月账单.csv"), at=MONDAY)
    assert StatementLine.objects.get().courier == Courier.objects.get(code="yuantong")


@pytest.mark.parametrize(
    ("courier", "told", "field"),
    [
        ("nobody", {}, "courier_code"),
        ("unknown", {}, "courier_code"),
        ("zhongtong", {"waybill": "单", "amount": "单"}, "amount"),
        ("zhongtong", {"waybill": "x" * 101}, "waybill"),
    ],
)
def test_columns_that_cannot_be_are_refused_by_name(agent, shop, courier, told, field):
    with pytest.raises(Malformed) as bad:
        keep_statement_columns(shop, courier, told, by=acts(agent), at=MONDAY)
    assert (bad.value.field, StatementColumns.objects.exists()) == (field, False)


def test_the_columns_are_told_on_their_page(agent, outsider, shop):
    browser = browser_of(agent)
    page = browser.post(f"/imports/statements/{shop.code}/", {"courier_code": "zhongtong", "waybill": "面单", "amount": "面单"})
    assert (page.status_code, "面单" in text_of(page)) == (400, True)
    assert browser.post(f"/imports/statements/{shop.code}/", {"courier_code": "zhongtong", "waybill": "面单"}).status_code == 302
    assert "面单" in browser.get(f"/imports/statements/{shop.code}/?courier=zhongtong").content.decode()
    assert browser_of(outsider).get(f"/imports/statements/{shop.code}/").status_code == 404
    assert a_claim(agent).shop == shop
