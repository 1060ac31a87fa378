"""R5.2, R1.3: the refund of what came back, with or without its inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from casework.workflow import States, step
from orders.roles import LEADS, SYSTEM
from refunds.kinds.coming_back.part import Made, Sources

if TYPE_CHECKING:
    from refunds.kinds.coming_back import ComesBack


# Money ----------------------------------------------------------------------------------------------


def being_refunded(sources: Sources, target: States) -> Made:
    """R5.2: the refund of what came back is asked for."""

    @step(sources, target, label=_("Refund asked for"), rule="R5.2", by=SYSTEM, hidden=True)
    def being_refunded(self: ComesBack) -> None:
        """It has the word."""

    return being_refunded


def refund_fell_through(sources: Sources, target: States) -> Made:
    """R1.3: the refund was rejected or withdrawn."""

    @step(sources, target, label=_("The refund fell through"), rule="R1.3", by=SYSTEM, hidden=True)
    def refund_fell_through(self: ComesBack) -> None:
        """Our turn again."""

    return refund_fell_through


def refunded(sources: Sources, target: States) -> Made:
    """R5.2: the refund was paid and the customer told."""

    @step(sources, target, label=_("Refunded"), rule="R5.2", by=SYSTEM, hidden=True)
    def refunded(self: ComesBack) -> None:
        """Nothing is left to do."""

    return refunded


def release(sources: Sources) -> Made:
    """R5.2: a lead lets the money go without waiting for the inspection, or in spite of what it found."""

    @step(
        sources,
        None,
        label=_("Let the money go without that"),
        rule="R5.2",
        by=LEADS,
        needs_note=True,
        decides_money=True,
        event=True,
        hint=_("Your note is the written reason: the refund may be asked for before the inspection, or in spite of its finding."),
    )
    def release(self: ComesBack) -> None:
        """The reason stands in the journal; the refund still needs its approval."""
        assert self.at is not None  # steps run with a situation
        self.keep(released_at=self.at.now)

    return release
