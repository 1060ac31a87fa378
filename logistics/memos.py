"""L10.1 The memo by which print staff and packers know that what came back goes with the customer's new order."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.models import Case
from logistics.task_kinds import SHIP_TOGETHER
from orders.models import User


def ship_together(case: Case, order: str, number: str, *, by: int, at: dt.datetime) -> TaskAsked:
    """The memo on order `number` as a task, in the shop's language, signed with the code of its writer (L9.9). `order` is the one whose goods came back."""
    writer = User.objects.get(pk=by)
    with translation.override(settings.LANGUAGE_CODE):
        text = str(_("{day:%Y-%m-%d} ship together with what came back, {parcel}, order {old}, {handler}"))
        text = text.format(day=at.astimezone(SHOP_TIME), parcel=case.subject_label, old=order, handler=writer.code or writer.username)
        title = str(_("Memo on order {number}: ship together")).format(number=number)
    return TaskAsked(SHIP_TOGETHER, text, title, "S7.1")
