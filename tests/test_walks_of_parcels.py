"""Cases about parcels, worked by everybody through page, API and clocks in whatever order: nothing that must hold breaks, nobody is stuck."""

import contextlib
import datetime as dt
import random
from types import SimpleNamespace

import pytest
from django.db import connection

from casework.actions.seal import seal_journal
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Channel, Outcome, Task
from casework.reading import read_case
from casework.registry import TASK_KINDS
from logistics.models import FindingKind
from orders.errors import DeskError
from orders.models import Line
from orders.roles import AGENTS
from refunds.models import ResentLine
from tests.builders import a_wish_for, an_order
from tests.callers import a_picture, program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, taken, to_mend
from tests.page import browser_of

DEEDS = 100
KINDS = ("stalled", "no_record", "missing_items")
ROLES = ("agent", "agent2", "supervisor", "manager", "warehouse", "printclerk", "finance", "auditor")


@pytest.fixture
def world(request, shop):
    """The people with a browser and a program each, and four orders with a parcel."""
    people = [request.getfixturevalue(name) for name in ROLES]
    orders = [an_order(shop, lines=("60.00", "39.90"), freight="8.00", waybill=f"7510000000{n}") for n in range(4)]
    Line.objects.filter(position=2).update(quantity=3)
    return SimpleNamespace(
        people=people,
        orders=orders,
        pages={user.pk: browser_of(user) for user in people},
        programs={user.pk: program(user) for user in people},
    )


def value_of(rng, case, name, now):
    """Something that fits a field of a step or an answer, most of the time."""
    lines = list(case.order.lines.all())
    line = rng.choice(lines)
    return {
        "items": [{"line": line.pk, "quantity": rng.randrange(1, line.quantity + 2)}],
        "waybill": rng.choice([f"SF{rng.randrange(10**12):013d}", case.order.waybills[0]]),
        "courier": rng.choice(["shunfeng", "zhongtong"]),
        "wish": rng.choice(["resend", "refund"]),
        "scale": rng.choice(["warehouse", "waybill", "courier"]),
        "until": (now + dt.timedelta(days=rng.choice([-1, 3, 20]))).isoformat(),
        "paid_at": now.isoformat(),
        "platform_number": f"PAY{rng.randrange(10**6)}",
    }.get(
        name,
        rng.randrange(900, 1400) if name in ("grams", "warehouse") else True if name.startswith("shows_") or name == "unpacked" else "说明",
    )


def facts_for(rng, case, form, now):
    facts = {name: value_of(rng, case, name, now) for name, field in form.base_fields.items() if field.required or rng.random() < 0.5}
    # One name, two meanings: a number here, a waybill there.
    for name in ("waybill", "courier"):
        if name in facts and type(form.base_fields[name]).__name__ == "IntegerField":
            facts[name] = rng.randrange(900, 1400)
    return facts


def an_open_case(rng):
    return rng.choice(list(Case.objects.open()) or list(Case.objects.all()))


def somebody(rng, world, roles):
    """Mostly one of those who may, sometimes anybody."""
    fitting = [user for user in world.people if user.memberships.get().role in roles]
    return rng.choice(fitting if fitting and rng.random() < 0.85 else world.people)


def a_step_of(rng, case):
    """Mostly one that starts here; what would end the story early is rare."""
    steps = [each for each in type(case).steps() if case.state in each.source and not each.hidden]
    weights = [0.1 if each.closes and each.event else 0.5 if each.event and not each.next_in else 1 for each in steps]
    return rng.choices(steps, weights)[0] if steps and rng.random() < 0.9 else rng.choice(type(case).steps())


def try_a_step(rng, world, now):
    """Somebody tries a step, by page, API or past them."""
    case = an_open_case(rng)
    step = a_step_of(rng, case)
    user = somebody(rng, world, step.by)
    view = read_case(case.pk, by=acts(user), now=now)
    if step.name == "ask_again":
        return
    facts, headers = facts_for(rng, case, step.facts, now), {"X-Test-Now": now.isoformat()}
    door = rng.random()
    if door < 0.3 and "items" not in facts:
        sent = {name: value for name, value in facts.items() if value is not True} | {
            name: "on" for name, value in facts.items() if value is True
        }
        answer = world.pages[user.pk].post(
            f"/cases/{case.pk}/steps/{step.name}/", sent | {"version": view.case.version, "note": "说明"}, headers=headers
        )
        assert answer.status_code in (302, 400, 403, 404, 409, 422)
    elif door < 0.6:
        body = {"version": view.case.version, "note": "说明", "facts": facts}
        world.programs[user.pk].post(f"cases/{case.pk}/steps/{step.name}/", body, **headers)
    else:
        taken(case, step.name, user, at=now, note="说明", **facts)


def answer_something(rng, world, now):
    """Somebody answers an open question, asked or not."""
    task = Task.objects.filter(done_at=None, kind__in=list(TASK_KINDS)).order_by("?").first()
    if task is None:
        return
    kind = TASK_KINDS[task.kind]
    answer, user = rng.choice(kind.answers), somebody(rng, world, kind.answered_by)
    body = {"answer": answer.value, "facts": facts_for(rng, task.case, answer.facts, now)}
    headers = {"X-Test-Now": now.isoformat()}
    if rng.random() < 0.5:
        world.programs[user.pk].post(f"cases/{task.case_id}/tasks/{task.pk}/answer/", body, **headers)
    else:
        sent = {"answer": answer.value} | body["facts"]
        assert world.pages[user.pk].post(f"/todo/{task.pk}/", sent, headers=headers).status_code in (302, 400, 403, 404, 422)


