"""S4.3 A gift (赠品): asked by the customer, agreed within the table or by a lead, packed with the next parcel and not forgotten.

Its steps stand in agreeing.py and packing.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock
from orders.access import Actor
from orders.roles import AGENTS
from orders.together import Reading
from refunds.goods.gifts import ask_gifts
from refunds.kinds.gift.packing import Packing
from refunds.kinds.gift.states import State
from refunds.messages import gift_message
from refunds.models.gift import GiftFacts
from refunds.task_kinds import PUT_IN


class Gift(Packing, Case):
    """Within the table the clerk agrees alone, above it a lead who did not ask. Who agreed signs the memo. Warehouse and print clerk
    have it in their list until a parcel of the customer carries it."""

    KIND = "gift"
    CHAPTER = "S4"
    STATES = State
    FIRST = State.ASKED
    FACTS = GiftFacts
    OPENED_BY = AGENTS
    # A new one is held against the table of gifts anew (S4.3).
    REOPENS = False
    WITNESSED = ("askers", "agreed_by_id")
    MADE_GOOD = (State.GIVEN,)
    EVIDENCE = ("chat", "other")
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("answer", _("Answer the customer"), (State.ASKED, State.NOT_GIVEN), lasts="reply_within", rule="S4.3"),
        Clock("lead_decides", _("Lead decides"), (State.WITH_LEAD,), lasts="reply_within", rule="S4.3"),
        Clock("next_parcel", _("Goes with a parcel"), (State.TO_PACK,), lasts="gift_waits_for", then=("no_parcel_came",), rule="S4.3"),
        Clock("settle", _("Decide what becomes of it"), (State.NEXT_ORDER, State.NO_PARCEL), lasts="reply_within", rule="S4.3"),
        Clock("tell", _("Tell the customer"), (State.PACKED,), lasts="reply_within", rule="S4.3"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Gift")
        verbose_name_plural = _("Gifts")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """Who signs, which orders still wait for a parcel, and which memos are written."""
        found = yield from ask_gifts(cases, by)
        return {case_id: {"gift": each} for case_id, each in found.items()}

    def facts_shown(self) -> dict[str, Any]:
        """The gift, and where it is."""
        facts = self.facts
        return {
            "what": facts.what,
            "pieces": facts.pieces,
            "worth": str(facts.worth),
            "unit_cost": None if facts.unit_cost is None else str(facts.unit_cost),
            "agreed_at": facts.agreed_at and facts.agreed_at.astimezone(SHOP_TIME).isoformat(),
            "order": facts.carrier.number if facts.carrier else None,
            "waybill": facts.waybill or None,
        }

    def contact_message(self, at: Situation) -> str:
        """What the customer is told; nothing is promised before it is agreed (L0.2)."""
        return gift_message(self.state, str(self.facts), self.facts.waybill)

    def step_after_task(self, task: str, answer: str) -> str:
        """Packed, or none there."""
        return {"packed": "packed", "none_there": "none_there"}.get(answer, "") if task == PUT_IN.name else ""
