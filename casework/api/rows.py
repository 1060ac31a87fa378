"""How cases and what stands around them are shown."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.models import Channel, Deadline, EvidenceKind, Ledger, Notice, Outcome, Plea
from casework.notices import notice_words
from casework.photos.checklist import Line
from casework.registry import NEWS, TASK_KINDS
from casework.workflow import Category
from orders.api.openapi import ReasonRow
from orders.api.orders import yuan

Row = serializers.Serializer[Any]


def moment(source: str | None = None) -> serializers.DateTimeField:
    """A time that may be missing."""
    return serializers.DateTimeField(allow_null=True, source=source)


def name_of(source: str) -> serializers.CharField:
    """A person's user name, null when it was nobody."""
    return serializers.CharField(source=source, allow_null=True)


class NewsRow(Row):
    """Something that the owner has not seen yet, and how often it happened."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class CaseRow(Row):
    """A case in a list. `next_deadline` is what runs out first; overdue when it is past."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="AS-YYMMDD-NNNN")
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    shop = serializers.CharField(source="shop.code")
    order = serializers.CharField(source="order.number", allow_null=True)
    waybill = serializers.SerializerMethodField()
    subject_label = serializers.CharField()
    queue = serializers.CharField()
    owner = name_of("owner.username")
    version = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    closed_at = moment()
    next_deadline = moment("next_due")
    news = serializers.SerializerMethodField()
    news_at = moment()
    snoozed_until = moment()
    snoozed_for = serializers.CharField(help_text="time, customer or courier while it is laid aside, else empty.")

    @extend_schema_field(NewsRow(many=True))
    def get_news(self, case: Any) -> list[dict[str, Any]]:
        """What its owner has not seen yet."""
        return [{"code": code, "label": str(NEWS.get(code, code)), "count": count} for code, count in sorted(case.news.items())]

    def get_waybill(self, case: Any) -> str | None:
        """The parcel that the case is about, null when it is about none."""
        found: str | None = self.context["waybills"].get(case.pk)
        return found


class RelatedCase(Row):
    """A parent or a child."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    version = serializers.IntegerField()


class Option(Row):
    """One of a field's values."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FactField(Row):
    """A field of a step's facts."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = Option(many=True)


class StepRow(Row):
    """A step of the kind: allowed now, or refused with every reason."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField()
    reasons = ReasonRow(many=True)
    fields_ = FactField(many=True)
    rule = serializers.CharField()
    note_required = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """The key is `fields`, a name that the library keeps for itself."""
        found = super().get_fields()
        return {name.rstrip("_"): each for name, each in found.items()}


class DeadlineRow(Row):
    """A clock of the case. An ended one says how it ended and keeps the time at which it was due."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(choices=Deadline.Status.choices)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    ended_at = moment()
    late = serializers.BooleanField()
    platform = serializers.BooleanField()
    pause_reason = serializers.CharField(source="why_paused")
    rule = serializers.CharField()


class AnswerRow(Row):
    """An answer that a question takes, with the facts that it asks for."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    fields_ = FactField(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """The key is `fields`, a name that the library keeps for itself."""
        return {name.rstrip("_"): each for name, each in super().get_fields().items()}


class TaskRow(Row):
    """Something to do outside with the text to copy, or a question to another role. `answer` is "" while it is open."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    role = serializers.CharField()
    rule = serializers.CharField()
    created_at = serializers.DateTimeField()
    answers = serializers.SerializerMethodField()
    answer = serializers.CharField()
    done_at = moment()
    done_by = name_of("done_by.username")

    @extend_schema_field(AnswerRow(many=True))
    def get_answers(self, task: Any) -> list[dict[str, Any]]:
        """What a question may be answered with; empty for what is done outside."""
        kind = TASK_KINDS.get(task.kind)
        return [each.as_dict() for each in kind.answers] if kind else []


class QuestionRow(TaskRow):
    """A question in the list, with the case that asks, its parcel and order, and until when."""

    case = serializers.IntegerField(source="case_id")
    number = serializers.CharField(source="case.number")
    shop = serializers.CharField(source="case.shop.code")
    order = serializers.CharField(source="case.order.number", allow_null=True)
    waybill = serializers.SerializerMethodField()
    due_at = moment()

    def get_waybill(self, task: Any) -> str | None:
        """The parcel that it is about."""
        found: str | None = self.context["waybills"].get(task.case_id)
        return found


class TwinRow(Row):
    """The same photo in another case that the caller sees: the same file (`exact`), or one that looks the same."""

    case = serializers.IntegerField(source="case_id")
    number = serializers.CharField()
    evidence = serializers.IntegerField(source="evidence_id")
    exact = serializers.BooleanField()


