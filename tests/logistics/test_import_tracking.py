"""Traces as files: the same events as a push would leave, each row accounted for."""

import io
import json
import threading
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from casework.actions.open_case import open_case
from casework.models import Case, Journal
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.take_tracking import take_tracking
from logistics.models import DetectionRule, Parcel, TrackingEvent
from orders.access import Actor
from orders.models import HeldRow
from orders.roles import SYSTEM
from tests.builders import a_parcel, an_order
from tests.cast import MONDAY, acts
from tests.logistics.test_import_weights import only
from tests.orders.lists import HOUR, NOON, Desk, as_csv, as_xlsx, order

WAYBILL = "73000000000001"
A_NODE = {"运单号": WAYBILL, "快递公司": "中通快递", "轨迹时间": "2026-11-19 10:00:00", "轨迹": "【杭州市】已揽收", "状态": "揽收"}


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


@pytest.fixture
def parcel(shop):
    return a_parcel(an_order(shop), WAYBILL)


def node(hour=10, text="【杭州市】已揽收", **changes):
    return A_NODE | {"轨迹时间": f"2026-11-19 {hour:02}:00:00", "轨迹": text} | changes


WAY = [
    node(16, "派件中，快递员王五，电话13800001234", 状态="派件"),
    node(10, 状态="揽收"),
    node(12, "到达【上海转运中心】", 状态="在途"),
]


def events():
    return list(TrackingEvent.objects.order_by("at", "place").values_list("text", "stage"))


def test_rows_are_the_nodes_of_their_parcel_in_whatever_order(desk, parcel):
    assert desk.counts(WAY) == (3, 3, 0, 0, 0)
    assert [stage for _text, stage in events()] == ["picked_up", "transit", "delivering"]
    parcel.refresh_from_db()
    assert (parcel.stage, parcel.provider, parcel.picked_up_at.hour) == ("delivering", "file", 2)


@pytest.mark.fault("P1")
def test_names_and_phones_are_taken_out_of_the_texts(desk, parcel):
    desk.take(WAY)
    assert events()[-1][0] == "派件中，快递员[姓名]，电话[电话]"


@pytest.mark.fault("I3")
def test_the_same_file_twice_is_nothing_new(desk, parcel):
    desk.take(WAY)
    assert desk.counts(WAY, at=MONDAY) == (3, 0, 0, 3, 0)
    assert desk.counts([*WAY, *WAY, node(17, "已签收，签收人：本人")], at=MONDAY) == (7, 1, 0, 6, 0)
    assert TrackingEvent.objects.count() == 4


@pytest.mark.fault("I1")
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_every_encoding_tells_the_same(desk, parcel, encoding):
    assert desk.counts(desk.file(as_csv(WAY, encoding))) == (3, 3, 0, 0, 0)
    assert events()[0] == ("【杭州市】已揽收", "picked_up")


@pytest.mark.fault("I1")
def test_a_workbook_tells_the_same(desk, parcel):
    assert desk.counts(desk.file(as_xlsx(WAY), "list.xlsx")) == (3, 3, 0, 0, 0)


@pytest.mark.parametrize(
    "names",
    [
        ("快递单号", "时间", "物流信息"),
        ("物流单号", "更新时间", "描述"),
        ("运单号", "扫描时间", "物流轨迹"),
    ],
)
def test_usual_names_are_known(desk, parcel, names):
    assert desk.counts([dict(zip(names, (WAYBILL, "2026-11-19 10:00", "已揽收"), strict=True))]) == (1, 1, 0, 0, 0)


def test_a_status_of_the_whole_trace_counts_for_its_newest_node(desk, parcel):
    desk.take([node(hour, text, 状态="签收") for hour, text in [(10, "已揽收"), (12, "到达上海"), (16, "正常"), (11, "离开杭州")]])
    assert [stage for _text, stage in events()] == ["picked_up", "transit", "transit", "signed"]


@pytest.mark.fault("W4")
def test_an_older_file_turns_a_signed_parcel_back_no_more_than_a_push(desk, parcel):
    desk.take([node(17, "已签收，签收人：本人", 状态="签收")])
    desk.take(WAY, at=MONDAY)
    parcel.refresh_from_db()
    assert (parcel.stage, TrackingEvent.objects.count()) == ("signed", 4)


def test_many_waybills_in_one_file_each_get_their_own(desk, shop):
    rows = []
    for number in range(40):
        a_parcel(an_order(shop), f"7300000001{number:04d}")
        rows += [each | {"运单号": f"7300000001{number:04d}"} for each in WAY]
    assert desk.counts(rows) == (120, 120, 0, 0, 0)
    assert set(Parcel.objects.values_list("stage", flat=True)) == {"delivering"}


def test_a_waybill_is_never_cut_between_two_batches(desk, shop, monkeypatch):
    monkeypatch.setattr("logistics.imports.tracking.BATCH", 2)
    rows = []
    for number in range(5):
        a_parcel(an_order(shop), f"7300000001{number:04d}")
        rows += [each | {"运单号": f"7300000001{number:04d}", "状态": "派件"} for each in WAY]
    assert desk.counts(rows) == (15, 15, 0, 0, 0)
    assert set(Parcel.objects.values_list("stage", flat=True)) == {"delivering"}
    assert TrackingEvent.objects.filter(stage="delivering").count() == 5


