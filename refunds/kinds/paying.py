"""R2.3 Paying: what finance records, and what a provider pays: ordered by finance, sent by the programme (refunds/actions/send_transfers.py).

Each function makes a step for the states of one kind, as in logistics/kinds/endings.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, InstantField
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Guard, States, guard, step
from orders.errors import Malformed
from orders.roles import FINANCE, LEADS, SYSTEM
from refunds.gateways import ALIPAY
from refunds.models.payout import Payout
from refunds.models.request import PayeeChannel
from refunds.models.transfer import Transfer

Made = Callable[..., None]
Guards = Sequence[Guard]
PAYERS = FINANCE | LEADS
# Our words for a "paid" that came after its transfer was held to be not paid, and for the transfer that is stopped by it.
PAID_AFTER_ALL, PAID_BEFORE = "paid_after_all", "paid_before"
# Our word for a transfer that was not sent, since the platform had paid it when its turn came.
PAID_MEANWHILE = "paid_meanwhile"
# Clocks of people differ a little.
TOLERANCE = dt.timedelta(minutes=5)


class Number(Facts):
    """What the platform or the provider calls the payment, and when it was."""

    platform_number = forms.RegexField(
        r"^[0-9A-Za-z_-]{4,64}\Z", label=_("The platform's number"), error_messages={"invalid": _("4 to 64 letters, digits, - or _.")}
    )
    paid_at = InstantField(label=_("Paid at"))


class Seen(Facts):
    """What finance saw in the account."""

    reason = forms.CharField(label=_("What you saw there"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class Code(Facts):
    """The provider's code."""

    code = forms.CharField(max_length=60)


def write_payout(case: Case, facts: dict[str, Any], *, gateway: str, paid_by: int) -> None:
    """The payment as a row; the database settles the ledger. Raises Malformed for a time that has not come."""
    assert case.at is not None  # steps run with a situation
    standing = case.at.more["standing"]
    if facts["paid_at"] > case.at.now + TOLERANCE:
        raise Malformed(_("This time has not come yet."), code="bad_value", field="paid_at")
    case.effects.write(
        Payout(
            approval=standing.approval,
            amount=standing.request.amount,
            asked_by_id=standing.request.asked_by_id,
            paid_by_id=paid_by,
            gateway=gateway,
            channel=standing.request.payee_channel,
            platform_number=facts["platform_number"],
            paid_at=facts["paid_at"],
            recorded_at=case.at.now,
            key=f"refund:{case.pk}:{standing.request.seq}",
        )
    )
    case.effects.note(amount=standing.request.amount)


def _transfer(at: Situation) -> Transfer | None:
    """The transfer of the approval in force, if one was ever ordered."""
    approval = at.more["standing"].approval
    found: Transfer | None = getattr(approval, "transfer", None)
    return found


def _ordered(case: Case) -> Transfer:
    assert case.at is not None  # steps run with a situation
    found = _transfer(case.at)
    assert found is not None  # a case comes to be paid by a provider with a transfer alone
    return found


@guard(_("This desk has no access to Alipay."), rule="R2.3")
def alipay_is_there(case: Case, at: Situation) -> bool:
    return ALIPAY.is_ready()


@guard(_("Another way of paying was approved."), rule="R2.3")
def goes_to_an_alipay_account(case: Case, at: Situation) -> bool:
    request = at.more["standing"].request
    return request.payee_channel == PayeeChannel.ALIPAY and bool(request.payee_account_enc and request.payee_name_enc)


@guard(_("Alipay is still being asked; wait for the answer."), rule="R2.3")
def waits_for_a_person(case: Case, at: Situation) -> bool:
    found = _transfer(at)
    return found is not None and found.status == Transfer.Status.PARKED


@guard(_("Alipay says that an earlier transfer of this case was paid after all; another payout would pay twice."), rule="R2.3")
def nothing_was_paid_after_all(case: Case, at: Situation) -> bool:
    return not at.more["standing"].is_paid_after_all


def why_here(at: Situation) -> str:
    """What a person is to find out while a transfer waits for one; "" otherwise."""
    found = _transfer(at)
    if found is None or found.status != Transfer.Status.PARKED:
        return ""
    if found.code == PAID_AFTER_ALL:
        return str(
            _("Held to be not paid; Alipay says now that it has paid it, as {number}. Look there and say here what you found.")
        ).format(number=found.number)
    text = _("Nobody knows whether Alipay has paid ({code}). Search our Alipay account for the number {key} and say here what you found.")
    return str(text).format(code=found.code, key=found.key)


