"""GET /api/v1/nightly-runs/: what the nights found."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.actions.flag_stalled import flag_stalled
from logistics.models import Region
from orders.access import Actor
from tests.callers import program
from tests.cast import MONDAY
from tests.logistics.nodes import a_parcel_of

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def nights(shop, other_shop):
    """Two nights in our shop, one in another."""
    still = {"stage": "transit", "stage_since": MONDAY, "last_event_at": MONDAY}
    a_parcel_of(shop, **still), a_parcel_of(shop, region=Region.objects.get(code="remote"), **still)
    return [
        flag_stalled(which, at=MONDAY + hours * HOUR, by=Actor.system("nightly"))
        for which, hours in ((shop, 50), (other_shop, 50), (shop, 100))
    ]


def rows(caller, **params):
    return caller.get("nightly-runs/", params).json()["results"]


def test_a_run_is_shown_with_its_figures_by_courier_and_region(agent, nights):
    last, first = rows(program(agent), shop="demo")
    assert (last["id"], first["id"], first["shop"], first["state"], first["by"]) == (nights[2].pk, nights[0].pk, "demo", "done", "")
    assert first["at"] == "2026-11-25T12:00:00+08:00"
    assert first["started_at"] <= first["finished_at"]
    figures = {
        name: (first[name], last[name]) for name in ("looked_at", "unknown", "found", "twice", "opened", "updated", "closed", "told")
    }
    assert figures == {
        "looked_at": (2, 2), "unknown": (0, 0), "found": (1, 2), "twice": (0, 1), "opened": (1, 1), "updated": (0, 0), "closed": (0, 0), "told": (0, 0),
    }  # fmt: skip
    cells = [(each["courier"], each["region"], each["looked_at"], each["found"], each["opened"]) for each in first["cells"]]
    assert sorted(cells, key=str) == [("zhongtong", "remote", 1, 0, 0), ("zhongtong", None, 1, 1, 1)]


def test_the_runs_of_other_shops_are_not_shown(agent, outsider, nights):
    assert {each["shop"] for each in rows(program(agent))} == {"demo"}
    assert {each["shop"] for each in rows(program(outsider))} == {"other"}
    assert rows(program(agent), shop="other") == []


def test_runs_come_in_pages_without_a_row_twice(agent, nights):
    caller = program(agent)
    page = caller.get("nightly-runs/", {"limit": 1}).json()
    rest = caller.client.get(page["next"], headers=caller.headers).json()
    assert [each["id"] for each in page["results"] + rest["results"]] == [nights[2].pk, nights[0].pk]
    assert rest["next"] is None


def test_many_runs_take_as_many_queries_as_one(agent, nights):
    caller = program(agent)
    counts = []
    for limit in (1, 2):
        with CaptureQueriesContext(connection) as queries:
            rows(caller, limit=limit)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("params", [{"shops": "demo"}, {"limit": "0"}, {"cursor": "x"}, {"shop": "x" * 65}])
def test_what_is_not_known_is_refused_by_name(agent, nights, params):
    answer = program(agent).get("nightly-runs/", params)
    assert (answer.status_code, answer.json()["field"]) == (400, next(iter(params)))
