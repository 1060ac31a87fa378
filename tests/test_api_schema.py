"""The description of the API is whole, and the API keeps it whatever is sent."""

import json
import re

import jsonschema
import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.actions.ask_photos import make_link
from casework.actions.assign import give_case
from casework.actions.deeds import record_contact
from casework.actions.promise import make_promise
from casework.actions.set_policy import set_policy
from casework.api.described import described
from casework.templatetags.api_docs import in_words
from config.middleware import PAGES
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.open_outage import open_outage
from orders.access import Actor
from refunds.actions.delegate import delegate
from tests.builders import a_refund, a_wish, an_order, an_unreachable
from tests.callers import V1, Caller, a_picture, browser, program
from tests.cast import MONDAY, NOON, acts
from tests.logistics.incidents import an_incident, taken, to_mend
from tests.refunds.claims import a_claim, a_line
from tests.refunds.returns import a_wish_to_return

# What leads to nothing, and what is led to.
EMPTY, IDS = re.compile(r'href="#(?:shape-)?"|id="(?:shape-)?"'), re.compile(r' id="([^"]*)"')
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    """The description as `manage.py spectacular` writes it; a warning is a failure."""
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command("spectacular", "--validate", "--fail-on-warn", format="openapi-json", file=str(path))
    return json.loads(path.read_text())


def operations(schema):
    return {f"{method.upper()} {path}": each[method] for path, each in schema["paths"].items() for method in METHODS if method in each}


def test_every_address_of_the_contract_is_described(schema):
    assert set(operations(schema)) == {
        "GET /api/v1/cases/",
        "POST /api/v1/cases/",
        "POST /api/v1/cases/next/",
        "POST /api/v1/cases/several/",
        "POST /api/v1/intake/",
        "GET /api/v1/cases/{case_id}/buyer/",
        "GET /api/v1/orders/{order_id}/buyer/",
        "GET /api/v1/orders/{order_id}/notes/",
        "POST /api/v1/orders/{order_id}/notes/",
        "GET /api/v1/cases/{case_id}/",
        "POST /api/v1/cases/{case_id}/steps/{step}/",
        "POST /api/v1/cases/{case_id}/contacts/",
        "GET /api/v1/cases/{case_id}/scripts/",
        "POST /api/v1/cases/{case_id}/reply-check/",
        "GET /api/v1/cases/{case_id}/promises/",
        "POST /api/v1/cases/{case_id}/promises/",
        "POST /api/v1/cases/{case_id}/promises/{promise_id}/end/",
        "POST /api/v1/cases/{case_id}/promises/{promise_id}/back/",
        "GET /api/v1/scripts/{code}/versions/",
        "POST /api/v1/cases/{case_id}/evidence/",
        "POST /api/v1/cases/{case_id}/tasks/{task_id}/done/",
        "POST /api/v1/cases/{case_id}/tasks/{task_id}/answer/",
        "POST /api/v1/step-up/",
        "GET /api/v1/tasks/",
        "GET /api/v1/cases/{case_id}/timeline/",
        "POST /api/v1/cases/{case_id}/take/",
        "POST /api/v1/cases/{case_id}/give/",
        "POST /api/v1/cases/{case_id}/below/",
        "POST /api/v1/cases/{case_id}/step-back/",
        "POST /api/v1/cases/{case_id}/reopen/",
        "POST /api/v1/cases/{case_id}/seen/",
        "POST /api/v1/cases/{case_id}/snooze/",
        "DELETE /api/v1/cases/{case_id}/snooze/",
        "POST /api/v1/cases/{case_id}/watch/",
        "DELETE /api/v1/cases/{case_id}/watch/",
        "GET /api/v1/notices/",
        "POST /api/v1/notices/read/",
        "POST /api/v1/cases/{case_id}/upload-links/",
        "DELETE /api/v1/cases/{case_id}/upload-links/{link_id}/",
        "GET /api/v1/orders/",
        "GET /api/v1/cases/{case_id}/inquiries/",
        "POST /api/v1/cases/{case_id}/inquiries/",
        "POST /api/v1/cases/{case_id}/leave-outage/",
        "POST /api/v1/outages/",
        "POST /api/v1/outages/{case_id}/answers/",
        "POST /api/v1/outages/{case_id}/steps/",
        "GET /api/v1/complaints/",
        "GET /api/v1/nightly-runs/",
        "GET /api/v1/parcels/",
        "POST /api/v1/parcels/",
        "POST /api/v1/parcels/{parcel_id}/back/",
        "GET /api/v1/parcels/{parcel_id}/events/",
        "POST /api/v1/parcels/{parcel_id}/weights/",
        "GET /api/v1/claims/",
        "POST /api/v1/claims/",
        "GET /api/v1/claims/lines/",
        "GET /api/v1/claims/lines/settled/",
        "POST /api/v1/claims/lines/{line_id}/",
        "POST /api/v1/claims/lines/{line_id}/again/",
        "POST /api/v1/claims/{case_id}/give-back/",
        "POST /api/v1/gifts/",
        "POST /api/v1/invoices/",
        "POST /api/v1/out-of-stock/",
        "GET /api/v1/compensations/",
        "POST /api/v1/compensations/",
        "GET /api/v1/refunds/",
        "POST /api/v1/refunds/",
        "POST /api/v1/refunds/approve/",
        "POST /api/v1/refunds/simulate/",
        "POST /api/v1/reshipments/",
        "POST /api/v1/returns/",
        "POST /api/v1/exchanges/",
        "GET /api/v1/register/",
        "GET /api/v1/delegations/",
        "POST /api/v1/delegations/",
        "DELETE /api/v1/delegations/{delegation_id}/",
    }


