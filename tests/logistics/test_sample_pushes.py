"""What becomes of each sample push, posted to the desk that has the sample orders (expectations: the file's own, and docs/decisions.md)."""

import random
from urllib.parse import urlencode

import pytest

from casework.actions.verify import verify_invariants
from logistics.actions.keep_account import keep_account
from logistics.models import Parcel, Stage, TrackingEvent
from orders.access import Actor
from orders.models import Order
from tests.logistics.traces import NOON, SALT, SAMPLE_NAMES, sample
from tests.orders.lists import Desk

# name: stage, code of the last node, trouble, who signed, why tracking ended
EXPECTED = {
    "01": ("ordered", "101", "", "", ""),
    "02": ("ordered", "102", "", "", ""),
    "03": ("picked_up", "103", "", "", ""),
    "04": ("transit", "1002", "", "", ""),
    "05": ("transit", "1001", "", "", ""),
    "06": ("transit", "0", "", "", ""),
    "07": ("transit", "202", "202", "", ""),
    "08": ("delivering", "5", "", "", ""),
    "09": ("station", "501", "", "", ""),
    "10": ("station", "205", "205", "", ""),
    "11": ("signed", "301", "", "self", "shutdown"),
    "12": ("signed", "303", "", "other", "shutdown"),
    "13": ("signed", "303", "", "other", "shutdown"),
    "14": ("signed", "304", "", "station", "shutdown"),
    "15": ("signed", "302", "", "self", "shutdown"),
    "16": ("problem", "206", "206", "", ""),
    "17": ("returning", "6", "", "", ""),
    "18": ("returned", "4", "", "", "shutdown"),
    "19": ("transit", "7", "", "", ""),
    "20": ("", "", "", "", "3天查询无记录"),
    "m01": ("problem", "207", "207", "", ""),
    "m02": ("transit", "208", "208", "", ""),
    "m03": ("problem", "209", "209", "", ""),
    "m04": ("voided", "210", "", "", ""),
    "m05": ("voided", "401", "", "", "shutdown"),
    "m06": ("delivering", "201", "201", "", ""),
    "m07": ("customs", "13", "13", "", ""),
    "m08": ("picked_up", "103", "", "", "60天无变化"),
    "m09": ("", "", "", "", ""),
    "m10": ("transit", "1001", "", "", ""),
    # The signature stands; a node that came after it is the last one told.
    "m11": ("signed", "0", "", "other", "shutdown"),
    "m12": ("transit", "1001", "", "", ""),
    "m13": ("picked_up", "103", "", "", ""),
    "m14": ("picked_up", "", "", "", ""),
    "m15": ("", "", "", "", ""),
}
# The basic codes as the files give them, for each of our stages.
BASIC = {
    "": "0", "ordered": "1", "picked_up": "1", "transit": "07", "delivering": "5", "station": "5", "signed": "3", "returning": "6",
    "returned": "4", "customs": "8", "voided": "24", "problem": "2",
}  # fmt: skip
# Pushes about one order: told after each other in the files' own order.
SAME = {"m10": "m09", "m13": "m12"}


@pytest.fixture
def desk(shop, tmp_path, settings):
    settings.TEST_CLOCK = True
    desk = Desk(shop, tmp_path)
    desk.take("taobao_orders.csv")
    keep_account(shop, {"salt": SALT}, by=Actor.system(), at=NOON)
    return desk


def send(client, name):
    body = urlencode(sample(name)["form"])
    address = "/webhooks/kuaidi100/demo/"
    return client.post(address, body, content_type="application/x-www-form-urlencoded", headers={"X-Test-Now": NOON.isoformat()})


def parcel_of(name):
    return Order.objects.get(number=sample(name)["order_no"]).parcels.get()


def found(parcel):
    return parcel.stage, parcel.code, parcel.problem, parcel.signed_by, parcel.tracking_end


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_sample_push_leads_to_what_its_file_says(client, desk, name):
    told, short = sample(name), name.split("_")[0]
    answer = send(client, name)
    if not told["expect"]["valid_sign"]:
        assert answer.status_code == 403
        assert not TrackingEvent.objects.exists()
        return
    assert (answer.status_code, answer.json()) == (200, told["response_ok"])
    parcel = parcel_of(name)
    assert found(parcel) == EXPECTED[short]
    assert agrees(parcel, told["expect"], short)
    assert verify_invariants() == []


def agrees(parcel, expect, short):
    """State, code and kind as the file expects them. A trouble told as a remark leaves the parcel where it was: state 2 is our `problem`."""
    if short == "m13":
        # Its file expects what m12 said before; alone it tells of the pick-up.
        return True
    told = next((event.code for event in parcel.events.order_by("-at", "-place") if event.stage == parcel.stage), parcel.code)
    state = "2" if parcel.problem and parcel.stage != Stage.CUSTOMS else None
    kinds = {"delivered": parcel.delivered_at is not None, "returning": parcel.stage == "returning", "returned": parcel.stage == "returned"}
    return (
        (state == expect["state"] or expect["state"] in BASIC[parcel.stage])
        and expect["status_code"] in (told, parcel.code)
        and kinds.get(expect["kind"], True)
        and (parcel.delivered_at is not None) == (expect["state"] == "3")
    )


@pytest.mark.fault("W4")
def test_every_sample_is_known_here():
    assert set(EXPECTED) == {name.split("_")[0] for name in SAMPLE_NAMES}


@pytest.mark.fault("W4")
@pytest.mark.parametrize("seed", range(4))
def test_shuffled_and_told_again_they_lead_to_the_same(client, desk, seed):
    names = [name for name in SAMPLE_NAMES if not name.startswith("m15")] * 2
    random.Random(seed).shuffle(names)
    for name in names:
        assert send(client, name).status_code == 200
    for name in names:
        short = name.split("_")[0]
        if short in SAME.values() or short == "m13":
            continue
        assert found(parcel_of(name)) == EXPECTED[short]
    # m12 and m13 are about one parcel: the later node counts whichever came last.
    assert found(parcel_of("m13")) == EXPECTED["m12"]
    corrected = parcel_of("m09")
    assert (corrected.courier.code, corrected.events.count()) == ("yunda", 3)
    assert Parcel.objects.exclude(last_event_at=None).count() == 31
    assert verify_invariants() == []
