"""R10.1 The memo that lets print staff ship an order although a refund is asked for it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from orders.models import Order, OrderStatus, User
from refunds.models.request import Reason

SHIP_AS_NORMAL = "ship_as_normal"
# Money for these goes back and the goods go out all the same.
GOODS_STAY_WANTED = (Reason.PRICE, Reason.FREIGHT)


def is_to_ship(order: Order | None) -> bool:
    """Whether something of the order is still to leave us."""
    return order is not None and order.status in (OrderStatus.WAIT_SHIP, OrderStatus.PART_SHIPPED)


def ship_as_normal(by: int, at: dt.datetime) -> TaskAsked:
    """The memo as a task, in the shop's language, signed with the code of its writer (L9.9)."""
    writer = User.objects.get(pk=by)
    with translation.override(settings.LANGUAGE_CODE):
        text = str(_("{day:%Y-%m-%d} ship as normal, ignore the refund, {handler}"))
        text = text.format(day=at.astimezone(SHOP_TIME), handler=writer.code or writer.username)
    return TaskAsked(SHIP_AS_NORMAL, text, _("Write the memo: the goods go out all the same"), rule="R10.1")
