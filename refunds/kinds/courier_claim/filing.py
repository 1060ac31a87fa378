"""L13.1: registered with its papers, filed in the courier's window, answered, filed again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard, not_, step
from orders.errors import Malformed
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS
from refunds.claims.claiming import claim_of
from refunds.kinds.courier_claim.papers import papers_are_there
from refunds.kinds.courier_claim.price import refuse_above_price
from refunds.kinds.courier_claim.said import Answered, Filed, PartAccepted, Urged, Wanted
from refunds.kinds.courier_claim.states import ASKED, State


def may_file_from(case: Any, at: Situation) -> dict[str, Any]:
    """The first day, for the sentence."""
    opens = claim_of(at).opens_at
    return {"day": f"{opens.astimezone(SHOP_TIME):%Y-%m-%d}" if opens else ""}


class Filing(Part):
    """Complete and in time, or with a lead's word. What the courier says moves it on."""

    @guard(_("The courier takes it from {day} on."), rule="L13.1", says=may_file_from)
    def is_not_too_early(self: Filing, at: Situation) -> bool:
        opens = claim_of(at).opens_at
        return opens is None or opens <= at.now

    @step(
        State.REGISTERED,
        State.FILED,
        label=_("Filed with the courier"),
        rule="L13.1",
        by=AGENTS,
        facts=Filed,
        when=[is_not_too_early, papers_are_there],
        hint=_("Letter and papers are one download."),
    )
    def file(self, facts: dict[str, Any]) -> None:
        """The courier has letter and papers."""
        self._filed(facts)

    @step(
        State.REGISTERED,
        State.FILED,
        label=_("File it as it is"),
        rule="L13.1",
        by=LEADS,
        facts=Filed,
        only=[not_(papers_are_there)],
        when=[is_not_too_early],
        needs_note=True,
        event=True,
        hint=_("Papers are missing; a lead says why it goes all the same, for example because the last day is near."),
    )
    def file_incomplete(self, facts: dict[str, Any]) -> None:
        """Some paper cannot be had."""
        self._filed(facts)

    @step(State.REGISTERED, None, label=_("May be filed from today"), rule="L13.1", by=CLOCK, hidden=True)
    def window_opens(self) -> None:
        """The courier takes it from now on."""

    @step(ASKED, State.NEED_INFO, label=_("The courier wants more"), rule="L13.1", by=AGENTS, facts=Wanted, event=True)
    def info_wanted(self, facts: dict[str, Any]) -> None:
        """What it wants stands on the case."""
        self.facts.wanted = self._redacted(facts["wanted"])[:300]

    @step(
        ASKED,
        None,
        label=_("Urged; a new promise"),
        rule="L13.1",
        by=AGENTS,
        facts=Urged,
        event=True,
        hint=_("The courier's promise is the new deadline."),
    )
    def urged(self, facts: dict[str, Any]) -> None:
        """The courier names another day."""
        assert self.at is not None  # steps run with a situation
        if facts["promised_until"] <= self.at.now:
            raise Malformed(_("Name a time that is still to come."), code="past", field="promised_until")
        self.facts.answer_by = facts["promised_until"]
        self._says(facts)

    @step(
        [State.NEED_INFO, State.REFUSED, State.PARTLY],
        State.REFILED,
        label=_("Filed again"),
        rule="L13.1",
        by=AGENTS,
        facts=Filed,
        when=[papers_are_there],
    )
    def file_again(self, facts: dict[str, Any]) -> None:
        """With what was wanted, or against the refusal."""
        self._filed_again(facts)

    @step(
        [State.NEED_INFO, State.REFUSED, State.PARTLY],
        State.REFILED,
        label=_("File it again as it is"),
        rule="L13.1",
        by=LEADS,
        facts=Filed,
        only=[not_(papers_are_there)],
        needs_note=True,
        event=True,
        hint=_("Papers are missing; a lead says why it goes all the same, for example because the last day is near."),
    )
    def file_again_incomplete(self, facts: dict[str, Any]) -> None:
        """What could not be had the first time cannot be had now."""
        self._filed_again(facts)

    @step(ASKED, State.ACCEPTED, label=_("Accepted in full"), rule="L13.1", by=AGENTS, facts=Answered, event=True)
    def accept(self, facts: dict[str, Any]) -> None:
        """All of it will be paid."""
        self.facts.accepted = self.facts.amount
        self._says(facts)

    @step(ASKED, State.PARTLY, label=_("Accepted in part"), rule="L13.1", by=AGENTS, facts=PartAccepted, event=True)
    def accept_in_part(self, facts: dict[str, Any]) -> None:
        """Less than was claimed: it is filed again, or a lead leaves the rest."""
        if facts["accepted"] >= self.facts.amount:
            raise Malformed(_("A part is less than what was claimed."), code="bad_amount", field="accepted")
        self.facts.accepted = facts["accepted"]
        self._says(facts)

    @step([*ASKED, State.NEED_INFO, State.ACCEPTED], State.REFUSED, label=_("Refused"), rule="L13.1", by=AGENTS, facts=Answered, event=True)
    def refuse(self, facts: dict[str, Any]) -> None:
        """With the courier's reason."""
        self.facts.accepted = None
        self._says(facts)

    # ------------------------------------------------------------------------------------------------

    def _filed(self, facts: dict[str, Any]) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.filed_at, self.facts.answer_by = self.at.now, None
        self.facts.number = facts.get("number") or self.facts.number

    def _filed_again(self, facts: dict[str, Any]) -> None:
        # While it was refused another loss of the parcel may have been claimed.
        refuse_above_price(self.facts)
        self._filed(facts)
        self.facts.wanted = ""

    def _says(self, facts: dict[str, Any]) -> None:
        self.effects.say(self._redacted(facts["said"]))

    def _redacted(self, words: str) -> str:
        return redact_for_order(words, self.at.order if self.at else None)
