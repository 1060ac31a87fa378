"""GET and POST /api/v1/cases/ and one case: the names that outside programs rely on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.advance import advance
from casework.models import Case
from tests.builders import a_refund, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts

ROW = {"id", "number", "kind", "state", "category", "order", "waybill", "owner", "version", "opened_at", "closed_at", "next_deadline"}
AROUND = {"steps", "deadlines", "tasks", "parent", "children", "evidence", "contacts", "shop", "subject_label", "queue"}


def test_a_row_has_the_promised_names(agent):
    case = an_unreachable(agent)
    body = program(agent).get("cases/").json()
    assert set(body) == {"results", "next"}
    (row,) = body["results"]
    assert set(row) >= ROW
    assert (row["id"], row["number"], row["kind"], row["state"], row["category"]) == (
        case.pk,
        case.number,
        "unreachable",
        "to_contact",
        "open",
    )
    assert row["order"] == case.order.number
    assert row["waybill"] == case.order.waybills[0]
    assert row["owner"] == "agent"
    assert row["version"] == 1
    assert row["opened_at"] == "2026-11-23T10:00:00+08:00"
    assert row["closed_at"] is None
    assert row["next_deadline"] == "2026-11-23T18:00:00+08:00"


def test_a_case_is_opened_by_its_order_or_its_waybill(agent, shop):
    by_order, by_waybill = an_order(shop, waybill="73000000001"), an_order(shop, waybill="73000000002")
    api = program(agent)
    first = api.post("cases/", {"kind": "unreachable", "order": by_order.number, "note": "courier called"})
    second = api.post("cases/", {"kind": "unreachable", "waybill": "73000000002"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["waybill"] == "73000000001"
    assert second.json()["order"] == by_waybill.number
    assert set(first.json()) >= ROW | AROUND
    assert api.get(f"cases/{first.json()['id']}/timeline/").json()["results"][0]["note"] == "courier called"


def test_a_second_case_of_the_kind_about_the_same_parcel_is_refused_and_named(agent):
    case = an_unreachable(agent)
    answer = program(agent).post("cases/", {"kind": "unreachable", "order": case.order.number})
    assert answer.status_code == 422
    assert answer.json()["code"] == "already_open"
    assert answer.json()["case"] == case.pk


def test_several_parcels_of_an_order_need_the_waybill(agent, shop):
    order = an_order(shop, waybill="73000000001")
    from tests.builders import a_parcel

    a_parcel(order, "73000000002")
    answer = program(agent).post("cases/", {"kind": "unreachable", "order": order.number})
    assert (answer.status_code, answer.json()["field"]) == (400, "waybill")


def test_a_case_shows_all_that_stands_around_it(agent, shop):
    case = an_unreachable(agent, state="returning")
    refund = a_refund(agent, order=case.order, case=case.pk)
    api = program(agent)
    above, below = api.get(f"cases/{case.pk}/").json(), api.get(f"cases/{refund.pk}/").json()
    assert above["children"] == [
        {"id": refund.pk, "number": refund.number, "kind": "refund", "state": "asked", "category": "lead", "version": 1}
    ]
    assert below["parent"]["id"] == case.pk
    assert [(each["channel"], each["outcome"], each["by"]) for each in above["contacts"]] == [
        ("chat", "no_answer", "agent"), ("phone", "no_answer", "agent"), ("email", "not_available", "agent"),
    ]  # fmt: skip
    running = [each for each in above["deadlines"] if each["status"] == "open"]
    assert [each["kind"] for each in running] == ["parcel_back"]
    assert above["next_deadline"] == running[0]["due_at"]
    met = next(each for each in above["deadlines"] if each["kind"] == "first_attempt")
    assert (met["status"], met["late"]) == ("met", False)
    step = next(each for each in above["steps"] if each["name"] == "return_at_our_cost")
    assert step["allowed"] is False
    assert {"wrong_state", "role"} == {each["code"] for each in step["reasons"]}
    trying = api.get(f"cases/{an_unreachable(agent, state='trying').pk}/").json()
    assert next(each for each in trying["steps"] if each["name"] == "customer_answered")["allowed"] is True


def test_the_fields_of_a_step_are_listed_with_their_kinds(agent, finance):
    case = a_refund(agent)
    step = next(each for each in program(finance).get(f"cases/{case.pk}/").json()["steps"] if each["name"] == "record_payout")
    assert [(each["name"], each["required"]) for each in step["fields"]] == [("platform_number", True), ("paid_at", True)]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"kind": "unreachable"}, {"lost"}),
        ({"kind": "refund"}, {"refund", "done"}),
        ({"open": "true"}, {"lost", "refund"}),
        ({"open": "false"}, {"done"}),
        ({"owner": "agent"}, {"lost", "refund", "done"}),
        ({"owner": "supervisor"}, set()),
        ({"waybill": "73000000009"}, {"lost"}),
        ({"waybill": "7300000000"}, set()),
        ({"order": "the order"}, {"lost", "refund", "done"}),
        ({"order": "5118"}, set()),
        ({"kind": "", "order": "", "waybill": "", "owner": "", "open": ""}, {"lost", "refund", "done"}),
    ],
)
def test_a_list_is_narrowed_by_each_filter(agent, shop, params, found):
    order = an_order(shop, waybill="73000000009")
    cases = {"lost": an_unreachable(agent, order=order), "refund": a_refund(agent, order=order), "done": a_refund(agent, order=order)}
    advance(cases["done"].pk, "withdraw", by=acts(agent), at=MONDAY, note="not wanted")
    wanted = {name: order.number if value == "the order" else value for name, value in params.items()}
    rows = program(agent).get("cases/", wanted).json()["results"]
    assert {row["id"] for row in rows} == {cases[name].pk for name in found}


def test_pages_go_on_where_the_last_one_ended(agent, shop):
    order = an_order(shop)
    cases = [a_refund(agent, order=order, amount="1.00").pk for _ in range(5)]
    api = program(agent)
    first = api.get("cases/", {"limit": 2, "kind": "refund"}).json()
    a_refund(agent, order=order, amount="1.00")
    seen, following = [row["id"] for row in first["results"]], first["next"]
    while following:
        assert following.startswith("http://testserver/api/v1/cases/?")
        page = api.client.get(following, headers=api.headers).json()
        seen += [row["id"] for row in page["results"]]
        following = page["next"]
    assert seen == cases[::-1]


@pytest.mark.fault("L1")
def test_a_list_asks_the_database_as_often_for_200_rows_as_for_20(agent, shop):
    for _ in range(20):
        an_unreachable(agent)
    api = program(agent)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert len(api.get("cases/", {"limit": 200}).json()["results"]) == 20
    example = Case.objects.first()
    for number in range(180):
        a_copy(example, number)
    with CaptureQueriesContext(connection) as many:
        assert len(api.get("cases/", {"limit": 200}).json()["results"]) == 200
    assert len(many) == len(few) <= 8


def a_copy(case, number):
    """Another row for lists; how a case comes about is told elsewhere."""
    fields = {each.attname: getattr(case, each.attname) for each in Case._meta.concrete_fields}
    fields |= {"id": None, "number": f"AS-261123-{5000 + number}", "subject": f"copy:{number}"}
    Case(**fields).save(force_insert=True)


def test_the_detail_asks_the_database_as_often_for_many_contacts_as_for_one(agent):
    case = an_unreachable(agent, state="trying")
    api = program(agent)
    with CaptureQueriesContext(connection) as few:
        api.get(f"cases/{case.pk}/")
    for _ in range(10):
        api.post(f"cases/{case.pk}/contacts/", {"channel": "phone", "outcome": "no_answer"})
    with CaptureQueriesContext(connection) as many:
        assert len(api.get(f"cases/{case.pk}/").json()["contacts"]) == 11
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("params", "finds"),
    [
        ({"state": "unreachable.to_contact"}, True),
        ({"state": "unreachable.trying"}, False),
        ({"category": "open", "waits": "agents", "shop": "demo", "courier": "zhongtong"}, True),
        ({"waits": "leads"}, False),
        ({"opened_from": "2026-11-23", "opened_to": "2026-11-23"}, True),
        ({"opened_to": "2026-11-22"}, False),
        ({"due_from": "2026-11-23", "due_to": "2026-11-23"}, True),
    ],
)
def test_the_list_is_narrowed_as_on_the_page(agent, params, finds):
    case = an_unreachable(agent)
    assert [row["id"] for row in program(agent).get("cases/", params).json()["results"]] == ([case.pk] if finds else [])


@pytest.mark.parametrize("name", ["state", "category", "waits", "shop", "courier", "opened_from", "due_to"])
def test_a_value_that_the_page_would_not_know_is_refused_by_name(agent, name):
    answer = program(agent).get("cases/", {name: "nonsense"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "bad_value", name)
