"""What the door writes, for reading: journal, ledger, deadlines, tasks, contact attempts, evidence, seals."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.actions.wake_deadline import wake_deadline
from casework.models import ContactAttempt, Deadline, Evidence, Journal, Ledger, Seal, Task, UploadLink
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from orders.admin.form_page import tell_refusal
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.errors import DeskError
from orders.roles import LEADS, Role

OVERSEERS = LEADS | {Role.AUDITOR, Role.ADMIN}


@admin.register(Journal)
class JournalAdmin(DeskAdmin):
    """Everything that happened, the newest first. The timeline of a case stands on its page."""

    VIEW = OVERSEERS
    SEARCH = ("case__number", "object_id=", "request_id=")
    list_display = ("at", "actor_name", "role", "channel", "object_type", "object_id", "case", "step", "from_state", "to_state")
    list_select_related = ("case",)
    list_filter = (ShopFilter, "object_type", "channel", "at")
    fields = (
        ("at", "shop", "case"),
        ("actor_name", "role", "channel", "request_id"),
        ("object_type", "object_id", "step"),
        ("from_state", "to_state"),
        "note",
        "facts",
        ("before", "after"),
    )
    ordering = ("-id",)


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
    list_display = ("case", "kind", "due_at", "status", "late", "attempts", "last_error", "ended_at")
    list_select_related = ("case",)
    list_filter = (ShopFilter, "status", "late")
    fields = (
        ("case", "kind", "rule"),
        ("started_at", "due_at", "wake_at"),
        ("status", "late", "ended_at"),
        ("paused_at", "paused_because", "left"),
        ("attempts", "last_error"),
    )
    ordering = ("-id",)
    actions = ("wake",)

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
    list_display = ("title", "case", "role", "rule", "created_at", "done_at", "done_by")
    list_select_related = ("case", "done_by")
    list_filter = (ShopFilter, "role", ("done_at", admin.EmptyFieldListFilter))
    fields = (("case", "kind", "role", "rule"), "title", "text", ("created_at", "done_at", "done_by"))
    ordering = ("-id",)


@admin.register(ContactAttempt)
class ContactAdmin(DeskAdmin):
    """Attempts to reach customers, over all cases (L6.1)."""

    SEARCH = ("case__number",)
    list_display = ("case", "at", "channel", "outcome", "by", "note")
    list_select_related = ("case", "by")
    list_filter = (ShopFilter, "channel", "outcome")
    fields = (("case", "at"), ("channel", "outcome"), "by", "note")
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
    list_display = ("id", "case", "kinds", "created_at", "created_by", "expires_at", "revoked_at")
    list_select_related = ("case", "created_by")
    list_filter = (ShopFilter, ("revoked_at", admin.EmptyFieldListFilter))
    fields = (("case", "kinds", "plea"), ("created_at", "created_by"), ("expires_at", "revoked_at"))
    ordering = ("-id",)


@admin.register(Seal)
class SealAdmin(DeskAdmin):
    """The chain over the journal, for those who check it."""

    VIEW = frozenset({Role.AUDITOR, Role.ADMIN})
    list_display = ("seq", "journal_id", "journal_at", "hash")
    fields = ("seq", "journal_id", "journal_at", "previous", "hash")
    ordering = ("-seq",)
