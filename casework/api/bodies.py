"""What the API of cases takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.intake.pasted import LONGEST
from casework.models import Channel, EvidenceKind, Outcome, Plea, SnoozedFor
from casework.photos.asking import HOW
from casework.registry import KINDS, SUBJECTS
from casework.taken_down import LONGEST_WISH
from orders.api.bodies import Body, Text, Truth, Whole, example_with
from orders.storable import BIGGEST


class NothingBody(Body):
    """No fields."""


class PasswordBody(Body):
    """The caller's own password."""

    password = Text(max_length=200)


def kinds_by_hand() -> list[str]:
    """The names of the kinds that somebody opens, which the apps register after this is read."""
    return sorted(set(KINDS) & set(SUBJECTS))


class KindByHand(Text):
    """The name of a kind that is opened by hand; the action refuses others."""


class KindsByHand(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """The schema lists the names."""

    target_class = "casework.api.bodies.KindByHand"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """A text of these."""
        return {"type": "string", "enum": kinds_by_hand()}


@example_with("waybill")
class OpenBody(Body):
    """A kind, and what it is about: an order's number, a waybill, or both."""

    kind = KindByHand(max_length=30, help_text="What has happened; `POST /api/v1/intake/` says which kinds fit, the likeliest first.")
    order = Text(required=False, allow_null=True, max_length=64, help_text="The order's number.")
    waybill = Text(
        required=False,
        allow_null=True,
        max_length=64,
        help_text="The parcel's waybill; kinds about a parcel need it where the order has several.",
    )
    note = Text(required=False, help_text="What happened, as the customer says.")
    wanted = Text(required=False, max_length=LONGEST_WISH, help_text="What the customer wants.")


class LookBody(Body):
    """Anything that has a number in it: an order's, a waybill, a link, a buyer's name, a whole chat; and the option that was chosen."""

    text = Text(max_length=LONGEST)
    pick = Text(required=False, max_length=100)


class SeveralBody(Body):
    """A kind, and a text with a waybill or an order's number in each line."""

    kind = KindByHand(max_length=30, help_text="The same for all.")
    text = Text(max_length=LONGEST)
    note = Text(required=False, help_text="What happened; the same for all.")
    dry_run = Truth(required=False)


class NoteBody(Body):
    """What was settled."""

    note = Text()


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


class BelowBody(Body):
    """The kind of another chapter, and the waybill where the order has several parcels."""

    kind = Text(max_length=30)
    waybill = Text(required=False, allow_null=True, max_length=64)


class ContactBody(Body):
    """An attempt to reach the customer. Of a text that was sent (`sent`) `note` is the very text, and `script` the code of what it was made of."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    note = Text(required=False, help_text="What was said, or the very text that was sent.")
    script = Text(required=False, max_length=60, help_text="The code of the reply script that the text was made of.")


class AnswerBody(Body):
    """One of the question's answers, and the facts that this answer asks for."""

    answer = Text(max_length=40)
    facts = serializers.DictField(required=False, allow_null=True, help_text="The fields that the answer lists.")


@extend_schema_field(OpenApiTypes.BINARY)
class SentFile(serializers.FileField):
    """A file of a multipart body."""


class EvidenceBody(Body):
    """A picture: JPEG, PNG or WebP."""

    file = SentFile()
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)


class LinkBody(Body):
    """The photos that the customer shall send; without `kinds` those that the case's checklist still wants of them."""

    kinds = serializers.ListField(child=serializers.ChoiceField(choices=[(kind, kind) for kind in HOW]), required=False, max_length=20)
    plea = serializers.ChoiceField(choices=Plea.choices, required=False)


class OwnerBody(Body):
    """The colleague's user name, or null for back into the queue."""

    owner = Text(allow_null=True, allow_blank=False, max_length=150)


@example_with("until")
class SnoozeBody(Body):
    """Until when (ISO 8601), and what for; without a time `waits_for` is customer or courier."""

    until = Text(required=False, allow_null=True, max_length=40)
    waits_for = serializers.ChoiceField(choices=SnoozedFor.choices, required=False)


class ReadBody(Body):
    """The case whose notices were read; without one all were."""

    case = Whole(required=False, allow_null=True, min_value=1, max_value=BIGGEST)
