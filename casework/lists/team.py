"""Who has how much to do: the leads' view of their people and of what nobody has taken yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from casework.calendars import SHOP_TIME
from casework.lists.queues import grouped, held_in, is_free, waits_for_a_child
from casework.models import Case
from casework.models.case import CaseQuerySet
from casework.reading import list_cases
from casework.workflow import Category
from orders.access import Actor
from orders.models import User
from orders.people import people_by_shop, people_of, shops_with
from orders.roles import AGENTS, LEADS

OTHERS = (Category.CUSTOMER, Category.COURIER)


@dataclass(frozen=True)
class Load:
    """What one person has: open cases, of those late ones, those that run out today, and those that wait for somebody else."""

    person: User
    open: int
    late: int
    today: int
    waits: int
    # Since when the case that was touched last has lain still; None where there is none.
    oldest: dt.datetime | None


def loads(by: Actor, now: dt.datetime) -> list[Load]:
    """Everybody who works on cases of the shops that the person leads, with what they have there; who has most comes first.

    Three queries, however many people and cases. Open work is counted to its end: a load that stops at 99 would put everybody level.
    """
    shops = [each.pk for each in shops_with(by, LEADS)]
    people = {person.pk: person for person in people_of(shops, AGENTS)} if shops else {}
    counted = {row["owner"]: row for row in _counts(list_cases(by).open().filter(shop__in=shops, owner__in=people), now)}
    nothing = {"open": 0, "late": 0, "today": 0, "waits": 0, "oldest": None}
    found = [Load(person, **{name: counted.get(pk, nothing)[name] for name in nothing}) for pk, person in people.items()]
    return sorted(found, key=lambda each: (-each.late, -each.open, each.person.shown_name))


def _counts(rows: CaseQuerySet, now: dt.datetime) -> CaseQuerySet:
    midnight = dt.datetime.combine(now.astimezone(SHOP_TIME).date() + dt.timedelta(days=1), dt.time(), SHOP_TIME)
    waits = Q(category__in=OTHERS) | waits_for_a_child()
    counted: CaseQuerySet = (
        rows.order_by()
        .values("owner")
        .annotate(
            open=Count("pk"),
            late=Count("pk", filter=Q(next_due__lt=now)),
            today=Count("pk", filter=Q(next_due__gte=now, next_due__lt=midnight)),
            waits=Count("pk", filter=waits),
            oldest=Min("changed_at"),
        )
    )
    return counted


def takers_of(cases: Sequence[Case], people: Sequence[Load]) -> dict[int, list[Load]]:
    """By the id of each case who may be given it: those who work in its shop and do not have it; who has least comes first. One query."""
    works = people_by_shop({case.shop_id for case in cases}, AGENTS)
    by_load = sorted(people, key=lambda each: (each.open - each.waits, each.person.shown_name))
    return {
        case.pk: [each for each in by_load if each.person.pk in works[case.shop_id] and each.person.pk != case.owner_id] for case in cases
    }


def late_cases(by: Actor, now: dt.datetime) -> CaseQuerySet:
    """Cases of the shops led whose clock has run out, the longest first."""
    return grouped(list_cases(by).open().filter(held_in(by, LEADS), next_due__lt=now), by, now)


def free_cases(by: Actor, now: dt.datetime) -> CaseQuerySet:
    """Cases of the shops led that lie with the agents and that nobody has, what runs out first; what is late already stands among the late."""
    in_time = Q(next_due__isnull=True) | Q(next_due__gte=now)
    return grouped(list_cases(by).open().filter(held_in(by, LEADS), is_free(), in_time), by, now)
