"""What somebody asks for, read strictly: the same for page, API and admin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed
from orders.masks import mask_name
from orders.storable import is_id, is_text
from orders.straight import written
from orders.vault import seal
from refunds.models.request import TO_AN_ACCOUNT, Beyond, Ground, PayeeChannel, Reason, Request
from refunds.money import yuan

NEEDS_ACCOUNT = _("A bank transfer needs the account, with its bank, and the name on it.")
# A bank's name and its number for the payee, in either order: no signs that a sheet would read as a formula.
BANK_ACCOUNT = re.compile(r"[^\W_][\w ()（）·.,，、:：/-]*")
DIGITS_OF_AN_ACCOUNT = range(8, 31)
FIELDS = {"reason", "ground", "evidence", "payee", "lines", "freight", "beyond"}


@dataclass(frozen=True)
class Wish:
    """A valid request, not yet compared with the order."""

    reason: str
    ground: str
    evidence: list[int]
    channel: str
    account: str
    name: str
    lines: dict[int, Decimal]
    freight: Decimal
    beyond_kind: str = ""
    beyond: Decimal = Decimal("0.00")

    @property
    def amount(self) -> Decimal:
        """Yuan in all: lines, postage, and what goes beyond the order."""
        return self.of_order + self.beyond

    @property
    def of_order(self) -> Decimal:
        """Yuan of the order's own money."""
        return sum(self.lines.values(), self.freight)

    def row(self, *, seq: int, order_id: int, asked_by: int, at: Any) -> Request:
        """The request's row; the case is set when it is written."""
        return Request(
            order_id=order_id,
            seq=seq,
            amount=self.amount,
            freight=self.freight,
            beyond=self.beyond,
            beyond_kind=self.beyond_kind,
            lines=[{"line": line, "amount": str(amount)} for line, amount in sorted(self.lines.items())],
            reason=self.reason,
            ground=self.ground,
            evidence=self.evidence,
            payee_channel=self.channel,
            payee_account_enc=seal(self.account) if self.account else None,
            payee_name_enc=seal(self.name) if self.name else None,
            payee_mask=" ".join(part for part in (mask_name(self.name) if self.name else "", _mask_account(self.account)) if part),
            asked_by_id=asked_by,
            asked_at=at,
        )


def read_wish(given: Any) -> Wish:
    """Read what was sent. Raises Malformed naming the first bad field."""
    if not isinstance(given, dict):
        raise Malformed(_("A refund request is an object."), code="malformed", field="request")
    unknown = sorted(set(given) - FIELDS)
    if unknown:
        raise Malformed(_("There is no such field."), code="unknown_field", field=str(unknown[0])[:60])
    wish = Wish(
        reason=_choice(given.get("reason"), Reason, "reason"),
        ground=_choice(given.get("ground") or "", Ground, "ground"),
        evidence=_ids(given.get("evidence")),
        lines=_lines(given.get("lines")),
        freight=yuan(given.get("freight", "0"), "freight", zero=True),
        **_beyond(given.get("beyond")),
        **_payee(given.get("payee")),
    )
    if wish.amount == 0:
        raise Malformed(_("Ask for at least one line or for postage."), code="nothing_asked", field="lines")
    if wish.beyond and wish.channel == PayeeChannel.PLATFORM:
        text = _("The platform pays back the order's own money only. Pay this by small payment, Alipay or bank transfer.")
        raise Malformed(text, code="not_on_the_platform", field="payee.channel")
    return wish


def _choice(value: Any, choices: Any, name: str) -> str:
    if not isinstance(value, str) or value not in choices.values:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field=name)
    return value


def _ids(value: Any) -> list[int]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 100 or not all(is_id(each) for each in value):
        raise Malformed(_("Evidence is a list of ids."), code="bad_value", field="evidence")
    return sorted(set(value))


def _lines(value: Any) -> dict[int, Decimal]:
    if value is None:
        return {}
    if not isinstance(value, list) or len(value) > 500:
        raise Malformed(_("Lines are a list of line and amount."), code="bad_value", field="lines")
    found: dict[int, Decimal] = {}
    for number, each in enumerate(value):
        name = f"lines.{number}"
        if not isinstance(each, dict) or set(each) != {"line", "amount"}:
            raise Malformed(_("A line has the fields line and amount."), code="bad_value", field=name)
        line = each["line"]
        if not is_id(line) or line in found:
            raise Malformed(_("This line is unknown or named twice."), code="bad_line", field=f"{name}.line")
        found[line] = yuan(each["amount"], f"{name}.amount")
    return found


def _beyond(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict) or set(value) != {"kind", "amount"}:
        raise Malformed(_("What goes beyond the order has the fields kind and amount."), code="bad_value", field="beyond")
    return {"beyond_kind": _choice(value["kind"], Beyond, "beyond.kind"), "beyond": yuan(value["amount"], "beyond.amount")}


def _payee(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not set(value) <= {"channel", "account", "name"}:
        raise Malformed(_("The payee has the fields channel, account and name."), code="bad_value", field="payee")
    channel = _choice(value.get("channel"), PayeeChannel, "payee.channel")
    account, name = (_short(value.get(each), f"payee.{each}") for each in ("account", "name"))
    if channel in TO_AN_ACCOUNT and not (account and name):
        text = _("An Alipay payment needs account and name.") if channel == PayeeChannel.ALIPAY else NEEDS_ACCOUNT
        raise Malformed(text, code="payee_incomplete", field="payee.account" if not account else "payee.name")
    if channel == PayeeChannel.BANK and not _is_bank_account(account):
        text = _("This is no bank account: its number has 8 to 30 digits, spaces and hyphens between them, beside the name of the bank.")
        raise Malformed(text, code="bad_account", field="payee.account")
    return {"channel": channel, "account": account, "name": name}


def _is_bank_account(account: str) -> bool:
    digits = sum(each in "0123456789" for each in account)
    return BANK_ACCOUNT.fullmatch(account) is not None and digits in DIGITS_OF_AN_ACCOUNT


def _short(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 100 or not is_text(value):
        raise Malformed(_("This is not a text of the permitted length."), code="bad_text", field=name)
    return written(value)


def _mask_account(account: str) -> str:
    if len(account) < 10:
        return f"{account[:1]}***" if account else ""
    return f"{account[:3]}***{account[-2:]}"