def pay(source: States, target: States, *, when: Guards) -> Made:
    """Finance orders the transfer; from here on money may have left."""

    @step(
        source,
        target,
        label=_("Pay by Alipay"),
        rule="R2.3",
        by=PAYERS,
        only=[alipay_is_there, goes_to_an_alipay_account],
        when=[*when, nothing_was_paid_after_all],
        decides_money=True,
    )
    def pay(self: Case) -> None:
        """Ordered once; sent afterwards, under a number that stays. What failed before is ordered again under the same number."""
        assert self.at is not None  # steps run with a situation
        at, standing, earlier = self.at, self.at.more["standing"], _transfer(self.at)
        payer = at.actor.person_id
        if earlier is None:
            row = Transfer(approval=standing.approval, amount=standing.request.amount, asked_by_id=standing.request.asked_by_id)
            row.sent_by_id, row.gateway, row.sent_at, row.wake_at = payer, ALIPAY.name, at.now, at.now
            self.effects.write(row)
        else:
            columns = {"status": Transfer.Status.SENDING, "sent_by_id": payer, "tries": 0, "tried_at": None, "code": ""}
            self.effects.update(Transfer, earlier.pk, **columns)
        self.effects.note(amount=standing.request.amount)

    return pay


def alipay_paid(source: States, target: States) -> Made:
    """Alipay says that the money has left."""

    @step(source, target, label=_("Paid by Alipay"), rule="R2.3", by=SYSTEM, facts=Number, hidden=True)
    def alipay_paid(self: Case, facts: dict[str, Any]) -> None:
        """The payout is the one's who ordered it."""
        write_payout(self, facts, gateway=ALIPAY.name, paid_by=_ordered(self).sent_by_id)

    return alipay_paid


def alipay_refused(source: States, target: States) -> Made:
    """Alipay says that it does not pay this."""

    @step(source, target, label=_("Refused by Alipay"), rule="R2.3", by=SYSTEM, facts=Code, hidden=True)
    def alipay_refused(self: Case, facts: dict[str, Any]) -> None:
        """Nothing has left; a person decides how it is paid now."""
        self.effects.update(Transfer, _ordered(self).pk, status=Transfer.Status.FAILED, code=facts["code"])

    return alipay_refused


def alipay_paid_after_all(source: States, target: States) -> Made:
    """Alipay says that it has paid what was held to be not paid."""

    @step(source, target, label=_("Paid after all, Alipay says"), rule="R2.3", by=SYSTEM, facts=Number, hidden=True)
    def alipay_paid_after_all(self: Case, facts: dict[str, Any]) -> None:
        """Nothing else pays until a person has looked."""
        told = {"code": PAID_AFTER_ALL, "number": facts["platform_number"]}
        self.effects.update(Transfer, _ordered(self).pk, status=Transfer.Status.PARKED, **told)

    return alipay_paid_after_all


def ask_alipay_again(source: States, *, when: Guards) -> Made:
    """Whoever looks after a parked transfer may let the programme ask again."""

    @step(
        source,
        None,
        label=_("Ask Alipay again"),
        rule="R2.3",
        by=PAYERS,
        when=[*when, waits_for_a_person, nothing_was_paid_after_all],
        decides_money=True,
        event=True,
    )
    def ask_alipay_again(self: Case) -> None:
        """As often as before, from now on, under the same number."""
        assert self.at is not None  # steps run with a situation
        self.effects.update(Transfer, _ordered(self).pk, status=Transfer.Status.UNKNOWN, tries=1, wake_at=self.at.now)

    return ask_alipay_again


def seen_as_paid(source: States, target: States, *, when: Guards) -> Made:
    """Finance found the transfer in our Alipay account."""

    @step(
        source,
        target,
        label=_("It was paid there"),
        rule="R2.3",
        by=PAYERS,
        facts=Number,
        when=[*when, waits_for_a_person],
        decides_money=True,
        event=True,
        hint=_("Found in our Alipay account under our number."),
    )
    def seen_as_paid(self: Case, facts: dict[str, Any]) -> None:
        """Recorded with Alipay's own number."""
        write_payout(self, facts, gateway=ALIPAY.name, paid_by=_ordered(self).sent_by_id)

    return seen_as_paid


def seen_as_not_paid(source: States, target: States, *, when: Guards) -> Made:
    """Finance found nothing under our number in our Alipay account."""

    @step(
        source,
        target,
        label=_("It was not paid there"),
        rule="R2.3",
        by=PAYERS,
        facts=Seen,
        when=[*when, waits_for_a_person],
        decides_money=True,
        event=True,
        hint=_("Only after a look into our Alipay account: what is paid now would be paid twice."),
    )
    def seen_as_not_paid(self: Case, facts: dict[str, Any]) -> None:
        """A person's word that nothing has left; it may be paid again."""
        self.effects.say(facts["reason"])
        self.effects.update(Transfer, _ordered(self).pk, status=Transfer.Status.FAILED, code="not_there")

    return seen_as_not_paid
