"""L7.5 Refused at the door (拒收): what the chapter is. Its steps stand in its parts: door.py, back.py.

Steps are shown in the order in which they are declared, so the parts are imported in the order of the chapter; docs/handbook/ shows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind
from casework.photos.checklist import Wanted
from casework.situation import Situation
from casework.workflow import Clock
from logistics.goods.claimed import ask_claimed
from logistics.kinds.coming_home import INSPECTED, back_until
from logistics.kinds.incident import After, Incident
from logistics.kinds.refused_at_door.messages import is_refused_already, refused_message
from logistics.kinds.refused_at_door.states import BACK, State
from logistics.signs import is_out_for_delivery, refused_there
from logistics.standing import parcels_of
from orders.together import Reading, ask_for, side_by_side

from logistics.kinds.refused_at_door.door import AtTheDoor  # isort: skip  # the order of the chapter
from logistics.kinds.refused_at_door.back import Back  # isort: skip
from logistics.models.incident import SeenAs
from logistics.models.parcel import Stage
from orders.access import Actor
from orders.roles import AGENTS

# The chapters of what was signed for all the same.
CHAPTERS = ("damaged", "wrong_items", "missing_items")


class RefusedAtDoor(AtTheDoor, Back, Incident):
    """Damage, wrong or missing goods are seen at the door, by the customer, family or gate staff: they are asked to refuse the parcel. It is followed
    until it is back, the warehouse says what was in it, and complete goods go out. What was refused for the customer's own reason, or was in order,
    goes on as a returned parcel (L10)."""

    KIND = "refused_at_door"
    CHAPTER = "L7"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    IN_BULK = True
    AFTER_NODES = (
        After((Stage.RETURNING,), "returning", untouched="turned_back", touched="turned_back"),
        After((Stage.RETURNED,), "at_our_door", untouched="turned_back", touched="turned_back"),
    )
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    CHECKLIST = (
        Wanted(
            EvidenceKind.PHOTO_BOX,
            _("The parcel at the door, before it goes back: so the courier cannot say that we packed it badly."),
            "L7.5",
        ),
        INSPECTED,
    )
    HAS_CONTACTS = True
    LIKELY = (refused_there, is_out_for_delivery)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = BACK
    CLOCKS = (
        Clock("reply", _("Ask to refuse it"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock("refused", _("It turns back"), (State.ASKED,), lasts="refused_within", then=("no_word",), rule="L7.5"),
        Clock("parcel_back", _("Parcel back with us"), (State.RETURNING,), due=back_until, rule="L3.4"),
        Clock("mend", _("Send complete goods"), BACK, lasts="reply_within", rule="L7.5"),
        Clock("tell", _("Tell the customer"), (State.LOST, State.SIGNED), lasts="reply_within", rule="L0.3"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Refused at the door")
        verbose_name_plural = _("Refused at the door")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel with its lines and what its courier owes, and the open cases of what was seen in it."""
        parcels = {case.pk: case.facts.parcel_id for case in cases if case.facts is not None}
        rows = Case.objects.open().filter(incident__parcel__in=parcels_of(cases), kind__in=CHAPTERS)
        others = rows.values_list("incident__parcel", "number")
        found, _read = yield from side_by_side(ask_claimed(cases), ask_for(others))
        return {
            pk: {"claimed": each, "parcel": each.standing, "others": [number for parcel, number in others if parcel == parcels.get(pk)]}
            for pk, each in found.items()
        }

    def why_here(self, at: Situation) -> str:
        """What was seen at the door, and what the warehouse found."""
        seen = str(_("Seen at the door: {what}.")).format(what=SeenAs(self.facts.seen_as).label) if self.facts.seen_as else ""
        return " ".join(filter(None, (seen, self.found_words())))

    def contact_to_make(self, at: Situation) -> str:
        """L7.5: whoever stands at the door is asked at once; once it was refused, why."""
        if self.state != State.TO_ASK or at.was_tried():
            return ""
        return str(_("Ask the customer why it was refused") if is_refused_already(at) else _("Ask the customer to refuse it"))

    def contact_message(self, at: Situation) -> str:
        """L7.5: please refuse it, or why it was refused; then how it stands. Nothing is promised before it is back (L0.2)."""
        return refused_message(self, at)
