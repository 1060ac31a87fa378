"""GET and POST /api/v1/parcels/: what is known of a parcel, and what people enter."""

import datetime as dt

import pytest

from logistics.actions.take_tracking import take_tracking
from logistics.actions.weigh import weigh
from logistics.carriers.trace import Node, Trace
from logistics.models import Finding, Parcel, ParcelFact
from orders.access import Actor
from tests.builders import a_parcel, an_order
from tests.callers import program
from tests.cast import MONDAY, acts

WAYBILL = "73000000000001"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def parcel(shop):
    return a_parcel(an_order(shop), WAYBILL)


@pytest.fixture
def at_agent(agent):
    return program(agent)


def told(shop, *nodes):
    trace = Trace("file", "zhongtong", WAYBILL, nodes)
    take_tracking(shop, [trace], by=Actor.system("command"), at=MONDAY)


def rows(caller, **params):
    return caller.get("parcels/", params).json()["results"]


def test_a_row_tells_what_is_known(at_agent, agent, shop, parcel):
    told(shop, Node(MONDAY - HOUR, "已揽收", "103", "picked_up"), Node(MONDAY, "到达 上海转运中心", "1002", "transit"))
    weigh(parcel.pk, source="courier", grams=1250, by=acts(agent), at=MONDAY)
    Finding.objects.create(parcel=parcel, kind="not_moving", since=MONDAY, norm_hours=48, found_at=MONDAY)
    ParcelFact.objects.create(parcel=parcel, name="out_of_area", at=MONDAY, provider="file", code="207", seen_at=MONDAY)
    (row,) = rows(at_agent)
    assert row["courier"] == {"code": "zhongtong", "name": "中通"}
    assert row["orders"] == [parcel.orders.get().number]
    assert (row["waybill"], row["shop"], row["stage"], row["provider"], row["code"]) == (WAYBILL, "demo", "transit", "file", "1002")
    assert row["last_text"] == "到达 上海转运中心"
    assert [(each["source"], each["grams"], each["weighed_at"]) for each in row["weights"]] == [("courier", 1250, None)]
    assert [(each["kind"], each["norm_hours"], each["ended_at"]) for each in row["findings"]] == [("not_moving", 48, None)]
    assert [(each["name"], each["code"]) for each in row["facts"]] == [("out_of_area", "207")]
    assert row["warnings"] == []


def test_nothing_known_is_an_empty_stage(at_agent, parcel):
    (row,) = rows(at_agent, stage="unknown")
    assert (row["stage"], row["last_event_at"], row["delivered_at"]) == ("", None, None)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"waybill": WAYBILL}, 1),
        ({"waybill": "７３０００００００００００１"}, 1),
        ({"waybill": WAYBILL[:-1]}, 0),
        ({"waybill": "%"}, 0),
        ({"shop": "demo"}, 1),
        ({"shop": "other"}, 0),
        ({"stage": "unknown"}, 1),
        ({"stage": "signed"}, 0),
        ({"order": "nothing"}, 0),
    ],
)
def test_parcels_are_found(at_agent, parcel, params, found):
    assert len(rows(at_agent, **params)) == found


def test_a_parcel_is_found_by_each_order_in_it(at_agent, parcel, shop):
    other = an_order(shop)
    parcel.orders.add(other)
    for order in parcel.orders.all():
        assert len(rows(at_agent, order=order.number)) == 1


@pytest.mark.parametrize("params", [{"stage": "flying"}, {"waybill": "1" * 65}, {"waybil": "1"}, {"limit": "0"}, {"cursor": "x"}])
def test_a_wrong_parameter_is_named(at_agent, params):
    answer = at_agent.get("parcels/", params)
    assert (answer.status_code, answer.json()["field"]) == (400, *params)


@pytest.mark.fault("L1")
@pytest.mark.parametrize("many", [20, 200])
def test_the_list_asks_the_database_as_often_for_many_as_for_few(at_agent, agent, shop, many, django_assert_num_queries):
    for number in range(many):
        parcel = a_parcel(an_order(shop), f"7300000000{number:04d}")
        weigh(parcel.pk, source="warehouse", grams=500, by=acts(agent), at=MONDAY)
    with django_assert_num_queries(7):
        assert len(rows(at_agent, limit=200)) == many