def test_every_operation_says_which_refusals_it_answers(schema):
    for name, operation in operations(schema).items():
        codes = set(operation["responses"])
        assert codes >= {"400", "401", "403"}, name
        assert name.startswith("GET") or codes >= {"404", "409", "415", "422"}, name
        shapes = {answer["content"]["application/json"]["schema"]["$ref"] for code, answer in operation["responses"].items() if code >= "4"}
        assert shapes == {"#/components/schemas/Refusal"}, name
        assert operation["description"], name


def test_every_parameter_says_what_it_means(schema):
    told = [(name, each) for name, operation in operations(schema).items() for each in operation.get("parameters", [])]
    assert not [(name, each["name"]) for name, each in told if not each.get("description")]


def test_the_values_that_programs_choose_from_are_listed(schema):
    parts = schema["components"]["schemas"]
    assert {"damaged", "not_received", "other"} <= set(parts["RefundReason"]["enum"])
    assert {"courier_confirmed", "photo_checked"} <= set(parts["RefundGround"]["enum"])
    assert {"photo_damage", "chat", "other"} <= set(parts["EvidenceKind"]["enum"])
    assert parts["ContactChannel"]["enum"] == ["chat", "phone", "email"]
    assert parts["ContactOutcome"]["enum"] == ["answered", "no_answer", "not_available", "sent"]
    assert parts["Category"]["enum"] == ["open", "customer", "courier", "lead", "done"]
    assert parts["PayeeChannel"]["enum"] == ["platform", "small_payment", "alipay", "bank"]


def test_the_description_is_served_as_json_and_yaml(client, db):
    assert client.get("/api/schema/", headers={"Accept": "application/json"}).json()["openapi"].startswith("3.")
    assert client.get("/api/schema/?format=json").json()["info"]["title"] == "After-sales desk"
    assert client.get("/api/schema/").content.startswith(b"openapi: 3.")
    assert client.get("/api/schema/?lang=%00").status_code == 400


def named_answers(schema, name):
    """What an operation answers when all is well: each status with the name of the shape, or of each of a list."""
    good = {status: each["content"] for status, each in operations(schema)[name]["responses"].items() if status < "4" and "content" in each}
    shapes = {status: next(iter(content.values()))["schema"] for status, content in good.items()}
    return [(status, shape.get("items", shape)["$ref"].rpartition("/")[2]) for status, shape in shapes.items()]


