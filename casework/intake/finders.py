"""What casework itself finds of a pasted text: orders and cases by number, and the last orders of a buyer by the platform's name."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.registry import FINDERS, Hit
from orders.access import Actor
from orders.models import Order

# So many orders of a buyer are offered, the newest.
FEW = 20


def orders_by_number(numbers: Collection[str], names: Collection[str], by: Actor) -> list[Hit]:
    """The actor's orders with one of the numbers, as they are, no beginnings."""
    rows = Order.objects.for_actor(by).filter(number__in=[each for each in numbers if each.isdigit()])
    return [Hit(number, _("order number"), pk) for pk, number in rows.order_by("pk").values_list("pk", "number")]


def cases_by_number(numbers: Collection[str], names: Collection[str], by: Actor) -> list[Hit]:
    """The actor's cases with one of the numbers."""
    rows = Case.objects.for_actor(by).filter(number__in=[each for each in numbers if each.startswith("AS-")])
    return [
        Hit(number, _("case number"), order, case_id=pk) for pk, number, order in rows.order_by("pk").values_list("pk", "number", "order")
    ]


def orders_by_buyer(numbers: Collection[str], names: Collection[str], by: Actor) -> list[Hit]:
    """The newest orders of buyers with one of the names, whole and to the letter."""
    nth = Window(RowNumber(), partition_by="buyer", order_by=[F("ordered_at").desc(nulls_last=True), F("pk").desc()])
    rows = Order.objects.for_actor(by).filter(buyer__nick__in=names).annotate(nth=nth).filter(nth__lte=FEW)
    found = rows.order_by("buyer", "nth").values_list("pk", "buyer__nick")
    return [Hit(nick, _("buyer"), pk, is_name=True) for pk, nick in found]


FINDERS.extend([orders_by_number, cases_by_number, orders_by_buyer])
