"""The stalled board: the last night, courier by region, and the parcels of a cell."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.actions.assign import take_case
from casework.models import Case
from logistics.actions.flag_stalled import flag_stalled
from logistics.models import Courier, Finding, NightlyRun, Norm, Region
from orders.access import Actor
from tests.cast import MONDAY, acts, make_user
from tests.logistics.nodes import a_parcel_of, node, tell
from tests.page import browser_of, text_of

HOUR = dt.timedelta(hours=1)
NIGHT = MONDAY + 100 * HOUR


@pytest.fixture
def desk(settings):
    """The person's browser on the morning after the night."""
    settings.TEST_CLOCK = True

    def open_desk(user, at=NIGHT):
        client = browser_of(user)
        client.defaults["HTTP_X_TEST_NOW"] = at.isoformat()
        return client

    return open_desk


def still(shop, hours=0, **fields):
    """A parcel without news since so many hours after Monday."""
    since = MONDAY + hours * HOUR
    moved = {
        "stage": "transit",
        "stage_since": since,
        "last_event_at": since,
        "last_text": "到达 乌鲁木齐转运中心",
        "first_seen_at": MONDAY,
    }
    return a_parcel_of(shop, **(moved | fields))


def night(shop, at=NIGHT):
    return flag_stalled(shop, at=at, by=Actor.system("nightly"))


def cells(response):
    """Courier and region of each cell with findings: count, normal days, shade."""
    words = r'<span class="visually-hidden[^"]*">([^<]*)</span>'
    found = re.findall(rf'class="cell cell--(\d)"[^>]*>{words}{words}{words}<b>(\d+)</b>.*?<span>([^<]*)</span>', response.content.decode())
    return {courier + region: (int(count), days, int(shade)) for shade, courier, region, _colon, count, days in found}


@pytest.fixture
def remote(db):
    return Region.objects.get(code="remote")


@pytest.mark.rule("L3.3")
def test_the_board_shows_the_last_night_against_the_one_before(agent, desk, shop):
    still(shop), still(shop)
    night(shop, MONDAY + 50 * HOUR)
    still(shop, 2)
    night(shop)
    text = text_of(desk(agent).get("/stalled/"))
    assert "3 parcels beyond what is normal" in text
    assert "Done" in text
    assert "3 parcels on their way looked at" in text
    for part in [
        "Beyond the norm 3 before 2",
        "Beyond twice the norm 3 before 0",
        "Cases opened 1",
        "Moved on, closed by itself 0",
        "Nothing known yet 0",
    ]:
        assert part in text


@pytest.mark.rule("L3.4")
def test_a_cell_counts_its_findings_beside_the_days_that_are_normal_there(agent, desk, shop, remote):
    sf = Courier.objects.get(code="shunfeng")
    [still(shop, 40) for _ in range(2)], [still(shop, 40) for _ in range(4)]
    [still(shop, courier=sf, region=remote) for _ in range(3)]
    still(shop, courier=sf)
    night(shop, MONDAY + 193 * HOUR)
    page = desk(agent, MONDAY + 193 * HOUR).get("/stalled/")
    assert cells(page) == {"中通 Unknown": (6, "4 d", 3), "顺丰 偏远": (3, "8 d", 3), "顺丰 Unknown": (1, "2 d", 2)}
    Norm.objects.create(measure="delivery", courier=sf, region=remote, hours=60)
    assert cells(desk(agent, MONDAY + 100 * HOUR).get("/stalled/"))["顺丰 偏远"] == (3, "2.5 d", 1)


def test_a_cell_leads_to_its_parcels_the_longest_standing_first(agent, desk, shop, remote):
    far, farther, near = still(shop, 2, region=remote), still(shop, region=remote), still(shop)
    night(shop)
    case = Case.objects.get(incident__parcel=far)
    take_case(case.pk, by=acts(agent), at=NIGHT)
    client = desk(agent)
    page = client.get("/stalled/", {"shop": "demo", "courier": "zhongtong", "region": "remote"})
    text = text_of(page)
    assert text.index(farther.waybill) < text.index(far.waybill)
    assert near.waybill not in text
    for part in [
        "中通 · 偏远",
        "2 parcels, the longest standing first",
        "杭州市",
        "Not moving",
        "到达 乌鲁木齐转运中心",
        "4.1 / 4 d",
        "To be checked",
        "agent",
        "free",
    ]:
        assert part in text
    assert f'href="/cases/{case.pk}/"' in page.content.decode()
    assert near.waybill in text_of(client.get("/stalled/"))
    assert near.waybill in text_of(client.get("/stalled/", {"courier": "zhongtong", "region": "none"}))


def test_what_the_courier_told_of_itself_is_not_measured_by_our_norm(agent, desk, shop):
    still(shop)
    night(shop, MONDAY + 50 * HOUR)
    Finding.objects.update(code="204", norm_hours=96)
    text = text_of(desk(agent, MONDAY + 60 * HOUR).get("/stalled/"))
    assert "Trouble told by the courier" in text
    assert "2.5 / 4 d" not in text
    assert "4.1 / 4 d" in text_of(desk(agent, MONDAY + 100 * HOUR).get("/stalled/"))


def test_a_cell_that_has_emptied_shows_the_whole_board(agent, desk, shop):
    parcel = still(shop)
    night(shop)
    text = text_of(desk(agent).get("/stalled/", {"courier": "zhongtong", "region": "remote"}))
    assert "Nothing stands still in that cell any more." in text
    assert parcel.waybill in text


