"""Whatever people and clocks do in whatever order, nothing that must hold breaks."""

import datetime as dt
import random

import pytest
from django.db import connection

from casework.actions.advance import advance
from casework.actions.ask_photos import make_link
from casework.actions.deeds import finish_task, record_contact
from casework.actions.seal import seal_journal
from casework.actions.sweep import fire_deadlines
from casework.actions.take_photo import take_photo
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Channel, Outcome, Task
from casework.reading import read_case
from orders.errors import DeskError
from refunds.actions.ask import ask_refund
from tests.builders import a_refund, a_wish, an_order, an_unreachable
from tests.callers import a_picture
from tests.cast import MONDAY, acts

STEPS = 60
FACTS = {
    "reason": "说明",
    "agreed": "改约周六",
    "answer": "在家",
    "freight_payer": "shop",
    "platform_number": "PAY{}",
    "paid_at": "2026-11-23T10:00:00+08:00",
    "returns_at": "2026-11-24T10:00:00+08:00",
}


@pytest.fixture
def people(agent, agent2, supervisor, supervisor2, manager, finance, warehouse, auditor):
    return [agent, agent2, supervisor, supervisor2, manager, finance, warehouse, auditor]


def try_a_step(rng, people, now):
    """Somebody tries any step of any open case, allowed or not."""
    case = rng.choice(list(Case.objects.open()) or list(Case.objects.all()))
    by = acts(rng.choice(people))
    meta = rng.choice(type(case).steps())
    facts = {name: FACTS[name].format(rng.randrange(10_000)) for name in meta.facts.base_fields if name in FACTS}
    if meta.name == "ask_again":
        wish = a_wish(case.order, f"{rng.randrange(1, 60)}.00")
        facts = {"request": {name: value for name, value in wish.items() if name != "order"}}
    advance(case.pk, meta.name, by=by, at=now, note="说明", facts=facts)


def send_a_photo(rng, people, now):
    """Somebody asks a customer for a photo, and the customer sends it, sooner or later."""
    case = rng.choice(list(Case.objects.all()))
    _link, token = make_link(case.pk, kinds=["photo_box"], by=acts(rng.choice(people)), at=now)
    take_photo(token, upload=a_picture(), kind="photo_box", at=now + dt.timedelta(minutes=rng.choice([0, 9000, 20_000])))


def do_something(rng, people, now, orders):
    deed = rng.random()
    if deed < 0.6:
        try_a_step(rng, people, now)
    elif deed < 0.65:
        send_a_photo(rng, people, now)
    elif deed < 0.7:
        case = rng.choice(list(Case.objects.filter(kind="unreachable")))
        record_contact(case.pk, channel=rng.choice(Channel.values), outcome=rng.choice(Outcome.values), by=acts(rng.choice(people)), at=now)
    elif deed < 0.8:
        order = rng.choice(orders)
        ask_refund(a_wish(order, f"{rng.randrange(1, 80)}.{rng.randrange(100):02d}"), by=acts(rng.choice(people)), at=now)
    elif deed < 0.9:
        task = Task.objects.order_by("?").first()
        if task:
            finish_task(task.case_id, task.pk, by=acts(rng.choice(people)), at=now)
    else:
        fire_deadlines(at=now)


@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_keeps_what_must_hold(seed, people, shop):
    rng = random.Random(seed)
    orders = [an_order(shop, lines=("60.00", "39.90"), freight="8.00", waybill=f"73{seed}0000000{n}") for n in range(3)]
    an_unreachable(people[0], order=orders[0])
    a_refund(people[0], order=orders[1])
    now = MONDAY
    taken = refused = 0
    for _ in range(STEPS):
        now += dt.timedelta(minutes=rng.choice([1, 30, 600, 2000]))
        try:
            do_something(rng, people, now, orders)
            taken += 1
        except DeskError:
            refused += 1
    assert verify_invariants() == []
    assert taken > 5
    assert refused > 5
    for case in Case.objects.all():
        view = read_case(case.pk, by=acts(people[0]), now=now)
        leads_on = any(each.starts_here and each.step.target for each in view.offers)
        assert case.closed_at or view.deadlines or case.state in ("returning",) or leads_on
    connection.check_constraints()  # what moved leaves its rows before the sealer takes them
    seal_journal(at=now)
    assert verify_audit() == []
