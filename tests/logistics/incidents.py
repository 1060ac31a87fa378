"""Incidents about parcels for the tests: opened on a parcel that stands in some way, walked on by real steps."""

import datetime as dt
from itertools import count

from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.open_case import open_case
from casework.models import Case, Deadline
from casework.reading import timeline
from logistics.models import IncidentFacts, Parcel, Region
from orders.access import Actor
from refunds.actions.ask_reshipment import ask_reshipment
from tests.builders import an_order
from tests.cast import MONDAY, acts

numbers = count(1)
SYSTEM = Actor.system()
SAID = {"said": "客服小王：丢件"}


def hours(number):
    return dt.timedelta(hours=number)


def an_incident(
    kind, agent, *, at=MONDAY, shipped=None, region="east", courier=None, picked_up=None, finding="", order=None, lines=("100.00",)
):
    """A case of the kind about a parcel shipped at `shipped` (two days ago) to a region."""
    order = order or an_order(agent.memberships.get().shop, lines=lines, waybill=f"7400000000{next(numbers):04d}")
    parcel = Parcel.objects.filter(orders=order).order_by("pk")[0]
    parcel.shipped_at = shipped or at - hours(48)
    parcel.picked_up_at, parcel.region = picked_up, Region.objects.get(code=region)
    parcel.courier = courier or parcel.courier
    parcel.save()
    case = open_case(kind, by=acts(agent), at=at, waybill=parcel.waybill)
    if finding:
        IncidentFacts.objects.filter(case=case).update(finding=finding, finding_since=at - hours(50), norm_hours=48)
    return case


def taken(case, step, by, at=MONDAY, note="", **facts):
    """Take a step as somebody, or as the programme when `by` is None."""
    return advance(case.pk, step, by=SYSTEM if by is None else acts(by), at=at, note=note, facts=facts)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def state_of(case):
    return fresh(case).state


def facts_of(case):
    return IncidentFacts.objects.get(case=case)


def parcel_of(case):
    return Parcel.objects.get(incidents__case=case)


def running(case, kind):
    return Deadline.objects.get(case=case, kind=kind, status="open")


def last_entry(case):
    return timeline(case).last()


def answered(case, answer, by, at=MONDAY, **facts):
    """The open question of the case, answered."""
    task = case.tasks.get(done_at=None)
    return answer_task(case.pk, task.pk, answer=answer, facts=facts, by=acts(by), at=at)


def to_mend(agent, **parcel):
    """A parcel that its courier lost; the customer knows, and would like it sent again."""
    case = an_incident("stalled", agent, **{"picked_up": MONDAY - hours(40), **parcel})
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "loss_explained", agent, wish="resend")
    return fresh(case)


def sent_again(case, agent, *numbers, at=MONDAY, reason="丢件"):
    """A reshipment of so many pieces of the order's lines, from the first on."""
    lines = [{"line": line.pk, "quantity": number} for line, number in zip(case.order.lines.all(), numbers or (1,), strict=False) if number]
    return ask_reshipment({"case": case.pk, "lines": lines, "reason": reason}, by=acts(agent), at=at)
