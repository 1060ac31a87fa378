"""L3.3 A courier's outage: many parcels of one courier and city in trouble at once, worked as one and answered together."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, TextWithPlaces
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, States, step
from orders.errors import Text
from orders.roles import AGENTS, CLOCK, SYSTEM


class State(States):
    """Until its last case is closed."""

    TO_TELL = "to_tell", Category.OPEN, _("Answer all customers together")
    FOLLOWED = "followed", Category.COURIER, _("Answered; followed until all are closed")
    OVER = "over", Category.DONE, _("All its cases are closed")


OPEN = (State.TO_TELL, State.FOLLOWED)
# What may befall many parcels of a courier in a city at once; each is a case about a parcel on its way.
JOINS = ("stalled", "no_record", "doubtful", "out_of_area", "logistics_complaint")
# Of their states those in which it lies here, goes on or comes back already, or travels with somebody else: no trouble of this courier in that city.
APART = ("to_ship", "moves_again", "returning", "new_number")

# What an answer may name of each case.
PLACES = {
    "buyer": _("buyer"),
    "order": _("order number"),
    "product": _("product"),
    "courier": _("courier"),
    "waybill": _("waybill"),
    "city": _("city"),
}


class OneAnswer(Facts):
    """One text for all, with places for each one's own facts."""

    text = TextWithPlaces(label=_("Answer to all"), places=PLACES, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class Outage(Case):
    """Cases of one courier and city, put together by a person where the programme offers it. Each goes on by its own chapter, advanced together where
    they stand alike; all customers get one answer with their own facts. What differs leaves. It ends with the last of its cases."""

    KIND = "outage"
    CHAPTER = "L3"
    STATES = State
    FIRST = State.TO_TELL
    OPENED_BY = AGENTS
    GATHERS = True
    # Without a case of its own nothing would end it; where there is trouble again, a new one is offered.
    REOPENS = False
    CHILDREN: ClassVar[Text] = _("Cases of the outage")
    EVIDENCE = ("courier_reply", "other")
    CLOCKS = (
        Clock("tell", _("Answer all customers"), (State.TO_TELL,), lasts="reply_within", rule="L0.3"),
        Clock("tell_again", _("Answer them again"), (State.FOLLOWED,), lasts="reply_within", then=("told_anew",), rule="L0.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Courier outage")
        verbose_name_plural = _("Courier outages")

    def why_here(self, at: Situation) -> str:
        """How many of its cases are open."""
        return str(_("{open} of {all} cases open.")).format(open=len(at.open_children), all=len(at.children))

    def step_after_child(self, child: Case) -> str:
        """The last one ends it: while another is open the step is not possible."""
        return "over"

    @step(OPEN, State.FOLLOWED, label=_("Answer all customers"), rule="L0.2", by=AGENTS, facts=OneAnswer)
    def told_all(self, facts: dict[str, Any]) -> None:
        """Each case keeps its own wording of it; the next word is due a day later."""

    @step(State.FOLLOWED, State.TO_TELL, label=_("The customers are to be told again"), rule="L0.2", by=CLOCK)
    def told_anew(self) -> None:
        """A day has passed since the last word."""

    @step(OPEN, State.OVER, label=_("The outage is over"), rule="L3.3", by=SYSTEM, hidden=True)
    def over(self) -> None:
        """Its last case is closed, or has left."""
