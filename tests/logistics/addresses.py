"""Addresses that are to be changed, for the tests: the case of L9 about an order that stands in some way."""

import datetime as dt

from django.db import connection, transaction

from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.deeds import finish_task
from casework.actions.open_case import open_case
from logistics.actions.decide_anew import decide_anew
from logistics.kinds.address_change.plan import QUESTIONS
from logistics.models import AddressFacts
from orders.access import Actor
from orders.models import Order
from tests.builders import an_order, numbers
from tests.cast import MONDAY, acts

NEW = {"name": "李四", "phone": "13900001111", "province": "浙江省", "city": "杭州市", "district": "滨江区", "street": "江南大道100号3幢"}
ASKED_FOR = {"purpose": "redirect", "whom": "courier", "way": "phone"}
MINUTE = dt.timedelta(minutes=1)


def a_paid_order(shop, *, flag=0, status="wait_ship", paid_at=MONDAY - 60 * MINUTE, **more):
    """Paid an hour ago, not shipped, with a flag that is not purple."""
    return an_order(shop, status=status, flag=flag, paid_at=paid_at, shipped_at=None, **more)


def a_printed_order(shop, **more):
    """With a waybill, and still here."""
    return a_paid_order(shop, waybill=f"7366666666{next(numbers):04d}", **more)


def a_sent_order(shop, **more):
    return an_order(shop, flag=0, waybill=f"7366666666{next(numbers):04d}", **more)


def a_change(agent, order, *, at=MONDAY, **address):
    """The case with its new address noted; it has gone on by itself."""
    case = open_case("address_change", by=acts(agent), at=at, order=order.number)
    return noted(case, agent, at=at, **(address or NEW))


def noted(case, agent, *, at=MONDAY, **address):
    return advance(case.pk, "note_address", by=acts(agent), at=at, facts=address)


def parts_of(case):
    return AddressFacts.objects.get(case=case).parts


def way_of(case):
    """Way and rule of the case's only part."""
    (part,) = parts_of(case)
    return part["way"], part["rule"]


def open_tasks(case):
    return sorted(case.tasks.filter(done_at=None).values_list("kind", flat=True))


def done(case, *kinds, by, at=MONDAY):
    """Open tasks of the platform, marked as done there."""
    for kind in kinds:
        finish_task(case.pk, case.tasks.get(kind=kind, done_at=None).pk, by=acts(by), at=at)


def said(case, answer, by, at=MONDAY, **facts):
    """The open question of the case, answered."""
    task = case.tasks.get(kind__in=QUESTIONS, done_at=None)
    return answer_task(case.pk, task.pk, answer=answer, facts=facts, by=acts(by), at=at)


def listed(*orders, at=MONDAY, **columns):
    """The platform's list tells of the orders as they stand now."""
    ids = [each.pk for each in orders]
    Order.objects.filter(pk__in=ids).update(**({"memo": ""} | columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE listed_orders ON COMMIT DROP AS SELECT unnest(%s::bigint[]) AS order_id", [ids])
        decide_anew("SELECT order_id FROM listed_orders", by=Actor.system("import"), at=at)
        cursor.execute("DROP TABLE listed_orders")


def an_intercept(case, agent, *, at=MONDAY):
    """The courier is to be asked about the first parcel of the case's order that has left."""
    parcel = case.order.parcels.order_by("pk")[0]
    return open_case("intercept", by=acts(agent), at=at, waybill=parcel.waybill, parent=case.pk)