def test_pages_lead_through_all(at_agent, shop):
    for number in range(5):
        a_parcel(an_order(shop), f"7300000000{number:04d}")
    first = at_agent.get("parcels/", {"limit": 3}).json()
    cursor = first["next"].split("cursor=")[1].split("&")[0]
    assert len(first["results"]) + len(rows(at_agent, limit=3, cursor=cursor)) == 5


# The trace ----------------------------------------------------------------------------------------------


def test_the_trace_comes_newest_first_and_page_by_page(at_agent, shop, parcel):
    nodes = [Node(MONDAY - HOUR, f"第{n}站", "1002", "transit") for n in range(3)] + [Node(MONDAY, "派件中", "5", "delivering")]
    told(shop, *nodes)
    path = f"parcels/{parcel.pk}/events/"
    assert [each["text"] for each in at_agent.get(path).json()["results"]] == ["派件中", "第2站", "第1站", "第0站"]
    seen, params = [], {"limit": 1}
    while params:
        page = at_agent.get(path, params).json()
        seen += [each["text"] for each in page["results"]]
        params = {"limit": 1, "cursor": page["next"].split("cursor=")[1].split("&")[0]} if page["next"] else None
    assert seen == ["派件中", "第2站", "第1站", "第0站"]


def test_a_cursor_of_another_list_is_refused(at_agent, shop, parcel):
    for number in range(2):
        a_parcel(an_order(shop), f"7300000000{number:04d}")
    cursor = at_agent.get("parcels/", {"limit": 1}).json()["next"].split("cursor=")[1].split("&")[0]
    assert at_agent.get(f"parcels/{parcel.pk}/events/", {"cursor": cursor}).status_code == 400


# Entered by hand ----------------------------------------------------------------------------------------


def body(order, **changes):
    return {"orders": [order.number], "courier": "zhongtong", "waybill": WAYBILL} | changes


def test_a_parcel_is_entered_once(at_agent, shop):
    order = an_order(shop)
    first, second = at_agent.post("parcels/", body(order)), at_agent.post("parcels/", body(order))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"] == Parcel.objects.get().pk
    assert first.json()["orders"] == [order.number]


@pytest.mark.rule("L4.3")
def test_an_odd_waybill_is_taken_with_a_warning(at_agent, shop):
    answer = at_agent.post("parcels/", body(an_order(shop), waybill="ABC12345"))
    assert answer.status_code == 201
    assert [each["code"] for each in answer.json()["warnings"]] == ["odd_waybill"]
    assert [each["code"] for each in rows(at_agent)[0]["warnings"]] == ["odd_waybill"]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"orders": []}, 400, "orders"),
        ({"orders": "1"}, 400, "orders"),
        ({"orders": ["5118"]}, 404, "orders"),
        ({"courier": "nobody"}, 400, "courier"),
        ({"waybill": "<b>"}, 400, "waybill"),
        ({"waybill": 73000000000001}, 400, "waybill"),
        ({"shop": "other"}, 400, "shop"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_entered(at_agent, shop, changes, status, field):
    answer = at_agent.post("parcels/", body(an_order(shop)) | changes)
    assert (answer.status_code, answer.json()["field"].partition(".")[0]) == (status, field)
    assert not Parcel.objects.exists()


def test_a_weight_is_kept_beside_the_others(at_agent, parcel):
    path = f"parcels/{parcel.pk}/weights/"
    answer = at_agent.post(path, {"source": "waybill", "grams": 1300, "weighed_at": "2026-11-20T10:00:00+08:00"})
    assert (answer.status_code, answer.json()["grams"]) == (201, 1300)
    at_agent.post(path, {"source": "waybill", "grams": 1310, "packed_by": "小王"})
    assert [each["grams"] for each in rows(at_agent)[0]["weights"]] == [1300, 1310]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grams": 0}, "grams"),
        ({"grams": 1.5}, "grams"),
        ({"grams": "1250"}, "grams"),
        ({"grams": 10**18}, "grams"),
        ({"source": "guess"}, "source"),
        ({"weighed_at": "yesterday"}, "weighed_at"),
        ({"weighed_at": "2030-01-01T00:00:00Z"}, "weighed_at"),
        ({"unit": "kg"}, "unit"),
    ],
)
def test_a_weight_that_cannot_be_is_named(at_agent, parcel, changes, field):
    answer = at_agent.post(f"parcels/{parcel.pk}/weights/", {"source": "courier", "grams": 1250} | changes)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert not parcel.weights.exists()
