"""Sentences of the refund pages that depend on what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.amounts import shown
from refunds.books.paid_beside import words
from refunds.models import PayeeChannel, Request
from refunds.request_view import Check, RequestView

# A limit that nobody reaches is shown as none.
NO_LIMIT = Decimal("1000000000")


def approve_words(request: Request) -> str:
    """The button's words: exact amount and payee."""
    said = {
        PayeeChannel.PLATFORM: _("Approve ¥{amount}, back the way it was paid"),
        PayeeChannel.SMALL_PAYMENT: _("Approve ¥{amount} as a small payment"),
        PayeeChannel.ALIPAY: _("Approve ¥{amount} to Alipay {payee}"),
        PayeeChannel.BANK: _("Approve ¥{amount} to the bank account {payee}"),
    }
    return said[PayeeChannel(request.payee_channel)].format(amount=shown(request.amount), payee=request.payee_mask)


@dataclass(frozen=True)
class Finding:
    """A line of the list of checks: passed, failed or only a hint."""

    tone: str
    icon: str
    text: str
    rule: str = ""


def findings(found: RequestView) -> list[Finding]:
    """What the guards and the order's money say about this request, for the one who decides."""
    said = (_of_guard(each, found) for each in found.checks)
    lines = [each for each in said if each.text]
    if found.request.of_order:
        fits = _("{amount} of {room} that was left; every line fits.").format(
            amount=shown(found.request.of_order), room=shown(found.figures.total.room)
        )
        lines.insert(2, Finding("is-done", "check", fits, "R1.1"))
    beyond = found.case.beyond_the_rule(found.view.at)
    if beyond is not None:
        lines.insert(2, Finding("is-lead", "lead", str(beyond.text), beyond.rule))
    return [*lines, *_hints(found)]


def _of_guard(check: Check, found: RequestView) -> Finding:
    if not check.passed:
        return Finding("is-overdue", "overdue", str(check.reason.text), check.reason.rule)
    return Finding("is-done", "check", _passed(check.guard.name, found), check.reason.rule)


def _passed(name: str, found: RequestView) -> str:
    """What is said of a check that holds; "" of one that only matters when it does not, or that the page shows as a sum."""
    said = {
        "somebody_else_asked": _("{asker} asked, somebody else decides."),
        "has_ground_or_evidence": _("The reason is named, and a ground or evidence is there."),
        "platform_has_not_paid": "" if found.beside else _("The platform has refunded nothing that is asked for here."),
    }
    return said.get(name, "").format(asker=found.request.asked_by.shown_name)


def _hints(found: RequestView) -> Iterator[Finding]:
    yield from (Finding("is-overdue", "overdue", words(each), "R2.3") for each in found.beside)
    if found.earlier:
        count = len(found.earlier)
        text = ngettext(
            "One more refund of this order is approved: {amount}.", "{count} more refunds of this order are approved: {amount}.", count
        )
        yield Finding("is-lead", "overdue", text.format(count=count, amount=shown(found.earlier_amount)))
    if any(line.line and line.line.made_to_order and line.asked for line in found.figures.lines):
        yield Finding("is-lead", "overdue", _("Made to order; such goods are not returned."), "R5.1")
