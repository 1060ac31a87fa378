"""What finance pays: approved and not yet paid, by deadline and channel, with the state of each transfer. Fixed numbers of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from casework.actions.offers import Offer, offers
from casework.calendars import SHOP_TIME
from casework.lists.queues import held_in
from casework.models import Deadline
from casework.situation import read_situations
from orders.access import Actor
from orders.errors import Text
from refunds.books.paid_beside import paid_beside, words
from refunds.gateways.alipay_codes import sentence
from refunds.kinds.paying import PAID_AFTER_ALL, PAID_BEFORE, PAID_MEANWHILE, PAYERS
from refunds.models import Approval, PayeeChannel, Transfer
from refunds.reading import to_pay

# The clocks that run out unless it is paid: our approval, and the platform's own.
PAY_BEFORE = ("approval", "platform")
# Why a transfer waits for a person, where it is more than Alipay's silence; by the code of the last answer.
TROUBLES: dict[str, Text] = {
    "bad_keys": _("Our keys for Alipay cannot be read; an administrator has to look."),
    "bad_signature": _("What came was not signed by Alipay; an administrator has to look."),
    "other_amount": _("Alipay tells of another amount under our number."),
    "other_number": _("Alipay answered about another number than ours."),
    PAID_AFTER_ALL: _("Held to be not paid; Alipay says now that it has paid it."),
    PAID_BEFORE: _("Alipay says that an earlier transfer of this case was paid after all."),
    PAID_MEANWHILE: _("Not sent: the platform has paid it meanwhile."),
    "number_used": _("Alipay's number already stands for another payout."),
    "PAYMENT_INFO_INCONSISTENCY": _("Alipay knows our number with other contents."),
    "data_key_unknown": _("The account cannot be decrypted; an administrator has to look."),
}


@dataclass(frozen=True)
class Due:
    """An approval that waits for its money, and what this person may do about it."""

    approval: Approval
    case: Any
    offers: dict[str, Offer]
    # Warnings about what the platform has paid of the order past our refunds.
    beside: Sequence[str] = ()

    @property
    def transfer(self) -> Transfer | None:
        """The order to a provider, if there ever was one."""
        return getattr(self.approval, "transfer", None)

    @property
    def trouble(self) -> Text:
        """What was wrong with the last answer, in words; "" while there is nothing to say."""
        found = self.transfer
        if found is None:
            return ""
        said = TROUBLES.get(found.code, "")
        return said or (sentence(found.code) if found.status == Transfer.Status.FAILED else "")

    def may(self, step: str) -> bool:
        """Whether the step is offered and allowed now."""
        return step in self.offers and self.offers[step].allowed


def rows_to_pay(by: Actor, now: dt.datetime, *, channel: str = "", today: bool = False) -> Any:
    """Approvals to be paid: what waits for a person first, then by what runs out first. Each has `next_due`."""
    of_paying = Deadline.objects.filter(case=OuterRef("request__case"), kind__in=PAY_BEFORE, status__in=Deadline.RUNNING)
    running = of_paying.order_by("due_at").values("due_at")[:1]
    parked = Case(When(transfer__status=Transfer.Status.PARKED, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = to_pay(by).select_related("transfer__sent_by").annotate(next_due=Subquery(running, output_field=DateTimeField()), rank=parked)
    wanted = Q(request__payee_channel=channel) if channel else Q()
    if today:
        wanted &= Q(next_due__lt=end_of_day(now))
    return rows.filter(wanted).order_by("rank", F("next_due").asc(nulls_last=True), "decided_at", "pk")


def late_transfers(by: Actor) -> Any:
    """Transfers that were paid after all, Alipay says, and of which nobody has said what it was; the oldest first. One query."""
    rows = Transfer.objects.filter(held_in(by, PAYERS, "approval__order__shop"), status=Transfer.Status.LATE)
    return rows.select_related("approval__request__case", "approval__order__shop").order_by("pk")


def end_of_day(now: dt.datetime) -> dt.datetime:
    """Midnight after this instant, in shop time."""
    tomorrow = now.astimezone(SHOP_TIME).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), SHOP_TIME)


@dataclass(frozen=True)
class Part:
    """A part of the list: how it is called, what picks it, how many and how much."""

    label: Text
    query: str
    count: int
    amount: Decimal


def sums(by: Actor, now: dt.datetime) -> list[Part]:
    """All, what runs out today, and each channel with anything in it."""
    parts: dict[str, tuple[Text, str, Q]] = {
        "all": (_("All"), "", Q()),
        "today": (_("Runs out today"), "due=today", Q(next_due__lt=end_of_day(now))),
    }
    for each in PayeeChannel:
        parts[each.value] = (each.label, f"channel={each.value}", Q(request__payee_channel=each.value))
    measures: dict[str, Any] = {}
    for name, (_label, _query, wanted) in parts.items():
        measures[f"{name}_count"] = Count("pk", filter=wanted)
        measures[f"{name}_amount"] = Sum("amount", filter=wanted, default=Decimal("0.00"))
    found = rows_to_pay(by, now).order_by().prefetch_related(None).select_related(None).aggregate(**measures)
    listed = [Part(label, query, found[f"{name}_count"], found[f"{name}_amount"]) for name, (label, query, _wanted) in parts.items()]
    return [each for each in listed if each.count or not each.query.startswith("channel")]


def dues_of(approvals: Sequence[Approval], by: Actor, now: dt.datetime) -> list[Due]:
    """The approvals of a page with their steps, in their order."""
    cases = {each.pk: each.request.case for each in approvals}
    situations = read_situations(list(cases.values()), now=now, actor=by)
    beside = paid_beside({each.order_id for each in approvals})
    return [
        Due(
            each,
            cases[each.pk],
            {offer.step.name: offer for offer in offers(cases[each.pk], situations[cases[each.pk].pk], by)},
            [words(refund) for refund in beside.get(each.order_id, [])],
        )
        for each in approvals
    ]
