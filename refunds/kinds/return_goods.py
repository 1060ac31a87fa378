"""R5 A return (退货): sent back, inspected, and only then refunded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from logistics.freight import Remedy
from logistics.kinds.incident import override_freight
from orders.access import Actor
from orders.errors import Reason
from orders.roles import AGENTS, SYSTEM
from orders.together import Reading, side_by_side
from refunds.goods.coming import coming
from refunds.goods.postage import ask_ways_back, is_postage_alone, read_ways_back, way_back
from refunds.goods.return_message import return_message
from refunds.kinds.coming_back import INSPECTED, ComesBack, inspecting, money, way
from refunds.kinds.coming_back.said import Agreed


class State(States):
    """From the customer's wish to the refund of what came back."""

    TO_SEND = "to_send", Category.CUSTOMER, _("Customer is to send it back")
    NOT_SENT = "not_sent", Category.OPEN, _("Not sent in time; ask")
    UNDER_WAY = "under_way", Category.COURIER, _("On its way back")
    TO_INSPECT = "to_inspect", Category.OPEN, Queue.WAREHOUSE, _("Here; to be inspected")
    DIFFERENT = "different", Category.OPEN, _("Not all as claimed; settle the difference")
    GOODS_BACK = "goods_back", Category.OPEN, _("Goods are back; ask for the refund")
    REFUNDING = "refunding", Category.OPEN, _("Being refunded")
    POSTAGE_LEFT = "postage_left", Category.OPEN, _("Goods refunded; pay back the postage")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    NO_REFUND = "no_refund", Category.DONE, _("Inspected; nothing refunded")
    CALLED_OFF = "called_off", Category.DONE, _("Not returned")


OPEN = tuple(each for each in State if not each.is_end)
EXPECTED = (State.TO_SEND, State.NOT_SENT, State.UNDER_WAY)
PAYABLE = (*EXPECTED, State.TO_INSPECT, State.DIFFERENT, State.GOODS_BACK)


