"""POST and GET /api/v1/refunds/: what may be asked for, once, and by whom it is seen."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, Ledger
from tests.builders import a_refund, a_wish_for, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts, make_user


@pytest.fixture
def api(agent):
    return program(agent)


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="0.00")


def test_what_is_asked_for_is_answered_with_the_promised_names(api, order):
    answer = api.ask(a_wish_for(order, "30.00"))
    assert answer.status_code == 201
    body = answer.json()
    case = Case.objects.get()
    assert {"id": case.pk, "number": case.number, "state": "asked", "amount": "30.00", "version": 1}.items() <= body.items()
    assert body["lines"] == [{"line": order.lines.first().pk, "amount": "30.00"}]
    assert (body["order"], body["asked_by"], body["approved_by"]) == (order.number, "agent", None)
    assert api.get("refunds/", {"order": order.number}).json() == {"results": [body], "next": None}
    assert api.get(f"cases/{body['id']}/").json()["kind"] == "refund"


def test_a_refund_belongs_to_the_case_it_is_asked_from(api, agent, shop):
    case = an_unreachable(agent, state="returning")
    body = a_wish_for(case.order, "30.00") | {"case": case.pk}
    del body["order"]
    assert api.ask(body).json()["case"] == case.pk


def test_asking_anew_is_a_new_version_of_the_same_refund(api, order):
    first = api.ask(a_wish_for(order, "30.00")).json()
    second = api.ask(a_wish_for(order, "20.00", case=first["id"], version=first["version"])).json()
    assert (second["id"], second["amount"], second["revision"], second["version"]) == (first["id"], "20.00", 2, 2)


def test_the_row_of_a_paid_refund_says_who_and_with_which_number(agent, supervisor, finance, api):
    case = a_refund(agent, approved_by=supervisor, paid_by=finance)
    (row,) = api.get("refunds/").json()["results"]
    assert {
        "id": case.pk,
        "state": "paid",
        "asked_by": "agent",
        "approved_by": "supervisor",
        "paid_by": "finance",
        "platform_number": f"PAY{case.pk:08d}",
    }.items() <= row.items()


def test_the_account_of_the_payee_is_shown_masked_only(api, order):
    payee = {"channel": "alipay", "account": "sample@example.com", "name": "张三"}
    row = api.ask(a_wish_for(order, "30.00", payee=payee)).json()
    assert row["payee_mask"] == "张* sam***om"
    assert "example" not in json.dumps(row)


@pytest.mark.rule("R2.3")
def test_why_a_clock_stands_still_is_told_in_the_readers_language(api, agent, supervisor):
    case = a_refund(agent)
    advance(case.pk, "send_back", by=acts(supervisor), at=MONDAY, facts={"reason": "更清楚的照片"})
    for language, words in (("en", "More evidence wanted"), ("zh-CN", "已退回，待补证据")):
        rows = api.get(f"cases/{case.pk}/", **{"Accept-Language": language}).json()["deadlines"]
        assert {row["kind"]: row["pause_reason"] for row in rows} == {"answer": words, "more_evidence": ""}


# The cap --------------------------------------------------------------------------------------------


@pytest.mark.fault("M1")
@pytest.mark.rule("R1.1")
def test_a_fen_more_than_was_paid_is_refused(api, order):
    answer = api.ask(a_wish_for(order, "60.00", "40.01"))
    assert (answer.status_code, answer.json()["code"]) == (422, "over_the_cap")
    assert answer.json()["left"] == {
        "order": "100.00",
        "freight": "0.00",
        "lines": {str(line.pk): str(line.paid) for line in order.lines.all()},
    }
    assert not Ledger.objects.exists()
    assert Journal.objects.filter(step="refused:ask_refund").count() == 1
    assert verify_invariants() == []


@pytest.mark.fault("M2")
def test_what_was_asked_for_before_counts(api, shop):
    order = an_order(shop, lines=("100.00",))
    asked = [api.ask(a_wish_for(order, amount)).status_code for amount in ("60.00", "40.01", "40.00", "0.01")]
    assert asked == [201, 422, 201, 422]
    order.refresh_from_db()
    assert order.reserved == 100
    assert verify_invariants() == []


@pytest.mark.fault("M3")
def test_a_line_has_a_cap_of_its_own_and_so_has_postage(api, shop):
    order = an_order(shop, lines=("33.33", "33.34", "23.33"), freight="10.00")
    assert api.ask(a_wish_for(order, "33.34")).status_code == 422
    assert api.ask(a_wish_for(order, "33.33", freight="10.01")).status_code == 422
    assert api.ask(a_wish_for(order, "33.33", "33.34", "23.33", freight="10.00")).json()["amount"] == "100.00"
    order.refresh_from_db()
    assert (order.room, order.freight_room) == (0, 0)
    assert verify_invariants() == []


BAD_AMOUNTS = [
    "0",
    "0.00",
    "-1",
    "1.005",
    "1,00",
    "1e2",
    "NaN",
    "Infinity",
    "9" * 100,
    "１００",
    " 1 ",
    "",
    "0x10",
    "1.",
    ".5",
    "1_0",
    "1\n",
]
BAD_AMOUNTS += [0, -1, 1.5, 30, True, None, [], {}, ["1.00"], {"amount": "1.00"}]


@pytest.mark.fault("M4")
@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=repr)
def test_an_amount_that_is_none_is_named_and_never_rounded(api, order, amount):
    answer = api.ask(a_wish_for(order, amount or "x") | {"lines": [{"line": order.lines.first().pk, "amount": amount}]})
    assert (answer.status_code, answer.json()["field"]) == (400, "lines.0.amount")
    assert not Case.objects.exists()


@pytest.mark.fault("M4")
@pytest.mark.parametrize("amount", ["-1", "1.005", "1e2", "NaN", 5, True, None, [], "１"], ids=repr)
def test_postage_that_is_no_amount_is_named(api, order, amount):
    answer = api.ask(a_wish_for(order, "1.00", freight=amount))
    assert (answer.status_code, answer.json()["field"]) == (400, "freight")


@pytest.mark.fault("M4")
def test_a_bare_nan_is_no_json(api, order):
    raw = json.dumps(a_wish_for(order, "1.00")).replace('"1.00"', "NaN")
    assert api.send("refunds/", raw, **{"Idempotency-Key": "k"}).json()["code"] == "malformed"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": None}, "reason"),
        ({"ground": "x"}, "ground"),
        ({"ground": 1}, "ground"),
        ({"evidence": [10**15]}, "evidence"),
        ({"evidence": ["1"]}, "evidence"),
        ({"evidence": 1}, "evidence"),
        ({"payee": None}, "payee"),
        ({"payee": {"channel": "cash"}}, "payee.channel"),
        ({"payee": {"channel": "alipay"}}, "payee.account"),
        ({"payee": {"channel": "platform", "iban": "x"}}, "payee"),
        ({"lines": {}}, "lines"),
        ({"lines": [1]}, "lines.0"),
        ({"lines": [{"line": "1", "amount": "1.00"}]}, "lines.0.line"),
        ({"lines": [{"line": 10**15, "amount": "1.00"}]}, "lines.0.line"),
        ({"lines": []}, "lines"),
        ({"order": 5118000000000}, "order"),
        ({"order": ""}, "order"),
        ({"order": "１２３４５６"}, "order"),
        ({"order": "5118' OR 1=1"}, "order"),
        ({"case": "1"}, "case"),
        ({"case": True}, "case"),
    ],
)
def test_a_malformed_request_names_the_field(api, order, change, field):
    answer = api.ask(a_wish_for(order, "1.00") | change)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


@pytest.mark.fault("Z5")
@pytest.mark.parametrize(
    "name", ["status", "state", "approved_by", "amount_approved", "amount", "shop", "is_staff", "created_at", "version"]
)
def test_a_field_that_nobody_may_set_is_refused_by_name(api, order, name):
    answer = api.ask(a_wish_for(order, "1.00") | {name: "1"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "unknown_field", name)


def test_neither_ground_nor_evidence_is_refused_by_the_rule(api, order):
    answer = api.ask(a_wish_for(order, "1.00", ground=""))
    assert (answer.status_code, answer.json()["reasons"][0]["rule"]) == (422, "R1.1")


# Who sees and asks ----------------------------------------------------------------------------------


def test_only_agents_and_leads_ask(order, auditor, finance, warehouse, superuser, outsider):
    statuses = {
        user.username: program(user).ask(a_wish_for(order, "1.00")).status_code
        for user in (auditor, finance, warehouse, superuser, outsider)
    }
    assert statuses == {"auditor": 403, "finance": 403, "warehouse": 403, "root": 404, "outsider": 404}
    assert not Case.objects.exists()


def test_refunds_of_another_shop_are_not_listed(agent, outsider, auditor, superuser, other_shop):
    a_refund(agent)
    theirs = a_refund(make_user("elsewhere", "agent", other_shop), order=an_order(other_shop))
    seen = {
        user.username: [row["id"] for row in program(user).get("refunds/").json()["results"]] for user in (outsider, auditor, superuser)
    }
    assert seen["outsider"] == [theirs.pk]
    assert theirs.pk not in seen["auditor"]
    assert seen["root"] == []


def test_the_list_asks_the_database_as_often_for_many_as_for_one(agent, shop, api):
    order = an_order(shop, lines=("100.00",))
    a_refund(agent, order=order, amount="1.00")
    with CaptureQueriesContext(connection) as few:
        api.get("refunds/")
    for _ in range(9):
        a_refund(agent, order=order, amount="1.00")
    with CaptureQueriesContext(connection) as many:
        assert len(api.get("refunds/").json()["results"]) == 10
    assert len(many) == len(few)
