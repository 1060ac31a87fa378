"""R5, R6 Goods on their way back: what a return and an exchange share. Their steps stand in way.py, inspecting.py and money.py.

Each function there makes a step for the states of one kind, as logistics/kinds/endings.py does for the ends of parcels.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind
from casework.photos.checklist import Wanted
from casework.situation import Situation
from logistics.freight import Checked, Circumstances, Happened, Remedy, SentBy
from logistics.kinds.incident import Incident
from logistics.models import Parcel
from logistics.shipping import keep_return
from logistics.standing import standing
from orders.access import Actor
from orders.together import Reading
from refunds.goods.coming import coming, situation_parts
from refunds.goods.findings import found_of
from refunds.goods.quality import report_quality
from refunds.models.returned import Return, Why

INSPECTED = Wanted(
    EvidenceKind.PHOTO_INSPECTION,
    _("What came, as the warehouse unpacked it, before anybody repairs or washes it."),
    "R5.2",
    from_customer=False,
)
# What each reason comes down to, for the rules of freight (logistics/fault.py).
HAPPENED = {
    Why.UNWANTED: Happened.UNWANTED,
    Why.QUALITY: Happened.QUALITY,
    Why.WRONG: Happened.WRONG,
    Why.DAMAGED: Happened.DAMAGED,
    Why.PACKING: Happened.PACKING,
    Why.NOT_AS_DESCRIBED: Happened.QUALITY,
}


class ComesBack(Incident):
    """What both kinds know: the pieces, the parcel, who pays the way back."""

    REMEDY = Remedy.RETURN
    # A new one looks at what stands now: pieces, money, and other returns.
    REOPENS = False

    class Meta:
        proxy = True
        verbose_name = "coming back"
        verbose_name_plural = "coming back"

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The return with its pieces, and the parcel."""
        parts = yield from situation_parts(cases)
        return parts

    def facts_shown(self) -> dict[str, Any]:
        """Beside the freight what comes back and what was found."""
        facts = Return.objects.get(case=self.pk)
        rows = self.return_lines.order_by("pk")
        counts = ("quantity", "good", "unsaleable", "worn", "wrong", "short")
        names = ("why", "wanted", "waybill", "postage", "arrived_at", "inspected_at", "released_at", "exchange_in_spite_at", "settled")
        shown = {name: getattr(facts, name) for name in names}
        return (
            super().facts_shown()
            | {name: value if value is None or isinstance(value, str) else _text(value) for name, value in shown.items()}
            | {"pieces": [{"line": each.line_id} | {name: getattr(each, name) for name in counts} for each in rows]}
        )

    def keep(self, **columns: Any) -> None:
        """Change facts of the return."""
        self.effects.update(Return, self.pk, **columns)

    def keep_parcel(self, waybill: str, courier: str) -> None:
        """The customer's parcel belongs to the orders whose goods are in it, and is tracked."""
        assert self.at is not None  # steps run with a situation
        at, orders = self.at.now, coming(self.at).orders

        def deed() -> None:
            self.facts.parcel = keep_return(self.shop_id, courier, waybill, orders=orders, at=at)

        before = standing(self.at).parcel
        if before is not None and (before.waybill, before.courier.code) != (waybill, courier):
            # Nobody waits for what was a slip of the pen.
            self.effects.update(Parcel, before.pk, voided_at=at)
        self.keep(waybill=waybill)
        self.effects.do(deed)

    def proven(self) -> None:
        """R3: what the inspection confirms decides who pays, unless the case above knew with whom it lay, or nobody is at fault."""
        assert self.at is not None  # steps run with a situation
        if self.facts.freight_payer:
            return
        self.decide_freight(circumstances(self.at, self.REMEDY, Checked.CONFIRMED))

    def keep_findings(self, facts: dict[str, Any]) -> None:
        """Pieces by condition, the remark, who inspected and when; what came back for its quality goes on the department's list (R5.3)."""
        assert self.at is not None  # steps run with a situation
        at, found = self.at, coming(self.at)
        for each, counts in found_of(facts["found"], found.lines):
            for name, number in counts.items():
                setattr(each, name, number)
            self.effects.update(type(each), each.pk, **counts)
            if found.facts.why == Why.QUALITY and each.accepted:
                self.effects.do(partial(report_quality, self, each.line, each.accepted, at.now))
        arrived = found.facts.arrived_at or at.now
        self.keep(inspected_at=at.now, inspected_by_id=at.actor.person_id, remark=facts["remark"], arrived_at=arrived)
        # The journal speaks the shop's language, whoever inspected.
        with translation.override(settings.LANGUAGE_CODE):
            if found.difference:
                self.effects.note(difference=found.difference)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def circumstances(at: Situation, remedy: Remedy, checked: Checked) -> Circumstances:
    """What the rules of freight look at."""
    return circumstances_of(coming(at).facts.why, remedy, checked, is_insured=bool(at.order and at.order.freight_insured), policy=at.policy)


def circumstances_of(
    why: str, remedy: Remedy, checked: Checked, *, is_insured: bool, policy: Callable[[str], Any], sent_by: SentBy = SentBy.PREPAID
) -> Circumstances:
    """The same where no case is there yet."""
    exchange = policy("no_fault_exchange")
    return Circumstances(HAPPENED[Why(why)], checked, remedy, sent_by, is_insured=is_insured, no_fault_exchange=exchange)
