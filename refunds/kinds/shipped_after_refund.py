"""R10.2 A refunded order that gets a waybill later: an alarm."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.workflow import Category, Clock, States, step
from orders.roles import AGENTS, LEADS, PACKERS, SYSTEM


class State(States):
    """From the alarm to the goods that are with us, or to the lead's word that they stay away."""

    FOUND = "found", Category.LEAD, _("Refunded, but on its way: stop the parcel")
    RECALLED = "recalled", Category.COURIER, _("Recalled; on its way back")
    HELD_BACK = "held_back", Category.DONE, _("It did not leave")
    BACK = "back", Category.DONE, _("Back with us")
    LET_GO = "let_go", Category.DONE, _("It may go")


class ShippedAfterRefund(Case):
    """Money and goods went to the customer, or are about to. The parcel is held back or recalled; that it may go is a lead's word."""

    KIND = "shipped_after_refund"
    CHAPTER = "R10"
    STATES = State
    FIRST = State.FOUND
    IN_BULK = True
    CLOCKS = (
        Clock("stop", _("Stop the parcel"), (State.FOUND,), lasts="stop_refunded_parcel", rule="R10.2"),
        Clock("back", _("Back with us"), (State.RECALLED,), lasts="recalled_back_within", rule="R10.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Shipped after the refund")
        verbose_name_plural = _("Shipped after the refund")

    @step(State.FOUND, State.HELD_BACK, label=_("Held back; it did not leave"), rule="R10.2", by=LEADS | PACKERS)
    def hold_back(self) -> None:
        """The parcel is still here, and stays."""

    @step(State.FOUND, State.RECALLED, label=_("The courier brings it back"), rule="R10.2", by=AGENTS)
    def recall(self) -> None:
        """The courier was asked to turn it round."""

    @step(State.RECALLED, State.BACK, label=_("It is back with us"), rule="R10.2", by=AGENTS | PACKERS)
    def came_back(self) -> None:
        """The goods are with us again."""

    @step([State.FOUND, State.RECALLED], State.LET_GO, label=_("It may go"), rule="R10.2", by=LEADS, needs_note=True, event=True)
    def let_go(self) -> None:
        """The customer keeps the goods, as the note says why: they pay again, or it is not worth a recall."""

    @step([State.FOUND, State.RECALLED], State.BACK, label=_("Parcel back with us"), rule="R10.2", by=SYSTEM, hidden=True, plain=True)
    def parcel_back(self) -> None:
        """Tracking tells that it is back."""
