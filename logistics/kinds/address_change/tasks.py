"""The tasks of an address that is to be changed, with the text to copy (S7.1). They show the new address masked; a reveal writes it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.registry import TASK_KINDS
from logistics.task_kinds import CLOSE_ORDER, EDIT_ADDRESS, MEMO_ADDRESS, MEMO_CHANGED
from orders.errors import Text


@dataclass(frozen=True)
class About:
    """What the texts tell: order, the part that a question is about, the new address in one line, pieces, who signs, and when."""

    order: str
    part: str
    address: str
    pieces: int
    code: str
    at: dt.datetime


# L9.9: signed with the writer's code; several goods are counted.
MEMO = _("{day} new address: {address}{pieces} {code}")
CHANGED = _("{day} address changed, follow the order, not the old message{pieces} {code}")
PIECES = _(", {number} pieces in all")
PLATFORM: Mapping[str, tuple[Text, Text, str]] = {
    CLOSE_ORDER: (
        _("Close the unpaid order on the platform"),
        _("Order {order}: unpaid, the customer orders again with the new address."),
        "L9.2",
    ),
    MEMO_ADDRESS: (_("Write the memo with the new address"), MEMO, "L9.3"),
    EDIT_ADDRESS: (_("Edit recipient and address of the order"), _("Order {order}: {address}"), "L9.8"),
    MEMO_CHANGED: (_("Write the memo “address changed”"), CHANGED, "L9.8"),
}


def text_of(kind: str, about: About) -> str:
    """The text of a platform task, in the shop's language."""
    with translation.override(settings.LANGUAGE_CODE):
        pieces = str(PIECES).format(number=about.pieces) if about.pieces > 1 else ""
        words = {"day": f"{about.at.astimezone(SHOP_TIME):%Y-%m-%d}", "order": about.order, "address": about.address}
        return str(PLATFORM[kind][1]).format(**words, pieces=pieces, code=about.code).strip()


def task_of(kind: str, about: About, rule: str) -> TaskAsked:
    """The task as an effect of a step: a question to print clerk or warehouse, or something to do on the platform."""
    question = TASK_KINDS.get(kind)
    if question is not None:
        return question.asked(question_text(about), rule=rule)
    title, _text, own_rule = PLATFORM[kind]
    return TaskAsked(kind, text_of(kind, about), title, own_rule)


def question_text(about: About) -> str:
    """Which parcel or order, and where it shall go, masked."""
    return f"{about.part or about.order} → {about.address}"
