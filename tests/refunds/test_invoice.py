"""An invoice: noted, checked for completeness, issued by finance, told to the customer; its data sealed, and no identity numbers."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Journal
from casework.reading import read_case
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from refunds.actions.ask_invoice import ask_invoice, keep_invoice
from refunds.actions.reveal_invoice import reveal_invoice
from refunds.invoicing import code_is_valid, is_identity, open_data, wished
from refunds.models import Invoice, InvoiceFacts
from tests.builders import an_order
from tests.callers import program
from tests.cast import MONDAY, NOON, acts
from tests.logistics.incidents import fresh, hours, last_entry, running, state_of, taken
from tests.page import browser_of, field_of, text_of

pytestmark = pytest.mark.rule("I1.1")
SECOND = dt.timedelta(seconds=1)
# Made up; the check characters fit.
CODE = "91330106MA2AMPLE02"
IDENTITY = "110105199003071239"
SPECIAL = {
    "type": "special",
    "title": "杭州样例贸易有限公司",
    "tax_number": CODE,
    "address": "杭州市西湖区样例路12号",
    "phone": "0571-88880000",
    "bank": "样例银行西湖支行",
    "account": "1202 0265 1990 0000 123",
}
COMPANY = {"type": "company", "title": SPECIAL["title"], "tax_number": CODE}
ISSUED = {"number": "25332000000012345678", "issued_on": "2026-11-23"}


def an_invoice(by, order=None, *, at=MONDAY, **given):
    """An invoice that the customer wants; a company's with all data unless said otherwise."""
    order = order or an_order(by.memberships.get().shop)
    return ask_invoice({"order": order.number} | (given or COMPANY), by=acts(by), at=at)


def facts_of(case):
    return InvoiceFacts.objects.get(case=case)


def message(case, by):
    view = read_case(case.pk, by=acts(by), now=MONDAY)
    with translation.override("zh-hans"):
        return view.case.contact_message(view.at)


# The way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"type": "personal", "title": "赵测试"}, []),
        ({"type": "personal"}, ["title"]),
        (COMPANY, []),
        ({"type": "company", "title": "样例公司"}, ["tax_number"]),
        (SPECIAL, []),
        ({"type": "special", "title": "样例公司", "bank": "样例银行"}, ["tax_number", "address", "phone", "account"]),
    ],
)
def test_each_type_needs_its_own_fields_and_what_is_missing_is_named(agent, given, missing):
    case = an_invoice(agent, **given)
    assert facts_of(case).missing == missing
    assert state_of(case) == ("requested" if missing else "to_issue")
    if missing:
        with pytest.raises(StepRefused) as refused:
            taken(case, "hand_to_finance", agent)
        (reason,) = refused.value.reasons
        assert (reason.code, reason.rule) == ("is_complete", "I1.1")


def test_what_is_missing_is_asked_by_name_and_then_noted(agent):
    case = an_invoice(agent, type="special", title="样例公司", tax_number=CODE)
    assert all(words in message(case, agent) for words in ("注册地址", "注册电话", "开户银行", "银行账号", "不需要身份证号"))
    assert "税号" not in message(case, agent)
    taken(case, "ask_the_customer", agent)
    assert (state_of(case), fresh(case).category, running(case, "customer_answers").due_at) == (
        "incomplete",
        "customer",
        MONDAY + hours(72),
    )
    partly = {"type": "special", "address": SPECIAL["address"], "phone": SPECIAL["phone"]}
    keep_invoice(case.pk, partly, version=fresh(case).version, by=acts(agent), at=MONDAY + hours(1))
    assert (state_of(case), facts_of(case).missing) == ("incomplete", ["bank", "account"])
    rest = {"type": "special", "bank": SPECIAL["bank"], "account": SPECIAL["account"]}
    keep_invoice(case.pk, rest, version=fresh(case).version, by=acts(agent), at=MONDAY + hours(2))
    assert state_of(case) == "to_issue"
    assert open_data(facts_of(case).data_enc)["account"] == "1202026519900000123"


def test_a_silent_customer_puts_it_back_to_the_clerk(agent):
    case = an_invoice(agent, type="company")
    taken(case, "ask_the_customer", agent)
    fire_deadlines(at=MONDAY + hours(72) - SECOND)
    assert state_of(case) == "incomplete"
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "requested"
    taken(case, "withdraw", agent, at=MONDAY + hours(73), note="顾客不开了")
    assert state_of(case) == "withdrawn"


