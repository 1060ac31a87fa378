"""What the door writes, for reading: journal, ledger, deadlines, tasks, contact attempts, evidence, seals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.actions.wake_deadline import wake_deadline
from casework.models import Case, ContactAttempt, Deadline, Evidence, Journal, Ledger, Seal, Task, UploadLink, Watch
from casework.photos.asking import names_of
from casework.wording import NOBODY, REFUSED, actor_words, channel_label, clock_label, object_label, state_label, step_label
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from orders.admin.form_page import tell_refusal
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import DeskError
from orders.roles import LEADS, Role, labels_of, roles_named

OVERSEERS = LEADS | {Role.AUDITOR, Role.ADMIN}


class SpokenFilter(admin.AllValuesFieldListFilter):
    """The values that there are, in the reader's words."""

    say: staticmethod[[str], str]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Each stored value as it is said; "all" and "none" as Django says them."""
        stored = {str(value) for value in self.lookup_choices}
        for choice in super().choices(changelist):
            yield choice | ({"display": self.say(choice["display"])} if choice["display"] in stored else {})


class ObjectFilter(SpokenFilter):
    """By what an entry is about."""

    say = staticmethod(object_label)


class ChannelFilter(SpokenFilter):
    """By the door."""

    say = staticmethod(channel_label)


@admin.register(Journal)
class JournalAdmin(DeskAdmin):
    """Everything that happened, the newest first. The timeline of a case stands on its page."""

    VIEW = OVERSEERS
    SEARCH = ("case__number", "object_id=", "request_id=")
    list_display = ("at", "actor", "in_role", "door", "about", "object_id", "case", "what", "out_of", "into")
    list_select_related = ("case",)
    list_filter = (ShopFilter, ("object_type", ObjectFilter), ("channel", ChannelFilter), "at")
    fields = (
        ("at", "shop", "case"),
        ("actor", "in_role", "door", "request_id"),
        ("about", "object_id", "what", "step"),
        ("out_of", "into"),
        "note",
        "facts",
        ("before", "after"),
    )
    ordering = ("-id",)

    @admin.display(description=_("actor"), ordering="actor_name")
    def actor(self, entry: Journal) -> str:
        """Who did it."""
        return actor_words(entry)

    @admin.display(description=_("role"), ordering="role")
    def in_role(self, entry: Journal) -> str:
        """The role that the deed was done in."""
        return str(dict(Role.choices).get(entry.role) or NOBODY.get(entry.role, entry.role))

    @admin.display(description=_("channel"), ordering="channel")
    def door(self, entry: Journal) -> str:
        """By which door it came."""
        return channel_label(entry.channel)

    @admin.display(description=_("object"), ordering="object_type")
    def about(self, entry: Journal) -> str:
        """What it is about."""
        return object_label(entry.object_type)

    @admin.display(description=_("what happened"), ordering="step")
    def what(self, entry: Journal) -> str:
        """The step or deed; a refused one is said to be."""
        said = step_label(_kind(entry), entry.step)
        return f"{_('Refused')}: {said}" if entry.step.startswith(REFUSED) else said

    @admin.display(description=_("from"), ordering="from_state")
    def out_of(self, entry: Journal) -> str:
        """The state before."""
        return state_label(_kind(entry), entry.from_state)

    @admin.display(description=_("to"), ordering="to_state")
    def into(self, entry: Journal) -> str:
        """The state after."""
        return state_label(_kind(entry), entry.to_state)


def _kind(entry: Journal) -> type[Case] | None:
    return type(entry.case) if entry.case is not None else None


@admin.register(Ledger)
class LedgerAdmin(DeskAdmin):
    """Every movement of money."""

    SEARCH = ("order__number", "case__number")
    list_display = ("at", "case", "order", "entry", "kind", "direction", "channel", "party", "amount")
    list_select_related = ("case", "order")
    list_filter = (ShopFilter, "entry", "kind", "channel", "at")
    fields = (("at", "shop", "case"), ("order", "line"), ("entry", "kind", "direction"), ("channel", "party"), "amount", "key")
    ordering = ("-id",)


@admin.register(Deadline)
class DeadlineAdmin(DeskAdmin):
    """Deadlines of all cases. A parked one waits for a person, who looks into it and wakes it again."""

    SEARCH = ("case__number",)
    list_display = ("case", "clock", "due_at", "status", "came_late", "attempts", "last_error", "ended_at")
    list_select_related = ("case",)
    list_filter = (ShopFilter, "status", "late")
    fields = (
        ("case", "clock", "rule"),
        ("started_at", "due_at", "wake_at"),
        ("status", "came_late", "ended_at"),
        ("paused_at", "paused_because", "left"),
        ("attempts", "last_error"),
    )
    ordering = ("-id",)
    actions = ("wake",)

    @admin.display(description=_("clock"), ordering="kind")
    def clock(self, deadline: Deadline) -> str:
        """Which deadline of its kind it is, as staff say it."""
        return clock_label(type(deadline.case), deadline.kind)

    @admin.display(description=_("late"), ordering="late")
    def came_late(self, deadline: Deadline) -> str:
        """A word only where it was: in time is nothing to look at."""
        return str(_("late")) if deadline.late else ""

    @admin.display(description=_("why it stands still"))
    def paused_because(self, deadline: Deadline) -> str:
        """In the reader's language."""
        return deadline.why_paused

    def has_wake_permission(self, request: HttpRequest) -> bool:
        """Leads and administrators; in which shop is checked for each."""
        return self.holds(request, LEADS | {Role.ADMIN})

    @admin.action(description=_("Wake again"), permissions=["wake"])
    def wake(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Let the sweep try the chosen parked deadlines once more."""
        woken = 0
        for pk in rows.values_list("pk", flat=True):
            try:
                wake_deadline(pk, by=actor_of(request, CHANNEL), at=now_of(request))
            except DeskError as error:
                tell_refusal(request, error)
            else:
                woken += 1
        if woken:
            messages.success(request, _("Woken: {count}.").format(count=woken))


@admin.register(Task)
class TaskAdmin(DeskAdmin):
    """What must be done outside. It is marked as done on the case's page."""

    SEARCH = ("case__number",)
    list_display = ("title", "case", "asked_of", "rule", "created_at", "done_at", "done_by")
    list_select_related = ("case", "done_by")
    list_filter = (ShopFilter, "role", ("done_at", admin.EmptyFieldListFilter))
    fields = (("case", "asked_of", "rule"), "title", "text", ("created_at", "done_at", "done_by"))
    ordering = ("-id",)

    @admin.display(description=_("for"), ordering="role")
    def asked_of(self, task: Task) -> str:
        """The roles that it is for."""
        return labels_of(roles_named(task.role))


@admin.register(ContactAttempt)
class ContactAdmin(DeskAdmin):
    """Attempts to reach customers, over all cases (L6.1)."""

    SEARCH = ("case__number",)
    list_display = ("case", "at", "channel", "outcome", "by", "note")
    list_select_related = ("case", "by")
    list_filter = (ShopFilter, "channel", "outcome")
    fields = (("case", "at"), ("channel", "outcome"), ("by", "script"), "note")
    ordering = ("-id",)


@admin.register(Evidence)
class EvidenceAdmin(DeskAdmin):
    """Pictures on cases: what they are and their sums; the pictures themselves are shown on the case's page."""

    SEARCH = ("case__number", "sha256=")
    list_display = ("id", "case", "kind", "uploaded_at", "uploaded_by", "size", "width", "height")
    list_select_related = ("case", "uploaded_by")
    list_filter = (ShopFilter, "kind")
    fields = (
        ("case", "kind"),
        ("uploaded_at", "uploaded_by", "link", "taken_at"),
        ("mime", "size", "width", "height"),
        "sha256",
        "original_sha256",
    )
    ordering = ("-id",)


@admin.register(UploadLink)
class UploadLinkAdmin(DeskAdmin):
    """Links that were sent to customers. They are made and revoked on the case's page."""

    SEARCH = ("case__number",)
    list_display = ("id", "case", "pictures", "created_at", "created_by", "expires_at", "revoked_at")
    list_select_related = ("case", "created_by")
    list_filter = (ShopFilter, ("revoked_at", admin.EmptyFieldListFilter))
    fields = (("case", "pictures", "plea"), ("created_at", "created_by"), ("expires_at", "revoked_at"))
    ordering = ("-id",)

    @admin.display(description=_("pictures"))
    def pictures(self, link: UploadLink) -> str:
        """What the customer was asked for."""
        return names_of(link.kinds)


@admin.register(Watch)
class WatchAdmin(DeskAdmin):
    """Who is told of which case without owning it. Each person sets that on the case's page."""

    SEARCH = ("case__number",)
    list_display = ("case", "user", "since")
    list_select_related = ("case", "user")
    list_filter = (ShopFilter,)
    fields = (("case", "user"), "since")
    ordering = ("-id",)


@admin.register(Seal)
class SealAdmin(DeskAdmin):
    """The chain over the journal, for those who check it."""

    VIEW = frozenset({Role.AUDITOR, Role.ADMIN})
    list_display = ("seq", "journal_id", "journal_at", "hash")
    fields = ("seq", "journal_id", "journal_at", "previous", "hash")
    ordering = ("-seq",)