def test_every_operation_stands_on_its_page_in_chinese_with_a_call_that_the_description_allows(client, schema):
    shapes = {name: operation["requestBody"]["content"] for name, operation in operations(schema).items() if "requestBody" in operation}
    drawn, checked = set(), set()
    for chapter, operation_list in described().chapters.items():
        page = client.get(f"/api/docs/{chapter}/").content.decode()
        for each in operation_list:
            name = f"{each.method} {each.path}"
            drawn |= {name} if f'id="{each.name}"' in page and escape(each.call) in page else set()
            told = [field.text for body in (each.body, *each.answers.values()) if body for field in body.fields]
            assert all(
                'lang="en"' not in in_words(text) for text in (*each.paragraphs, *told, *(field.text for field in each.parameters))
            ), name
            assert ("Authorization: Token" in each.call) == any("token" in way for way in operations(schema)[name]["security"]), name
            if each.body:
                content = {"components": schema["components"], **shapes[name][each.body.media]["schema"]}
                jsonschema.validate(json.loads(each.body.example), content)
                checked.add(name)
            answers = [(status, body) for status, body in each.answers.items() if body]
            assert [(status, body.shape) for status, body in answers] == named_answers(schema, name), name
            assert all(f'href="#{body.anchor}"' in page and page.count(f'<h3 id="{body.anchor}">') == 1 for _status, body in answers), name
            assert all(escape(body.example) in page for _status, body in answers), name
            assert all(f"<code>{field.place}</code>" in page for _status, body in answers for field in body.fields), name
        assert EMPTY.findall(page) == [], chapter
        assert len(IDS.findall(page)) == len(set(IDS.findall(page))), chapter
    assert drawn == set(operations(schema))
    assert checked == set(shapes)


def test_the_smallest_case_of_the_description_is_opened_and_who_only_a_session_serves_refuses_tokens(agent, manager, shop):
    an_order(shop, waybill="73000000001234")
    shown = {f"{each.method} {each.path}": each for chapter in described().chapters.values() for each in chapter}
    opened = program(agent).post("cases/", json.loads(shown["POST /api/v1/cases/"].body.example))
    assert (opened.status_code, opened.json()["kind"]) == (201, "unreachable")
    delegation = json.loads(shown["POST /api/v1/delegations/"].body.example) | {"shop": shop.code, "delegate": agent.username}
    for name, body in (("refunds/approve/", None), ("step-up/", None), ("delegations/", delegation)):
        each = shown[f"POST /api/v1/{name}"]
        refused = program(manager).post(name, body or json.loads(each.body.example))
        assert (refused.json()["code"], each.takes_tokens) == ("token_may_not_decide", False), name


def test_the_pages_of_the_description_tell_how_to_call_and_know_no_other_chapter(client):
    start = client.get("/api/docs/")
    assert start["Content-Security-Policy"] == PAGES
    assert all('lang="en"' not in in_words(text) for text in described().refusals.values())
    assert all(
        f"/api/docs/{chapter}/#{each.name}" in start.content.decode()
        for chapter in described().chapters
        for each in described().chapters[chapter]
    )
    assert "Ask for a refund" in client.get("/api/docs/refunds/", headers={"Accept-Language": "en"}).content.decode()
    assert client.get("/api/docs/no-such/").status_code == 404


# Who may what ---------------------------------------------------------------------------------------

