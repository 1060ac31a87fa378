"""L9.1 The new address is noted; nothing is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.workflow import step
from logistics.addresses.new_address import NewAddress, open_address, seal_address
from logistics.addresses.parts import known
from logistics.kinds.address_change.plan import OURS, WITH_COURIER
from logistics.kinds.address_change.states import OPEN, State
from orders.roles import AGENTS

if TYPE_CHECKING:
    Part = Case
else:
    Part = object

# What a part loses when another address is wanted.
ANEW = {"end": "", "ended_at": None, "says": ""}


class Noting(Part):
    """The part of the class that takes the wish."""

    @step(
        OPEN,
        None,
        label=_("Note the new address"),
        rule="L9.1",
        by=AGENTS,
        facts=NewAddress,
        event=True,
        next_in=[State.TO_NOTE],
        drops=OURS,
        hint=_("Nothing is promised: what can be done depends on how the order stands now. Leave empty what stays as it is."),
    )
    def note_address(self, facts: dict[str, Any]) -> None:
        """Kept sealed; the journal says that it was noted, not what. Noted anew, what was done here for the old wish counts no longer."""
        assert self.at is not None  # steps run with a situation
        fresh = {name: value for name, value in facts.items() if value}
        for name, value in seal_address(open_address(self.facts.address_enc) | fresh).items():
            setattr(self.facts, name, value)
        self.facts.noted_at, self.facts.edits_after, self.facts.told_at = self.at.now, known(self.at).last_task, None
        # What the courier did or refused stands.
        self.facts.parts = [each if each["way"] in WITH_COURIER else each | ANEW for each in self.facts.parts]