class PictureRow(Row):
    """A picture. `sha256` is of the stored bytes, `original_sha256` of what was sent, `link` the customer's link by which it came."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    mime = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    sha256 = serializers.CharField()
    original_sha256 = serializers.CharField()
    taken_at = moment()
    uploaded_at = serializers.DateTimeField()
    uploaded_by = name_of("uploaded_by.username")
    link = serializers.IntegerField(source="link_id", allow_null=True)
    same_as = TwinRow(many=True)
    also_as = serializers.ListField(
        child=serializers.ChoiceField(choices=EvidenceKind.choices), help_text="As what else the same file was sent to this case."
    )


class LinkRow(Row):
    """A link that was sent to the customer, and how many photos came by it."""

    id = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=EvidenceKind.choices))
    plea = serializers.ChoiceField(choices=Plea.choices)
    created_at = serializers.DateTimeField()
    created_by = name_of("created_by.username")
    expires_at = serializers.DateTimeField()
    revoked_at = moment()
    photos = serializers.IntegerField()


class NewLinkRow(Row):
    """A new link. `url` is answered this once and never again."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=EvidenceKind.choices))


class WantedRow(Row):
    """A picture that the chapter asks for. `served_by` names what is there for it, `needed_for` the steps that wait for it."""

    kind = serializers.ChoiceField(choices=EvidenceKind.choices, source="wanted.kind")
    label = serializers.CharField(source="wanted.label")  # type: ignore[assignment]
    why = serializers.CharField(source="wanted.why")
    rule = serializers.CharField(source="wanted.rule")
    instead = serializers.ListField(child=serializers.CharField(), source="wanted.others", help_text="What serves as well.")
    there = serializers.BooleanField(source="is_there")
    served_by = serializers.CharField()
    needed_for = serializers.SerializerMethodField()

    def get_needed_for(self, line: Line) -> list[str]:
        """The names of the steps."""
        return [each.name for each in line.steps]


class ContactRow(Row):
    """An attempt to reach the customer."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    by = name_of("by.username")
    note = serializers.CharField()


class CostPart(Row):
    """Yuan of one kind at one side's cost."""

    kind = serializers.ChoiceField(choices=Ledger.Kind.choices)
    party = serializers.ChoiceField(choices=Ledger.Party.choices)
    out = yuan()
    came_in = yuan()


class CostRow(Row):
    """What a case has cost with its children, as far as it is known. `net` is what went out less what came in, below zero when more came in."""

    net = yuan()
    out = yuan()
    came_in = yuan()
    parts = CostPart(many=True)
    pieces_unknown = serializers.IntegerField(help_text="Pieces that left stock at a cost that nobody knows. They are not in the sums.")
    caused_by = serializers.CharField(help_text="With whom it went wrong; empty while nobody has decided.")
    by_rule = serializers.CharField()


class WayRow(Row):
    """Whether the last step can be taken back (`step`; `until` for who took it), or the closed case opened again, by the caller."""

    allowed = serializers.BooleanField()
    reasons = ReasonRow(many=True)
    step = serializers.CharField(allow_null=True)
    until = moment()


class CaseDetail(CaseRow):
    """The case with all that stands around it."""

    subject = serializers.CharField()
    watched = serializers.BooleanField(source="is_watched", help_text="Whether the caller watches it.")
    facts = serializers.DictField(source="facts_shown", help_text="What only this kind knows; empty for most.")
    steps = StepRow(many=True)
    step_back = WayRow()
    reopening = WayRow()
    deadlines = DeadlineRow(many=True)
    tasks = TaskRow(many=True)
    parent = RelatedCase(allow_null=True)
    children = RelatedCase(many=True)
    evidence = PictureRow(many=True)
    evidence_wanted = WantedRow(many=True)
    upload_links = LinkRow(many=True)
    contacts = ContactRow(many=True)
    cost = CostRow(allow_null=True)


class EntryRow(Row):
    """An entry of the timeline. `actor` is a user name, or `clock`, `system` or `customer` (by their link)."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.SerializerMethodField()
    actor_name = serializers.CharField()
    role = serializers.CharField()
    step = serializers.CharField()
    from_ = serializers.CharField(source="from_state")
    to = serializers.CharField(source="to_state")
    channel = serializers.CharField()
    note = serializers.CharField()
    facts = serializers.DictField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """The key is `from`, which no attribute can be called."""
        return {name.rstrip("_"): each for name, each in super().get_fields().items()}

    def get_actor(self, entry: Any) -> str:
        """Who it was."""
        return str(entry.actor.username if entry.actor else entry.actor_name)


class NoticeRow(Row):
    """Something that the caller is told of a case; `about` is the code of news."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    number = serializers.CharField(source="case.number")
    what = serializers.ChoiceField(choices=Notice.What.choices)
    about = serializers.CharField()
    words = serializers.SerializerMethodField()
    count = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = name_of("by.username")
    read_at = moment()

    def get_words(self, notice: Any) -> str:
        """What it says, in the language of the request."""
        return notice_words(notice)


class ReadRow(Row):
    """How many notices were unread."""

    read = serializers.IntegerField()
