"""Values of policies in words, for people who read them."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.utils import dates
from django.utils.translation import gettext_lazy as _

from casework.policies import POSTAGE, MoneyTable, PolicyKind, Span


def shown_value(kind: PolicyKind | None, stored: Any) -> str:
    """A stored value in words; as it stands when nobody knows the policy any more."""
    return spoken(kind.read(stored), kind) if kind else json.dumps(stored, ensure_ascii=False)


def spoken(value: Any, kind: PolicyKind | None = None) -> str:
    """A typed value in words; those of a choice stand with its kind."""
    if kind is not None and kind.choices:
        return str(dict(kind.choices)[value])
    if isinstance(value, Span):
        text = _("{hours} working hours") if value.working else _("{hours} hours")
        return str(text).format(hours=f"{value.hours.normalize():f}")
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, MoneyTable):
        row = str(_("from {amount}: {value}"))
        return ", ".join(row.format(amount=short(begin), value=short(held)) for begin, held in value.rows) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{dates.WEEKDAYS_ABBR[day]} {_frames(frames)}" for day, frames in sorted(value.items()) if frames)
    return str(_("the postage")) if value == POSTAGE else str(value)


def short(amount: Decimal) -> str:
    """An amount without the zeros that say nothing."""
    return f"{amount:f}".removesuffix(".00")


def _frames(frames: list[tuple[dt.time, dt.time]]) -> str:
    return "/".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in frames)
