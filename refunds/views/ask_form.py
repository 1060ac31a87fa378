"""The form for a refund: what was typed, and which field an error belongs to. No rule of money lives here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from casework.views.given import id_of
from orders.errors import DeskError
from orders.vault import unseal
from refunds.asking.figures import Row, asked_of
from refunds.models import Beyond, Ground, PayeeChannel, Reason
from refunds.views.ask_begun import field_of, known, typed_of
from refunds.views.ask_target import Target

# Where the page shows an error about a part of the request.
SHOWN_AT = {"payee.channel": "channel", "payee.account": "account", "payee.name": "name", "beyond.amount": "advanced"}


@dataclass
class AskForm:
    """What stands in the fields. `errors` are sentences by field name."""

    target: Target
    typed: dict[str, str]
    ticked: set[int] = field(default_factory=set)
    same_payee: bool = False
    # The version of the refund that was seen, when it is asked anew.
    version: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    # As they were typed, by line id; refunds/asking/draft.py makes amounts of them.
    pieces: dict[int, str] = field(default_factory=dict)

    reasons, grounds, channels = Reason.choices, Ground.choices, PayeeChannel.choices
    # Fields beside those of the lines.
    PLAIN: ClassVar[tuple[str, ...]] = ("reason", "ground", "channel", "account", "name", "freight", "advanced")

    @classmethod
    def begun(cls, target: Target) -> AskForm:
        """An empty form, or the request in force when it is asked anew."""
        before = target.before
        if before is None:
            return cls(target, {"channel": PayeeChannel.PLATFORM.value, "freight": ""} | known(target), version=target.version)
        typed = {"reason": before.reason, "ground": before.ground, "channel": before.payee_channel, "freight": typed_of(before.freight)}
        typed |= {f"line-{pk}": typed_of(amount) for pk, amount in asked_of(before).items()}
        typed["advanced"] = typed_of(before.beyond)
        return cls(target, typed, set(before.evidence), bool(before.payee_mask), target.version)

    @classmethod
    def sent(cls, target: Target, post: Any) -> Self:
        """What was typed, as it was typed."""
        names = [*cls.PLAIN, *(f"line-{row.line.pk}" for row in target.figures.lines if row.line)]
        ticked = {id_of(text, "evidence") for text in post.getlist("evidence")}
        version = id_of(post.get("version", ""), "version") if target.version is not None else None
        return cls(target, {name: post.get(name, "") for name in names}, ticked, post.get("same_payee") == "on", version)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows: figures, the field's name, what is typed, and its error."""
        return [
            {"row": row, "name": name, "typed": self.typed.get(name, ""), "error": self.errors.get(name, "")} | self._pieces_of(row)
            for row, name in [(row, field_of(row)) for row in self.target.figures.rows]
        ]

    def _pieces_of(self, row: Row) -> dict[str, str]:
        pk = row.line.pk if row.line else 0
        return {"pieces": self.pieces.get(pk, ""), "pieces_error": self.errors.get(f"pieces-{pk}", "")}

    def wish(self) -> dict[str, Any]:
        """What is asked, without where (refunds/asking/wish.py)."""
        return {name: value for name, value in self.given().items() if name not in ("case", "order")}

    def given(self) -> dict[str, Any]:
        """The request as ask_refund takes it. An empty or zero amount asks nothing of that line."""
        typed, above = self.typed, self.target.above
        given: dict[str, Any] = {
            "order": self.target.order.number,
            "reason": typed["reason"],
            "ground": typed["ground"],
            "evidence": sorted(self.ticked),
            "payee": self._payee(),
        }
        return given | self._money() | ({"case": above.pk} if above is not None else {})

    def _money(self) -> dict[str, Any]:
        lines = [{"line": pk, "amount": amount} for pk, amount in self._amounts()]
        advanced = _amount(self.typed.get("advanced", ""))
        money = {"lines": lines, "freight": _amount(self.typed.get("freight", "")) or "0"}
        return money | ({"beyond": {"kind": Beyond.FREIGHT.value, "amount": advanced}} if advanced else {})

    @property
    def asks_for_advanced(self) -> bool:
        """Whether postage that the customer advanced may be part of it: below a case that decides who pays the way back (R3.1)."""
        return self.target.above is not None

    def _amounts(self) -> list[tuple[int, str]]:
        amounts = [(row.line.pk, _amount(self.typed.get(field_of(row), ""))) for row in self.target.figures.lines if row.line]
        return [(pk, amount) for pk, amount in amounts if amount]

    def _payee(self) -> dict[str, str]:
        before = self.target.before
        if self.same_payee and before is not None and before.payee_channel == self.typed["channel"]:
            # Goes from one version to the next without being shown.
            account, name = unseal(before.payee_account_enc), unseal(before.payee_name_enc)
        else:
            account, name = self.typed["account"], self.typed["name"]
        return {"channel": self.typed["channel"], "account": account, "name": name}

    def refuse(self, error: DeskError) -> None:
        """Put the error beside the field that it names; what is over the cap stands beside each such line."""
        if error.field.startswith("lines."):
            asked = self._amounts()
            number = int(error.field.split(".")[1])
            self.errors[f"line-{asked[number][0]}"] = str(error.detail)
        elif error.field:
            self.errors[SHOWN_AT.get(error.field, error.field)] = str(error.detail)
        if any(reason.code == "has_ground_or_evidence" for reason in error.reasons):
            self.errors["ground"] = str(error.reasons[0].text)


def _amount(text: str) -> str:
    """What was typed, as it was typed: what is no amount is refused and never read as one (M4). "" for nothing and for zero."""
    return text if text.strip().strip("0.") else ""
