"""Filling a desk with the demo shop: orders by the import, cases by the door, all of it or nothing."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count, cycle, islice
from pathlib import Path
from random import Random

from django.db import transaction

from casework.actions.add_evidence import evidence_path
from casework.actions.sweep import fire_deadlines
from casework.models import Case, Evidence
from orders.access import Actor, acting
from orders.actions.create_shop import create_shop
from orders.actions.import_files import import_files
from orders.actions.seed_accounts import ACCOUNTS, seed_accounts
from orders.imports.run import Result
from orders.models import Order, Shop, User
from refunds.demo import group_stories
from refunds.demo.lists import SHOP_NAME, write_lists
from refunds.demo.orders import CLOSED, FINISHED, PAID, PART, SHIPPED, UNPAID, DemoOrder, an_order, first_place
from refunds.demo.scene import HOUR, Scene
from refunds.demo.stories import STORIES, Story
from refunds.demo.ways import write_ways

SHOP = "demo"
SEED = 20261120
# Orders that nothing happened to: status -> (how many, youngest and oldest in hours).
QUIET = {UNPAID: (9, 1, 20), PAID: (40, 2, 40), PART: (3, 30, 50), SHIPPED: (190, 30, 260), FINISHED: (140, 150, 400), CLOSED: (8, 60, 200)}
# Of those that were shipped one in so many shows nothing yet.
NOT_PICKED_UP = 6
# So many are so old that what customers may say about them ends in these days, and of as many it is over.
OLD = 8
LONG_AGO = (dt.timedelta(hours=790), dt.timedelta(hours=900))
# Orders older than this came in with the file of that day, the others with today's.
EARLIER = dt.timedelta(days=5)


@dataclass(frozen=True)
class Made:
    """How much there is to look at now."""

    orders: int
    cases: int


@dataclass(frozen=True)
class Cast:
    """A story with the order it is about."""

    story: Story
    order: DemoOrder


@dataclass(frozen=True)
class Group:
    """A story of several orders, of which the first `told` are played."""

    orders: list[DemoOrder]
    told: int
    tell: Callable[[Sequence[Order], Mapping[str, Actor], dt.datetime], None]

    def play(self, people: Mapping[str, Actor], at: dt.datetime) -> None:
        """Tell it as of `at`."""
        numbers = [each.number for each in self.orders[: self.told]]
        found = {order.number: order for order in Order.objects.select_related("shop").filter(number__in=numbers, shop__is_demo=True)}
        self.tell([found[number] for number in numbers], people, at)


def seed_demo(*, at: dt.datetime, cases: int = 0) -> Made:
    """Make the demo shop as of `at` where there are no orders yet, and that many further cases, each with its order.

    Does nothing when there are orders and no further cases are wanted.
    """
    fresh = not Order.objects.exists()
    wanted = [*(STORIES if fresh else ()), *islice(cycle(each for each in STORIES if not each.has_pictures), cases)]
    if not wanted:
        return Made(0, 0)
    seed_accounts()
    place = first_place()
    # Other people and parcels each time.
    dice = Random(SEED + place)
    told = [Cast(story, _order_of(story, dice, place + number, at)) for number, story in enumerate(wanted)]
    groups = _groups(dice, place + len(told), at) if fresh else []
    others = [order for group in groups for order in group.orders]
    others += _quiet_orders(dice, place + len(told) + len(others), at) if fresh else []
    people, before = people_of_the_desk(), Case.objects.count()
    with _all_or_nothing() as pictures:
        shop = _shop()
        _import(shop, [each.order for each in told] + others, at)
        for number, each in enumerate(told):
            _play(each, people, at, pictures, lead="supervisor" if fresh and number < len(STORIES) else "manager")
        for group in groups:
            group.play(people, at)
        fire_deadlines(at=at, shop_id=shop.pk)
    return Made(len(told) + len(others), Case.objects.count() - before)


def _order_of(story: Story, dice: Random, place: int, at: dt.datetime) -> DemoOrder:
    ordered_at = at - story.days_old * 24 * HOUR - dice.randint(1, 9) * HOUR
    order = replace(an_order(dice, place, ordered_at, story.status, goods=story.goods, freight=story.freight), nodes=story.nodes)
    if story.insured is not None:
        order = replace(order, insured=story.insured)
    order.asked.extend(story.platform_refund(order, at))
    return order


def _groups(dice: Random, place: int, at: dt.datetime) -> list[Group]:
    stuck = group_stories.held_up(dice, place, at)
    often = group_stories.of_one_buyer(dice, place + len(stuck), at)
    anew = group_stories.of_two_who_order_anew(dice, place + len(stuck) + len(often), at)
    return [
        Group(stuck, group_stories.HELD_UP, group_stories.answered_together),
        Group(often, len(often), group_stories.claims_that_stand_out),
        Group(anew, len(anew), group_stories.goes_with_the_new_order),
    ]


def _quiet_orders(dice: Random, place: int, at: dt.datetime) -> list[DemoOrder]:
    """Orders that only stand there, so that the lists look like a shop's."""
    found: list[DemoOrder] = []
    for status, (number, youngest, oldest) in QUIET.items():
        for each in range(number):
            goods = (5, 8) if status == PART else ()
            order = an_order(dice, place + len(found), at - dice.randint(youngest, oldest) * HOUR, status, goods=goods)
            found.append(replace(order, nodes=0) if status == SHIPPED and each % NOT_PICKED_UP == 0 else order)
    old = [ago + each * HOUR for ago in LONG_AGO for each in range(OLD)]
    return found + [an_order(dice, place + len(found) + each, at - ago, FINISHED) for each, ago in enumerate(old)]


