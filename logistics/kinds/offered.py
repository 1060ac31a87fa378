"""L5.4, L7 Offers in the order of a chapter: what may be opened for each, what is reported to a lead, and what follows when a remedy ends.

Each function makes a step for the states of one kind, as endings.py does for the ends of parcels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Guard, States, step
from logistics.kinds import endings
from logistics.kinds.incident import Incident, Part
from logistics.task_kinds import REPORT
from logistics.words import for_the_shop
from orders.errors import Reason, Text
from orders.roles import AGENTS, SYSTEM

Sources = Sequence[States]
Made = Callable[..., None]
MENDING = "mending"


@dataclass(frozen=True)
class Offer:
    """The remedies that an offer ends in, the one that counts most first; why no other may be opened, and whether they may run `together`."""

    kinds: tuple[str, ...]
    otherwise: Reason
    together: bool = False


class Offered(Part):
    """An incident with a state for each offer. A remedy that is opened takes it to MENDING; one that falls through lets the offer stand again."""

    OFFERS: ClassVar[Mapping[str, Offer]] = {}
    FIRST_CONFIRMED: ClassVar[Reason]

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """Confirmed first, then what the offer of the moment ends in."""
        offer = self.OFFERS.get(self.facts.offer if self.state == MENDING else self.state)
        if offer is None:
            return [self.FIRST_CONFIRMED]
        if kind not in offer.kinds:
            return [offer.otherwise]
        return self._while_mending(kind, offer, at) if self.state == MENDING else []

    def _while_mending(self, kind: str, offer: Offer, at: Situation) -> list[Reason]:
        """Beside an open remedy only another of its kind, for the other order of a merged parcel, or what the offer gives together."""
        if not at.open_children:
            return [Reason("made_good", _("It was made good already; a lead is still to take note of it."), self.CHAPTER)]
        others = [each for each in at.open_children if each.kind != kind and not offer.together]
        text = _("{kind} {number} is open; it ends first.")
        return [Reason("being_mended", str(text).format(kind=each.kind_label, number=each.number), offer.otherwise.rule) for each in others]

    def step_with_child(self, child: Case) -> str:
        """While a remedy is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Made good, or the offer stands again; nothing while another remedy is under way."""
        return self.after_remedies()

    def step_after_task(self, task: str, answer: str) -> str:
        """A lead who takes note ends a case that waited for that alone."""
        return self.after_remedies() if task == REPORT.name else super().step_after_task(task, answer)

    def after_remedies(self) -> str:
        """The step that the remedies of the offer bring about once none is open; "" before."""
        children = list(Case.objects.filter(parent=self))
        if self.state != MENDING or any(each.is_open for each in children):
            return ""
        facts = self.facts or self.FACTS.objects.get(case=self.pk)
        good = {each.kind for each in children if each.state in type(each).MADE_GOOD}
        return self.ends_by(facts.offer, good, {each.kind for each in children})

    def ends_by(self, offer: str, good: Collection[str], tried: Collection[str]) -> str:
        """The end by the first of the offer's remedies that did what it was opened for, else back to the offer (kinds may want more)."""
        return next((endings.MENDED[kind] for kind in self.OFFERS[offer].kinds if kind in good), f"again_{offer}")

    def report(self, what: Text, words: str, rule: str) -> None:
        """Tell the leads at once, by mail and in their list: what happened, and to which goods. The case does not end before one of them has
        taken note."""
        self.effects.send("notice", to="leads", about="reported")
        self.effects.ask(REPORT.asked(f"{for_the_shop(what)}\n{words}", rule=rule))


def being_mended(sources: Sources, target: States, *, rule: str) -> Made:
    """A remedy was opened for an offer; the case waits for its end."""

    @step(sources, target, label=_("Being made good"), rule=rule, by=SYSTEM, hidden=True)
    def being_mended(self: Incident) -> None:
        """Which offer the customer took is kept: it stands again when the remedy falls through."""
        self.facts.offer = self.state

    return being_mended


def stands_again(source: States, offer: States, *, rule: str) -> Made:
    """The remedy was rejected, withdrawn or lost: the offer stands again."""

    def fell_through(self: Incident) -> None:
        """The remedy ended without making anything good; it is our turn again."""

    fell_through.__name__ = f"again_{offer.value}"
    return step(source, offer, label=_("The remedy fell through"), rule=rule, by=SYSTEM, hidden=True)(fell_through)


def declined(sources: Sources, target: States, name: str, *, label: Text, rule: str, when: Sequence[Guard]) -> Made:
    """The customer does not want this offer; the next one stands."""

    def offer_declined(self: Incident) -> None:
        """The next offer of the chapter."""

    offer_declined.__name__ = name
    return step(sources, target, label=label, rule=rule, by=AGENTS, when=when, event=True)(offer_declined)


def nothing_wanted(sources: Sources, target: States, *, rule: str, when: Sequence[Guard]) -> Made:
    """The customer leaves it at that."""

    @step(sources, target, label=_("The customer wants nothing"), rule=rule, by=AGENTS, when=when, needs_note=True, event=True)
    def nothing_wanted(self: Incident) -> None:
        """All offers declined."""

    return nothing_wanted


def waits_for_note(case: Incident, at: Situation) -> str:
    """That a lead has not taken note yet, in words; "" when nobody is waited for."""
    is_asked: Any = any(each.kind == REPORT.name for each in at.open_tasks)
    return str(_("Reported; a lead has not taken note yet.")) if is_asked else ""
