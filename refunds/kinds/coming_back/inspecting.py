"""R5.2, R5.4: what the warehouse finds in it, and the end of what does not come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.photos.checklist import has_evidence
from casework.workflow import States, step
from orders.errors import Malformed
from orders.roles import AGENTS
from refunds.goods.coming import coming
from refunds.kinds.coming_back.part import RECEIVERS, Made, Sources
from refunds.kinds.coming_back.said import Found

if TYPE_CHECKING:
    from refunds.kinds.coming_back import ComesBack


# The inspection --------------------------------------------------------------------------------------


def found_right(sources: Sources, target: States) -> Made:
    """R5.2: every piece is as the customer said."""

    @step(
        sources,
        target,
        label=_("Inspected: all as claimed"),
        rule="R5.2",
        by=RECEIVERS,
        facts=Found,
        when=[has_evidence(EvidenceKind.PHOTO_INSPECTION, rule="R5.2")],
    )
    def found_right(self: ComesBack, facts: dict[str, Any]) -> None:
        """The finding stands with its photo before money moves."""
        assert self.at is not None  # steps run with a situation
        self.keep_findings(facts)
        if not coming(self.at).is_right:
            text = _("Something is short, worn or another thing: record it as a difference.")
            raise Malformed(text, code="not_as_claimed", field="found")
        self.proven()

    return found_right


def found_different(sources: Sources, target: States) -> Made:
    """R5.2, R5.4: something is short, worn, or another thing."""

    @step(
        sources,
        target,
        label=_("Inspected: not all as claimed"),
        rule="R5.4",
        by=RECEIVERS,
        facts=Found,
        when=[has_evidence(EvidenceKind.PHOTO_INSPECTION, rule="R5.2")],
    )
    def found_different(self: ComesBack, facts: dict[str, Any]) -> None:
        """Back to the agent with the difference. What came as claimed proves who pays the way back; where nothing did, a lead decides."""
        assert self.at is not None  # steps run with a situation
        self.keep_findings(facts)
        if coming(self.at).is_right:
            raise Malformed(_("All of it is as claimed: there is no difference."), code="as_claimed", field="found")
        if coming(self.at).prices():
            self.proven()
        elif not self.facts.freight_payer:
            self.effects.send("notice", to="leads", about="freight_to_decide")

    return found_different


def call_off(sources: Sources, target: States, *, drops: Sequence[str] = ()) -> Made:
    """R5.4: it does not come back, or is sent back to the customer as it came."""

    @step(sources, target, label=_("Call this off"), rule="R5.4", by=AGENTS, needs_note=True, event=True, drops=drops)
    def call_off(self: ComesBack) -> None:
        """The note says why: the customer keeps it, nothing came, or what came was sent back to them."""

    return call_off