def people_of_the_desk() -> Mapping[str, Actor]:
    """Those who work the demo's cases, by user name."""
    users = User.objects.filter(username__in=[each.username for each in ACCOUNTS])
    return {user.username: Actor.of(user, "command", has_session=True) for user in users}


def _shop() -> Shop:
    """The demo shop that there is, or a new one; under another code where a real shop has taken this one."""
    codes = chain([SHOP], (f"{SHOP}-{number}" for number in count(2)))
    with acting(Actor.system("command")):
        found: Shop | None = Shop.objects.filter(is_demo=True).order_by("pk").first()
        return found or create_shop(next(code for code in codes if not Shop.objects.filter(code=code).exists()), SHOP_NAME, is_demo=True)[0]


def _import(shop: Shop, orders: Sequence[DemoOrder], at: dt.datetime) -> None:
    """What the shop would have dropped on the import page: a file some days ago, one when a buyer asked for money back, today's, and then weights
    and traces."""
    asked: dict[dt.datetime, list[DemoOrder]] = defaultdict(list)
    for order in orders:
        if order.asked:
            asked[order.asked[0].requested_at].append(order)
    others = [each for each in orders if not each.asked]
    earlier = [each for each in others if each.ordered_at < at - EARLIER and (each.finished_at or each.ordered_at) < at - EARLIER]
    runs = [(at - EARLIER, earlier), *sorted(asked.items()), (at, [each for each in others if each not in earlier])]
    for day, rows in runs:
        with tempfile.TemporaryDirectory() as folder:
            result = import_files(shop, write_lists(Path(folder), rows), by=Actor.system("command"), at=day)
        _all_in(result)
    with tempfile.TemporaryDirectory() as folder:
        _all_in(import_files(shop, write_ways(Path(folder), orders, at), by=Actor.system("command"), at=at))


def _all_in(result: Result) -> None:
    if result.totals.held:
        raise RuntimeError(f"{result.totals.held} rows of the demo's own lists were held")


def _play(cast: Cast, people: Mapping[str, Actor], at: dt.datetime, pictures: list[Evidence], *, lead: str) -> None:
    scene = Scene(at, cast.order, people, lead)
    try:
        cast.story.walk(scene)
    finally:
        pictures += scene.pictures


@contextmanager
def _all_or_nothing() -> Iterator[list[Evidence]]:
    """One transaction. When it fails, the pictures that were stored meanwhile go as well."""
    pictures: list[Evidence] = []
    try:
        with transaction.atomic():
            yield pictures
    except BaseException:
        for each in pictures:
            evidence_path(each).unlink(missing_ok=True)
        raise
