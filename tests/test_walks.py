"""Everybody at once, over all kinds of case, by page, admin, API and many at a time, with pushes, lists, nights and clocks: nothing that must hold breaks."""

import os
from collections import Counter
from types import SimpleNamespace

import pytest
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from casework.actions.set_policy import set_policy
from logistics.actions.keep_account import keep_account
from orders.access import Actor
from orders.models import Line
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.traces import SALT
from tests.walks.desk import Desk
from tests.walks.doors import Doors
from tests.walks.outside import a_push

# `WALKS=50 pytest tests/test_walks.py` walks that often, and elsewhere each time; what breaks is told as the shortest walk that was found.
WALKS = int(os.environ.get("WALKS", "0"))
HOW = settings(
    # Half a minute, which is what a whole run has room for. They are the same every time; new ground is found by WALKS.
    max_examples=WALKS or 5,
    stateful_step_count=60,
    derandomize=not WALKS,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
HERE = {"shipped_at": None}
# On their way, signed for, never picked up; printed, in the warehouse, unpaid.
ORDERS = [
    *({"waybill": f"739000000{n:04d}"} for n in range(3)),
    *({"waybill": f"739111111{n:04d}", "status": "finished"} for n in range(3)),
    {"waybill": "7392222220001"},
    {"waybill": "7393333330001", "status": "wait_ship", "flag": 0} | HERE,
    {"status": "wait_ship"} | HERE,
    {"status": "wait_pay", "paid_at": None} | HERE,
]


@pytest.fixture
def world(request, shop, outsider, settings, tmp_path):
    """The people with a browser and a program each, and orders that stand in some way."""
    roles = ("agent", "agent2", "supervisor", "manager", "finance", "warehouse", "printclerk", "auditor")
    people = [request.getfixturevalue(name) for name in roles]
    set_policy("outage", 2, by=acts(people[3]), at=MONDAY, shop_id=shop.pk)
    keep_account(shop, {"salt": SALT}, by=Actor.system(), at=MONDAY)
    orders = [an_order(shop, lines=("60.00", "39.90"), freight="8.00", **how) for how in ORDERS]
    Line.objects.update(quantity=F("position") * 2)
    for order in orders[:6]:
        a_push(order.parcels.get(), "103", "1002", *(["3"] if order.status == "finished" else []), at=MONDAY)
    return SimpleNamespace(
        people=people,
        outsider=outsider,
        auditor=people[-1],
        role={user.pk: user.memberships.get().role for user in people},
        doors=Doors([*people, outsider]),
        shop=shop,
        orders=orders,
        settings=settings,
        place=tmp_path,
    )


@pytest.mark.rule("L3.2", "L3.3", "L4.2", "L5.3")
@pytest.mark.fault("M2", "M3")
@pytest.mark.timeout(600 + 60 * WALKS)
def test_whatever_happens_in_whatever_order_what_must_hold_holds(world):
    class Walk(Desk):
        counted, met = Counter(), set()

    Walk.world = world
    run_state_machine_as_test(Walk, settings=HOW)
    # They went somewhere, by each door, and were refused there as well. What exactly is played changes with the code.
    assert min(Walk.counted[door, refused] for door in ("page", "admin", "api") for refused in (True, False)) > 3, Walk.counted
    assert len(Walk.met) > 25, Walk.met
