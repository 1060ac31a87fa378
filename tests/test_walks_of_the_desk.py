"""Everybody at once: people by page and API, customers, pushes of couriers, nights and clocks. What must hold holds, nobody is stuck."""

import pytest
from django.db import connection

from casework.actions.seal import seal_journal
from casework.actions.verify import verify_audit, verify_invariants
from logistics.actions.keep_account import keep_account
from orders.access import Actor
from orders.models import Line
from tests.builders import an_order
from tests.cast import MONDAY
from tests.logistics.incidents import an_incident
from tests.logistics.traces import SALT
from tests.walks import KINDS, Walk

DEEDS = 90


@pytest.fixture
def people(agent, agent2, supervisor, manager, finance, warehouse, printclerk, auditor):
    return [agent, agent2, supervisor, manager, finance, warehouse, printclerk, auditor]


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize("seed", range(2))
def test_a_walk_with_pushes_and_nights_keeps_what_must_hold(seed, people, shop):
    keep_account(shop, {"salt": SALT}, by=Actor.system(), at=MONDAY)
    orders = [an_order(shop, lines=("60.00", "39.90"), freight="8.00", waybill=f"7390000000{n:02d}") for n in range(8)]
    Line.objects.update(quantity=2)
    for kind, order in zip(KINDS, orders, strict=False):
        an_incident(kind, people[0], order=order)
    walk = Walk(seed, people, orders)
    for number in range(1, DEEDS + 1):
        walk.do()
        if number % 30 == 0:
            assert verify_invariants() == []
            assert walk.dead_ends() == []
    assert walk.done["courier_tells"] > 0
    assert walk.done["work_at_night"] > 0
    assert sum(walk.refused.values()) > 5
    connection.check_constraints()  # what moved leaves its rows before the sealer takes them
    seal_journal(at=walk.now)
    assert verify_audit() == []
