"""The programme's own rounds: what goes out, what got stuck, and when each round last ran."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.actions.unpark import unpark
from casework.models import Case, Heartbeat, Outbox
from orders.access import actor_of
from orders.admin.desk import DeskAdmin
from orders.admin_site import CHANNEL
from orders.clock import now_of
from orders.roles import Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})


@admin.register(Outbox)
class OutboxAdmin(DeskAdmin):
    """Outgoing messages. A parked one was tried too often; a person mends the cause and sends it again."""

    VIEW = KEEPERS | {Role.AUDITOR}
    list_display = ("id", "topic", "payload", "created_at", "attempts", "last_error", "parked", "done_at")
    list_filter = ("topic", "parked", ("done_at", admin.EmptyFieldListFilter))
    fields = (("topic", "payload"), ("created_at", "wake_at", "done_at"), ("attempts", "parked", "last_error"))
    ordering = ("-id",)
    actions = ("send_again",)

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Messages about cases of the person's shops; those about none for who sees every shop."""
        reader = self.reader(request)
        if reader.shop_ids() is None:
            return rows
        case = Cast(KeyTextTransform("case", "payload"), BigIntegerField())
        return rows.alias(about=case).filter(about__in=Case.objects.for_actor(reader).values("pk"))

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Managers and administrators."""
        return self.holds(request, KEEPERS)

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Try the chosen parked messages once more."""
        ids = list(rows.values_list("pk", flat=True))
        count = unpark(ids, by=actor_of(request, CHANNEL), at=now_of(request))
        messages.success(request, _("Tried again: {count}.").format(count=count))


@admin.register(Heartbeat)
class HeartbeatAdmin(DeskAdmin):
    """When each round last ran. An old time means that something stands still."""

    VIEW = KEEPERS | {Role.AUDITOR}
    list_display = ("name", "at")
    fields = ("name", "at")
    ordering = ("name",)
