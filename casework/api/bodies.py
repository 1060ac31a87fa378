"""What the API of cases takes."""

from __future__ import annotations

from rest_framework import serializers

from casework.asking import HOW
from casework.models import Channel, EvidenceKind, Outcome, Plea
from orders.api.bodies import Body, Text, Whole


class NothingBody(Body):
    """No fields."""


class PasswordBody(Body):
    """The caller's own password."""

    password = Text(max_length=200)


class OpenBody(Body):
    """A kind, and what it is about: an order's number, a waybill, or both."""

    kind = Text(max_length=30)
    order = Text(required=False, allow_null=True, max_length=64)
    waybill = Text(required=False, allow_null=True, max_length=64)
    note = Text(required=False)


class StepBody(Body):
    """The version that was seen, a note, and the facts that the step declares."""

    version = Whole()
    note = Text(required=False)
    facts = serializers.DictField(required=False, allow_null=True, help_text="The fields that the step lists in the case's `steps`.")


class BackBody(Body):
    """The version that was seen, and a note."""

    version = Whole()
    note = Text(required=False)


class ReopenBody(Body):
    """The version that was seen, and why."""

    version = Whole()
    note = Text()


class ContactBody(Body):
    """An attempt to reach the customer."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = Text(required=False)


class AnswerBody(Body):
    """One of the question's answers, and the facts that this answer asks for."""

    answer = Text(max_length=40)
    facts = serializers.DictField(required=False, allow_null=True, help_text="The fields that the answer lists.")


class EvidenceBody(Body):
    """A picture: JPEG, PNG or WebP."""

    file = serializers.FileField()
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)


class LinkBody(Body):
    """The photos that the customer shall send; without `kinds` those that the case's checklist still wants of them."""

    kinds = serializers.ListField(child=serializers.ChoiceField(choices=[(kind, kind) for kind in HOW]), required=False, max_length=20)
    plea = serializers.ChoiceField(choices=Plea.choices, required=False)


class OwnerBody(Body):
    """The colleague's user name, or null for back into the queue."""

    owner = Text(allow_null=True, allow_blank=False, max_length=150)