def test_a_finding_by_code_says_when_its_case_comes(agent, desk, shop):
    tell(a_parcel_of(shop), node(MONDAY, "station", "501"), node(MONDAY + 5 * HOUR, "", "205"))
    text = text_of(desk(agent).get("/stalled/"))
    assert "At a station too long" in text
    assert "case comes tonight" in text


def test_a_norm_of_nothing_breaks_no_bar(agent, desk, shop):
    Finding.objects.create(parcel=still(shop), kind="not_moving", since=MONDAY, norm_hours=0, found_at=MONDAY)
    assert desk(agent).get("/stalled/").status_code == 200


@pytest.mark.rule("L3.3")
def test_a_night_that_did_not_run_is_said_on_the_board(agent, desk, shop):
    still(shop)
    night(shop, MONDAY)
    page = desk(agent, MONDAY + 26 * HOUR)
    assert "did not run" not in text_of(page.get("/stalled/"))
    late = desk(agent, MONDAY + 26 * HOUR + dt.timedelta(seconds=1))
    assert "Last night's look did not run. The last one that was done: 11-23 10:00 ·" in text_of(late.get("/stalled/"))


def test_before_the_first_run_and_without_a_parcel_the_board_says_so(agent, desk, shop):
    text = text_of(desk(agent).get("/stalled/"))
    assert "There is no run yet." in text
    # Nobody has looked: nothing is said of what stands still.
    assert "Nothing stands still" not in text
    assert "No run yet" in text_of(desk(agent).get("/stalled/runs/"))
    night(shop)
    assert "Nothing stands still" in text_of(desk(agent).get("/stalled/"))


# Who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("agent", 200),
        ("supervisor", 200),
        ("manager", 200),
        ("warehouse", 200),
        ("auditor", 200),
        ("printclerk", 403),
        ("finance", 403),
        ("admin", 403),
    ],
)
def test_who_reads_the_board(request, desk, shop, name, status):
    client = desk(request.getfixturevalue(name))
    assert [client.get(path).status_code for path in ("/stalled/", "/stalled/runs/")] == [status, status]
    assert ("Stalled" in text_of(client.get("/"))) is (status == 200)


def test_another_shops_parcels_are_not_shown(desk, outsider, shop, other_shop):
    parcel = still(shop)
    night(shop)
    client = desk(outsider)
    assert parcel.waybill not in text_of(client.get("/stalled/"))
    assert client.get("/stalled/", {"shop": "demo"}).status_code == 400


def test_who_works_in_several_shops_chooses_one(desk, shop, other_shop):
    everywhere = make_user("everywhere", "manager", None)
    ours, theirs = still(shop), still(other_shop)
    night(shop), night(other_shop)
    client = desk(everywhere)
    assert 'name="shop"' in client.get("/stalled/").content.decode()
    text = text_of(client.get("/stalled/", {"shop": "other"}))
    assert theirs.waybill in text
    assert ours.waybill not in text


# Run again ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
def test_a_lead_runs_it_again_but_not_twice_in_a_minute(desk, supervisor, shop):
    still(shop)
    client = desk(supervisor)
    answer = client.post("/stalled/run/", {"shop": "demo"}, follow=True)
    assert "Looked at 1: 1 stand still, 1 cases opened, 0 closed." in text_of(answer)
    run = NightlyRun.objects.get()
    assert (run.by_name, run.at, run.opened) == ("supervisor", NIGHT, 1)
    refused = client.post("/stalled/run/", {"shop": "demo"})
    assert (refused.status_code, "It ran less than a minute ago." in text_of(refused)) == (422, True)
    NightlyRun.objects.update(started_at=MONDAY - 10000 * HOUR)
    assert client.post("/stalled/run/", {"shop": "demo"}).status_code == 302
    assert NightlyRun.objects.count() == 2


@pytest.mark.parametrize("name", ["agent", "warehouse", "auditor"])
def test_nobody_else_runs_it(request, desk, shop, name):
    client = desk(request.getfixturevalue(name))
    assert "Run again now" not in text_of(client.get("/stalled/"))
    assert client.post("/stalled/run/", {"shop": "demo"}).status_code == 403
    assert not NightlyRun.objects.exists()


def test_looking_at_the_address_of_the_button_runs_nothing(desk, supervisor, shop):
    assert desk(supervisor).get("/stalled/run/").status_code == 302
    assert not NightlyRun.objects.exists()


def test_all_runs_stand_in_the_log(desk, agent, shop):
    still(shop)
    night(shop)
    NightlyRun.objects.create(shop=shop, at=MONDAY, started_at=MONDAY, state="failed", by_name="supervisor")
    text = text_of(desk(agent).get("/stalled/runs/"))
    for part in ["11-27 14:00 Done", "Failed supervisor Nothing was changed; the next run does all of it."]:
        assert part in text


# Queries -----------------------------------------------------------------------------------------------------------


def test_a_full_page_takes_as_many_queries_as_a_short_one(desk, agent, shop):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get("/stalled/")
        return len(found)

    client = desk(agent)
    still(shop)
    night(shop)
    few = queries()
    [still(shop) for _ in range(59)]
    night(shop)
    assert queries() == few <= 45
    following = re.search(r'rel="next" href="([^"]+)"', client.get("/stalled/").content.decode())[1]
    assert client.get(f"/stalled/{html.unescape(following)}").content.decode().count("data-row") == 10
