"""Where something left a parcel, as far as scales can tell (L5.2). Pure: three numbers in grams and a tolerance give a verdict with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.errors import Text


class Verdict(models.TextChoices):
    """What the scales say together."""

    EQUAL = "equal", _("Equal on all scales")
    COURIER = "courier", _("Lighter with the courier")
    WAREHOUSE = "warehouse", _("Lighter with us already")
    UNKNOWN = "unknown", _("The scales do not tell")


@dataclass(frozen=True)
class Compared:
    """A verdict with its reason as a sentence."""

    verdict: Verdict
    reason: str


def compare(warehouse: int | None, waybill: int | None, courier: int | None, tolerance: int) -> Compared:
    """Compare our warehouse's weight, the waybill's, and the courier's record. Differences up to `tolerance` are none.

    What was light with us already cannot have been lost on the way, so that is looked at first. Without our own weight nobody can say
    where it was lost; what grows heavier on its way contradicts itself.
    """
    if sum(each is not None for each in (warehouse, waybill, courier)) < 2:
        return _said(Verdict.UNKNOWN, _("Fewer than two weights are known; there is nothing to compare."))
    if _is_lighter(warehouse, waybill, tolerance):
        return _said(
            Verdict.WAREHOUSE,
            _("Our warehouse weighed {a} g, waybill or slip say {b} g: {d} g were missing before it left us."),
            warehouse,
            waybill,
        )
    if _is_lighter(courier, warehouse, tolerance):
        return _said(Verdict.COURIER, _("The courier weighed {a} g, our warehouse {b} g: {d} g were lost on the way."), courier, warehouse)
    if warehouse is None and _is_lighter(courier, waybill, tolerance):
        text = _("The courier weighed {a} g, waybill or slip say {b} g; without our own weight nobody can say where the {d} g were lost.")
        return _said(Verdict.UNKNOWN, text, courier, waybill)
    if _is_lighter(warehouse, courier, tolerance):
        return _said(
            Verdict.UNKNOWN,
            _("Our warehouse weighed {a} g, the courier {b} g, {d} g more: the scales contradict each other."),
            warehouse,
            courier,
        )
    if _is_lighter(waybill, warehouse, tolerance) or _is_lighter(waybill, courier, tolerance):
        heavier = warehouse if _is_lighter(waybill, warehouse, tolerance) else courier
        return _said(
            Verdict.UNKNOWN,
            _("Waybill or slip say {a} g, a scale {b} g, {d} g more: the number written there is doubtful."),
            waybill,
            heavier,
        )
    return _said(Verdict.EQUAL, _("No scale differs by more than the {t} g that scales differ anyway."), t=tolerance)


def _is_lighter(one: int | None, other: int | None, tolerance: int) -> bool:
    return one is not None and other is not None and other - one > tolerance


def _said(verdict: Verdict, text: Text, a: int | None = None, b: int | None = None, t: int = 0) -> Compared:
    return Compared(verdict, str(text).format(a=a, b=b, d=abs((b or 0) - (a or 0)), t=t))