def test_unknown_waybills_wait_for_their_parcel(desk, shop):
    assert desk.counts(WAY) == (3, 0, 0, 0, 3)
    assert {(each.code, each.retry) for each in HeldRow.objects.all()} == {("unknown_parcel", True)}
    result = desk.take([order(订单状态="卖家已发货，等待买家确认", 物流单号=WAYBILL, 物流公司="中通快递")], at=MONDAY)
    assert (result.retried, TrackingEvent.objects.count()) == (3, 3)
    assert Parcel.objects.get().stage == "delivering"


def test_a_shipping_list_of_the_same_run_makes_the_parcel_first(desk, shop):
    shipped = only(订单编号=an_order(shop).number, **{"重量(kg)": "1"})
    assert [file.counts.held for file in desk.take(WAY, [shipped]).files] == [0, 0]
    assert Parcel.objects.get().stage == "delivering"


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"轨迹时间": "昨天"}, "轨迹时间"),
        ({"轨迹时间": ""}, "轨迹时间"),
        ({"轨迹时间": "2009-12-31 23:00:00"}, "轨迹时间"),
        ({"轨迹时间": "2026-11-22 10:00:00"}, "轨迹时间"),
        ({"轨迹": ""}, "轨迹"),
        ({"轨迹": "长" * 4001}, "轨迹"),
        ({"运单号": "7.3E+13"}, "运单号"),
        ({"运单号": "<b>73000</b>"}, "运单号"),
    ],
)
def test_a_row_that_cannot_be_is_held_and_the_others_go_in(desk, parcel, changes, column):
    assert desk.counts([*WAY, node(18) | changes]) == (4, 3, 0, 0, 1)
    held = HeldRow.objects.get()
    assert (held.line, held.column) == (5, column)


def test_a_preview_changes_nothing(desk, parcel):
    assert tuple(desk.take(WAY, dry_run=True).totals.as_dict().values()) == (3, 3, 0, 0, 0)
    assert not TrackingEvent.objects.exists()


def test_the_table_of_detection_holds_for_files_too(desk, parcel):
    DetectionRule.objects.create(provider="file", code="206", outcome="case", name="unreachable")
    desk.take([node(16, "派送不成功，客户电话无法接通", 状态码="206")], at=NOON)
    assert Case.objects.get().kind == "unreachable"


def test_an_import_by_a_person_is_signed_by_them(desk, parcel, agent):
    desk.take(WAY, by=acts(agent))
    assert parcel.shop.import_runs.get().by == agent
    assert {entry.actor for entry in Journal.objects.filter(object_type="import")} == {agent}


@pytest.mark.django_db(transaction=True)
def test_a_file_of_many_batches_and_the_night_wait_for_each_other_and_not_in_a_ring(desk, shop, monkeypatch):
    low, high = an_order(shop), an_order(shop)
    a_parcel(high, "73000000000001"), a_parcel(low, "73000000000002")
    Parcel.objects.update(shipped_at=NOON - 200 * HOUR)
    monkeypatch.setattr("logistics.imports.tracking.BATCH", 1)
    first_is_in, failed = threading.Event(), []

    def paced(*args, **more):
        taken = take_tracking(*args, **more)
        first_is_in.set()
        time.sleep(0.5)
        return taken

    def night():
        first_is_in.wait(20)
        try:
            flag_stalled(shop, at=NOON, by=Actor.system("clock"))
        except OperationalError as error:
            failed.append(error)
        finally:
            connection.close()

    monkeypatch.setattr("logistics.imports.tracking.take_tracking", paced)
    thread = threading.Thread(target=night)
    thread.start()
    desk.take([node(10, "到达", 运单号=f"7300000000000{last}", 状态="在途") for last in (1, 2)])
    thread.join()
    assert (failed, TrackingEvent.objects.count()) == ([], 2)


@pytest.mark.rule("L3.3")
def test_a_persons_file_ends_the_case_of_what_arrived_and_the_programme_did_it(desk, parcel, agent):
    case = open_case("stalled", by=acts(agent), at=NOON - HOUR, waybill=WAYBILL)
    desk.take([node(17, "已签收，签收人：本人", 状态="签收")], at=MONDAY, by=acts(agent))
    case.refresh_from_db()
    assert case.state == "delivered"
    entry = Journal.objects.get(case=case, step="delivered")
    assert (entry.actor, entry.actor_name, entry.channel) == (None, SYSTEM, "import")


def test_a_persons_file_opens_cases_and_findings_that_have_no_owner(desk, parcel, agent):
    DetectionRule.objects.create(provider="file", code="208", outcome="case", name="stalled")
    DetectionRule.objects.create(provider="file", code="206", outcome="case", name="unreachable")
    other = a_parcel(an_order(parcel.shop), "73000000000002")
    desk.take([node(17, "超时未更新", 状态码="208"), node(17, "无法接通", 状态码="206", 运单号=other.waybill)], by=acts(agent))
    assert sorted(Case.objects.values_list("kind", "owner")) == [("stalled", None), ("unreachable", None)]
    desk.take([node(18, "已揽收", 状态="揽收")], at=MONDAY, by=acts(agent))
    assert Case.objects.get(kind="stalled").state == "moved_on"


def test_the_command_answers_as_the_others_do(desk, parcel, shop):
    output = io.StringIO()
    call_command(
        "import_tracking", str(desk.file(WAY).path), f"--shop={shop.code}", "--json", f"--now={(NOON + HOUR).isoformat()}", stdout=output
    )
    answer = json.loads(output.getvalue())
    assert (answer["read"], answer["new"], answer["files"][0]["kind"]) == (3, 3, "tracking")
    assert TrackingEvent.objects.first().received_at == NOON + HOUR