class ReturnGoods(ComesBack):
    """The customer sends it back prepaid; the warehouse inspects it piece by piece with photos; then the refund is asked for what came as
    claimed. A difference goes back to the agent; a lead may let the money go without all that, with a written reason."""

    KIND = "return_goods"
    CHAPTER = "R5"
    STATES = State
    FIRST = State.TO_SEND
    OPENED_BY = AGENTS
    REMEDY = Remedy.RETURN
    REMEDIES = ("refund",)
    MADE_GOOD = (State.REFUNDED,)
    WAITS_IN = (State.REFUNDING,)
    MENDS_IN = (State.GOODS_BACK, State.POSTAGE_LEFT)
    EVIDENCE = ("photo_goods", "photo_damage", "photo_waybill", "chat", "other")
    CHECKLIST = (INSPECTED,)
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("send", _("Customer sends it"), (State.TO_SEND,), lasts="return_sent_within", then=("nothing_came",), rule="R5.4"),
        Clock("ask", _("Ask the customer"), (State.NOT_SENT,), lasts="reply_within", rule="R5.4"),
        Clock("arrive", _("With us"), (State.UNDER_WAY,), lasts="return_arrives_within", rule="R5.4"),
        Clock("inspect", _("Inspect it"), (State.TO_INSPECT,), lasts="return_inspected_within", rule="R5.2"),
        Clock("settle", _("Settle it with the customer"), (State.DIFFERENT, State.GOODS_BACK), lasts="reply_within", rule="R5.4"),
        Clock("postage", _("Pay back the postage"), (State.POSTAGE_LEFT,), lasts="reply_within", rule="R3.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Return of goods")
        verbose_name_plural = _("Returns of goods")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """Beside what comes back what was advanced for it, and what is asked for below."""
        parts, ways = yield from side_by_side(super().situation_parts(cases, by, now), ask_ways_back(cases))
        return {pk: each | {"way_back": ways[pk]} for pk, each in parts.items() if pk in ways}

    def why_here(self, at: Situation) -> str:
        """The difference, once there is one, and the postage that nobody has asked for."""
        if coming(at).facts.inspected_at is None:
            return ""
        left, text = way_back(at).postage_left, _("¥{amount} that the customer advanced are to be asked for, past the platform")
        return " · ".join(filter(None, (coming(at).difference, str(text).format(amount=left) if left else "")))

    def contact_to_make(self, at: Situation) -> str:
        """R5.1: the customer is told where to and how."""
        return str(_("Tell the customer where to send it and how")) if self.state == State.TO_SEND and not at.contacts else ""

    def contact_message(self, at: Situation) -> str:
        """The instructions to copy, while it is not sent yet."""
        return return_message(self.facts, at) if self.state in (State.TO_SEND, State.NOT_SENT) else ""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """R5.2: money moves after the inspection, or by a lead's written word; and once. R3.1: the postage that was advanced beside it."""
        way = way_back(at)
        if self.state == State.REFUNDING or way.goods_asked:
            return [] if way.postage_left else [Reason("refund_asked", _("Its refund is asked for already."), "R5.2")]
        if self.state in (State.GOODS_BACK, State.POSTAGE_LEFT) or coming(at).facts.released_at is not None:
            return []
        if self.state == State.DIFFERENT:
            return [Reason("difference_open", _("First the difference is settled with the customer, or a lead lets the money go."), "R5.4")]
        return [
            Reason("not_inspected", _("First the warehouse inspects what came, or a lead lets the money go with a written reason."), "R5.2")
        ]

    def step_with_child(self, child: Case) -> str:
        """The refund has the word, where the goods are here; else they are still waited for. Postage alone leaves the goods to be asked for."""
        return "postage_asked" if is_postage_alone(child) else "being_refunded"

    def step_after_child(self, child: Case) -> str:
        """Refunded with the postage that was advanced, or our turn again."""
        if child.state not in type(child).MADE_GOOD and not is_postage_alone(child):
            return "refund_fell_through"
        if Case.objects.open().filter(parent=self).exists():
            return ""
        return "postage_is_left" if read_ways_back([self])[self.pk].postage_left else "refunded"

    # R5.1, R5.4 -------------------------------------------------------------------------------------

    on_its_way = way.on_its_way([State.TO_SEND, State.NOT_SENT], State.UNDER_WAY)
    number_corrected = way.number_corrected([State.UNDER_WAY])
    nothing_came = way.nothing_came([State.TO_SEND], State.NOT_SENT)
    wait_longer = way.wait_longer([State.NOT_SENT], State.TO_SEND)
    return_delivered = way.return_delivered([State.UNDER_WAY], State.TO_INSPECT)
    received = way.received(EXPECTED, State.TO_INSPECT)
    not_taken = way.not_taken((*EXPECTED, State.TO_INSPECT), State.TO_SEND)

    # R5.2 -------------------------------------------------------------------------------------------

    found_right = inspecting.found_right([State.TO_INSPECT], State.GOODS_BACK)
    found_different = inspecting.found_different([State.TO_INSPECT], State.DIFFERENT)

    @guard(_("Nothing came as claimed: there is nothing to refund without a lead's word."), rule="R5.2")
    def something_is_right(self: ReturnGoods, at: Situation) -> bool:
        return bool(coming(at).prices()) or coming(at).facts.released_at is not None or bool(way_back(at).postage_left)

    @step(
        State.DIFFERENT,
        State.GOODS_BACK,
        label=_("Agreed: only what came as claimed"),
        rule="R5.4",
        by=AGENTS,
        facts=Agreed,
        when=[something_is_right],
    )
    def agreed(self, facts: dict[str, Any]) -> None:
        """The rest is not refunded; what was agreed stands in the journal."""

    release = money.release(PAYABLE)
    being_refunded = money.being_refunded([State.GOODS_BACK, State.DIFFERENT], State.REFUNDING)
    refund_fell_through = money.refund_fell_through([State.REFUNDING], State.GOODS_BACK)
    refunded = money.refunded([State.REFUNDING], State.REFUNDED)

    # R3.1 -------------------------------------------------------------------------------------------

    @guard(_("Postage that the customer advanced is left: ask for it, or waive it with a note."), rule="R3.1")
    def no_postage_is_left(self: ReturnGoods, at: Situation) -> bool:
        return not way_back(at).postage_left

    @guard(_("No postage is left to pay back."), rule="R3.1")
    def some_postage_is_left(self: ReturnGoods, at: Situation) -> bool:
        return bool(way_back(at).postage_left)

    @step(State.POSTAGE_LEFT, State.REFUNDING, label=_("Postage asked for"), rule="R3.1", by=SYSTEM, hidden=True)
    def postage_asked(self) -> None:
        """It has the word; the goods are paid."""

    @step(State.REFUNDING, State.POSTAGE_LEFT, label=_("The postage is left"), rule="R3.1", by=SYSTEM, hidden=True)
    def postage_is_left(self) -> None:
        """The goods are paid, the postage that the customer advanced is not."""

    @step(
        State.POSTAGE_LEFT,
        State.REFUNDED,
        label=_("Waive the postage"),
        rule="R3.1",
        by=AGENTS,
        needs_note=True,
        event=True,
        hint=_("It is not paid back; your note says why."),
    )
    def waive_postage(self) -> None:
        """What was left stands in the journal beside the note."""
        assert self.at is not None  # steps run with a situation
        self.effects.note(postage_left=way_back(self.at).postage_left)

    # Ends -------------------------------------------------------------------------------------------

    @guard(_("The price of what came back has not been refunded yet."), rule="R5.2")
    def is_paid_back(self: ReturnGoods, at: Situation) -> bool:
        return coming(at).is_paid_back

    @step(
        [State.GOODS_BACK, State.DIFFERENT],
        State.REFUNDED,
        label=_("Refunded already"),
        rule="R5.2",
        by=AGENTS,
        when=[something_is_right, is_paid_back, no_postage_is_left],
        event=True,
        hint=_("By the refund on the platform, or one that a lead let go before."),
    )
    def refunded_already(self) -> None:
        """The money went by another way."""

    @step(
        [State.GOODS_BACK, State.DIFFERENT],
        State.POSTAGE_LEFT,
        label=_("Refunded already, but for the postage"),
        rule="R3.1",
        by=AGENTS,
        when=[something_is_right, is_paid_back, some_postage_is_left],
        event=True,
        hint=_("By the refund on the platform, or one that a lead let go before."),
    )
    def goods_refunded_already(self) -> None:
        """The price went by another way; what the customer advanced is still to be asked for, or waived."""

    @step(
        [State.DIFFERENT, State.GOODS_BACK],
        State.NO_REFUND,
        label=_("Nothing is refunded"),
        rule="R5.2",
        by=AGENTS,
        needs_note=True,
        when=[no_postage_is_left],
        event=True,
    )
    def nothing_refunded(self) -> None:
        """It goes back to the customer, or was settled otherwise; the note says how."""

    call_off = inspecting.call_off((*EXPECTED, State.TO_INSPECT), State.CALLED_OFF)
    override_freight = override_freight(OPEN)
