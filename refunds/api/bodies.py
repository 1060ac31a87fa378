"""What asking for a refund takes, for the schema. The action reads it, strictly (refunds/asking/wish.py)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from orders.api.bodies import Body, Text, Truth, Whole, example_with
from refunds.invoicing import InvoiceType
from refunds.models import Beyond, Ground, PayeeChannel, Reason, Why
from refunds.money import FORM


class Yuan(serializers.RegexField):
    """A JSON string of yuan, in the form that refunds.money takes; numbers and blanks are not taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """The text as it was sent. Raises ValidationError when it is none."""
        if not isinstance(data, str) or not FORM.fullmatch(data):
            self.fail("invalid")
        return str(super().to_internal_value(data))


def amount(**options: Any) -> serializers.CharField:
    """Yuan as text: at most two places, never rounded."""
    return Yuan(f"^{FORM.pattern}$", help_text="Yuan as text, such as 12.30", trim_whitespace=False, **options)


class PayeeBody(Body):
    """Where the money goes. Alipay and a bank transfer need account and name."""

    channel = serializers.ChoiceField(choices=PayeeChannel.choices)
    account = Text(required=False, allow_null=True, max_length=100)
    name = Text(required=False, allow_null=True, max_length=100)


class LineBody(Body):
    """How much of an order's line."""

    line = Whole()
    amount = amount()


class PiecesBody(Body):
    """How many pieces of an order's line."""

    line = Whole()
    quantity = Whole()


@example_with("order")
class GiftBody(Body):
    """A gift, on an order or as the remedy of a case. `worth` and `unit_cost` in yuan; `worth` is for all pieces together."""

    order = Text(required=False, allow_null=True, max_length=32, help_text="The order's number; may be left out where the case has it.")
    case = Whole(required=False, allow_null=True)
    what = Text(max_length=200)
    pieces = Whole()
    worth = amount()
    unit_cost = amount(required=False, allow_null=True)


class OutOfStockBody(Body):
    """Which pieces of a paid order are not there."""

    order = Text(max_length=32)
    lines = PiecesBody(many=True)
    note = Text(required=False, allow_null=True, max_length=4000)


@example_with("title")
class InvoiceBody(Body):
    """What an invoice shall say, as far as it is known: personal needs the title, company title and tax number, special all fields."""

    order = Text(max_length=32)
    type = serializers.ChoiceField(choices=InvoiceType.choices)
    title = Text(required=False, allow_null=True, max_length=100)
    tax_number = Text(required=False, allow_null=True, max_length=40)
    address = Text(required=False, allow_null=True, max_length=200)
    phone = Text(required=False, allow_null=True, max_length=40)
    bank = Text(required=False, allow_null=True, max_length=100)
    account = Text(required=False, allow_null=True, max_length=60)


class ResendBody(Body):
    """What is sent again, and for which case."""

    case = Whole()
    lines = PiecesBody(many=True)
    reason = Text(max_length=300)


class BeyondBody(Body):
    """Money beyond the order's own: postage that the customer advanced for a return (R3.1)."""

    kind = serializers.ChoiceField(choices=Beyond.choices)
    amount = amount()


@example_with("order", "unworn")
class ReturnBody(Body):
    """What comes back and why; `case` or `order` names what it is for."""

    case = Whole(required=False, allow_null=True, help_text="The incident that it makes good.")
    order = Text(required=False, allow_null=True, max_length=32, help_text="The order's number, where there is no case.")
    lines = PiecesBody(many=True)
    why = serializers.ChoiceField(choices=Why.choices)
    said = Text(required=False, allow_null=True, max_length=300)
    unworn = Truth(required=False, help_text="As the customer says; needed where `why` is `unwanted`.")


@example_with("order", "unworn")
class ExchangeBody(ReturnBody):
    """The same, and what is sent instead."""

    wanted = Text(required=False, allow_null=True, max_length=200, help_text='"" or left out: the same goods once more.')


@example_with("order", "ground")
class CompensateBody(Body):
    """A compensation, on an order or as the remedy of a case. With `case` a compensation's id it is a new version of that one."""

    case = Whole(required=False, allow_null=True)
    version = Whole(required=False, allow_null=True, help_text="Needed where `case` is a compensation: the version that was seen.")
    order = Text(required=False, allow_null=True, max_length=32, help_text="The order's number; may be left out where the case has it.")
    amount = amount()
    reason = serializers.ChoiceField(choices=Reason.choices)
    ground = serializers.ChoiceField(choices=Ground.choices, required=False, allow_null=True)
    evidence = serializers.ListField(child=Whole(), required=False, allow_null=True, max_length=100)
    payee = PayeeBody()


@example_with("order", "ground", "lines")
class AskBody(Body):
    """A request; `ground` or `evidence` is needed. With `case` a refund's id it is a new version of that refund."""

    case = Whole(required=False, allow_null=True)
    version = Whole(required=False, allow_null=True, help_text="Needed where `case` is a refund: the version that was seen.")
    order = Text(required=False, allow_null=True, max_length=32, help_text="The order's number; may be left out where the case has it.")
    reason = serializers.ChoiceField(choices=Reason.choices)
    ground = serializers.ChoiceField(choices=Ground.choices, required=False, allow_null=True)
    evidence = serializers.ListField(child=Whole(), required=False, allow_null=True, max_length=100)
    payee = PayeeBody()
    lines = LineBody(many=True, required=False, allow_null=True)
    freight = amount(required=False)
    beyond = BeyondBody(required=False, allow_null=True)


@example_with("pieces")
class DraftLineBody(Body):
    """How much of an order's line: yuan, or pieces at their price."""

    line = Whole()
    amount = amount(required=False, allow_null=True)
    pieces = Whole(required=False, allow_null=True)


@example_with("order", "reason", "lines")
class DraftBody(Body):
    """A request as far as it is written. Either `order` or `case` is needed; with `case` a refund's id it would replace what that asks for."""

    case = Whole(required=False, allow_null=True)
    order = Text(required=False, allow_null=True, max_length=32, help_text="The order's number; may be left out where the case has it.")
    reason = serializers.ChoiceField(choices=Reason.choices, required=False, allow_null=True)
    ground = serializers.ChoiceField(choices=Ground.choices, required=False, allow_null=True)
    lines = DraftLineBody(many=True, required=False, allow_null=True)
    freight = amount(required=False, allow_null=True)
    beyond = BeyondBody(required=False, allow_null=True)