PEOPLE = ("nobody", "outsider", "superuser", "auditor", "warehouse", "agent")
# What each of them gets. A new address without a row fails the test below.
TABLE = {
    "GET /api/v1/cases/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/cases/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/cases/next/": (401, 404, 403, 403, 403, 200),
    # Of another shop's numbers they only say that nobody knows them.
    "POST /api/v1/cases/several/": (401, 200, 403, 403, 403, 200),
    "POST /api/v1/intake/": (401, 200, 403, 403, 403, 200),
    "GET /api/v1/cases/{case_id}/buyer/": (401, 404, 404, 200, 200, 200),
    "GET /api/v1/orders/{order_id}/buyer/": (401, 404, 404, 200, 200, 200),
    "GET /api/v1/orders/{order_id}/notes/": (401, 404, 404, 200, 200, 200),
    "POST /api/v1/orders/{order_id}/notes/": (401, 404, 404, 403, 201, 201),
    "GET /api/v1/cases/{case_id}/": (401, 404, 404, 200, 200, 200),
    "POST /api/v1/cases/{case_id}/steps/{step}/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/contacts/": (401, 404, 404, 403, 403, 201),
    "GET /api/v1/cases/{case_id}/scripts/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/reply-check/": (401, 404, 404, 403, 403, 200),
    "GET /api/v1/cases/{case_id}/promises/": (401, 404, 404, 200, 200, 200),
    "POST /api/v1/cases/{case_id}/promises/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/cases/{case_id}/promises/{promise_id}/end/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/promises/{promise_id}/back/": (401, 404, 404, 403, 403, 200),
    # What all shops say is every agent's to read.
    "GET /api/v1/scripts/{code}/versions/": (401, 200, 403, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/evidence/": (401, 404, 404, 403, 201, 201),
    "POST /api/v1/cases/{case_id}/tasks/{task_id}/done/": (401, 404, 404, 403, 200, 200),
    "POST /api/v1/cases/{case_id}/tasks/{task_id}/answer/": (401, 404, 404, 403, 200, 403),
    # A token decides nothing, so it is never asked for a password.
    "POST /api/v1/step-up/": (401, 403, 403, 403, 403, 403),
    "GET /api/v1/tasks/": (401, 200, 200, 200, 200, 200),
    "GET /api/v1/cases/{case_id}/timeline/": (401, 404, 404, 200, 200, 200),
    "POST /api/v1/cases/{case_id}/take/": (401, 404, 404, 403, 200, 200),
    "POST /api/v1/cases/{case_id}/give/": (401, 404, 404, 403, 200, 200),
    "POST /api/v1/cases/{case_id}/below/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/cases/{case_id}/step-back/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/reopen/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/seen/": (401, 404, 404, 403, 200, 200),
    # Only who has the case.
    "POST /api/v1/cases/{case_id}/snooze/": (401, 404, 404, 403, 403, 200),
    "DELETE /api/v1/cases/{case_id}/snooze/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/cases/{case_id}/watch/": (401, 404, 404, 403, 200, 200),
    "DELETE /api/v1/cases/{case_id}/watch/": (401, 404, 404, 200, 200, 200),
    "GET /api/v1/notices/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/notices/read/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/cases/{case_id}/upload-links/": (401, 404, 404, 403, 403, 201),
    "DELETE /api/v1/cases/{case_id}/upload-links/{link_id}/": (401, 404, 404, 403, 403, 200),
    "GET /api/v1/orders/": (401, 200, 200, 200, 200, 200),
    "GET /api/v1/cases/{case_id}/inquiries/": (401, 404, 404, 200, 200, 200),
    "POST /api/v1/cases/{case_id}/inquiries/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/cases/{case_id}/leave-outage/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/outages/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/outages/{case_id}/answers/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/outages/{case_id}/steps/": (401, 404, 404, 403, 403, 200),
    "GET /api/v1/complaints/": (401, 200, 403, 200, 403, 200),
    "GET /api/v1/nightly-runs/": (401, 200, 200, 200, 200, 200),
    "GET /api/v1/parcels/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/parcels/": (401, 404, 404, 403, 201, 201),
    "POST /api/v1/parcels/{parcel_id}/back/": (401, 404, 404, 403, 200, 200),
    "GET /api/v1/parcels/{parcel_id}/events/": (401, 404, 404, 200, 200, 200),
    "POST /api/v1/parcels/{parcel_id}/weights/": (401, 404, 404, 403, 201, 201),
    "GET /api/v1/compensations/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/compensations/": (401, 404, 404, 403, 403, 201),
    "GET /api/v1/claims/": (401, 200, 403, 200, 403, 200),
    "POST /api/v1/claims/": (401, 404, 404, 403, 403, 201),
    "GET /api/v1/claims/lines/": (401, 200, 403, 200, 403, 200),
    "GET /api/v1/claims/lines/settled/": (401, 200, 403, 200, 403, 200),
    # A token decides nothing about money.
    "POST /api/v1/claims/lines/{line_id}/": (401, 404, 404, 403, 403, 403),
    "POST /api/v1/claims/lines/{line_id}/again/": (401, 404, 404, 403, 403, 403),
    "POST /api/v1/claims/{case_id}/give-back/": (401, 404, 404, 403, 403, 403),
    "POST /api/v1/gifts/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/invoices/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/out-of-stock/": (401, 404, 404, 403, 201, 201),
    "GET /api/v1/refunds/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/refunds/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/refunds/simulate/": (401, 404, 404, 403, 403, 200),
    "POST /api/v1/refunds/approve/": (401, 403, 403, 403, 403, 403),
    "POST /api/v1/reshipments/": (401, 404, 404, 403, 403, 201),
    "GET /api/v1/delegations/": (401, 200, 200, 200, 200, 200),
    "POST /api/v1/delegations/": (401, 404, 404, 403, 403, 403),
    "DELETE /api/v1/delegations/{delegation_id}/": (401, 404, 404, 403, 403, 403),
    "POST /api/v1/returns/": (401, 404, 404, 403, 403, 201),
    "POST /api/v1/exchanges/": (401, 404, 404, 403, 403, 201),
    "GET /api/v1/register/": (401, 200, 403, 200, 403, 200),
}


@pytest.mark.fault("Z1")
def test_every_operation_has_a_row_in_the_table(schema):
    assert set(operations(schema)) == set(TABLE)


@pytest.fixture
def world(agent, supervisor, supervisor2, manager, shop):
    """A case that nobody owns, a paid order to open another about, a refund with a task."""
    case, refund = an_unreachable(agent), a_refund(agent, approved_by=supervisor)
    link, _token = make_link(case.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    promise = make_promise(case.pk, what="打电话", due_at="2026-11-30T10:00", by=acts(agent), at=MONDAY)
    give_case(case.pk, None, by=acts(agent), at=MONDAY)
    stalled = an_incident("stalled", agent)
    taken(stalled, "ask_the_warehouse", agent)
    order = an_order(shop, waybill="73000000777")
    flag_stalled(shop, at=MONDAY, by=Actor.system("nightly"))
    today = MONDAY.date()
    lent = delegate(by=acts(supervisor), at=MONDAY, shop_id=shop.pk, delegate_id=supervisor2.pk, first_day=today, last_day=today)
    asking = {"lost": to_mend(agent), "stalled": stalled, "question": stalled.tasks.get()}
    ways = {"just_done": an_incident("logistics_complaint", agent), "closed": an_incident("logistics_complaint", agent)}
    ways["just_done"] = taken(ways["just_done"], "calmed", agent, at=NOON)
    ways["closed"] = taken(ways["closed"], "told_result", agent, told="已送到", why_skipped="顾客找到了")
    set_policy("outage", 1, shop_id=shop.pk, by=acts(manager), at=MONDAY)
    joined = an_incident("doubtful", agent, order=an_order(shop, city="宁波市", waybill="73000000778"))
    ways |= {"joined": joined, "outage": open_outage(shop, courier="zhongtong", city="宁波市", by=acts(agent), at=MONDAY)}
    return {
        "case": case,
        "refund": refund,
        "task": refund.tasks.get(),
        "link": link,
        "promise": promise,
        "delegation": lent,
        "line": a_line(shop),
        "order": order,
        "to_ship": an_order(shop, status="wait_ship", shipped_at=None),
        "parcel": order.parcels.get(),
        **asking,
        **ways,
        "review": a_review_with_its_cause(agent),
        "own": an_unreachable(agent),
        "claim": a_claim(agent),
    }


A_WEIGHT = {"source": "warehouse", "grams": 1250}


def a_review_with_its_cause(agent):
    """What the customer is unhappy with is known; its chapter is to be opened."""
    case = an_incident("review", agent)
    taken(case, "noted", agent, rating="poor", posted_at=MONDAY.isoformat(), says="太慢")
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    return taken(case, "cause_told", agent, cause="service", said="没人回")


def a_parcel_body(world):
    return {"orders": [world["order"].number], "courier": "yunda", "waybill": "4300000000001"}


def a_compensation_body(world):
    payee = {"channel": "small_payment"}
    return {"order": world["order"].number, "amount": "5.00", "reason": "quality", "ground": "photo_checked", "payee": payee}


def call(operation, caller, world):
    """One sensible call of the operation."""
    method, path = operation.split()
    path = path.removeprefix(V1)
    about, task = ("stalled", "question") if path.endswith("answer/") else ("refund", "task") if "{task_id}" in path else ("case", "task")
    special = {
        "below/": "review",
        "step-back/": "just_done",
        "reopen/": "closed",
        "leave-outage/": "joined",
        "snooze/": "own",
        "give-back/": "claim",
    }
    about = special.get(path.rsplit("}/")[-1], about)
    about = "outage" if path.startswith("outages/{") else about
    path = path.replace("{case_id}", str(world[about].pk)).replace("{task_id}", str(world[task].pk))
    path = path.replace("{step}", "customer_answered").replace("{parcel_id}", str(world["parcel"].pk))
    path = path.replace("{link_id}", str(world["link"].pk)).replace("{delegation_id}", str(world["delegation"].pk))
    path = path.replace("{promise_id}", str(world["promise"].pk)).replace("{code}", "unreachable-short")
    path = path.replace("{line_id}", str(world["line"].pk))
    path = path.replace("{order_id}", str(world["order"].pk))
    if method == "GET":
        return caller.get(path)
    if path.endswith("evidence/"):
        return caller.upload(path, file=a_picture(), kind="chat")
    bodies = {
        "cases/several/": {"kind": "unreachable", "text": world["order"].number},
        "intake/": {"text": world["order"].number},
        "notes": {"note": "已告知"},
        "cases/": {"kind": "unreachable", "order": world["order"].number},
        "refunds/": a_wish(world["order"]),
        "refunds/simulate/": {"order": world["order"].number},
        "invoices/": {"order": world["order"].number, "type": "personal", "title": "赵测试"},
        "out-of-stock/": {"order": world["to_ship"].number, "lines": [{"line": world["to_ship"].lines.get().pk, "quantity": 1}]},
        "claims/": {"losses": [world["lost"].losses.get().pk]},
        "lines": {"note": "样例"},
        "give-back": {"amount": "100.00", "note": "样例"},
        "gifts/": {"order": world["order"].number, "what": "样例", "pieces": 1, "worth": "5.00"},
        "compensations/": a_compensation_body(world),
        "reshipments/": {
            "case": world["lost"].pk,
            "lines": [{"line": world["lost"].order.lines.get().pk, "quantity": 1}],
            "reason": "丢件",
        },
        "returns/": a_wish_to_return(world["order"]),
        "exchanges/": a_wish_to_return(world["order"]),
        "parcels/": a_parcel_body(world),
        "weights": A_WEIGHT,
        "steps": {"version": world["case"].version},
        "inquiries": {"whom": "courier", "way": "phone"},
        "end": {"kept": True},
        "promises": {"what": "打电话", "due_at": "2026-12-01T10:00:00+08:00"},
        "reply-check": {"text": "亲，您好"},
        "contacts": {"channel": "chat", "outcome": "no_answer"},
        "below": {"kind": "complaint"},
        "step-back": {"version": world["just_done"].version},
        "reopen": {"version": world["closed"].version, "note": "又来找了"},
        "outages/": {"shop": "demo", "courier": "zhongtong", "city": "杭州市"},
        "answers": {"text": "{buyer} 您好", "version": world["outage"].version},
        "many": {"step": "turned_back", "rows": [{"case": world["joined"].pk, "version": world["joined"].version}]},
        "leave-outage": {"note": "各自处理"},
        "snooze": {"until": "2026-11-23T15:00:00+08:00"},
        "give": {"owner": None},
        "answer": {"answer": "left"},
        "upload-links": {"kinds": ["photo_box"]},
        "step-up/": {"password": "x"},
        "delegations/": {"shop": "demo", "delegate": "agent", "first_day": "2026-11-23", "last_day": "2026-11-23"},
        "refunds/approve/": {"rows": [{"refund": world["refund"].pk, "version": 1}]},
    }
    about_many = path.startswith("outages/") and path.endswith("/steps/")
    body = bodies["many"] if about_many else next((each for name, each in bodies.items() if path == name or f"/{name}/" in path), {})
    return caller.send(path, json.dumps(body), method=method, **{"Idempotency-Key": "k"})


@pytest.mark.fault("Z1")
@pytest.mark.fault("Z4")
@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_gets_what_the_table_says(request, world, who):
    """Each call finds the same world: what it did is undone before the next."""
    caller = Caller() if who == "nobody" else program(request.getfixturevalue(who))
    answered = {}
    for operation in TABLE:
        with transaction.atomic():
            world["case"].refresh_from_db()
            answered[operation] = call(operation, caller, world).status_code
            transaction.set_rollback(True)
    assert answered == {operation: row[PEOPLE.index(who)] for operation, row in TABLE.items()}


@pytest.mark.parametrize("who", ["outsider", "superuser"])
def test_lists_show_nothing_of_another_shop(request, world, who):
    caller = program(request.getfixturevalue(who))
    for path in ("cases/", "orders/", "refunds/", "parcels/", "tasks/", "nightly-runs/", "delegations/"):
        assert caller.get(path).json()["results"] == []


# Whatever is sent -----------------------------------------------------------------------------------

NAMES = "kind order waybill note version facts channel outcome owner case reason ground evidence payee lines freight line amount pieces answer agreed"
NAMES = f"{NAMES} text pick dry_run wanted whom way promise promised_until asked_at kinds orders courier source grams weighed_at packed_by".split()
WORDS = "unreachable refund chat phone answered no_answer damaged photo_checked platform alipay 1.00 30.00 agent returns_at request".split()
STEPS = "customer_answered courier_names_return passed_on delivered approve reject send_back ask_again withdraw record_payout give_up open x".split()
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.integers(10**17, 10**30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(NAMES), anything | st.sampled_from(WORDS), max_size=8) | anything
params = st.dictionaries(
    st.sampled_from("kind order waybill owner open limit cursor number shop state stage x".split()), st.text(max_size=12), max_size=3
)
calls = st.tuples(
    st.sampled_from(list(TABLE)),
    st.sampled_from(STEPS),
    st.sampled_from(["a case", "0", "9" * 19]),
    bodies,
    params,
    st.booleans(),
    st.booleans(),
)
quickly = settings(
    max_examples=250, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def nearly_right(path, given, world):
    """A right body in which something was replaced, so that values reach the rules behind the first look."""
    if not isinstance(given, dict):
        return given
    right = {"refunds/": a_wish(world["order"]), "cases/": {"kind": "unreachable", "order": world["order"].number}}
    if "/steps/" in path:
        return {"version": world["case"].version, "facts": given}
    right |= {"parcels/": a_parcel_body(world), "refunds/simulate/": {"order": world["order"].number}}
    right |= {"compensations/": a_compensation_body(world)}
    if path.endswith("weights/"):
        return A_WEIGHT | given
    if path == "intake/":
        return {"text": world["order"].number} | {name: value for name, value in given.items() if name in ("text", "pick")}
    if path == "cases/several/":
        right_one = {"kind": "unreachable", "text": world["order"].number}
        return right_one | {name: value for name, value in given.items() if name in ("kind", "text", "note", "dry_run")}
    known = {
        "orders",
        "courier",
        "case",
        "reason",
        "ground",
        "evidence",
        "payee",
        "lines",
        "freight",
        "beyond",
        "amount",
        "order",
        "kind",
        "waybill",
        "note",
    }
    return right.get(path, {"channel": "chat", "outcome": "no_answer"}) | {name: value for name, value in given.items() if name in known}


@pytest.mark.fault("W7")
def test_nothing_that_is_sent_is_a_mistake_of_the_programme(agent, supervisor, world):
    callers = [program(agent), browser(supervisor)]

    @quickly
    @given(calls)
    def send(call):
        operation, step, case, body, query, by_token, nearly = call
        caller = callers[by_token]
        method, path = operation.split()
        path = path.removeprefix(V1).replace("{case_id}", str(world["case"].pk) if case == "a case" else case)
        path = path.replace("{step}", step).replace("{task_id}", case if case.isdigit() else str(world["task"].pk))
        path = path.replace("{parcel_id}", case if case.isdigit() else str(world["parcel"].pk))
        path = path.replace("{link_id}", case if case.isdigit() else str(world["link"].pk))
        path = path.replace("{order_id}", case if case.isdigit() else str(world["order"].pk))
        path = path.replace("{delegation_id}", case if case.isdigit() else str(world["delegation"].pk))
        path = path.replace("{promise_id}", case if case.isdigit() else str(world["promise"].pk)).replace("{code}", "unreachable-short")
        path = path.replace("{line_id}", case if case.isdigit() else str(world["line"].pk))
        if method == "GET":
            caller.get(path, query)
        else:
            world["case"].refresh_from_db()
            # The caller looks at each refusal: never a 500, always the one shape.
            sent = json.dumps(nearly_right(path, body, world) if nearly else body)
            caller.send(path, sent, method=method, **{"Idempotency-Key": f"k{step}"})

    send()
