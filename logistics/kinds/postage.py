"""L8.1, L10.1 Sent again at the customer's cost: the postage is paid before anything leaves us. What several chapters share.

A lost parcel costs the customer nothing, whoever bore the freight before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import States, guard, step
from logistics.freight import Party
from logistics.kinds.incident import Incident
from logistics.models.incident import Choice
from orders.errors import Reason
from orders.roles import AGENTS

# A slip of places, and no postage that anybody paid.
MOST_POSTAGE = Decimal("9999.00")


class PostagePaid(Facts):
    """What the customer paid for sending it again, and by which order of ours it can be found."""

    amount = forms.DecimalField(
        label=_("Postage paid (yuan)"), min_value=Decimal("0.01"), max_value=MOST_POSTAGE, max_digits=6, decimal_places=2
    )
    paid_by = forms.CharField(label=_("Number of the postage order, or how it was paid"), max_length=100)


@guard(_("Sending it again costs the customer nothing here."), rule="L10.1")
def postage_is_theirs(case: Case, at: Situation) -> bool:
    """Whether they bear it, all or half, and have not chosen anything else."""
    facts = case.facts
    return facts.choice in ("", Choice.RESEND) and facts.freight_payer in (Party.CUSTOMER, Party.SPLIT) and facts.lost_at is None


@guard(_("The postage is paid already."), rule="L10.1")
def postage_is_open(case: Case, at: Situation) -> bool:
    """Whether nobody has noted it."""
    return case.facts.postage_paid_at is None


def postage_paid(sources: Sequence[States], *, rule: str) -> Callable[..., None]:
    """The customer has paid for sending it again."""

    @step(
        sources,
        None,
        label=_("The customer has paid the postage"),
        rule=rule,
        by=AGENTS,
        facts=PostagePaid,
        only=[postage_is_theirs],
        when=[postage_is_open],
        hint=_("Before anything is sent again."),
    )
    def postage_paid(self: Incident, facts: dict[str, Any]) -> None:
        """How much and by what stands in the journal."""
        assert self.at is not None  # steps run with a situation
        self.facts.postage_paid_at = self.at.now

    return postage_paid


def postage_first(case: Incident, kind: str, at: Situation, *, rule: str) -> list[Reason]:
    """Why goods are not sent again yet: the customer bears the postage and has not paid it."""
    is_due = kind == "reshipment" and postage_is_theirs.holds(case, at) and postage_is_open.holds(case, at)
    return [Reason("postage_first", _("Sent again once the customer has paid the postage."), rule)] if is_due else []
