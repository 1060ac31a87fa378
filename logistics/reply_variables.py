"""Variables of reply scripts that logistics knows: the parcel and its courier (S4.1)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from casework.scripts.variables import Told, Variable, moment, register
from logistics.models import Parcel, Stage

NO_PARCEL = _("The case is about no single parcel: enter the waybill on the order's page, or open the case for the parcel.")
NO_NEWS = _("Tracking has told nothing yet: ask the courier, and record the answer on the case.")
NO_DESK = _("Fill in the courier's phone in the directory of couriers.")
NO_WINDOW = _("The contact window does not run yet: record the first attempt to reach the customer.")
# Their waybill is that of the new goods.
NEW_GOODS = ("exchange", "reshipment")
THE_PARCEL = _("the case's parcel, else the order's only one")


def parcel_of(told: Told) -> Parcel | None:
    """The parcel that the case is about, else the only one that the order has on its way to the customer. Kept with what is told; one query."""
    if "parcel" not in told.known:
        told.known["parcel"] = _find(told)
    found: Parcel | None = told.known["parcel"]
    return found


def _find(told: Told) -> Parcel | None:
    standing = told.at.more.get("parcel")
    parcel: Parcel | None = getattr(standing, "parcel", None)
    if parcel is not None and _is_told(parcel, told):
        return parcel
    if told.order is None:
        return None
    rows = Parcel.objects.filter(orders=told.order, is_return=False, voided_at=None).exclude(stage=Stage.VOIDED).select_related("courier")
    found = [each for each in rows[:2] if _is_told(each, told)]
    return found[0] if len(found) == 1 else None


def _is_told(parcel: Parcel, told: Told) -> bool:
    """Not what the customer sends back; of goods that go out anew not the parcel that was delivered before."""
    return not parcel.is_return and not (told.case.kind in NEW_GOODS and parcel.delivered_at is not None)


def _answer_by(told: Told) -> str:
    """The end of the window, while it runs; the other clocks of the case are our own."""
    running = (each for each in told.at.deadlines if each.kind == "contact_window" and each.status == each.Status.OPEN)
    return moment(next((each.due_at for each in running), None))


def _of_parcel(read: Callable[[Parcel], str]) -> Callable[[Told], str]:
    return lambda told: read(parcel) if (parcel := parcel_of(told)) is not None else ""


register(
    Variable("waybill", _("waybill"), THE_PARCEL, NO_PARCEL, _of_parcel(lambda parcel: parcel.waybill)),
    Variable("courier", _("courier"), THE_PARCEL, NO_PARCEL, _of_parcel(lambda parcel: parcel.courier.name)),
    Variable(
        "courier_phone",
        _("courier's phone"),
        _("the directory of couriers"),
        NO_DESK,
        _of_parcel(lambda parcel: parcel.courier.inquiry or parcel.courier.pickup_phone),
    ),
    Variable(
        "parcel_state",
        _("where the parcel is"),
        THE_PARCEL,
        NO_NEWS,
        _of_parcel(lambda parcel: str(parcel.get_stage_display()) if parcel.stage else ""),
    ),
    Variable("last_news", _("the courier's last news"), THE_PARCEL, NO_NEWS, _of_parcel(lambda parcel: parcel.last_text)),
    Variable("last_news_at", _("time of the last news"), THE_PARCEL, NO_NEWS, _of_parcel(lambda parcel: moment(parcel.last_event_at))),
    Variable("answer_by", _("to be answered by"), _("the contact window of a customer who cannot be reached"), NO_WINDOW, _answer_by),
    Variable("signed_at", _("signed at"), THE_PARCEL, NO_NEWS, _of_parcel(lambda parcel: moment(parcel.delivered_at))),
)
