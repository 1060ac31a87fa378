"""How intake is shown over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api.rows import Row, moment
from casework.intake.rows import Outcome
from casework.likely import Weight


class UnderstoodRow(Row):
    """A piece of the text that our shops know. `case` where it is a case's number."""

    text = serializers.CharField()
    what = serializers.CharField()
    order = serializers.IntegerField(source="order_id", allow_null=True)
    waybill = serializers.CharField()
    case = serializers.IntegerField(source="case_id", allow_null=True)


class UnreadRow(Row):
    """A piece of the text that leads nowhere, and why. A phone is masked."""

    text = serializers.CharField()
    code = serializers.CharField()
    why = serializers.CharField()


class OptionRow(Row):
    """Something that the text may be about."""

    key = serializers.CharField()
    order = serializers.CharField(source="order.number", allow_null=True, default=None)
    order_id = serializers.IntegerField(source="choice.order_id", allow_null=True)
    waybill = serializers.CharField(source="choice.waybill")
    status = serializers.CharField(source="order.status", allow_null=True, default=None)
    buyer = serializers.CharField(source="order.buyer.nick", allow_null=True, default=None)
    ordered_at = moment("order.ordered_at")


class OpeningRow(Row):
    """A kind of case: how likely it is (3 somebody has said so, 2 it fits, 1 possible, 0 nothing speaks for it) with the reason, the open case that
    there is already, or why it cannot be opened."""

    kind = serializers.CharField(source="kind.KIND")
    kind_label = serializers.CharField(source="label")
    chapter = serializers.CharField(source="kind.CHAPTER")
    weight = serializers.ChoiceField(source="ranked.weight", choices=[0, *Weight])
    reason = serializers.CharField(source="ranked.reason")
    possible = serializers.BooleanField(source="can_be_opened")
    refusal = serializers.SerializerMethodField()
    case = serializers.IntegerField(source="existing.pk", allow_null=True, default=None)
    number = serializers.CharField(source="existing.number", allow_null=True, default=None)

    @extend_schema_field(serializers.CharField())
    def get_refusal(self, opening: Any) -> str:
        """The stable code of what stands against it, "" where nothing does."""
        if opening.existing is not None:
            return "already_open"
        return opening.error.code if opening.error is not None else ""


class LookRow(Row):
    """What a text comes to."""

    understood = UnderstoodRow(source="found.hits", many=True)
    not_understood = UnreadRow(source="found.unread", many=True)
    options = OptionRow(many=True)
    picked = serializers.CharField(source="picked.key", allow_null=True, default=None)
    kinds = OpeningRow(source="openings", many=True)


class ListRow(Row):
    """A line of the list and what becomes of it, with code and reason where nothing is opened; `case` is the new one, or the one that exists."""

    line = serializers.IntegerField()
    text = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[each.value for each in Outcome])
    code = serializers.CharField()
    reason = serializers.CharField()
    case = serializers.IntegerField(source="case.pk", allow_null=True, default=None)
    number = serializers.CharField(source="case.number", allow_null=True, default=None)


class CountsRow(Row):
    """How many lines have each outcome."""

    opens = serializers.IntegerField()
    exists = serializers.IntegerField()
    unknown = serializers.IntegerField()
    refused = serializers.IntegerField()


class SeveralRow(Row):
    """A list of cases to open, line by line."""

    rows = ListRow(many=True)
    counts = CountsRow()


class OrderNoteRow(Row):
    """A note on an order: who wrote it and when. Personal data in it stand as tokens."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="actor_name")
    note = serializers.CharField()