def test_finance_issues_it_with_number_and_date_and_the_customer_is_told(agent, finance, supervisor):
    case = an_invoice(agent)
    assert (fresh(case).queue, running(case, "issue").due_at) == ("finance", MONDAY + dt.timedelta(days=1, hours=7))
    for who in (agent, supervisor):
        with pytest.raises(NotAllowed):
            taken(case, "issued", who, **ISSUED)
    taken(case, "issued", finance, **ISSUED)
    facts = facts_of(case)
    assert (state_of(case), facts.number, facts.issued_by) == ("issued", ISSUED["number"], finance)
    assert ISSUED["number"] in message(case, agent)
    taken(case, "customer_told", agent)
    assert (state_of(case), verify_invariants()) == ("told", [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "12"}, "number"),
        ({"number": "2533200000001234567x"}, "number"),
        ({"number": "1" * 21}, "number"),
        ({"issued_on": "2026-11-24"}, "issued_on"),
        ({"issued_on": "x"}, "issued_on"),
    ],
)
def test_a_number_or_a_day_that_cannot_be_is_refused(agent, finance, change, field):
    case = an_invoice(agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "issued", finance, **(ISSUED | change))
    assert refused.value.field == field
    assert state_of(case) == "to_issue"


def test_what_finance_sends_back_says_why_and_is_asked_of_the_customer(agent, finance):
    case = an_invoice(agent)
    taken(case, "send_back", finance, wanted="抬头与税号不符")
    view = read_case(case.pk, by=acts(agent), now=MONDAY)
    assert "抬头与税号不符" in view.case.why_here(view.at)
    taken(case, "ask_the_customer", agent)
    assert "再发一次" in message(case, agent)
    keep_invoice(case.pk, COMPANY | {"title": "杭州样例有限公司"}, version=fresh(case).version, by=acts(agent), at=MONDAY)
    assert (state_of(case), facts_of(case).wanted) == ("to_issue", "")


# Numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kept", "warnings"),
    [
        (CODE, CODE, []),
        (CODE.lower(), CODE, []),
        ("９１３３０１０６ＭＡ２ＡＭＰＬＥ０２", CODE, []),
        ("9133 0106 MA2A MPLE-02", CODE, []),
        (CODE[:-1] + "9", CODE[:-1] + "9", ["check_digit"]),
        ("91330106MA2AMPLO0B", "91330106MA2AMPLO0B", ["check_digit"]),
        ("330106123456789", "330106123456789", []),
        ("33010612345678901234", "33010612345678901234", ["unusual_length"]),
    ],
)
def test_a_tax_number_is_folded_and_only_warned_of(agent, number, kept, warnings):
    facts = facts_of(an_invoice(agent, **COMPANY | {"tax_number": number}))
    assert (open_data(facts.data_enc)["tax_number"], facts.warnings, facts.missing) == (kept, warnings, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tax_number", "12345"),
        ("tax_number", "9" * 21),
        ("tax_number", "税号不知道，以后再补给你们吧"),
        ("account", "abc"),
        ("phone", "12"),
        ("phone", "打我手机"),
    ],
)
def test_what_is_no_number_is_refused_by_name(agent, name, value):
    with pytest.raises(Malformed) as refused:
        an_invoice(agent, **SPECIAL | {name: value})
    assert (refused.value.field, refused.value.code) == (name, "bad_value")


@pytest.mark.parametrize("name", ["title", "tax_number", "address", "phone", "bank", "account"])
@pytest.mark.parametrize("number", [IDENTITY, "110105 19900307 123x", "１１０１０５１９９００３０７１２３Ｘ"])
def test_an_identity_number_is_refused_wherever_it_stands_and_nothing_is_kept(agent, name, number):
    with pytest.raises(Malformed) as refused:
        an_invoice(agent, **SPECIAL | {name: number})
    assert (refused.value.code, refused.value.field) == ("identity_number", name)
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("text", [f"赵测试 {IDENTITY}", f"赵测试（身份证{IDENTITY}）", f"{IDENTITY}，电话见下"])
def test_nor_is_one_taken_beside_other_words(agent, text):
    with pytest.raises(Malformed) as refused:
        an_invoice(agent, type="personal", title=text)
    assert refused.value.code == "identity_number"
    case = an_invoice(agent, type="personal")
    with pytest.raises(Malformed):
        taken(case, "note_data", agent, type="personal", title=text)
    assert facts_of(case).shown == {}


def test_a_code_of_digits_that_looks_like_a_birthday_is_a_code_when_its_check_digit_fits():
    codes = [f"91330119900101{n:03d}" for n in range(100)]
    fitting = [code + last for code in codes for last in "0123456789" if code_is_valid(code + last)]
    assert fitting
    assert not all(is_identity(each) for each in fitting)
    assert all(is_identity(each[:-1] + ("1" if each[-1] == "0" else "0")) for each in fitting)


