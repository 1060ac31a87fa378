"""What the admin's theme is told: our stylesheet, the sidebar by role, the links of the account."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Entry(NamedTuple):
    """A place in the sidebar: what it is called, its icon, the table ("app.model") and a query."""

    title: Any
    icon: str
    table: str
    query: str = ""


GROUPS: list[tuple[Any, list[Entry]]] = [
    (
        _("Work"),
        [
            Entry(_("All cases"), "inbox", "casework.case"),
            Entry(_("Customers unreachable"), "phone_missed", "logistics.unreachable"),
            Entry(_("Waiting for approval"), "approval", "refunds.refund", "state=asked"),
            Entry(_("To be paid"), "payments", "refunds.refund", "state=to_pay"),
            Entry(_("All refunds"), "currency_yuan", "refunds.refund"),
            Entry(_("Tasks"), "task_alt", "casework.task", "done_at__isempty=1"),
            Entry(_("Promises"), "handshake", "casework.promise", "status=open"),
        ],
    ),
    (
        _("Orders"),
        [
            Entry(_("Orders"), "receipt_long", "orders.order"),
            Entry(_("Parcels"), "package_2", "logistics.parcel"),
            Entry(_("Findings"), "search_insights", "logistics.finding", "ended_at__isempty=1"),
            Entry(_("Nightly runs"), "nightlight", "logistics.nightlyrun"),
            Entry(_("Weights"), "scale", "logistics.weight"),
            Entry(_("Buyers"), "person_search", "orders.buyer"),
            Entry(_("Memos"), "flag", "orders.memo"),
            Entry(_("Platform refunds"), "storefront", "orders.platformrefund"),
            Entry(_("Imports"), "upload_file", "orders.importrun"),
            Entry(_("Held rows"), "rule", "orders.heldrow"),
        ],
    ),
    (
        _("Money"),
        [
            Entry(_("Ledger"), "account_balance", "casework.ledger"),
            Entry(_("Refund requests"), "request_quote", "refunds.request"),
            Entry(_("Approvals"), "verified", "refunds.approval"),
            Entry(_("Transfers"), "sync_alt", "refunds.transfer"),
            Entry(_("Payouts"), "paid", "refunds.payout"),
            Entry(_("Approval limits"), "speed", "refunds.approvallimit"),
        ],
    ),
    (
        _("Set-up"),
        [
            Entry(_("Policies"), "tune", "casework.policy"),
            Entry(_("Holidays"), "event", "casework.holiday"),
            Entry(_("Reply scripts"), "chat", "casework.script"),
            Entry(_("Rules for replies"), "spellcheck", "casework.replyrule"),
            Entry(_("Couriers"), "local_shipping", "logistics.courier"),
            Entry(_("Norms"), "timer_play", "logistics.norm"),
            Entry(_("Regions"), "map", "logistics.region"),
            Entry(_("Places"), "location_on", "logistics.place"),
            Entry(_("Detection rules"), "rule", "logistics.detectionrule"),
            Entry(_("Tracking accounts"), "satellite_alt", "logistics.trackingaccount"),
            Entry(_("Refused pushes"), "block", "logistics.refusedpush"),
            Entry(_("Columns of the shipping list"), "view_column", "logistics.shippingcolumns"),
            Entry(_("People"), "group", "orders.user"),
            Entry(_("Shops"), "store", "orders.shop"),
            Entry(_("API tokens"), "key", "orders.apitoken"),
        ],
    ),
    (
        _("Behind the scenes"),
        [
            Entry(_("Journal"), "history", "casework.journal"),
            Entry(_("Deadlines"), "timer", "casework.deadline"),
            Entry(_("Outbox"), "outbox", "casework.outbox"),
            Entry(_("Heartbeats"), "monitor_heart", "casework.heartbeat"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: what the person's role opens, and nothing else."""
    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    groups: list[dict[str, Any]] = []
    for title, entries in GROUPS:
        items = [_item(each, request) for each in entries if each.table in pages and pages[each.table].has_module_permission(request)]
        if items:
            groups.append({"title": title, "separator": bool(groups), "items": items})
    return groups


def _item(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    address = reverse(f"admin:{entry.table.replace('.', '_')}_changelist")
    query = request.GET.urlencode()
    here = request.path.startswith(address) and (entry.query == query if entry.query else not _is_another(entry, query))
    return {
        "title": entry.title,
        "icon": entry.icon,
        "link": f"{address}?{entry.query}" if entry.query else address,
        "active": lambda _request: here,
    }


def _is_another(entry: Entry, query: str) -> bool:
    """Whether the query is that of another entry of the same table."""
    return any(each.table == entry.table and each.query and each.query == query for _title, entries in GROUPS for each in entries)


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Where one's own account is looked after."""
    return [
        {"title": _("My page"), "link": reverse("me")},
        {"title": _("Change password"), "link": reverse("admin:password_change")},
    ]


def theme(request: HttpRequest) -> str:
    """The person's theme, the same as in the workbench; "" leaves it to the system."""
    chosen = getattr(request.user, "theme", "auto")
    return "" if chosen == "auto" else chosen


def tokens(request: HttpRequest) -> str:
    """The colours and sizes of the workbench."""
    return static("casework/tokens.css")


def styles(request: HttpRequest) -> str:
    """What the theme is told of them, and the few parts that the theme does not have."""
    return static("orders/admin.css")


def favicon(request: HttpRequest) -> str:
    """The icon of the workbench."""
    return static("casework/favicon.svg")


def script(request: HttpRequest) -> str:
    """Keeps the theme's scripts from writing styles into the page."""
    return static("orders/admin.js")
