"""L8.1, L10.1 Sent again at the customer's cost: the postage is paid before anything leaves us. What several chapters share.

A lost parcel costs the customer nothing, whoever bore the freight before. Where nothing is sent again after all, what was paid is given back, or
kept as the freight that the customer bears anyway: no case ends before a lead has said which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import States, guard, step
from logistics.freight import Party
from logistics.kinds.incident import Incident
from logistics.models.incident import Choice
from logistics.standing import standing
from orders.errors import Malformed, Reason
from orders.roles import AGENTS, LEADS

# A slip of places, and no postage that anybody paid.
MOST_POSTAGE = Decimal("9999.00")


class PostagePaid(Facts):
    """What the customer paid for sending it again, and by which order of ours it can be found."""

    amount = forms.DecimalField(
        label=_("Postage paid (yuan)"), min_value=Decimal("0.01"), max_value=MOST_POSTAGE, max_digits=6, decimal_places=2
    )
    paid_by = forms.CharField(label=_("Number of the postage order, or how it was paid"), max_length=100)


class PaidPostage(models.TextChoices):
    """What becomes of a postage for which nothing is sent."""

    GIVEN_BACK = "given_back", _("Given back to the customer")
    KEPT = "kept", _("Kept as the freight that the customer bears; the customer knows")


class PostageSettled(Facts):
    """What became of it, and by what it can be found."""

    becomes = forms.ChoiceField(label=_("The postage paid is"), choices=PaidPostage.choices)
    settled_by = forms.CharField(label=_("Number of the refund, or what the customer was told"), max_length=200)


@guard(_("Sending it again costs the customer nothing here."), rule="L10.1")
def postage_is_theirs(case: Case, at: Situation) -> bool:
    """Whether they bear it, all or half, and have not chosen anything else."""
    facts = case.facts
    return facts.choice in ("", Choice.RESEND) and facts.freight_payer in (Party.CUSTOMER, Party.SPLIT) and facts.lost_at is None


@guard(_("The postage is paid already."), rule="L10.1")
def postage_is_open(case: Case, at: Situation) -> bool:
    """Whether nobody has noted it."""
    return case.facts.postage_paid_at is None


def is_for_nothing(case: Case) -> bool:
    """Whether the customer has paid for sending it again, and nothing became of that yet."""
    return case.facts.postage_paid_at is not None and not case.facts.postage_kept


@guard(
    _("The customer has paid ¥{postage} for sending it again: first a lead gives it back, or keeps it as told."),
    rule="L10.1",
    says=lambda case, at: {"postage": case.facts.postage},
)
def postage_is_settled(case: Case, at: Situation) -> bool:
    """Whether an end without sending it again leaves no postage behind."""
    return not is_for_nothing(case)


@guard(_("No postage was paid for nothing."), rule="L10.1")
def postage_was_paid(case: Case, at: Situation) -> bool:
    """Whether there is something to give back or to keep: nothing is to be sent again for it."""
    parcel = standing(at).parcel
    has_arrived = parcel is not None and parcel.delivered_at is not None
    waits = case.facts.choice == Choice.RESEND and postage_is_theirs.holds(case, at) and not has_arrived
    return is_for_nothing(case) and not waits


@guard(_("It is being sent again, which is what the postage was paid for."), rule="L10.1")
def nothing_is_sent(case: Case, at: Situation) -> bool:
    """Whether no reshipment is under way."""
    return all(each.kind != "reshipment" for each in at.open_children)


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
        self.facts.postage_paid_at, self.facts.postage, self.facts.postage_kept = self.at.now, facts["amount"], False

    return postage_paid


def postage_settled(sources: Sequence[States], *, rule: str) -> Callable[..., None]:
    """What was paid for sending it again is given back, or kept as the freight that the customer bears."""

    @step(
        sources,
        None,
        label=_("Postage given back, or kept as told"),
        rule=rule,
        by=LEADS,
        facts=PostageSettled,
        only=[postage_was_paid],
        when=[nothing_is_sent],
        decides_money=True,
        event=True,
        hint=_("Nothing is sent again for it. Kept, it is taken off the freight that a refund is less."),
    )
    def postage_settled(self: Incident, facts: dict[str, Any]) -> None:
        """How much it was, and by what it can be found, stands in the journal."""
        is_theirs = self.facts.freight_payer in (Party.CUSTOMER, Party.SPLIT) and self.facts.lost_at is None
        if facts["becomes"] == PaidPostage.KEPT and not is_theirs:
            text = _("The customer bears no freight here: the postage is given back.")
            raise Malformed(text, code="postage_not_theirs", field="becomes")
        self.effects.note(postage=self.facts.postage)
        if facts["becomes"] == PaidPostage.KEPT:
            self.facts.postage_kept = True
        else:
            self.facts.postage_paid_at = self.facts.postage = None

    return postage_settled


@guard(_("Sent again once the customer has paid the postage."), rule="L10.1")
def postage_comes_first(case: Case, at: Situation) -> bool:
    """Whether the customer bears no postage, or has paid it."""
    return not (postage_is_theirs.holds(case, at) and postage_is_open.holds(case, at))


def postage_first(case: Incident, kind: str, at: Situation, *, rule: str) -> list[Reason]:
    """Why no remedy is opened yet: the postage of what is sent again was not paid, or it was paid for nothing."""
    if is_for_nothing(case) and not (kind == "reshipment" and postage_is_theirs.holds(case, at)):
        return [postage_is_settled.reason(case, at)]
    is_due = kind == "reshipment" and not postage_comes_first.holds(case, at)
    return [Reason("postage_first", postage_comes_first.text, rule)] if is_due else []


def unused_words(case: Case) -> str:
    """For those who go on from here: what the customer paid, and that nothing became of it."""
    if not is_for_nothing(case):
        return ""
    return str(_("The customer has paid ¥{postage} of postage for nothing: give it back, or keep it as told.")).format(
        postage=case.facts.postage
    )