# Sealed --------------------------------------------------------------------------------------------


@pytest.mark.rule("S5.1")
def test_the_data_lie_sealed_and_neither_journal_nor_page_shows_them(agent, finance):
    case = an_invoice(agent, **SPECIAL)
    taken(case, "send_back", finance, wanted="请核对")
    keep_invoice(case.pk, SPECIAL | {"phone": "0571-88889999"}, version=fresh(case).version, by=acts(agent), at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f::text FROM refunds_invoicefacts f UNION ALL SELECT j::text FROM casework_journal j WHERE case_id = %s", [case.pk]
        )
        stored = "\n".join(text for (text,) in cursor.fetchall())
    pages = [
        browser_of(who).get(address).content.decode()
        for who, address in [
            (agent, f"/cases/{case.pk}/"),
            (agent, f"/invoices/{case.pk}/"),
            (finance, "/invoices/"),
            (agent, f"/orders/{case.order_id}/"),
        ]
    ]
    shown = program(agent).get(f"cases/{case.pk}/").content.decode()
    for secret in ("88889999", "1202026519900000123", "样例路12号", CODE):
        assert all(secret not in text for text in [stored, shown, *pages])
    assert facts_of(case).shown["account"] == "****0123"
    assert facts_of(case).shown["title"] == SPECIAL["title"]


@pytest.mark.rule("S5.1")
def test_a_persons_name_is_masked(agent):
    case = an_invoice(agent, type="personal", title="赵测试")
    assert (facts_of(case).shown, case.subject_label) == ({"title": "赵*"}, "赵*")


@pytest.mark.rule("S5.1")
@pytest.mark.parametrize("who", ["agent", "finance"])
def test_it_is_shown_once_with_a_reason_that_is_journalled(agent, finance, warehouse, who, request):
    case = an_invoice(agent, **SPECIAL)
    by = acts(request.getfixturevalue(who))
    with pytest.raises(Malformed):
        reveal_invoice(case.pk, reason=" ", by=by, at=MONDAY)
    assert reveal_invoice(case.pk, reason="开票", by=by, at=MONDAY)["account"] == "1202026519900000123"
    entry = last_entry(case)
    assert (entry.step, entry.note, entry.facts) == ("reveal", "开票", {"what": "invoice"})
    with pytest.raises(NotAllowed):
        reveal_invoice(case.pk, reason="看看", by=acts(warehouse), at=MONDAY)


# Asking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("", {}),
        ("个人", {"type": "personal", "title": ""}),
        ("个人 赵测试", {"type": "personal", "title": "赵测试"}),
        ("[姓名]", {"type": "personal", "title": ""}),
        ("杭州样例贸易有限公司", {"type": "company", "title": "杭州样例贸易有限公司"}),
        (f"抬头：杭州样例贸易有限公司 税号：{CODE}", {"type": "company", "title": "杭州样例贸易有限公司", "tax_number": CODE}),
        (f"杭州样例贸易有限公司,{CODE.lower()}", {"type": "company", "title": "杭州样例贸易有限公司", "tax_number": CODE}),
        (f"赵测试 {IDENTITY}", {"type": "personal", "title": f"赵测试 {IDENTITY}"}),
    ],
)
def test_the_orders_invoice_wish_is_the_beginning_of_the_form(wish, found):
    assert wished(wish) == found


def test_the_page_begins_with_the_wish_and_hands_complete_data_to_finance(agent, shop):
    order = an_order(shop, invoice_wish=f"杭州样例贸易有限公司 {CODE}")
    page = browser_of(agent)
    address = f"/invoices/new/?order={order.number}"
    assert f'href="{address}"' in page.get(f"/orders/{order.pk}/").content.decode()
    shown = page.get(address)
    assert [field_of(shown, name) for name in ("title", "tax_number")] == ["杭州样例贸易有限公司", CODE]
    refused = page.post(address, COMPANY | {"title": IDENTITY})
    assert (refused.status_code, "This is an identity number." in text_of(refused)) == (400, True)
    answer = page.post(address, COMPANY | {"tax_number": CODE[:-1] + "9"})
    case = Invoice.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert "check digit does not fit" in text_of(page.get(answer["Location"]))
    assert state_of(case) == "to_issue"