def make_good(rng, world, now):
    """Somebody asks for a reshipment or a refund, for a case or past it."""
    wanting = [each for each in Case.objects.open() if each.state in each.MENDS_IN]
    case = rng.choice(wanting) if wanting and rng.random() < 0.8 else an_open_case(rng)
    user = somebody(rng, world, AGENTS)
    caller, headers = world.programs[user.pk], {"X-Test-Now": now.isoformat()}
    if rng.random() < (0.2 if case.state == "offer_refund" else 0.6):
        lines = [{"line": line.pk, "quantity": 1} for line in case.order.lines.all() if rng.random() < 0.6]
        caller.post("reshipments/", {"case": case.pk, "lines": lines, "reason": "补发"}, **headers)
    else:
        wish = a_wish_for(case.order, *rng.choice([("60.00", ""), ("", "13.30"), ("60.00", "39.90")]))
        above = {"case": case.pk} if case.kind in KINDS else {}
        caller.post("refunds/", wish | above, **headers, **{"Idempotency-Key": f"k{rng.randrange(10**9)}"})


def tracking_tells(rng, world, now):
    """The programme moves a case about a parcel."""
    case = an_open_case(rng)
    step = rng.choice(["moved_by_itself", "moves_again", "delivered", "stands_still_again"])
    if any(each.name == step for each in type(case).steps()):
        taken(case, step, None, at=now)


def small_deeds(rng, world, now):
    waiting = list(Case.objects.open().filter(state__in=["wait_photos", "offer_next"]))
    case = rng.choice(waiting) if waiting and rng.random() < 0.7 else an_open_case(rng)
    user, headers = somebody(rng, world, AGENTS), {"X-Test-Now": now.isoformat()}
    if case.state != "wait_photos" and rng.random() < 0.5:
        contact = {"channel": rng.choice(Channel.values), "outcome": rng.choice(Outcome.values)}
        world.programs[user.pk].post(f"cases/{case.pk}/contacts/", contact, **headers)
    else:
        world.programs[user.pk].headers |= headers
        world.programs[user.pk].upload(
            f"cases/{case.pk}/evidence/", file=a_picture(), kind=rng.choice(["photo_goods", "photo_box", "photo_waybill"])
        )


def open_another(rng, world, now):
    kind, order = rng.choice([*KINDS, "missing_items"]), rng.choice(world.orders)
    picked_up = rng.choice([None, now - dt.timedelta(hours=30)])
    if not Case.objects.open().filter(kind=kind, order=order).exists():
        an_incident(kind, world.people[0], at=now, order=order, picked_up=picked_up, finding=rng.choice(["", *FindingKind.values]))


WHAT = [(try_a_step, 20), (answer_something, 9), (make_good, 5), (tracking_tells, 1), (small_deeds, 6), (open_another, 3)]


@pytest.mark.rule("L3.2")
@pytest.mark.rule("L4.2")
@pytest.mark.rule("L5.3")
@pytest.mark.parametrize("seed", range(2))
def test_a_walk_keeps_what_must_hold_and_leaves_a_way_out(seed, world):
    rng, now = random.Random(seed), MONDAY
    for kind, order in zip(KINDS, world.orders, strict=False):
        an_incident(kind, world.people[0], order=order, picked_up=rng.choice([None, MONDAY]))
    to_mend(world.people[0], order=world.orders[-1])
    for _ in range(DEEDS):
        now += dt.timedelta(minutes=rng.choice([1, 30, 240, 900]))
        deed = rng.choices([deed for deed, _weight in WHAT], [weight for _deed, weight in WHAT])[0]
        with contextlib.suppress(DeskError):
            deed(rng, world, now)
        if rng.random() < 0.15:
            fire_deadlines(at=now)
    assert verify_invariants() == []
    for case in Case.objects.open():
        assert_somebody_can_go_on(case, world, now)
    assert_nothing_is_made_good_twice()
    connection.check_constraints()  # what moved leaves its rows before the sealer takes them
    seal_journal(at=now)
    assert verify_audit() == []


def assert_somebody_can_go_on(case, world, now):
    """A step, an answer, a remedy below it, or a clock that takes a step: an open case has one of them."""
    views = [read_case(case.pk, by=acts(user), now=now) for user in world.people]
    steps = any(offer.allowed for view in views for offer in view.offers)
    waits = any(each.status in ("open", "over") for each in views[0].at.deadlines) or views[0].at.open_children
    assert steps or waits or views[0].at.open_tasks, (case.kind, case.state)


def assert_nothing_is_made_good_twice():
    """No line is on its way twice, nor on its way while a refund of it is asked for."""
    lines = list(ResentLine.objects.filter(case__closed_at=None).values_list("line", flat=True))
    assert len(lines) == len(set(lines))
    assert not Line.objects.filter(pk__in=lines, reserved__gt=0).exists()