def test_more_data_are_noted_on_the_page_of_the_invoice(agent, warehouse):
    case = an_invoice(agent, type="company", title="样例公司")
    page = browser_of(agent)
    address = reverse("invoice", args=[case.pk])
    assert address in page.get(f"/cases/{case.pk}/").content.decode()
    shown = page.get(address)
    given = {"version": field_of(shown, "version"), "type": "company", "tax_number": CODE}
    assert page.post(address, given | {"version": "99"}).status_code == 409
    assert page.post(address, given)["Location"] == f"/cases/{case.pk}/"
    assert open_data(facts_of(case).data_enc) == {"title": "样例公司", "tax_number": CODE}
    revealed = page.post(f"{address}show/", {"reason": "核对"})
    assert CODE in text_of(revealed)
    assert page.post(f"{address}show/", {"reason": ""}).status_code == 400
    assert 'name="tax_number"' not in browser_of(warehouse).get(address).content.decode()


def test_finance_has_a_list_of_what_is_to_be_issued_and_others_have_none(agent, finance, outsider):
    case, _open = an_invoice(agent, **SPECIAL), an_invoice(agent, type="company")
    page = browser_of(finance)
    shown = text_of(page.get("/invoices/"))
    assert ("Invoices to issue 1" in shown, case.number in shown, "****0123" in shown) == (True, True, True)
    assert browser_of(agent).get("/invoices/").status_code == 403
    assert case.number not in text_of(browser_of(outsider).get("/invoices/"))
    assert "1202026519900000123" in text_of(page.post(f"/invoices/{case.pk}/reveal/", {"reason": "开票"}))
    sent = {"version": str(fresh(case).version), **ISSUED}
    refused = page.post(f"/invoices/{case.pk}/issue/", sent | {"number": "1"})
    assert (refused.status_code, field_of(refused, "number")) == (400, "1")
    assert page.post(f"/invoices/{case.pk}/issue/", sent)["Location"] == "/invoices/"
    assert (state_of(case), "No invoice waits to be issued" in text_of(page.get("/invoices/"))) == ("issued", True)


def test_the_list_asks_as_often_for_many_as_for_one(agent, finance, django_assert_max_num_queries):
    page = browser_of(finance)
    an_invoice(agent)
    with django_assert_max_num_queries(40) as first:
        page.get("/invoices/")
    for _ in range(4):
        an_invoice(agent)
    with django_assert_max_num_queries(len(first)):
        page.get("/invoices/")


def test_the_api_notes_it_and_refuses_identity_numbers(agent, shop):
    order = an_order(shop)
    refused = program(agent).post("invoices/", {"order": order.number, "type": "personal", "title": IDENTITY})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "identity_number", "title")
    assert IDENTITY not in refused.content.decode()
    answer = program(agent).post("invoices/", {"order": order.number, "type": "special", "title": "样例公司"})
    facts = answer.json()["facts"]
    assert (answer.status_code, answer.json()["state"], facts["missing"]) == (
        201,
        "requested",
        ["tax_number", "address", "phone", "bank", "account"],
    )
    assert program(agent).post("invoices/", {"order": order.number} | COMPANY).status_code == 422


def test_it_is_noted_by_agents_in_their_shop_for_a_paid_order_once(agent, finance, outsider, shop):
    order = an_order(shop)
    for who, error in ((finance, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            an_invoice(who, order)
    first = an_invoice(agent, order)
    with pytest.raises(Refused) as refused:
        an_invoice(agent, order)
    assert refused.value.extra["number"] == first.number
    for status in ("wait_pay", "closed"):
        with pytest.raises(Refused) as refused:
            an_invoice(agent, an_order(shop, status=status))
        assert refused.value.code == "not_paid"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "vat"}, "type"),
        ({"type": None}, "type"),
        ({"title": "长" * 101}, "title"),
        ({"title": 5.5}, "title"),
        ({"more": 1}, "more"),
    ],
)
def test_a_wish_that_is_not_whole_names_the_field_and_opens_nothing(agent, shop, change, field):
    order = an_order(shop)
    with pytest.raises(Malformed) as refused:
        ask_invoice({"order": order.number} | COMPANY | change, by=acts(agent), at=MONDAY)
    assert refused.value.field == field
    assert not Invoice.objects.exists()


def test_the_timeline_says_that_data_were_noted_and_not_what(agent):
    case = an_invoice(agent, type="company", title="样例公司")
    keep_invoice(case.pk, COMPANY, version=fresh(case).version, by=acts(agent), at=NOON)
    entry = Journal.objects.get(case=case, step="note_data")
    assert entry.facts == {"type": "company", "title": "***", "tax_number": "***", "missing": []}


def test_what_must_hold_is_looked_for(agent):
    case = an_invoice(agent)
    assert verify_invariants() == []
    InvoiceFacts.objects.filter(case=case).update(missing=["title"])
    assert ["what_finance_issues_is_whole" in str(each) for each in verify_invariants()] == [True]
